"""Where the records of a collection lie: their places in strips from south to north, each strip from west to east.

A box has a run of each strip that it covers, found by bisection, and the runs hold the positions of the records. Those
of a place where many lie are a bitmap too: to join such costs less than to sort what they hold.
"""

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isqrt

from pyroaring import FrozenBitMap

Place = tuple[int, int]  # latitude and longitude, in steps
CROWD = 128  # records at least of a place that are kept as a bitmap


def written(places: "Mapping[Place, array[int]]") -> bytes:
    """A chart as it is kept: how many places, and how many in a strip; latitudes, longitudes, ends; positions."""
    width = max(1, isqrt(len(places)))
    southern = sorted(places)
    strips = (southern[start : start + width] for start in range(0, len(southern), width))
    ordered = [place for strip in strips for place in sorted(strip, key=lambda place: place[::-1])]
    numbers, end = array("I", [len(ordered), width]), 0
    numbers.extend(lat for lat, _ in ordered)
    numbers.extend(lon for _, lon in ordered)
    for place in ordered:
        numbers.append(end := end + len(places[place]))
    for place in ordered:
        numbers.extend(places[place])
    return _little(numbers).tobytes()


def _little(numbers: "array[int]") -> "array[int]":
    """Numbers between the order of bytes of this machine and that of a store."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


class Chart:
    """The records of a collection by where they lie, in one of its orders."""

    def __init__(self, body: bytes) -> None:
        """Read what was written."""
        numbers = array("I")
        numbers.frombytes(body)
        size, width = _little(numbers)[:2]
        self._lats, self._lons, ends = (numbers[2 + part * size : 2 + (part + 1) * size] for part in range(3))
        self._ends, self._positions = array("I", [0, *ends]), numbers[2 + 3 * size :]
        starts = [*range(0, size, width), size]
        self._strips = [(a, b, min(self._lats[a:b]), max(self._lats[a:b])) for a, b in pairwise(starts)]
        self._every = FrozenBitMap(self._positions)
        self._crowded = [at for at in range(size) if self._ends[at + 1] - self._ends[at] >= CROWD]
        self._crowds = {at: FrozenBitMap(self._positions[self._ends[at] : self._ends[at + 1]]) for at in self._crowded}

    def within(self, south: int, west: int, north: int, east: int) -> FrozenBitMap:
        """The positions of the records in a box, its edges included."""
        runs = list(self._runs(south, west, north, east))
        if sum(self._ends[last] - self._ends[first] for first, last in runs) == len(self._positions):
            return self._every
        others, crowded, crowds = array("I"), self._crowded, list[FrozenBitMap]()
        for first, last in runs:
            begin = self._ends[first]
            for at in crowded[bisect_left(crowded, first) : bisect_left(crowded, last)]:
                crowds.append(self._crowds[at])
                others.extend(self._positions[begin : self._ends[at]])
                begin = self._ends[at + 1]
            others.extend(self._positions[begin : self._ends[last]])
        return FrozenBitMap.union(FrozenBitMap(others), *crowds)

    def _runs(self, south: int, west: int, north: int, east: int) -> Iterator[tuple[int, int]]:
        """The places in a box, those of a strip together where it covers them all."""
        for start, end, lowest, highest in self._strips:
            if highest < south or lowest > north:
                continue
            first, last = bisect_left(self._lons, west, start, end), bisect_right(self._lons, east, start, end)
            if south <= lowest and highest <= north:
                yield first, last
            else:
                yield from ((at, at + 1) for at in range(first, last) if south <= self._lats[at] <= north)
