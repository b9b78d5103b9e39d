"""Frequent words: their bitmaps, made from the index of words when it stands, and what a search for each finds."""

from collections.abc import Iterator
from dataclasses import asdict

from pyroaring import BitMap

from app.store.build import Row
from app.store.dialects.statement import Statement
from app.store.occurrences import FREQUENT, word_field
from app.store.query import Store
from app.store.render import encode
from app.store.search import Search, name_of
from app.store.wanted import Term, Wanted, Within
from app.store.written import Read, Written

WITHIN: tuple[Within, ...] = ("any", "own", "names")
SHARE, FEWEST = 25, 20  # in a small store a word is frequent that one record in so many has, and no fewer than so many

_MATCHING = Statement("SELECT rowid FROM wording_index WHERE wording_index MATCH :wanted")
_RECORDS = Statement("SELECT count(*) FROM wording")
# What may be frequent: found by as many records as would do if none had two of its spellings.
_WORDS = Statement("SELECT min(word), loose FROM word GROUP BY loose HAVING sum(found) >= :frequent ORDER BY loose")


def _least(read: Read) -> int:
    """How many records have a word that is frequent."""
    ((records,),) = read(_RECORDS, {})
    return min(FREQUENT, max(FEWEST, int(records) // SHARE))


def rows(read: Read) -> Iterator[tuple[str, Row]]:
    """Three bitmaps for each word: the records that have it at all, in a text of their own, in a name."""
    least = _least(read)
    for found, loose in list(read(_WORDS, {"frequent": least})):
        term = Term((found,), begins=False, quoted=False)
        for within in WITHIN:
            numbers = BitMap([row[0] for row in read(_MATCHING, {"wanted": Wanted("", (term,), (), within)})])
            if within == "any" and len(numbers) < least:
                break
            numbers.run_optimize()
            yield "bitmap", {"of": "record", "field": word_field(within), "value": loose, "body": numbers.serialize()}


def searches(read: Read) -> Iterator[tuple[str, Row]]:
    """What is known of a search for each word that has bitmaps."""
    search = Search(Store(Written(read)))
    for found, loose in list(read(_WORDS, {"frequent": _least(read)})):
        if loose in search.store.words.kept:
            known = search.known(Wanted("", (Term((found,), begins=False, quoted=False),), ()), ())
            yield "document", {"name": name_of(loose), "body": encode(asdict(known))}
