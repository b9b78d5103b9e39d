"""What a misspelt query may have meant: the nearest words that occur, those of names first."""

from collections.abc import Mapping
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import bindparam, select

from app.folding import is_syllable, tokens
from app.store.conditions import NONE
from app.store.dialects.statement import Statement
from app.store.query import Store
from app.store.tables import WordRow
from app.store.wanted import Wanted, wanted

word = WordRow.metadata.tables["word"]
NEAR = 0.75  # one letter in four may differ
SHORTEST = 4  # letters: shorter words are near too many
MOST_WORDS = 50_000  # words compared at most of each kind, the most frequent ones


def _most(count: str) -> Statement:
    columns = select(word.c.word, word.c.shown, word.c.records)
    occurs = columns.where(word.c[count] > NONE).order_by(word.c[count].desc(), word.c.word)
    return Statement(occurs.limit(bindparam("most")).offset(NONE))


_NAMES, _ANY = _most("names"), _most("records")
_COUNT = Statement(select(word.c.records).where(word.c.word == bindparam("word")))


class Vocabulary:
    """The words of a store, read when first needed."""

    def __init__(self, store: Store) -> None:
        """Of a store."""
        self.store = store

    @cached_property
    def _pools(self) -> tuple[Mapping[str, tuple[str, int]], ...]:
        """Word → (as written, number of records): first the words of names, then all."""
        rows = (self.store.run(sql, most=MOST_WORDS) for sql in (_NAMES, _ANY))
        return tuple({found: (shown, count) for found, shown, count in pool} for pool in rows)

    def count(self, folded: str) -> int:
        """In how many records a word occurs."""
        found = self.store.run(_COUNT, word=folded)
        return int(found[0][0]) if found else 0

    def nearest(self, folded: str) -> str | None:
        """The nearest word that occurs in more records than this one, as written."""
        known = self.count(folded)
        for pool in self._pools:
            near = process.extract(folded, pool.keys(), scorer=OSA.normalized_similarity, score_cutoff=NEAR, limit=10)
            better = [(-score, -pool[found][1], found) for found, score, _ in near if pool[found][1] > known]
            if better:
                return pool[min(better)[2]][0]
        return None

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
