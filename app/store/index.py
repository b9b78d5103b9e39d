"""What records are found by: their positions, terms, spans, points and supports."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import SQLModel

from app.edtf import MIN, Edtf
from app.folding import plain
from app.resource import (
    CitationRecord,
    Covers,
    Equals,
    EvidenceRecord,
    Mentions,
    Overlaps,
    Record,
    Refers,
    Resource,
)
from app.shape import references, values_at, walk
from app.store.render import Key, Renderer
from app.store.tables import PointRow, RecordRow, SpanRow, SupportRow, TermRow
from app.values import Point, page_ranges

LAST = "~"  # sorts after every letter and digit: a record with no date comes last


def fold(text: str) -> str:
    """A text as names sort: no case, no marks, numbers by value (2 before 10)."""
    padded, digits = [], ""
    for character in plain(text) + " ":
        if character.isdigit():
            digits += character
            continue
        padded.append(digits.rjust(6, "0") if digits else "")
        padded.append(character)
        digits = ""
    return "".join(padded).strip()


def dated(record: Record, resource: Resource) -> Edtf | None:
    """The date of a record: the first of the collection's date fields that has one."""
    found = (getattr(record, name) for name in resource.date)
    return next((date for date in found if date is not None), None)


def sort_key(record: Record, resource: Resource, sort: str, name: str) -> str:
    """What a record sorts by."""
    if sort == "date":
        date = dated(record, resource)
        if date is None:
            return LAST
        return date.span.earliest_start if date.span.earliest_start != MIN else date.span.latest_end
    return fold(name if sort == "name" else str(getattr(record, sort)))


Row = dict[str, Any]
Support = tuple[str, int | None, int | None]


class Index:
    """What each record can be found by."""

    def __init__(self, renderer: Renderer) -> None:
        """Turn around who rests on what, so that evidence and works are found by the records that rest on them."""
        self.renderer = renderer
        self.records = renderer.records
        self.resting: dict[Key, set[Key]] = defaultdict(set)
        self.supports: dict[Key, set[Support]] = defaultdict(set)
        for key, record in self.records.items():
            if not isinstance(record, EvidenceRecord):
                continue
            resting = {k for k, _ in renderer.resting[key]}
            evidence = set(self._evidence(record))
            self.resting[key] |= resting
            for support in evidence:
                work = ("works", support[0])
                self.resting[work] |= resting
                for holder in (key, work, *resting):
                    self.supports[holder].add(support)

    @staticmethod
    def _evidence(record: EvidenceRecord) -> Iterator[Support]:
        if isinstance(record, CitationRecord):
            for first, last in page_ranges(record.pages):
                yield record.work, first, last
            return
        for _, (collection, identifier) in references(record):
            if collection == "works":
                yield identifier, None, None

    def terms(self, key: Key) -> Iterator[tuple[str, str]]:
        """(filter, value) of everything that the record equals, refers to or mentions."""
        record = self.records[key]
        for name, condition in self.renderer.resources[key[0]].conditions.items():
            match condition:
                case Mentions():
                    for collection, identifier in sorted(self._mentioned(key)):
                        if collection == condition.collection:
                            yield name, identifier
                case Equals() | Refers():
                    for value in values_at(record, condition.path):
                        yield name, term(value)

    def _mentioned(self, key: Key) -> set[Key]:
        found = {target for _, target in references(self.records[key])}
        for resting in self.resting[key]:
            found |= {resting, *(target for _, target in references(self.records[resting]))}
        return found

    def spans(self, key: Key) -> Iterator[tuple[str, Edtf]]:
        """(filter, date) of everything that the record can be found by in time."""
        record, resource = self.records[key], self.renderer.resources[key[0]]
        for name, condition in resource.conditions.items():
            match condition:
                case Overlaps():
                    date = dated(record, resource)
                    if date:
                        yield name, date
                case Covers():
                    for date in values_at(record, condition.path):
                        yield name, date

    def points(self, key: Key) -> set[tuple[float, float]]:
        """The points of a record, and of the places that it names."""
        record = self.records[key]
        if not self.renderer.resources[key[0]].has_points:
            return set()
        named = [self.records[target] for _, target in references(record) if target[0] == "places" != key[0]]
        values = (visit.value for place in (record, *named) for visit in walk(place))
        return {(float(v.lat), float(v.lon)) for v in values if isinstance(v, Point)}


def term(value: object) -> str:
    """A value as a term: true and false in lower case, the rest as written."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def positions(renderer: Renderer, resource: Resource) -> dict[Key, tuple[int, int]]:
    """The position of each record of a collection under its first and second sort; unique, ties broken by id."""
    keys = [key for key in renderer.records if key[0] == resource.name]
    by_sort = []
    for sort in (resource.sorts * 2)[:2]:
        ordered = sorted(keys, key=lambda k: (sort_key(renderer.records[k], resource, sort, renderer.names[k]), k[1]))
        by_sort.append({key: position for position, key in enumerate(ordered, start=1)})
    return {key: (by_sort[0][key], by_sort[1][key]) for key in keys}


@dataclass(frozen=True)
class Build:
    """What is known when the rows of a store are made."""

    renderer: Renderer
    positions: Mapping[Key, tuple[int, int]]  # under the first and second sort of the collection
    numbers: Mapping[Key, int]  # of the records in this store, in the order of their first sort

    @classmethod
    def of(cls, renderer: Renderer) -> "Build":
        """Number every record."""
        found: dict[Key, tuple[int, int]] = {}
        for resource in renderer.resources.values():
            found |= positions(renderer, resource)
        return cls(renderer, found, {key: number for number, key in enumerate(found, start=1)})


def rows(build: Build) -> Iterator[tuple[type[SQLModel], Row]]:
    """Each record, and the rows that it is found by."""
    renderer, index = build.renderer, Index(build.renderer)
    for key, number in build.numbers.items():
        first, second = build.positions[key]
        record = {"collection": key[0], "record": number}
        ranked = {"collection": key[0], "first": first, "second": second}
        body = renderer.render(key)
        yield RecordRow, {**ranked, "number": number, "id": key[1], "name": renderer.names[key], "body": body}
        for field, value in dict.fromkeys(index.terms(key)):
            yield TermRow, {**ranked, "record": number, "field": field, "value": value}
        for field, date in index.spans(key):
            yield SpanRow, {**record, "field": field, **asdict(date.span)}
        for lat, lon in sorted(index.points(key)):
            yield PointRow, {**record, "lat": lat, "lon": lon}
        for work, first_page, last_page in sorted(index.supports[key], key=str):
            yield SupportRow, {**record, "work": work, "first_page": first_page, "last_page": last_page}
