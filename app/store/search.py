"""Search: the records whose words match, ranked, and what of each matched. A name outranks a mention."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import islice

from orjson import loads
from pyroaring import FrozenBitMap

from app.folding import loosely
from app.store.bitmaps import ALL, DATED, NOTHING, joined
from app.store.conditions import Condition, Matches, Of
from app.store.dialects.statement import Statement
from app.store.hits import Hits, Wordings
from app.store.occurrences import FREQUENT
from app.store.query import EXACT, Page, Query, Store
from app.store.several import parameters
from app.store.vocabulary import Vocabulary
from app.store.wanted import Wanted, wanted
from app.store.wording import BETWEEN

MOST_RANKED = 1_000  # records ranked at most
MOST_COMPARED = 50  # records whose names are looked at one by one
FEW = 3  # hits: with fewer, another spelling is looked for; words: with more, a search may take long
USUAL = 100  # characters of a query: a longer one may take long, whatever it holds

STANDING, IN_NAMES = "standing", "standing in names"  # the orders of records that match as well
COUNTED = ("collection", "decade", "actor", "topic")  # fields whose values are counted
MOST_COUNTED = 20

_KEPT = Statement("SELECT body FROM document WHERE name = :name")


@lru_cache(maxsize=16)
def _named(collections: int) -> Statement:
    """The records with a whole name, in so many collections."""
    among = parameters(f"c{place}" for place in range(collections))
    whole = f"collection IN {among} AND loose = :loose AND text = :text AND word = 0"
    return Statement(f"SELECT record FROM start WHERE {whole} LIMIT :most")


def name_of(word: str) -> str:
    """The name of the document that has what is known of a search for a word."""
    return f"search/{word}"


@dataclass(frozen=True, slots=True)
class Found:
    """The records that match, whether they are all, and the numbers of those that are ranked, the best first."""

    numbers: FrozenBitMap
    are_all: bool
    ranked: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many match; at least so many where they are not all."""
        return len(self.numbers) if self.are_all else min(len(self.numbers), EXACT)


@dataclass(frozen=True, slots=True)
class Known:
    """What a search answers, kept at build where it is for one frequent word: what takes longest to find out."""

    ranked: tuple[int, ...]
    counts: dict[str, dict[str, int]]  # field → value → how many of all that match have it, the most frequent values
    are_exact: bool  # whether no other value has a higher count


