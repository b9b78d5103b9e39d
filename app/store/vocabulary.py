"""What a misspelt query may have meant: the nearest words that occur, those of names first."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from pyroaring import FrozenBitMap

from app.folding import is_syllable, tokens
from app.store.bitmaps import joined
from app.store.dialects.statement import Statement
from app.store.query import Store
from app.store.spelling import NEAR, kept, mistakes
from app.store.wanted import Wanted, wanted

SHORTEST = 4  # letters: shorter words are near too many
MOST_COMPARED = 200  # words compared at most: of those that may be near, the most frequent ones
KEPT = 10_000  # words in memory at most: some 2 MB

_COUNT = Statement("SELECT records FROM word WHERE word = :word")


class Known(NamedTuple):
    """A word that occurs: folded, as first written, in how many records it is in a name, in how many at all."""

    word: str
    shown: str
    names: int
    records: int


class Vocabulary:
    """The words of a store, those looked at last in memory: the most frequent ones are near many."""

    def __init__(self, store: Store) -> None:
        """Of a store."""
        self.store = store
        self.count = lru_cache(maxsize=128)(self._count)  # a search asks more than once of its words
        self._kept: dict[int, Known] = {}

    def _count(self, folded: str) -> int:
        """In how many records a word occurs."""
        found = self.store.run(_COUNT, word=folded)
        return int(found[0][0]) if found else 0

    def nearest(self, folded: str) -> str | None:
        """The nearest word that occurs in more records than this one, as written."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        known = self.count(folded)
        words = [word for word in self._of(self._near(folded)) if word.records > known]
        for only_names in (True, False):
            pool = {word.word: word for word in words if word.names or not only_names}
            near = process.extract(folded, pool.keys(), scorer=OSA.normalized_similarity, score_cutoff=NEAR, limit=10)
            if near:
                *_, best = min((-score, -pool[found].records, found) for found, score, _ in near)
                return pool[best].shown
        return None

    def _of(self, numbers: Sequence[int]) -> list[Known]:
        """The words of some numbers, in their order."""
        kept = self._kept  # another thread may begin a new one meanwhile
        missing = [number for number in numbers if number not in kept]
        if missing:
            if len(kept) + len(missing) > KEPT:
                kept = self._kept = {number: kept[number] for number in numbers if number in kept}
            kept.update(zip(missing, map(Known._make, self.store.rows("word", missing, Known._fields)), strict=True))
        return [kept[number] for number in numbers]

    def _near(self, folded: str) -> list[int]:
        """The numbers of the words that may be near; they run from the most frequent word, those of names first."""
        bitmaps, few = self.store.bitmaps, mistakes(folded)
        having = [joined([bitmaps.of("word", "letters", row) for row in rows]) for rows in kept(folded)]
        lengths = range(len(folded) - few, len(folded) + few + 1)
        as_long = bitmaps.among("word", "length", map(str, lengths))
        return list(islice(FrozenBitMap.union(*having) & as_long, MOST_COMPARED))

    def respelt(self, asked: Wanted, *, all_words: bool) -> str | None:
        """The query with the words that do not occur (or every word that has a more frequent neighbour) exchanged."""
        beginnings = {term.words[-1] for term in asked.terms if term.begins}
        looked_for = {word for term in asked.terms for word in term.words} - beginnings
        changed = asked.text
        for token in reversed(tokens(asked.text)):
            doubtful = len(token.text) >= SHORTEST and not token.text.isdigit() and not is_syllable(token.text)
            if token.text not in looked_for or not doubtful or (self.count(token.text) and not all_words):
                continue
            meant = self.nearest(token.text)
            if meant:
                changed = changed[: token.start] + meant + changed[token.end :]
        return changed if changed != asked.text and wanted(changed).terms else None

    def knows(self, asked: Wanted) -> bool:
        """Whether every word of a query occurs as it is written."""
        return all(
            is_syllable(found) or self.count(found)
            for term in asked.terms
            for found in (term.words[:-1] if term.begins else term.words)
        )
