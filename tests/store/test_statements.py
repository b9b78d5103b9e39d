"""Statements and their sources, in the store: what is inherited and what kept short; what is found says so itself."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.curation.load import load
from app.resources import RESOURCES
from app.store import facts, provenance
from app.store.build import Build
from app.store.facts import Sources, inherited
from app.store.provenance import Wanted, pages, statements
from app.store.query import Store
from app.values import page_ranges
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
works = st.sampled_from([("harbour-1960",), ("harbour-1960", "grey-papers-2")])
citations = st.sampled_from([("harbour-1960-p30",), ("harbour-1960-p10-12", "harbour-1960-p20-25")])
several = {
    "kinds": st.sampled_from([("cited",), ("single",), ("noted", "uncited")]),
    "collections": st.sampled_from([("treaties",), ("treaties", "battles", "events")]),
    "records": st.sampled_from([("treaties/dawn-treaty",), ("battles/hill-clash", "events/transfer-of-men")]),
    "paragraphs": st.sampled_from([(2,), (3, 4)]),
    "notes": st.just(("two-counts-of-men",)),
}
page = st.sampled_from([(10, 10), (11, 11), (22, 22), (10, 20), (20, 25), (1, 99999)])
asked = st.one_of(
    st.builds(Wanted, **{name: st.just(()) | some for name, some in several.items()}),
    st.builds(Wanted, works=works, pages=st.none() | page, citations=st.just(()) | citations, alone=st.booleans()),
    st.builds(Wanted, works=works, pages=page, alone=st.booleans(), kinds=several["kinds"]),
    st.builds(Wanted, citations=citations, alone=st.booleans(), collections=several["collections"]),
)


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


def meets(row: dict[str, Any], wanted: Wanted) -> bool:
    """Whether a statement, as it is served, is asked for: read off itself."""
    ranges = [(c, pages) for c in row["citations"] for pages in page_ranges(c["pages"])]
    named = [
        (c, pages)
        for c, pages in ranges
        if (not wanted.works or c["work"]["id"] in wanted.works)
        and (not wanted.citations or c["id"] in wanted.citations)
    ]
    low, high = wanted.pages or (0, 99999)
    kinds = {
        "cited": bool(row["citations"]),
        "single": len(row["citations"]) == 1,
        "uncited": row["paragraph"] is not None,
        "noted": bool(row["notes"]),
    }
    paragraphs = {row["paragraph"], *(c["paragraph"] for c in row["citations"])}
    return all(
        (
            not (wanted.works or wanted.citations) or any(p[0] <= high and p[1] >= low for _, p in named),
            not wanted.alone or sum(p[0] >= low and p[1] <= high for _, p in named) == len(ranges),
            not wanted.kinds or any(kinds[kind] for kind in wanted.kinds),
            not wanted.collections or row["collection"] in wanted.collections,
            not wanted.records or f"{row['collection']}/{row['record']['id']}" in wanted.records,
            not wanted.paragraphs or paragraphs & set(wanted.paragraphs),
            not wanted.notes or {note["id"] for note in row["notes"]} & set(wanted.notes),
        )
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(wanted=asked)
def test_statements_are_those_that_say_so_themselves(store: Store, wanted: Wanted) -> None:
    every = statements(store, Wanted(), 0, 1000).bodies
    found = statements(store, wanted, 0, 1000)
    assert found.bodies == tuple(body for body in every if meets(json.loads(body), wanted))
    assert (found.total, found.total_is_exact) == (len(found.bodies), True)


def test_what_rests_alone_is_looked_up_up_to_a_bound(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Wanted(works=("harbour-1960",), alone=True)
    whole = statements(store, wanted, 0, 200)
    monkeypatch.setattr(provenance, "EXACT", 3)
    bounded = statements(store, wanted, 0, 200)
    assert (bounded.bodies, bounded.total, bounded.total_is_exact) == (whole.bodies, 3, False)


def test_a_crowded_page_shows_some_and_says_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "MOST_SHOWN", 1)
    curated, problems = load(FIXTURE, RESOURCES)
    assert not problems
    build = Build(RESOURCES)
    for (collection, _), record in curated.records.items():
        build.add(collection, record)
    build.order()
    rows = [row for table, row in facts.Pages(build).rows() if table == "work_page"]
    build.close()
    ten = json.loads(next(row["body"] for row in rows if row["page"] == 10))
    assert (len(ten["citations"]), ten["citations_total"]) == (1, 3)
    assert len(ten["records"]) == 1 < ten["records_total"]


def test_the_pages_of_a_work_follow_one_another(store: Store) -> None:
    rows, more, total = pages(store, "harbour-1960", 10, 2)
    assert ([page for page, _ in rows], more, total) == ([11, 12], True, 8)
    assert pages(store, "grey-papers-2", 0, 25) == ([], False, 0)
