"""Days as sets: those up to a day are found as by looking at each row, however many days there are."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from app.edtf import MAX, MIN
from app.store import days
from app.store.bitmaps import Bitmaps
from app.store.days import BOUNDS, compared, number_of, places, tree
from app.store.dialects.statement import Statement

dates = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)


class Kept:
    """A database of bitmaps."""

    local = True

    def __init__(self, sets: Iterator[tuple[str, str, BitMap]]) -> None:
        self.bodies = {(field, value): found.serialize() for field, value, found in sets}

    def run(self, _statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        asked = {value for name, value in values.items() if name.startswith("v")}
        return [
            (value, self.bodies[values["field"], value]) for value in asked if (values["field"], value) in self.bodies
        ]

    def close(self) -> None:
        pass


@pytest.fixture(scope="module", params=[2, 3, days.BASE], autouse=True)
def _base(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(days, "BASE", request.param)
        yield


@given(found=st.lists(st.frozensets(st.integers(0, 9)), max_size=80), data=st.data())
def test_the_first_so_many_sets_are_the_union_of_a_few(found: list[frozenset[int]], data: st.DataObject) -> None:
    every, first = list(tree(map(BitMap, found))), data.draw(st.integers(0, len(found)))
    few = [every[place - 1] for place in places(first)]
    assert BitMap.union(BitMap(), *few) == BitMap(frozenset().union(*found[:first]))


def test_as_many_sets_are_read_as_a_place_has_digits() -> None:
    assert len(list(places(days.BASE**3 - 1))) == 3
    assert len(list(places(days.BASE**3))) == 1
    assert list(places(0)) == []


@given(of_rows=st.lists(dates, min_size=1, max_size=50), day=dates)
def test_rows_until_a_day_are_those_whose_day_is_no_later(of_rows: list[str], day: str) -> None:
    by_day: dict[str, BitMap] = {}
    for row, its in enumerate(of_rows):
        by_day.setdefault(its, BitMap()).add(row)
    bitmaps = Bitmaps(Kept(compared(BOUNDS[0], by_day)))
    [found] = bitmaps.until("moment", {BOUNDS[0]: number_of(day)})
    assert list(found) == [row for row, its in enumerate(of_rows) if its <= day]


def test_days_as_numbers_sort_as_days_do() -> None:
    every = [MIN, "0001-12-31", "0002-01-01", "1938-02-28", "1938-03-01", "1938-12-31", "1939-01-01", MAX]
    numbers = list(map(number_of, every))
    assert numbers == sorted(set(numbers))
    assert numbers[0] > 0
