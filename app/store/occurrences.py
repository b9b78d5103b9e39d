"""Which records have words: kept as bitmaps where a word is frequent, else read from the index of words."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice

from pyroaring import BitMap, FrozenBitMap

from app.folding import loosely
from app.store.bitmaps import NOTHING, Bitmaps, joined
from app.store.dialects.database import Database
from app.store.dialects.statement import Statement
from app.store.wanted import Term, Wanted, Within

FREQUENT = 2_000  # records: a word that no fewer have is kept as bitmaps, in a small store one that fewer have too
SPREAD = 64  # words at most that a beginning is spelt out to
CHUNK = 10_001  # records read at once from the index of words
HIGHEST = 2**32  # more than any number of a record
LAST = "\U0010ffff"  # after every word that begins alike

_SOME = Statement(  # rowid: number of the record
    "SELECT rowid FROM wording_index WHERE wording_index MATCH :wanted AND rowid >= :lowest AND rowid <= :highest"
    " ORDER BY rowid LIMIT :most"
)
_BEGUN = Statement(
    "SELECT word, loose FROM word"
    " WHERE word BETWEEN :begin AND :end OR loose BETWEEN :loose_begin AND :loose_end LIMIT :most"
)
_KEPT = Statement(  # about in the order of how many records have each
    "SELECT value FROM bitmap WHERE of = :of AND field = :field ORDER BY length(body) DESC, value"
)


def word_field(within: Within) -> str:
    """Of what a bitmap is: the records that have a word, in its loose form."""
    return f"word in {within}"


@dataclass(frozen=True, slots=True)
class Having:
    """Records that have what is wanted, and whether they are all."""

    numbers: FrozenBitMap
    are_all: bool = True


class Occurrences:
    """Where the words of a store occur."""

    def __init__(self, database: Database, bitmaps: Bitmaps) -> None:
        """Of a store."""
        self._database, self._bitmaps = database, bitmaps
        self._often = lru_cache(maxsize=1024)(self._begun_often)

    @cached_property
    def kept(self) -> dict[str, None]:
        """The words that are kept as bitmaps, the most frequent first."""
        rows = self._database.run(_KEPT, {"of": "record", "field": word_field("any")})
        return dict.fromkeys(value for (value,) in rows)

    def _begun_often(self, loose: str) -> tuple[str, ...]:
        """The most frequent words that begin so, of those that so many records have that they are not read anew."""
        begun = (word for word in self.kept if word.startswith(loose))
        often = (word for word in begun if len(self._bitmaps.of("record", word_field("any"), word)) >= FREQUENT)
        return tuple(islice(often, SPREAD))

    def frequent(self, asked: Wanted) -> str | None:
        """The word that a query looks for, where that is one that is kept, and all that it says."""
        if len(asked.terms) != 1 or asked.excluded or asked.within != "any":
            return None
        (term,) = asked.terms
        if term.begins or term.quoted or len(term.words) > 1:
            return None
        (spelt,) = term.loose[0]
        return spelt if spelt in self.kept else None

    def matching(self, asked: Wanted, among: FrozenBitMap | None = None, enough: int | None = None) -> Having:
        """The records that have every term of a query and none that it excludes.

        `among` narrows them; where they are read from the index, no more than `enough` need be found.
        """
        if not asked.terms:
            return Having(NOTHING)
        kept, rest = self._sorted(asked.terms, asked.within)
        without, also_without = self._sorted(asked.excluded, "any", only_all=True)
        are_all = all(having.are_all for having in kept)
        sets = [*([among] if among is not None else ()), *(having.numbers for having in kept)]
        sets += [having for term in rest for having in self._around(term, asked.within)]
        found = joined(sets) if sets else None
        if rest:
            read = self._read(replace(asked, terms=rest, excluded=also_without), found, enough)
            found, are_all = read.numbers, are_all and read.are_all
        elif also_without and found:
            without += [self._read(Wanted("", (term,), ()), found, None) for term in also_without]
        if found is None:
            raise AssertionError("a term is kept or read")
        return Having(found.difference(*(having.numbers for having in without)) if without else found, are_all)

    def _sorted(
        self, terms: tuple[Term, ...], within: Within, *, only_all: bool = False
    ) -> tuple[list[Having], tuple[Term, ...]]:
        """The records with the terms that are kept, and the other terms."""
        kept, rest = [], []
        for term in terms:
            found = self._kept_of(term, within)
            if found is None or (only_all and not found.are_all):
                rest.append(term)
            else:
                kept.append(found)
        return kept, tuple(rest)

    def _kept_of(self, term: Term, within: Within) -> Having | None:
        if not self.kept or term.quoted or len(term.words) > 1:
            return None
        if term.begins:
            return self._spelt_out(term, within)
        (spelt,) = term.loose[0]
        return Having(self._bitmaps.of("record", word_field(within), spelt)) if spelt in self.kept else None

    def _around(self, term: Term, within: Within) -> list[FrozenBitMap]:
        """Of a phrase, the records with each of its words that is kept: where a word is not, nor is the phrase."""
        if len(term.spellings) > 1 or term.begins:
            return []
        spelt = {loosely(word) for word in term.words} & self.kept.keys()
        return [self._bitmaps.of("record", word_field(within), word) for word in sorted(spelt)]

    def _spelt_out(self, term: Term, within: Within) -> Having | None:
        """The records with any of the words that begin so: where they are many, with any of the most frequent ones."""
        (begin,), (loose,) = term.words, term.loose[0]
        often = self._often(loose)
        if not often:
            return None
        sets = [self._bitmaps.of("record", word_field(within), spelt) for spelt in often]
        bounds = {"begin": begin, "end": begin + LAST, "loose_begin": loose, "loose_end": loose + LAST}
        rows = self._database.run(_BEGUN, {**bounds, "most": SPREAD + 1})
        if len(rows) > SPREAD:
            return Having(FrozenBitMap.union(*sets), are_all=False)
        for quoted in (False, True):
            rare = [(w,) for w, spelt in rows if spelt not in often and spelt.startswith(loose) is not quoted]
            if rare:
                term = Term(rare[0], begins=False, quoted=quoted, others=tuple(rare[1:]))
                sets.append(self._read(Wanted("", (term,), (), within), None, None).numbers)
        return Having(FrozenBitMap.union(*sets))

    def _read(self, asked: Wanted, among: FrozenBitMap | None, enough: int | None) -> Having:
        """Read the index of words in the order of the records, from one that may be found to the next."""
        if among is not None and not among:
            return Having(NOTHING)
        lowest, highest = (among.min(), among.max()) if among is not None else (0, HIGHEST)
        most = min(CHUNK, enough or CHUNK)
        found = BitMap()
        while True:
            rows = self._database.run(_SOME, {"wanted": asked, "lowest": lowest, "highest": highest, "most": most})
            some = BitMap([row[0] for row in rows])
            found |= some & among if among is not None else some
            if len(rows) < most:
                return Having(FrozenBitMap(found))
            if enough is not None and len(found) >= enough:
                return Having(FrozenBitMap(found), are_all=False)
            lowest = rows[-1][0] + 1
            if among is not None:
                following = among.next_set_bit(lowest) if lowest <= highest else None
                if following is None:
                    return Having(FrozenBitMap(found))
                lowest = following
