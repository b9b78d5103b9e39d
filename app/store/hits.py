"""What of a record matched: the passages that have the words, with the places of the words in them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any, NamedTuple

from app.store.query import Store
from app.store.render import encode
from app.store.wanted import Term, Wanted
from app.store.wording import BETWEEN

MOST_MATCHES = 5  # matches shown of a record
KEPT = 4_000_000  # bytes of words in memory at most
COLUMNS = ("shown", "passages", "places")
LOOSE = ("loose_names", "loose_texts", "loose_mentions")
STRICT = ("names", "summary", "text", "mentions")

_PLACE = Struct("<2I")  # the first character of a word and the one after it
_SIGN = BETWEEN.strip()


class Worded(NamedTuple):
    """The words of a record, ready for many searches."""

    shown: bytes  # JSON of the hit up to its matches
    lines: tuple[bytes, ...]  # JSON of each passage up to its ranges
    places: bytes
    loose: str
    strict: str

    @classmethod
    def read(cls, row: tuple[Any, ...]) -> "Worded":
        """Of a row of COLUMNS and the texts."""
        shown, passages, places, *texts = row
        lines = tuple([b'%b,"ranges":' % line[:-1] for line in passages.split(b"\n")])
        loose, strict = texts[: len(LOOSE)], texts[len(LOOSE) :]
        return cls(b'%b,"matches":[' % shown[:-1], lines, places, _joined(loose), _joined(strict))

    @property
    def size(self) -> int:
        """The bytes that it takes, about."""
        return len(self.shown) + sum(map(len, self.lines)) + 50 * len(self.lines) + len(self.places) + len(self.loose)


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
        """The words of some records, in their order; those as written are few searches' business and are not kept."""
        if as_written:
            return list(map(Worded.read, self._store.rows("wording", numbers, (*COLUMNS, *LOOSE, *STRICT))))
        kept = self._kept  # another thread may begin a new one meanwhile
        missing = [number for number in numbers if number not in kept]
        found = {}
        if missing:
            rows = self._store.rows("wording", missing, (*COLUMNS, *LOOSE))
            found = dict(zip(missing, map(Worded.read, rows), strict=True))
        worded = [kept.get(number) or found[number] for number in numbers]
        self._bytes += sum(each.size for each in found.values())
        if self._bytes > KEPT:
            self._kept, self._bytes = {}, 0
        else:
            self._kept.update(found)
        return worded


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
        """Make the needles once for all records."""
        terms = list(enumerate(asked.terms))
        self.loose = [Needle.of(number, term, spelling) for number, term in terms for spelling in term.loose]
        self.strict = [Needle.of(number, term, spelling) for number, term in terms for spelling in term.strict]

    def shown(self, worded: Worded) -> bytes:
        """The JSON of a hit."""
        if len(self.loose) == 1 and not self.strict:
            matches = _first(self.loose[0], worded)
        else:
            lines, best = worded.lines, self._best(worded)
            matches = [_match(lines[passage], ranges) for passage, ranges in best.items()]
        return b"%b%b]}" % (worded.shown, b",".join(matches))

    def _best(self, worded: Worded) -> dict[int, list[list[int]]]:
        """The passages with most of the terms, the first ones first, and the ranges that matched in each."""
        found = [(needle, worded.loose) for needle in self.loose] + [(needle, worded.strict) for needle in self.strict]
        spans: dict[int, list[tuple[int, int]]] = {}
        terms: dict[int, set[int]] = {}
        for needle, words in found:
            for passage, word in needle.stands(words):
                terms.setdefault(passage, set()).add(needle.term)
                spans.setdefault(passage, []).append((word, word + needle.words - 1))
        best = sorted(terms, key=lambda passage: (-len(terms[passage]), passage))[:MOST_MATCHES]
        return {passage: _ranges(worded.places, spans[passage]) for passage in best}


def _first(needle: Needle, worded: Worded) -> list[bytes]:
    """The first passages with a spelling, and the ranges that matched in each, in JSON; no other is looked at."""
    words, lines, places, read = worded.loose, worded.lines, worded.places, _PLACE.unpack_from
    text, more = needle.text, 8 * (needle.words - 1)
    matches: list[bytes] = []
    ranges: list[list[int]] = []
    passage, at, place = 0, 0, 0
    before = words.find(text)
    while before >= 0:
        ended = words.count(_SIGN, at, before)
        if ended and ranges:
            matches.append(_match(lines[passage], ranges))
            ranges = []
            if len(matches) == MOST_MATCHES:
                return matches
        passage += ended
        place += 8 * words.count(" ", at, before)
        at = before
        start, end = read(places, place)
        if more:
            end = read(places, place + more)[1]
        _add(ranges, start, end)
        before = words.find(text, at + 1)
    return [*matches, _match(lines[passage], ranges)] if ranges else matches


def _match(line: bytes, ranges: list[list[int]]) -> bytes:
    """The JSON of a passage; nearly always one range of it matched."""
    if len(ranges) > 1:
        return b"%b%b}" % (line, encode(ranges))
    ((start, end),) = ranges
    return b"%b[[%d,%d]]}" % (line, start, end)


def _ranges(places: bytes, words: list[tuple[int, int]]) -> list[list[int]]:
    """Words as ranges of code points; what overlaps or touches as one."""
    ranges: list[list[int]] = []
    for first, last in sorted(words):
        start, end = _PLACE.unpack_from(places, 8 * first)
        if last > first:
            end = _PLACE.unpack_from(places, 8 * last)[1]
        _add(ranges, start, end)
    return ranges


def _add(ranges: list[list[int]], start: int, end: int) -> None:
    """Add a range to those before it."""
    if ranges and start <= ranges[-1][1]:
        ranges[-1][1] = max(end, ranges[-1][1])
    else:
        ranges.append([start, end])
