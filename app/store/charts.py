"""Where the records of a collection lie: their places in strips from south to north, each strip from west to east.

A box has a run of each strip that it covers, found by bisection. Neighbours in a strip make blocks, each with a bitmap:
the blocks that a run covers are joined, and only what is left of the run at either end has to be put in order.
"""

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isqrt

from pyroaring import FrozenBitMap

Place = tuple[int, int]  # latitude and longitude, in steps
BLOCK = 32  # points of a block: it grows until it has so many, and a place with as many is one by itself
WIDE = 2  # a strip has so many times the root of how many places there are: wide ones make few runs of a box


def written(places: "Mapping[Place, array[int]]") -> bytes:
    """A chart as it is kept: how many places, and how many in a strip; latitudes, longitudes, ends; positions."""
    width = max(1, WIDE * isqrt(len(places)))
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
        self._starts = [*range(0, size, width), size]  # of strips
        self._lowest = [min(self._lats[a:b]) for a, b in pairwise(self._starts)]
        self._highest = [max(self._lats[a:b]) for a, b in pairwise(self._starts)]
        self._every = FrozenBitMap(self._positions)
        self._corners = [(some(self._lats, default=0), some(self._lons, default=0)) for some in (min, max)]
        cuts = [*self._cut(width), size]  # where blocks begin, and the last ends
        self._reached = [self._ends[cut] for cut in cuts]  # the positions before them
        self._blocks = [FrozenBitMap(self._positions[begin:end]) for begin, end in pairwise(self._reached)]
        self._begun = array("I", [0])  # for each place how many blocks begin before it
        for block, (begin, end) in enumerate(pairwise(cuts), 1):
            self._begun.extend([block] * (end - begin))
        self._begun.append(len(cuts))

    def _cut(self, width: int) -> Iterator[int]:
        cut = 0
        for at, (begin, end) in enumerate(pairwise(self._ends)):
            if not at % width or begin - self._ends[cut] >= BLOCK or end - begin >= BLOCK:
                yield (cut := at)

    def within(self, south: int, west: int, north: int, east: int) -> FrozenBitMap:
        """The positions of the records in a box, its edges included."""
        (southern, western), (northern, eastern) = self._corners
        if south <= southern and west <= western and northern <= north and eastern <= east:
            return self._every
        ends, positions, reached, begun = self._ends, self._positions, self._reached, self._begun
        others, blocks = array("I"), list[FrozenBitMap]()
        for first, last in self._runs(south, west, north, east):
            begin, end = begun[first], begun[last + 1] - 1
            if begin < end:
                blocks += self._blocks[begin:end]
                others += positions[ends[first] : reached[begin]]
                others += positions[reached[end] : ends[last]]
            else:
                others += positions[ends[first] : ends[last]]
        return FrozenBitMap.union(FrozenBitMap(others), *blocks)

    def _runs(self, south: int, west: int, north: int, east: int) -> list[tuple[int, int]]:
        """The places in a box, those of a strip together where it covers them all."""
        lats, lons, starts, lowest, highest = self._lats, self._lons, self._starts, self._lowest, self._highest
        runs: list[tuple[int, int]] = []
        for strip in range(bisect_left(highest, south), bisect_right(lowest, north)):
            end = starts[strip + 1]
            first = bisect_left(lons, west, starts[strip], end)
            last = bisect_right(lons, east, first, end)
            if south <= lowest[strip] and highest[strip] <= north:
                runs.append((first, last))
            else:
                runs += [(at, at + 1) for at in range(first, last) if south <= lats[at] <= north]
        return runs
