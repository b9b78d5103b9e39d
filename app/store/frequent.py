"""Frequent words: their bitmaps, made from the index of words when it stands, and what a search for each finds."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from pyroaring import BitMap

from app.store.build import Row
from app.store.dialects.statement import Statement
from app.store.occurrences import FREQUENT, word_field
from app.store.query import Store
from app.store.render import encode
from app.store.search import Search, name_of
from app.store.wanted import Term, Wanted, Within

Read = Callable[[Statement, Mapping[str, Any]], Iterable[tuple[Any, ...]]]
WITHIN: tuple[Within, ...] = ("any", "own", "names")

_MATCHING = Statement("SELECT rowid FROM wording_index WHERE wording_index MATCH :wanted")
# What may be frequent: found by as many records as would do if none had two of its spellings.
_WORDS = Statement("SELECT min(word), loose FROM word GROUP BY loose HAVING sum(found) >= :frequent ORDER BY loose")


def rows(read: Read) -> Iterator[tuple[str, Row]]:
    """Three bitmaps for each word: the records that have it at all, in a text of their own, in a name."""
    for found, loose in list(read(_WORDS, {"frequent": FREQUENT})):
        term = Term((found,), begins=False, quoted=False)
        for within in WITHIN:
            numbers = BitMap([row[0] for row in read(_MATCHING, {"wanted": Wanted("", (term,), (), within)})])
            if within == "any" and len(numbers) < FREQUENT:
                break
            numbers.run_optimize()
            yield "bitmap", {"of": "record", "field": word_field(within), "value": loose, "body": numbers.serialize()}


class _Written:
    """What has been written, read as a store."""

    local = True

    def __init__(self, read: Read) -> None:
        self._read = read

    def run(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return list(self._read(statement, values))

    def close(self) -> None:
        """There is nothing to let go of."""


def searches(read: Read) -> Iterator[tuple[str, Row]]:
    """What is known of a search for each word that has bitmaps."""
    search = Search(Store(_Written(read)))
    for found, loose in list(read(_WORDS, {"frequent": FREQUENT})):
        if loose in search.store.words.kept:
            known = search.known(Wanted("", (Term((found,), begins=False, quoted=False),), ()), ())
            yield "document", {"name": name_of(loose), "body": encode(asdict(known))}
