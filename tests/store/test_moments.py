"""The timeline's sets against its rows, read one by one: whatever is asked, nothing more and nothing less is found."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.edtf import Span as Bounds
from app.edtf import certain, possible
from app.store import timeline
from app.store.conditions import Condition, Rests, Terms
from app.store.current import open_store
from app.store.days import BOUNDS
from app.store.dialects.statement import Statement
from app.store.moments import UNKNOWN
from app.store.query import Store
from app.store.timeline import Asked

ACTORS = ("northland", "southland", "third-realm", "coast-company", "nobody")
PLACES = ("dawn-harbour", "east-cape")
TOPICS = ("war-and-truce", "trade")
DAYS = st.sampled_from(
    [
        "0001-01-01", "1900-02-29", "1925-01-20", "1925-12-31", "1933-06-26", "1936-12-31",
        "1938-07-31", "1938-08-11", "1940-06-01", "1941-06-22", "9999-12-31",
    ]
)  # fmt: skip


class Row(NamedTuple):
    """A row of the timeline, with what its record is found by."""

    place: int
    record: int
    values: dict[str, Any]
    terms: frozenset[tuple[str, str]]

    def meets(self, condition: Condition) -> bool:
        if isinstance(condition, Rests):
            if condition.page is None:
                return any(("work", work) in self.terms for work in condition.works)
            return any(("work_page", f"{work} {condition.page}") in self.terms for work in condition.works)
        assert isinstance(condition, Terms)
        return any((condition.field, value) in self.terms for value in condition.values)

    def wanted(self, asked: Asked) -> bool:
        values = self.values
        return (
            all(map(self.meets, asked.conditions))
            and all({**values, "record": self.record}[name] in several for name, several in asked.terms.items())
            and (asked.on is None or asked.on in (values["begins_on"], values["ends_on"]))
            and (
                asked.span is None
                or {"possible": possible, "certain": certain}[asked.match](self.bounds, asked.span[0], asked.span[1])
            )
        )

    @property
    def bounds(self) -> Bounds:
        return Bounds(*(self.values[name] for name in BOUNDS))


def rows(store: Store, table: str, place: str, columns: tuple[str, ...]) -> list[Row]:
    terms: dict[int, set[tuple[str, str]]] = {}
    for record, field, value in store.run(Statement("SELECT record, field, value FROM term")):
        terms.setdefault(record, set()).add((field, value))
    found = store.run(Statement(f"SELECT {place}, record, {', '.join(columns)} FROM {table} ORDER BY {place}"))
    return [Row(p, r, dict(zip(columns, v, strict=True)), frozenset(terms.get(r, ()))) for p, r, *v in found]


def moments(store: Store) -> list[Row]:
    columns = ("collection", "kind", "year", "decade", "begins_on", "ends_on", *BOUNDS, "body")
    return rows(store, "moment", "position", columns)


def undated(store: Store) -> list[Row]:
    return rows(store, "undated", "number", ("collection", "kind"))


def several(values: list[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


CONDITIONS = st.lists(
    st.one_of(
        several([*ACTORS]).map(lambda values: Terms("actor", values)),
        several([*PLACES]).map(lambda values: Terms("place", values)),
        several([*TOPICS]).map(lambda values: Terms("topic", values)),
        st.sampled_from([Rests(("harbour-1960",)), Rests(("harbour-1960",), 11), Rests(("harbour-1960", "none"), 20)]),
    ),
    max_size=2,
).map(tuple)
TERMS = st.fixed_dictionaries(
    {},
    optional={
        "collection": several(["battles", "treaties", "negotiations", "events", "figures", "people"]),
        "kind": several(["step", "phase", "signed", "battle", "ending"]),
        "year": several([1925, 1933, 1936, 1938, 1941, 2000, UNKNOWN]),
        "decade": several([1910, 1920, 1930, 1940, UNKNOWN]),
        "record": several(list(range(1, 60))),
    },
)
ASKED = st.builds(
    Asked,
    conditions=CONDITIONS,
    terms=TERMS,
    on=st.sampled_from([None, None, None, "08-11", "12-31", "07-29", "01-01"]),
    span=st.none() | st.tuples(DAYS, DAYS).map(lambda days: (min(days), max(days))),
    match=st.sampled_from(["possible", "certain"]),
    descending=st.booleans(),
    limit=st.integers(1, 30),
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(asked=ASKED)
def test_pages_hold_the_moments_asked_for_in_order(store: Store, asked: Asked) -> None:
    expected = [row for row in moments(store) if row.wanted(asked)]
    found, after = list[bytes](), None
    while True:
        page = timeline.page(store, replace(asked, after=after))
        assert (page.total, page.total_is_exact) == (len(expected), True)
        assert len(page.bodies) == asked.limit or page.after is None
        found += page.bodies
        after = page.after
        if after is None:
            break
    ordered = expected[::-1] if asked.descending else expected
    assert found == [row.values["body"] for row in ordered]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(asked=ASKED, by=st.sampled_from(["year", "decade"]))
def test_groups_hold_the_moments_asked_for(store: Store, asked: Asked, by: Any) -> None:
    expected = [row for row in moments(store) if row.wanted(asked)]
    counts = Counter(row.values[by] for row in expected)
    ordered = sorted(set(counts) - {UNKNOWN}, reverse=asked.descending) + [UNKNOWN] * (UNKNOWN in counts)
    found, after = [], None
    while True:
        groups = timeline.groups(store, replace(asked, after=after), by)
        assert (groups.total, groups.moments) == (len(counts), len(expected))
        found += groups.groups
        after = groups.after
        if after is None:
            break
    assert [(group.value, group.count) for group in found] == [(value, counts[value]) for value in ordered]
    for group in found:
        mine = [row.values["body"] for row in expected if row.values[by] == group.value]
        assert group.bodies == tuple((mine[::-1] if asked.descending else mine)[: timeline.SHOWN])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(asked=ASKED)
def test_what_has_no_date_is_counted_under_what_is_asked_of_it(store: Store, asked: Asked) -> None:
    timeless = replace(
        asked, on=None, span=None, terms={n: v for n, v in asked.terms.items() if n not in ("year", "decade")}
    )
    assert timeline.without_date(store, asked) == sum(row.wanted(timeless) for row in undated(store))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(asked=ASKED, days=st.tuples(DAYS, DAYS))
def test_a_state_holds_what_stood(store: Store, asked: Asked, days: tuple[str, str]) -> None:
    span = (min(days), max(days))
    terms = {name: values for name, values in asked.terms.items() if name in ("collection", "record")}
    asked = replace(asked, span=span, terms=terms, on=None, descending=False)
    every = rows(store, "standing", "position", ("collection", "state", *BOUNDS, "body"))
    expected = [row for row in every if row.wanted(asked)]
    found, after = [], None
    while True:
        state = timeline.state(store, replace(asked, after=after))
        counts = {(collection, name): (number, sure) for collection, name, number, sure in state.counts}
        found += state.standing
        after = state.after
        if after is None:
            break
    assert [(each.body, each.certain) for each in found] == [
        (row.values["body"], certain(row.bounds, *span)) for row in expected
    ]
    number = Counter((row.values["collection"], row.values["state"]) for row in expected)
    sure = Counter((row.values["collection"], row.values["state"]) for row in expected if certain(row.bounds, *span))
    assert counts == {key: (count, sure[key]) for key, count in number.items()}
    assert list(counts) == list(dict.fromkeys((row.values["collection"], row.values["state"]) for row in expected))


def test_a_place_beyond_every_number_ends_the_list(store: Store) -> None:
    for after in (2**63, 2**32, 10**6):
        assert timeline.page(store, Asked(after=after)).bodies == ()
        assert timeline.page(store, Asked(after=after, descending=True)).bodies
    for after in (0, -5):
        assert timeline.page(store, Asked(after=after)).bodies
        assert timeline.page(store, Asked(after=after, descending=True)).bodies == ()


def test_bitmaps_beyond_their_room_are_read_anew(store_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.bitmaps.KEPT", 1)
    store = Store(open_store(store_file))
    for _ in range(2):
        assert timeline.page(store, Asked()).total == len(moments(store))
        assert len(timeline.groups(store, Asked(), "year").groups) == 13
    assert store.bitmaps._bytes <= 1
