"""Statements and their sources, in the store: what is inherited, what is kept short, two ways that find the same."""

import json
from collections.abc import Iterator

import pytest

from app.curation.load import load
from app.resources import RESOURCES
from app.store import facts, provenance
from app.store.build import Build
from app.store.facts import Sources, WorkPageRow, inherited
from app.store.provenance import Wanted, pages, statements
from app.store.query import Store
from tests.support import FIXTURE

WANTED = [
    Wanted(works=("harbour-1960",)),
    Wanted(works=("harbour-1960",), pages=(11, 11)),
    Wanted(works=("harbour-1960",), pages=(10, 20), alone=True),
    Wanted(citations=("harbour-1960-p10-1", "harbour-1960-p30")),
    Wanted(citations=("harbour-1960-p10-1",), alone=True, collections=("treaties",)),
    Wanted(works=("harbour-1960",), notes=("two-counts-of-men",), kinds=("noted", "single")),
    Wanted(works=("grey-papers-2",)),
]


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if a single citation were very many."""
    monkeypatch.setattr(provenance, "COMMON", 0)
    provenance._commontext.cache_clear()
    yield
    provenance._commontext.cache_clear()


def test_a_note_on_a_part_of_a_part_leaves_it_the_sources_of_what_holds_it() -> None:
    pointers = {
        "/steps/0": Sources(["a"], None, []),
        "/steps/0/amount": Sources([], None, ["n"]),
        "/steps/1": Sources([], 4, ["m"]),
        "": Sources([], None, ["whole"]),
    }
    assert inherited(pointers, "/steps/0/amount") == Sources(["a"], None, ["n"])
    assert inherited(pointers, "/steps/1") == Sources([], 4, ["m"])
    assert inherited(pointers, "") == Sources([], None, ["whole"])


@pytest.mark.parametrize("wanted", WANTED)
def test_statements_are_in_order_and_no_more_than_asked(store: Store, wanted: Wanted) -> None:
    whole = statements(store, wanted, 0, 200)
    assert len(whole.bodies) == whole.total
    assert whole.after is None
    if whole.total > 1:
        first = statements(store, wanted, 0, 1)
        assert first.bodies == whole.bodies[:1]
        assert statements(store, wanted, first.after or 0, 200).bodies == whole.bodies[1:]
    assert statements(store, wanted, 0, 0).bodies == ()


@pytest.mark.parametrize("wanted", WANTED)
def test_what_very_many_rest_on_is_read_otherwise_and_found_the_same(
    store: Store, wanted: Wanted, request: pytest.FixtureRequest
) -> None:
    plain = statements(store, wanted, 0, 200)
    request.getfixturevalue("crowded")
    assert statements(store, wanted, 0, 200) == plain


def test_a_crowded_page_shows_some_and_says_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "MOST_SHOWN", 1)
    curated, problems = load(FIXTURE, RESOURCES)
    assert not problems
    build = Build(RESOURCES)
    for (collection, _), record in curated.records.items():
        build.add(collection, record)
    build.order()
    rows = [row for table, row in facts.Pages(build).rows() if table is WorkPageRow]
    build.close()
    ten = json.loads(next(row["body"] for row in rows if row["page"] == 10))
    assert (len(ten["citations"]), ten["citations_total"]) == (1, 3)
    assert len(ten["records"]) == 1 < ten["records_total"]


def test_the_pages_of_a_work_follow_one_another(store: Store) -> None:
    rows, more, total = pages(store, "harbour-1960", 10, 2)
    assert ([page for page, _ in rows], more, total) == ([11, 12], True, 8)
    assert pages(store, "grey-papers-2", 0, 25) == ([], False, 0)
