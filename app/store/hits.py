"""What of a record matched: the passages that have the words, with the places of the words in them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any, NamedTuple

from app.store.query import Store
from app.store.render import encode
from app.store.wanted import Term, Wanted
from app.store.wording import BETWEEN, MOST_MATCHES, add_range

KEPT = 4_000_000  # bytes of words in memory at most
LINE = 150  # bytes that a passage takes in memory beside its text
COLUMNS = ("shown", "passages", "places", "matches")
LOOSE = ("loose_names", "loose_texts", "loose_mentions")
STRICT = ("names", "summary", "text", "mentions")

_PLACE = Struct("<2I")  # the first character of a word and the one after it
_SIGN = BETWEEN.strip()


class Worded(NamedTuple):
    """The words of a record, ready for many searches."""

    shown: bytes  # JSON of the hit up to its matches
    lines: dict[bytes, bytes]  # by its number: JSON of each passage up to its ranges
    places: bytes
    matches: bytes
    loose: str
    strict: str  # empty where it was not read

    @classmethod
    def read(cls, row: tuple[Any, ...]) -> "Worded":
        """Of a row of COLUMNS and the texts."""
        shown, passages, places, matches, *texts = row
        lines = {b"%d" % number: b'%b,"ranges":' % line[:-1] for number, line in enumerate(passages.split(b"\n"))}
        loose, strict = texts[: len(LOOSE)], texts[len(LOOSE) :]
        words = _joined(loose), _joined(strict) if strict else ""
        return cls(b'%b,"matches":[' % shown[:-1], lines, places, matches, *words)

    @property
    def size(self) -> int:
        """The bytes that it takes, about."""
        texts = (self.shown, *self.lines.values(), self.places, self.matches, self.loose, self.strict)
        return sum(map(len, texts)) + LINE * len(self.lines)


def _joined(texts: Iterable[str]) -> str:
    return f" {BETWEEN.join([text for text in texts if text])} "


class Wordings:
    """The words of records by number, those looked at last in memory: what matters most is found again and again."""

    def __init__(self, store: Store) -> None:
        """Read each when it is first asked for."""
        self._store = store
        self._kept: dict[int, Worded] = {}
        self._bytes = 0

    def of(self, numbers: Sequence[int], *, as_written: bool) -> list[Worded]:
        """The words of some records, in their order; those as written are few searches' business, and read for them."""
        kept = self._kept  # another thread may begin a new one meanwhile
        worded = {number: kept[number] for number in numbers if number in kept}
        missing = [number for number in numbers if number not in worded or (as_written and not worded[number].strict)]
        if missing:
            rows = self._store.rows("wording", missing, (*COLUMNS, *LOOSE, *(STRICT if as_written else ())))
            found = dict(zip(missing, map(Worded.read, rows), strict=True))
            worded.update(found)
            self._keep(found)
        return [worded[number] for number in numbers]

    def _keep(self, found: dict[int, Worded]) -> None:
        """Keep what was read; begin anew where that is too much, which costs less than to know what is asked least."""
        self._bytes += sum(each.size for each in found.values())
        if self._bytes > KEPT:
            self._kept, self._bytes = {}, 0
        else:
            self._kept.update(found)


@dataclass(frozen=True, slots=True)
class Needle:
    """A spelling as it stands among the words of a record, of which term, and how many words it is."""

    text: str
    term: int
    words: int

    @classmethod
    def of(cls, number: int, term: Term, spelling: tuple[str, ...]) -> "Needle":
        """Of one spelling of a term."""
        return cls(f" {' '.join(spelling)}{'' if term.begins else ' '}", number, len(spelling))

    def stands(self, words: str) -> Iterator[tuple[int, int]]:
        """(passage, word) wherever it begins, in order."""
        at, passage, word = 0, 0, 0
        before = words.find(self.text)
        while before >= 0:
            passage += words.count(_SIGN, at, before)
            word += words.count(" ", at, before)
            at = before
            yield passage, word
            before = words.find(self.text, at + 1)


class Hits:
    """Shows records as hits of a query."""

    def __init__(self, asked: Wanted) -> None:
        """Make the needles once for all records; where one word is looked for, what matches it is written already."""
        terms = list(enumerate(asked.terms))
        self.loose = [Needle.of(number, term, spelling) for number, term in terms for spelling in term.loose]
        self.strict = [Needle.of(number, term, spelling) for number, term in terms for spelling in term.strict]
        self._line: bytes | None = None
        if len(self.loose) == 1 and not self.strict and self.loose[0].words == 1:
            self._line = b"\n%b " % self.loose[0].text.strip().encode()

    def shown(self, worded: Worded) -> bytes:
        """The JSON of a hit."""
        line = self._line
        if line is not None:
            matches, at = worded.matches, worded.matches.find(line)
            start = at + len(line)
            found = matches[start : matches.find(b"\n", start)] % worded.lines if at >= 0 else b""
            return b"%b%b]}" % (worded.shown, found)
        return b"%b%b]}" % (worded.shown, b",".join(self._best(worded)))

    def _best(self, worded: Worded) -> list[bytes]:
        """The passages with most of the terms, the first ones first, and the ranges that matched in each, in JSON."""
        spans: dict[int, list[tuple[int, int]]] = {}
        terms: dict[int, int] = {}  # a bit for each
        for words, needles in ((worded.loose, self.loose), (worded.strict, self.strict)):
            for needle in needles:
                more, term = needle.words - 1, 1 << needle.term
                for passage, word in needle.stands(words):
                    if passage in spans:
                        spans[passage].append((word, word + more))
                        terms[passage] |= term
                    else:
                        spans[passage], terms[passage] = [(word, word + more)], term
        best = sorted(terms, key=lambda passage: (-terms[passage].bit_count(), passage))[:MOST_MATCHES]
        lines, places = worded.lines, worded.places
        return [b"%b%b}" % (lines[b"%d" % passage], _ranges(places, spans[passage])) for passage in best]


def _ranges(places: bytes, words: list[tuple[int, int]]) -> bytes:
    """Words as ranges of code points, in JSON; what overlaps or touches as one."""
    ranges: list[list[int]] = []
    for first, last in sorted(words):
        start, end = _PLACE.unpack_from(places, 8 * first)
        if last > first:
            end = _PLACE.unpack_from(places, 8 * last)[1]
        add_range(ranges, start, end)
    return encode(ranges)
