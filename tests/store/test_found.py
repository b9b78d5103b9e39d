"""Lists by sets: the same records, order, pages and counts as looking at each record by itself gives."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.edtf import MAX, MIN
from app.resources import RESOURCES
from app.store.conditions import Box, Condition, Matches, Rests, Span, Terms
from app.store.counts import counts
from app.store.dialects.statement import Statement
from app.store.found import Order
from app.store.positions import steps
from app.store.query import Query, Store
from app.store.schema import METADATA
from app.store.wanted import wanted

COLLECTIONS = ("treaties", "battles", "events", "citations", "places", "figures")
BOXES = (Box(131, 43, 132, 44), Box(179, 50, -179, 70), Box(-180, -90, 180, 90), Box(131.9, 43.1, 131.9, 43.1))
DAYS = (MIN, "1925-01-20", "1928-02-01", "1937-01-01", "1938-08-11", "1941-12-31", MAX)
WORDS = ("fishery", "the", "north*", '"dawn treaty"', "treaty -fishery", "nothing-like-it")

Row = dict[str, Any]


class Reference:
    """The rows of a store, each record looked at by itself."""

    def __init__(self, store: Store) -> None:
        every = {name: self._rows(store, name) for name in ("record", "term", "span", "point")}
        self.records = {row["number"]: row for row in every["record"]}
        self.terms = {(row["record"], row["field"], row["value"]) for row in every["term"]}
        self.spans, self.points = every["span"], every["point"]
        self.words = {
            text: {number for number in self.records if number in store.words.matching(wanted(text)).numbers}
            for text in WORDS
        }

    @staticmethod
    def _rows(store: Store, table: str) -> list[Row]:
        names = METADATA.tables[table].columns.keys()
        rows = store.run(Statement(f"SELECT {', '.join(names)} FROM {table}"))
        return [dict(zip(names, row, strict=True)) for row in rows]

    def meets(self, number: int, condition: Condition) -> bool:
        match condition:
            case Terms(field=field, values=values):
                return any((number, field, value) in self.terms for value in values)
            case Rests(works=works, page=page):
                named = [work if page is None else f"{work} {page}" for work in works]
                return any((number, "work" if page is None else "work_page", value) in self.terms for value in named)
            case Span(field=field, lo=lo, hi=hi, match=match):
                bounds = [row for row in self.spans if row["record"] == number and row["field"] == field]
                if match == "certain":
                    return any(row["latest_start"] <= hi and row["earliest_end"] >= lo for row in bounds)
                return any(row["earliest_start"] <= hi and row["latest_end"] >= lo for row in bounds)
            case Box(west=west, south=south, east=east, north=north):
                at = [(row["lat"], row["lon"]) for row in self.points if row["record"] == number]
                across: Callable[[float], bool] = lambda lon: lon >= west or lon <= east  # noqa: E731
                along: Callable[[float], bool] = lambda lon: west <= lon <= east  # noqa: E731
                return any(south <= lat <= north and (across if west > east else along)(lon) for lat, lon in at)
            case Matches(wanted=asked):
                return number in self.words[asked.text]
        raise AssertionError(condition)

    def under(self, collection: str, conditions: tuple[Condition, ...]) -> list[Row]:
        of = (row for row in self.records.values() if row["collection"] == collection)
        return [row for row in of if all(self.meets(row["number"], condition) for condition in conditions)]

    def is_dated(self, row: Row) -> bool:
        return any(s["record"] == row["number"] and s["field"] == "date" for s in self.spans)

    def ordered(self, query: Query) -> list[Row]:
        found = sorted(self.under(query.collection, query.conditions), key=lambda row: row[query.by])
        if not query.descending:
            return found
        if not query.dated_only:
            return found[::-1]
        dated = [row for row in found if self.is_dated(row)]
        return dated[::-1] + [row for row in found if not self.is_dated(row)]


@pytest.fixture(scope="module")
def reference(store: Store) -> Reference:
    return Reference(store)


@st.composite
def conditions(draw: st.DrawFn, terms: dict[str, list[str]]) -> tuple[Condition, ...]:
    """Some conditions on a collection with these fields and values."""

    def one() -> Condition:
        kind = draw(st.sampled_from(["terms", "span", "box", "rests", "words"]))
        if kind == "terms":
            field = draw(st.sampled_from(sorted(terms)))
            return Terms(
                field, tuple(draw(st.lists(st.sampled_from(terms[field]), min_size=1, max_size=3, unique=True)))
            )
        if kind == "span":
            lo, hi = sorted((draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))))
            match: Literal["possible", "certain"] = draw(st.sampled_from(["possible", "certain"]))
            return Span(draw(st.sampled_from(["date", "in_force_on"])), lo, hi, match)
        if kind == "box":
            return draw(st.sampled_from(BOXES))
        if kind == "words":
            return Matches(wanted(draw(st.sampled_from(WORDS))))
        page = draw(st.sampled_from([None, 10, 11, 12, 999]))
        return Rests(tuple(draw(st.sampled_from([("harbour-1960",), ("grey-papers-2", "harbour-1960")]))), page)

    return tuple(one() for _ in range(draw(st.integers(0, 3))))


def asked(data: st.DataObject, store: Store, collection: str) -> tuple[Condition, ...]:
    terms = {name: [*values.values, "no-such-value"] for name, values in store.values(collection).items()}
    return data.draw(conditions(terms))


def pages(store: Store, query: Query) -> list[bytes]:
    """The bodies of every page, one after the other."""
    bodies: list[bytes] = []
    while True:
        page = store.page(query)
        assert len(page.bodies) <= query.limit
        bodies += page.bodies
        if page.after is None:
            return bodies
        assert len(page.bodies) == query.limit
        query = query._replace(after=page.after)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data(), collection=st.sampled_from(COLLECTIONS), limit=st.integers(1, 6))
def test_a_list_holds_what_each_record_says_of_itself(
    store: Store, reference: Reference, data: st.DataObject, collection: str, limit: int
) -> None:
    by: Order = data.draw(st.sampled_from(["first", "second"]))
    by_date = RESOURCES[collection].sorts[:1] == ("date",) and by == "first"
    query = Query(
        collection,
        asked(data, store, collection),
        by=by,
        descending=data.draw(st.booleans()),
        dated_only=by_date,
        limit=limit,
    )
    expected = reference.ordered(query)
    assert pages(store, query) == [row["body"] for row in expected]
    assert list(store.all(query)) == [row["body"] for row in expected]
    counted = store.page(query._replace(limit=0))
    assert (counted.bodies, counted.after, counted.total, counted.total_is_exact) == ((), None, len(expected), True)
    undated = 0
    if query.timeless != query.conditions:
        undated = sum(not reference.is_dated(row) for row in reference.under(collection, query.timeless))
    assert counted.undated_excluded == undated


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data(), collection=st.sampled_from(COLLECTIONS))
def test_counts_are_those_of_the_records_found(
    store: Store, reference: Reference, data: st.DataObject, collection: str
) -> None:
    held = asked(data, store, collection)
    field = data.draw(st.sampled_from(sorted(store.values(collection))))
    found = reference.under(collection, held)
    expected: dict[str, int] = {}
    for number, name, value in reference.terms:
        if name == field and any(row["number"] == number for row in found):
            expected[value] = expected.get(value, 0) + 1
    counted = counts(store, held, field, collection)
    assert list(counted.values.items()) == sorted(expected.items(), key=lambda item: (-item[1], item[0]))
    having = {number for number, name, _ in reference.terms if name == field}
    assert counted.unknown == sum(row["number"] not in having for row in found)
    assert counted.are_exact


@pytest.mark.parametrize("field", ["topic", "decade", "collection"])
@pytest.mark.parametrize("text", WORDS)
def test_counts_over_all_collections_add_up(store: Store, reference: Reference, field: str, text: str) -> None:
    counted = counts(store, (Matches(wanted(text)),), field)
    found = [reference.records[number] for number in reference.words[text]]
    if field == "collection":
        expected = {row["collection"]: sum(r["collection"] == row["collection"] for r in found) for row in found}
    else:
        values = {value for number, name, value in reference.terms if name == field}
        sizes = {v: sum((row["number"], field, v) in reference.terms for row in found) for v in values}
        expected = {value: size for value, size in sizes.items() if size}
        having = {number for number, name, _ in reference.terms if name == field}
        assert counted.unknown == sum(row["number"] not in having for row in found)
    assert counted.values == expected


def test_values_too_many_to_count_are_read_from_the_records_or_said_to_be_left_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = counts(store, (Terms("party", ("southland",)),), "topic", "treaties")
    occurring = store.found.occurring("treaties")
    [most, *_] = occurring.fields["topic"].values.items()
    cut = replace(occurring, fields={**occurring.fields, "topic": type(occurring.fields["topic"])(dict([most]), 1)})
    monkeypatch.setattr(store.found, "occurring", lambda _: cut)
    assert counts(store, (Terms("party", ("southland",)),), "topic", "treaties") == whole
    monkeypatch.setattr("app.store.counts.MOST_READ", 0)
    some = counts(store, (Terms("party", ("southland",)),), "topic", "treaties")
    assert (list(some.values), some.unknown, some.are_exact) == ([most[0]], whole.unknown, False)


def test_records_are_numbered_in_the_first_order_of_their_collection(store: Store, reference: Reference) -> None:
    for row in reference.records.values():
        assert row["number"] == store.found.occurring(row["collection"]).lowest + row["first"] - 1


@pytest.mark.parametrize(
    ("degrees", "least", "expected"), [(45.1234, -90, 1351234), (-180.0, -180, 0), (179.9999, -180, 3599999)]
)
def test_degrees_are_exact_to_the_fourth_decimal(degrees: float, least: int, expected: int) -> None:
    assert steps(degrees, least) == expected
