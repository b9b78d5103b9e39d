"""The edges between some records are those that a plain search finds, whichever records are busy."""

from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from app.resources import RESOURCES
from app.store.adjacency import unpacked
from app.store.current import open_store
from app.store.dialects.statement import Statement
from app.store.engine import build
from app.store.graph import Graph
from app.store.query import Store
from tests.support import FIXTURE

EDGES = Statement("SELECT number, type, source, target, stated_by FROM edge ORDER BY number")
STATED = Statement("SELECT record, to_busy, to_others FROM stated")


def between(store: Store, kept: set[int], types: Iterable[str]) -> list[int]:
    """By reading every edge."""
    return [number for number, kind, *ends, _ in store.run(EDGES) if kept.issuperset(ends[:2]) and kind in types]


def same(store: Store, size: int) -> None:
    """Between records taken at random, of which some are busy where any are."""
    random, types = Random(size), sorted(store.bitmaps.values("record", "source"))
    joined, busy = list(store.bitmaps.of("record", "joined")), list(store.bitmaps.of("record", "busy"))
    for _ in range(10):
        kept = {*random.sample(joined, min(size, len(joined))), *random.sample(busy, min(size, len(busy), 2))}
        for some in (types, random.sample(types, 3)):
            assert Graph(store, some)._between(sorted(kept)) == between(store, kept, some)


@pytest.mark.parametrize("size", [1, 2, 20, 200])
def test_between_are_all_edges_between(real_store: Store, size: int) -> None:
    same(real_store, size)


@pytest.mark.parametrize("many", [0, 1, 3, 6, 1000])
def test_whoever_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr("app.store.postings.MANY_EDGES", many)
    store = Store(open_store(build(FIXTURE, tmp_path, RESOURCES)))
    busy, joined = (store.bitmaps.of("record", field) for field in ("busy", "joined"))
    assert (len(busy) == len(joined), len(busy) == 0) == (many == 0, many == 1000)
    for size in (1, 5, 20):
        same(store, size)


def test_between_none_there_is_none(store: Store) -> None:
    assert Graph(store, ["led_to"])._between([]) == []


def test_each_edge_is_stated_once_by_one_of_its_ends(real_store: Store) -> None:
    busy = real_store.bitmaps.of("record", "busy")
    assert len(busy) == 2, "the Soviet Union and Japan, so that both lists are tried"
    found: dict[int, tuple[int, int | None]] = {}
    for record, to_busy, to_others in real_store.run(STATED):
        others = unpacked([to_others])
        assert record not in busy or not to_busy
        found |= dict.fromkeys(unpacked([to_busy]), (record, None))
        found |= {number: (record, far) for far, number in zip(others[::2], others[1::2], strict=True)}
    edges = real_store.run(EDGES)
    assert found.keys() == {edge[0] for edge in edges}
    for number, _, source, target, stated_by in edges:
        record, far = found[number]
        other = source + target - stated_by
        assert stated_by in (source, target)
        assert record == stated_by
        assert far == other if far is not None else other in busy
