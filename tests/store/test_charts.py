"""Charts: a box finds what lies in it, however places fall into strips."""

from array import array
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store import charts
from app.store.charts import Chart, written

degrees = st.integers(0, 12)
box = st.tuples(degrees, degrees, degrees, degrees)


@pytest.fixture(scope="module", params=[1, 3, charts.BLOCK], autouse=True)
def _block(request: pytest.FixtureRequest) -> Iterator[None]:
    """How many points a block has: one place each, some, all of a strip."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "BLOCK", request.param)
        yield


@given(records=st.lists(st.lists(st.tuples(degrees, degrees), max_size=3), max_size=40), box=box)
def test_a_box_holds_the_records_with_a_place_in_it(
    records: list[list[tuple[int, int]]], box: tuple[int, int, int, int]
) -> None:
    places: dict[tuple[int, int], array[int]] = {}
    for position, where in enumerate(records, start=1):
        for place in where:
            places.setdefault(place, array("I")).append(position)
    south, west, north, east = box
    expected = [
        position
        for position, where in enumerate(records, start=1)
        if any(south <= lat <= north and west <= lon <= east for lat, lon in where)
    ]
    assert list(Chart(written(places)).within(south, west, north, east)) == expected
