"""The bitmaps of frequent words: made from the index of words, when it stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pyroaring import BitMap
from sqlalchemy import bindparam, func, select
from sqlmodel import SQLModel

from app.store.build import Row
from app.store.dialects.statement import Statement
from app.store.dialects.words import Matching
from app.store.occurrences import FREQUENT, number, word, word_field
from app.store.tables import BitmapRow
from app.store.wanted import Term, Wanted, Within

Read = Callable[[Statement, Mapping[str, Any]], Iterable[tuple[Any, ...]]]
WITHIN: tuple[Within, ...] = ("any", "own", "names")

_MATCHING = Statement(select(number).where(Matching(bindparam("wanted"))))


# What may be frequent: found by as many records as would do if none had two of its spellings.
_WORDS = Statement(
    select(func.min(word.c.word), word.c.loose)
    .group_by(word.c.loose)
    .having(func.sum(word.c.found) >= bindparam("frequent"))
    .order_by(word.c.loose)
)


def rows(read: Read) -> Iterator[tuple[type[SQLModel], Row]]:
    """Three bitmaps for each word: the records that have it at all, in a text of their own, in a name."""
    for found, loose in list(read(_WORDS, {"frequent": FREQUENT})):
        term = Term((found,), begins=False, quoted=False)
        for within in WITHIN:
            numbers = BitMap([row[0] for row in read(_MATCHING, {"wanted": Wanted("", (term,), (), within)})])
            if within == "any" and len(numbers) < FREQUENT:
                break
            numbers.run_optimize()
            yield BitmapRow, {"of": "record", "field": word_field(within), "value": loose, "body": numbers.serialize()}
