"""What of a record matched: the passages that have the words, with the places of the words in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Any

from app.store.render import encode
from app.store.wanted import Term, Wanted
from app.store.wording import BETWEEN

MOST_MATCHES = 5  # matches shown of a record
COLUMNS = ("shown", "passages", "places")
LOOSE = ("loose_names", "loose_texts", "loose_mentions")
STRICT = ("names", "summary", "text", "mentions")

_PLACE = Struct("<2I")  # the first character of a word and the one after it
_SIGN = BETWEEN.strip()


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
        self.columns = (*COLUMNS, *(LOOSE if self.loose else ()), *(STRICT if self.strict else ()))

    def shown(self, row: tuple[Any, ...]) -> bytes:
        """The JSON of a hit, of a row of `columns`."""
        shown, passages, places, *texts = row
        lines = passages.split(b"\n")
        matches = [
            b'%b,"ranges":%b}' % (lines[passage][:-1], encode(_ranges(places, words)))
            for passage, words in self._best(texts)
        ]
        return b'%b,"matches":[%b]}' % (shown[:-1], b",".join(matches))

    def _best(self, texts: list[str]) -> list[tuple[int, list[tuple[int, int]]]]:
        """The passages with most of the terms, the first ones first, and the words that matched in each."""
        middle = len(LOOSE) if self.loose else 0
        found = [
            (needle, f" {BETWEEN.join(filter(None, some))} ")
            for needles, some in ((self.loose, texts[:middle]), (self.strict, texts[middle:]))
            for needle in needles
        ]
        if len(found) == 1:
            return _first(*found[0])
        spans: dict[int, list[tuple[int, int]]] = {}
        terms: dict[int, set[int]] = {}
        for needle, words in found:
            for passage, word in needle.stands(words):
                terms.setdefault(passage, set()).add(needle.term)
                spans.setdefault(passage, []).append((word, word + needle.words - 1))
        best = sorted(terms, key=lambda passage: (-len(terms[passage]), passage))[:MOST_MATCHES]
        return [(passage, spans[passage]) for passage in best]


def _first(needle: Needle, words: str) -> list[tuple[int, list[tuple[int, int]]]]:
    """The first passages with a spelling; what is in the last of them is found without a look at the others."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for passage, word in needle.stands(words):
        if passage not in spans:
            if len(spans) == MOST_MATCHES:
                break
            spans[passage] = []
        spans[passage].append((word, word + needle.words - 1))
    return list(spans.items())


def _ranges(places: bytes, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Words as ranges of code points; what overlaps or touches as one."""
    ranges: list[tuple[int, int]] = []
    for first, last in sorted(words):
        start, end = _PLACE.unpack_from(places, 8 * first)
        if last > first:
            end = _PLACE.unpack_from(places, 8 * last)[1]
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return ranges
