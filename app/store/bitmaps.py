"""Rows as bitmaps: what meets several conditions at once is found, counted and paged exactly, however many there are.

For each value that something is found by, the build keeps the set of the rows that have it, as a Roaring bitmap of
their numbers. Conditions are joined by joining sets, which takes a fraction of a millisecond for a million rows. For
dates the sets of their days are kept in order (`app.store.days`), so that all up to one are the union of a few.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from itertools import chain, islice
from operator import and_, or_
from threading import Lock
from typing import Literal

from pyroaring import FrozenBitMap

from app.store.conditions import Condition, Rests, Span, Terms
from app.store.days import DAYS, UNTIL, name_of, number_of, places
from app.store.dialects.database import Database
from app.store.dialects.statement import Statement
from app.store.several import key_of, parameters, rows

Key = tuple[str, str, str | None]  # table, field, value; without one, all its values

SIZES = (1, 10, 100)  # bitmaps read at once: the least that holds them
KEPT = 48_000_000  # bytes of bitmaps kept in memory, those asked for last
OVERHEAD = 400  # bytes that what is kept under a key takes beside its value and its bitmaps
SEVERAL = 4  # sets from which on it is quicker to unite all at once than one after the other
FEW = 500  # numbers of which it is quicker to take all and leave some than to cut a part out of their set
NOTHING = FrozenBitMap()
HIGHEST = 2**32 - 1  # of the numbers that a bitmap holds
ALL, DATED, UNDATED, BUSY, JOINED = "all", "dated", "undated", "busy", "joined"

_FIELD = Statement("SELECT value, body FROM bitmap WHERE of = :of AND field = :field")


@lru_cache(maxsize=8)
def _values(size: int) -> Statement:
    among = parameters(f"v{place}" for place in range(size))
    return Statement(f"{_FIELD} AND value IN {among}")


@lru_cache(maxsize=16)
def _having(values: int) -> Statement:
    """The records that have one of so many values in a field."""
    among = parameters(f"v{place}" for place in range(values))
    return Statement(f"SELECT record FROM term WHERE field = :field AND value IN {among}")


def joined(sets: Sequence[FrozenBitMap]) -> FrozenBitMap:
    """What is in all of some sets; the smallest first, so that little is compared."""
    return sets[0] if len(sets) == 1 else reduce(and_, sorted(sets, key=len))


def united(sets: Iterable[FrozenBitMap]) -> FrozenBitMap:
    """What is in any of some sets."""
    every = list(sets)
    return reduce(or_, every) if 0 < len(every) < SEVERAL else FrozenBitMap.union(NOTHING, *every)


def between(numbers: FrozenBitMap, start: int, end: int) -> list[int]:
    """Those of some numbers from one place in their order up to another."""
    every = numbers if len(numbers) <= FEW else numbers[start:end]
    found: list[int] = every.to_array().tolist()
    return found[start:end] if every is numbers else found


class Bitmaps:
    """The bitmaps of a store."""

    def __init__(self, database: Database) -> None:
        """Read each when it is first asked for."""
        self._database = database
        self._kept: OrderedDict[Key, tuple[int, Mapping[str, FrozenBitMap]]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def _look(self, key: Key) -> Mapping[str, FrozenBitMap] | None:
        """What is kept in memory."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][1]

    def _keep(self, key: Key, bodies: Mapping[str, bytes]) -> Mapping[str, FrozenBitMap]:
        """Keep bitmaps in memory, in the place of those that nobody asked for the longest."""
        sets = {value: FrozenBitMap.deserialize(body) for value, body in bodies.items()}
        size = OVERHEAD + len(key[2] or "") + sum(map(len, bodies.values()))
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (size, sets)
                self._bytes += size
            while self._bytes > KEPT:
                _, (freed, _) = self._kept.popitem(last=False)
                self._bytes -= freed
        return sets

    def of(self, of: str, field: str, value: str = "") -> FrozenBitMap:
        """The rows of a table that have a value."""
        kept = self._look((of, field, value))
        return self.each(of, field, [value])[0] if kept is None else kept.get(value, NOTHING)

    def each(self, of: str, field: str, values: Iterable[str]) -> list[FrozenBitMap]:
        """For each of some values the rows that have it."""
        wanted, found = list(values), dict[str, FrozenBitMap]()
        with self._lock:
            for value in wanted:
                key = (of, field, value)
                if kept := self._kept.get(key):
                    self._kept.move_to_end(key)
                    found[value] = kept[1].get(value, NOTHING)
        missing = [value for value in dict.fromkeys(wanted) if value not in found]
        size = next((size for size in SIZES if len(missing) <= size), SIZES[-1])
        for start in range(0, len(missing), size):
            some = missing[start : start + size]
            filled = some + some[-1:] * (size - len(some))
            bound = {"of": of, "field": field, **{f"v{place}": value for place, value in enumerate(filled)}}
            bodies = dict(self._database.run(_values(size), bound))
            for value in some:
                mine = {value: bodies[value]} if value in bodies else {}
                found[value] = self._keep((of, field, value), mine).get(value, NOTHING)
        return [found[value] for value in wanted]

    def among(self, of: str, field: str, values: Iterable[str]) -> FrozenBitMap:
        """The rows that have one of some values."""
        return united(self.each(of, field, values))

    def values(self, of: str, field: str) -> Mapping[str, FrozenBitMap]:
        """Value → the rows that have it, for every value of a field."""
        key = (of, field, None)
        kept = self._look(key)
        if kept is None:
            kept = self._keep(key, dict(self._database.run(_FIELD, {"of": of, "field": field})))
        return kept

    def until(self, of: str, days: Mapping[str, int]) -> list[FrozenBitMap]:
        """For each bound, the rows of a table where it is a day at most."""
        names = []
        for bound, day in days.items():
            first = self.of(of, DAYS, bound).rank(day)
            names.append([name_of(bound, place) for place in places(first)])
        sets = iter(self.each(of, UNTIL, chain.from_iterable(names)))
        return [united(islice(sets, len(some))) for some in names]

    def overlapping(self, of: str, lo: str, hi: str, match: Literal["possible", "certain"]) -> FrozenBitMap:
        """The rows whose span overlaps the days lo..hi, possibly or certainly."""
        begins, ends = ("latest_start", "earliest_end") if match == "certain" else ("earliest_start", "latest_end")
        begun, over = self.until(of, {begins: number_of(hi), ends: number_of(lo) - 1})
        return begun - over

    def of_records(self, of: str, numbers: Iterable[int]) -> FrozenBitMap:
        """The rows of some records."""
        if of == "record":
            return FrozenBitMap(numbers)
        return FrozenBitMap(row[0] for row in rows(self._database, of, (key_of(of),), "record", numbers))

    def _having(self, of: str, condition: Condition) -> FrozenBitMap:
        match condition:
            case Terms(field=field, values=values):
                return self.among(of, field, values)
            case Span(lo=lo, hi=hi, match=match):
                return self.overlapping(of, lo, hi, match)
            case Rests(works=works, page=None):
                return self.among(of, "work", works)
            case Rests(field=field, values=values):
                bound = {"field": field, **{f"v{place}": value for place, value in enumerate(values)}}
                return self.of_records(of, (row[0] for row in self._database.run(_having(len(values)), bound)))
        raise AssertionError(f"{condition} is not asked of bitmaps")

    def meeting(self, of: str, conditions: Iterable[Condition]) -> FrozenBitMap:
        """The rows of records that meet all of some conditions that hold over every collection."""
        return joined([self._having(of, condition) for condition in conditions] or [self.of(of, ALL)])
