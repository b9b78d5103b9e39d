"""How many of some records have each value of a field that every collection has: the most frequent values."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from heapq import heappush, heappushpop, nlargest

from pyroaring import FrozenBitMap

from app.store.bitmaps import ALL, Bitmaps
from app.store.dialects.database import Database
from app.store.dialects.statement import Statement
from app.store.several import chunks, several

# Sets counted in the time in which the values of some records are read: so many, and so many more for each record.
READING, READING_ONE = 200, 10
SAMPLED, SAMPLE = 6_000, 1_500  # records: of more, so many are looked at first
THINNED = 8  # the least step of a sample: each is a power of two, so that a sample of fewer is within one of more
DENSE = 16  # a set with more than one record in so many is kept as bits, not as a list
COMPARED = 100  # values compared by a sample, those of most records at all

Sized = tuple[str, int]  # a value, and how many records have it


@lru_cache(maxsize=8)
def _held(size: int) -> Statement:
    """The values in a field of so many records."""
    among = f"record IN {several(size)} AND field = :field"
    return Statement(f"SELECT value, count(*) FROM term WHERE {among} GROUP BY value")


class Tally:
    """Counts the values of fields."""

    def __init__(self, database: Database, bitmaps: Bitmaps) -> None:
        """Of a store."""
        self._database, self._bitmaps = database, bitmaps
        self._ordered = lru_cache(maxsize=16)(self._order)
        self._samples = lru_cache(maxsize=16)(self._sample)
        self._thinned = lru_cache(maxsize=16)(self._thin)

    def _order(self, field: str) -> tuple[Sized, ...]:
        """The values of a field with the number of their records, those of most records first."""
        sets = self._bitmaps.values("record", field)
        return tuple(sorted(((value, len(of)) for value, of in sets.items()), key=lambda sized: (-sized[1], sized[0])))

    def held(self, numbers: Iterable[int], field: str) -> Counter[str]:
        """Value → how many of some records have it, read from each of them."""
        held: Counter[str] = Counter()
        for some in chunks(numbers):
            held.update(dict(self._database.run(_held(len(some)), {**some, "field": field})))
        return held

    def most_frequent(self, numbers: FrozenBitMap, field: str, most: int) -> dict[str, int]:
        """Value → how many of some records have it, for the most frequent values, in that order."""
        return self._of(numbers, field, self._ordered(field), most)

    def likely(self, numbers: FrozenBitMap, field: str, most: int) -> tuple[dict[str, int], bool]:
        """The same in bounded time, and whether it is the same.

        Where records and values are many, the values are those most frequent in a sample; their numbers are exact.
        """
        ordered = self._ordered(field)
        if len(numbers) <= SAMPLED or len(ordered) <= 2 * most:
            return self._of(numbers, field, ordered, most), True
        sample = numbers & self._samples(max(THINNED, 2 ** (len(numbers) // SAMPLE).bit_length()))
        thinned = self._thinned(field)
        found = nlargest(most, thinned, lambda sized: sample.intersection_cardinality(thinned[sized]))
        return self._of(numbers, field, tuple(found), most), False

    def _thin(self, field: str) -> dict[Sized, FrozenBitMap]:
        """Of the values compared by a sample, one record in THINNED: no sample holds another."""
        sets, every = self._bitmaps.values("record", field), self._samples(THINNED)
        return {sized: sets[sized[0]] & every for sized in self._ordered(field)[:COMPARED]}

    def _sample(self, step: int) -> FrozenBitMap:
        """Every so many-th record."""
        return FrozenBitMap(range(0, self._bitmaps.of("record", ALL).max() + 1, step))

    def _others(self, numbers: FrozenBitMap) -> FrozenBitMap | None:
        """All records but these, where these are neither few nor dense: dense sets are compared ten times as fast."""
        highest = self._bitmaps.of("record", ALL).max()
        return numbers.flip(0, highest + 1) if SAMPLED < len(numbers) < highest / DENSE else None

    def _of(self, numbers: FrozenBitMap, field: str, values: tuple[Sized, ...], most: int) -> dict[str, int]:
        if len(values) > READING + READING_ONE * len(numbers):
            found = [(-count, value) for value, count in self.held(numbers, field).items()]
        else:
            found = self._counted(numbers, field, values, most)
        found.sort()
        return {value: -less for less, value in found[:most]}

    def _counted(
        self, numbers: FrozenBitMap, field: str, ordered: tuple[Sized, ...], most: int
    ) -> list[tuple[int, str]]:
        """(minus how many, value) of the highest counts: of values with fewer records in all, none can have more."""
        sets, others = self._bitmaps.values("record", field), self._others(numbers)
        found: list[tuple[int, str]] = []
        highest: list[int] = []
        least = 0  # that a value must have in all to be among them
        for value, size in ordered:
            if size < least:
                break
            if others is not None and DENSE * size > len(numbers) + len(others):
                count = size - others.intersection_cardinality(sets[value])
            else:
                count = numbers.intersection_cardinality(sets[value])
            if count:
                found.append((-count, value))
                if len(highest) < most:
                    heappush(highest, count)
                else:
                    heappushpop(highest, count)
                if len(highest) == most:
                    least = highest[0]
        return found
