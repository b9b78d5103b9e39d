"""Bitmaps in memory: what clients ask for is bounded by what it takes."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from app.store import bitmaps
from app.store.bitmaps import FEW, HIGHEST, Bitmaps, between
from app.store.dialects.statement import Statement


class Nothing:
    """A database in which nothing is found."""

    local = True

    def run(self, _statement: Statement, _values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return []

    def close(self) -> None:
        pass


@pytest.fixture
def values() -> Iterator[str]:
    return (f"wikidata:Q{number:01000}" for number in range(100))


def test_values_that_nothing_has_take_room_too(values: Iterator[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bitmaps, "KEPT", 10_000)
    found = Bitmaps(Nothing())
    for value in values:
        assert not found.of("works/first", "same_as", value)
        assert sum(len(kept or "") for _, _, kept in found._kept) <= 10_000
    assert found._kept


@given(st.sets(st.integers(0, HIGHEST - 1), max_size=40), st.integers(0, 3 * FEW), st.data())
def test_a_part_of_a_set_is_that_of_its_list(some: set[int], more: int, data: st.DataObject) -> None:
    numbers = sorted(some | set(range(7, 7 + 5 * more, 5)))
    start = data.draw(st.integers(0, len(numbers) + 2))
    end = data.draw(st.integers(start, start + 60))
    assert between(FrozenBitMap(numbers), start, end) == numbers[start:end]
