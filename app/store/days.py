"""Days as sets: what has one day at most is the union of a few sets, however many days there are.

The days that occur are counted from the first; the set at each makes a Fenwick tree. With the place of a day written in
base 32, its set holds what has a day after the place that is left when the last digit other than 0 becomes 0, and that
day at most: the set at 35 holds the days 33 to 35, that at 64 the days 1 to 64. So one set is read for each digit.
"""

from collections.abc import Iterable, Iterator, Mapping

from pyroaring import BitMap

BOUNDS = ("earliest_start", "latest_start", "earliest_end", "latest_end")
DAYS, UNTIL = "days", "until"  # fields: the days that occur as a bound, and the sets at their places
BASE = 32  # with more, fewer sets are read for an answer, and a row is in more of them: in 16 for each digit


def number_of(day: str) -> int:
    """A day (YYYY-MM-DD) as a number that sorts as days do."""
    return (int(day[:4]) * 12 + int(day[5:7]) - 1) * 31 + int(day[8:]) - 1


def name_of(bound: str, place: int) -> str:
    """The value under which the set at a place is kept."""
    return f"{bound} {place}"


def compared(bound: str, by_day: Mapping[str, BitMap]) -> Iterator[tuple[str, str, BitMap]]:
    """Field, value and set of all that a bound is compared by."""
    days = sorted(by_day)
    yield DAYS, bound, BitMap(map(number_of, days))
    for place, found in enumerate(tree(by_day[day] for day in days), start=1):
        yield UNTIL, name_of(bound, place), found


def tree(sets: Iterable[BitMap]) -> Iterator[BitMap]:
    """The set at each place from 1."""
    last: list[BitMap] = []  # by digit, the set at the last place that ends there
    for place, found in enumerate(sets, start=1):
        digits, span = 1, BASE
        while not place % span:
            digits, span = digits + 1, span * BASE
        whole = BitMap.union(found, *last[:digits])
        last[:digits] = [*(BitMap() for _ in range(digits - 1)), whole]
        yield whole


def places(first: int) -> Iterator[int]:
    """The places of the sets whose union is that of the first so many."""
    span = BASE
    while first:
        if digit := first % span:
            yield first
            first -= digit
        span *= BASE
