"""Which statements rest on each work and on each page of it, as bitmaps of their numbers.

Made from the rows of a store when they are all written, work by work, so that memory does not grow with them.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from pyroaring import BitMap

from app.store.build import Row
from app.store.dialects.statement import Statement

FACT, WORK, PAGE = "fact", "work", "page"

Read = Callable[[Statement, Mapping[str, Any]], Iterable[tuple[Any, ...]]]

_CITED = Statement("SELECT work, first_page, last_page, fact FROM fact_citation ORDER BY work")


def page_of(work: str, page: int) -> str:
    """A page of a work, written so that the pages of a work sort as they follow one another."""
    return f"{work} {page:09}"


def rows(read: Read) -> Iterator[tuple[str, Row]]:
    """The bitmaps of every work and page that is cited."""
    for work, of_work in groupby(read(_CITED, {}), key=itemgetter(0)):
        every, pages = array("I"), defaultdict[int, "array[int]"](lambda: array("I"))
        for _, first, last, fact in of_work:
            every.append(fact)
            for page in range(first, last + 1):
                pages[page].append(fact)
        found = {(WORK, work): every} | {(PAGE, page_of(work, page)): pages[page] for page in sorted(pages)}
        for (field, value), facts in found.items():
            body = BitMap(facts, optimize=True).serialize()
            yield "bitmap", {"of": FACT, "field": field, "value": value, "body": body}
