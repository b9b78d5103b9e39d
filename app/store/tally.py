"""How many of some records have each value of a field that every collection has: the most frequent values."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from heapq import heappush, heappushpop, nlargest

from pyroaring import FrozenBitMap
from sqlalchemy import bindparam, func, select

from app.store.bitmaps import ALL, Bitmaps
from app.store.conditions import term
from app.store.dialects.database import Database
from app.store.dialects.statement import Statement
from app.store.several import chunks, several

# Sets counted in the time in which the values of some records are read: so many, and so many more for each record.
READING, READING_ONE = 200, 10
SAMPLED, SAMPLE = 6_000, 1_500  # records: of more, so many are looked at first
COMPARED = 100  # values compared by a sample, those of most records at all


@lru_cache(maxsize=8)
def _held(size: int) -> Statement:
    """The values in a field of so many records."""
    among = term.c.record.in_(several(size)), term.c.field == bindparam("field")
    return Statement(select(term.c.value, func.count()).where(*among).group_by(term.c.value))


class Tally:
    """Counts the values of fields."""

    def __init__(self, database: Database, bitmaps: Bitmaps) -> None:
        """Of a store."""
        self._database, self._bitmaps = database, bitmaps
        self._ordered = lru_cache(maxsize=16)(self._order)
        self._samples = lru_cache(maxsize=16)(self._sample)

    def _order(self, field: str) -> tuple[str, ...]:
        """The values of a field, those of most records first."""
        sets = self._bitmaps.values("record", field)
        return tuple(sorted(sets, key=lambda value: (-len(sets[value]), value)))

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
        sets = self._bitmaps.values("record", field)
        sample = numbers & self._samples(2 ** (len(numbers) // SAMPLE).bit_length())
        found = nlargest(most, ordered[:COMPARED], lambda value: sample.intersection_cardinality(sets[value]))
        return self._of(numbers, field, tuple(found), most), False

    def _sample(self, step: int) -> FrozenBitMap:
        """Every so many-th record."""
        return FrozenBitMap(range(0, self._bitmaps.of("record", ALL).max() + 1, step))

    def _of(self, numbers: FrozenBitMap, field: str, values: tuple[str, ...], most: int) -> dict[str, int]:
        if len(values) > READING + READING_ONE * len(numbers):
            found = [(count, value) for value, count in self.held(numbers, field).items()]
        else:
            found = self._counted(numbers, field, values, most)
        return {value: count for count, value in sorted(found, key=lambda f: (-f[0], f[1]))[:most]}

    def _counted(self, numbers: FrozenBitMap, field: str, ordered: tuple[str, ...], most: int) -> list[tuple[int, str]]:
        """The values with the highest counts: once a value has fewer records in all, none after it can have more."""
        sets = self._bitmaps.values("record", field)
        found: list[tuple[int, str]] = []
        highest: list[int] = []
        for value in ordered:
            of_value = sets[value]
            if len(highest) == most and len(of_value) < highest[0]:
                break
            count = numbers.intersection_cardinality(of_value)
            if count:
                found.append((count, value))
                (heappush if len(highest) < most else heappushpop)(highest, count)
        return found