class Search:
    """Search in a store."""

    def __init__(self, store: Store) -> None:
        """Keep the newest rankings, so that the pages of one search rank once."""
        self.store, self.vocabulary, self.tally = store, Vocabulary(store), store.tally
        self._is_small = store.is_local and len(store.bitmaps.of("record", ALL)) <= FREQUENT
        self._wordings = Wordings(store)
        self._found = lru_cache(maxsize=128)(self._find)
        self._known = lru_cache(maxsize=128)(self._read)
        self._places = cache(self._place)

    def is_quick(self, asked: Wanted) -> bool:
        """Whether a page is found sooner than a thread: for few short whole words, in a file where none is frequent."""
        terms = (*asked.terms, *asked.excluded)
        is_short = len(terms) <= FEW and len(asked.text) <= USUAL
        return self._is_small and is_short and not any(term.begins for term in terms)

    def found(self, asked: Wanted, conditions: tuple[Condition, ...], collection: str | None = None) -> Found:
        """The records that match under the other conditions, and the best MOST_RANKED of them in order.

        First what the words name, then what has them all in one name, in its names, in its own texts, and at last what
        refers to something of that name; among equals first what most records refer to, evidence after what it is for.
        """
        return self._found(asked, _others(conditions), collection)

    def _find(self, asked: Wanted, conditions: tuple[Condition, ...], collection: str | None) -> Found:
        among = self._under(conditions, collection)
        known = self._known(asked) if among is None else None
        if known:
            return Found(self.store.words.matching(asked).numbers, True, known.ranked)
        follow = any(term.quoted or len(term.words) > 1 for term in asked.terms)  # so texts are read, not only joined
        enough = (MOST_RANKED if follow else EXACT) + 1
        every = self.store.words.matching(asked, among, enough)
        if len(every.numbers) < 2:
            return Found(every.numbers, every.are_all, tuple(every.numbers))
        ranked: list[int] = []
        before = NOTHING
        for by, tier in self._tiers(asked, among, every.numbers, enough):
            new = tier - before
            if new:
                ranked += self._in_order(new, MOST_RANKED - len(ranked), by)
                before |= new
            if len(ranked) == MOST_RANKED or (every.are_all and len(before) == len(every.numbers)):
                break
        numbers = every.numbers if every.are_all else every.numbers | FrozenBitMap(ranked)
        return Found(numbers, every.are_all, tuple(ranked))

    def _read(self, asked: Wanted) -> Known | None:
        """What was kept at build."""
        word = self.store.words.frequent(asked)
        kept = self.store.run(_KEPT, name=name_of(word)) if word is not None else None
        if not kept:
            return None
        read = loads(kept[0][0])
        return Known(tuple(read["ranked"]), read["counts"], read["are_exact"])

    def known(self, asked: Wanted, conditions: tuple[Condition, ...]) -> Known:
        """The records that are ranked, and how many of all that match have which values."""
        known = None if _others(conditions) else self._known(asked)
        if known:
            return known
        found, counts, are_exact = self.found(asked, conditions), {}, True
        for field in COUNTED:
            counts[field], is_exact = self.tally.likely(found.numbers, field, MOST_COUNTED)
            are_exact = are_exact and is_exact
        return Known(found.ranked, counts, are_exact)

    def _under(self, conditions: tuple[Condition, ...], collection: str | None) -> FrozenBitMap | None:
        """The records under conditions; None for all."""
        if collection is not None:
            return self.store.numbers(collection, conditions)
        others = [condition for condition in conditions if not isinstance(condition, Of)]
        sets = [self.store.bitmaps.meeting("record", others)] if others else []
        for condition in conditions:
            if isinstance(condition, Of):
                sets.append(self.store.bitmaps.among("record", "collection", condition.collections))
        return joined(sets) if sets else None

    def _tiers(
        self, asked: Wanted, among: FrozenBitMap | None, every: FrozenBitMap, enough: int
    ) -> Iterator[tuple[str, FrozenBitMap]]:
        """The records by how well they match, and what orders them; a later tier holds the ones before it too."""
        named = self.store.words.matching(replace(asked, within="names"), among, enough).numbers
        if named:
            within = every if asked.excluded else among
            yield STANDING, self._named(asked) if within is None else self._named(asked) & within
        if len(asked.terms) > 1:
            yield IN_NAMES, self._in_one_name(asked, named)
        yield IN_NAMES, named
        yield STANDING, self.store.words.matching(replace(asked, within="own"), among, enough).numbers
        yield STANDING, every

    def _named(self, asked: Wanted) -> FrozenBitMap:
        """The records of which the words are a whole name."""
        if any(term.begins for term in asked.terms):
            return NOTHING
        strict = any(term.quoted for term in asked.terms)
        text = " ".join(word if strict else loosely(word) for term in asked.terms for word in term.words)
        collections = {f"c{n}": name for n, name in enumerate(self.store.bitmaps.values("record", "collection"))}
        rows = self.store.run(_named(len(collections)), **collections, loose=not strict, text=text, most=MOST_RANKED)
        return FrozenBitMap([number for (number,) in rows])

    def _in_one_name(self, asked: Wanted, named: FrozenBitMap) -> FrozenBitMap:
        """Those of the records that have all the words in one name, as far as they are compared."""
        compared = self._in_order(named, MOST_COMPARED, IN_NAMES)
        rows = self.store.rows("wording", compared, ("names", "loose_names"))
        every = zip(compared, rows, strict=True)
        return FrozenBitMap([number for number, names in every if _is_in_one_name(asked, *names)])

    def _in_order(self, numbers: FrozenBitMap, most: int, by: str) -> list[int]:
        """The first of some records, in the order of how much they matter."""
        if len(numbers) <= MOST_RANKED:
            return sorted(numbers, key=self._places(by).__getitem__)[:most]
        ordered: list[int] = []
        for alike in self._alike(by):
            ordered += islice(numbers & alike, most - len(ordered))
            if len(ordered) >= most:
                break
        return ordered

    def _place(self, by: str) -> "array[int]":
        """The place of each record, by its number, in the order of how much they matter."""
        every = self._alike(by)
        places = array("H", bytes(2 * (1 + max(alike.max() for alike in every))))
        for place, alike in enumerate(every):
            for number in alike:
                places[number] = place
        return places

    def _alike(self, by: str) -> list[FrozenBitMap]:
        """The records, those that matter as much together."""
        return [alike for _, alike in sorted(self.store.bitmaps.values("record", by).items())]

    def hits(self, asked: Wanted, numbers: Sequence[int]) -> list[bytes]:
        """The records of these numbers as hits: JSON of what is shown of each, with what matched."""
        hits = Hits(asked)
        return [hits.shown(worded) for worded in self._wordings.of(numbers, as_written=bool(hits.strict))]

    def undated(self, asked: Wanted, conditions: tuple[Condition, ...]) -> int:
        """How many of the records that match have no date."""
        return self.found(asked, conditions).numbers.difference_cardinality(self.store.bitmaps.of("record", DATED))

    def meant(self, asked: Wanted, conditions: tuple[Condition, ...], collection: str | None = None) -> str | None:
        """What the query may have meant, where a word occurs nowhere or little is found; it finds something."""
        found, known = len(self.found(asked, conditions, collection).ranked), self.vocabulary.knows(asked)
        if asked.reason or (known and found >= FEW):
            return None
        respelt = self.vocabulary.respelt(asked, all_words=known)
        if respelt is None:
            return None
        better = len(self.found(wanted(respelt), conditions, collection).ranked)
        return respelt if better > found or (better == found > 0 and not known) else None

    def page(self, query: Query, asked: Wanted) -> tuple[Page, int]:
        """One page of a list in the order of rank, and how many records are ranked."""
        found = self.found(asked, query.conditions, query.collection)
        begin = query.after or 0
        end = begin + query.limit
        bodies = self.store.rows("record", found.ranked[begin:end])
        after = end if query.limit and end < len(found.ranked) else None
        counted = self.store.page(query._replace(limit=0))
        return counted._replace(bodies=tuple(body for (body,) in bodies), after=after), len(found.ranked)

    def all(self, query: Query, asked: Wanted) -> Iterator[bytes]:
        """Every body of a list in the order of rank; in the collection's own where there are too many to rank."""
        numbers = self.found(asked, query.conditions, query.collection).ranked
        if len(numbers) >= MOST_RANKED:
            yield from self.store.all(query)
            return
        for begin in range(0, len(numbers), 100):
            yield from (body for (body,) in self.store.rows("record", numbers[begin : begin + 100]))


def _others(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The conditions beside the words."""
    return tuple([condition for condition in conditions if not isinstance(condition, Matches)])


def _is_in_one_name(asked: Wanted, names: str, loose_names: str) -> bool:
    every = zip(names.split(BETWEEN), loose_names.split(BETWEEN), strict=True)
    return any(asked.is_in_name(strict.split(" "), loose.split(" ")) for strict, loose in every)
