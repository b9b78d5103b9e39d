"""What is dated in every record: each a moment of the timeline, and what lasts, for the state of affairs on a day.

A moment's place is that of its earliest possible day (of its last, where only the end is known), then the sooner over
first: 1941-04-13 before 1941-04, and both before a war that begins that day.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlmodel import Field, Index, SQLModel

from app.edtf import MAX, MIN, Edtf
from app.resource import Lasting, Resource
from app.shape import walk
from app.store.dated import Dated, dated, sources, text, undated
from app.store.index import Build, Row
from app.store.render import Key, Renderer, encode
from app.store.tables import DocumentRow
from app.values import Date, Face, Participant, PersonRole, PlaceRole, Reference, served_date

UNKNOWN = 10_000  # the year and decade of what began nobody knows when: after every other


class MomentRow(SQLModel, table=True):
    """One dated thing in a record, rendered, with what it is found by."""

    __tablename__ = "moment"
    __table_args__ = (
        Index("moment_collection", "collection", "position"),
        Index("moment_kind", "kind", "position"),
        Index("moment_record", "record", "position"),
        Index("moment_begins_on", "begins_on", "position"),
        Index("moment_ends_on", "ends_on", "position"),
        Index("moment_year", "year", "position"),
        Index("moment_decade", "decade", "position"),
        Index("moment_span", "latest_end", "earliest_start", "position"),
        Index("moment_certain", "earliest_end", "latest_start", "position"),
    )

    position: int = Field(primary_key=True, description="Place in the chronology of everything.")
    record: int = Field(description="Number of its record.")
    collection: str = Field(description="Collection of the record.")
    kind: str = Field(description="step, phase, signed …")
    year: int = Field(description="Year in which it began; UNKNOWN where that is not given.")
    decade: int = Field(description="First year of the decade in which it began; UNKNOWN likewise.")
    begins_on: str | None = Field(description="MM-DD of its first day, where the day is known.")
    ends_on: str | None = Field(description="MM-DD of its last day, where the day is known.")
    earliest_start: str = Field(description="The four bounds, as in the table span.")
    latest_start: str = Field()
    earliest_end: str = Field()
    latest_end: str = Field()
    body: bytes = Field(description="The moment as JSON.")


class UndatedRow(SQLModel, table=True):
    """What would be a moment if it had a date."""

    __tablename__ = "undated"
    __table_args__ = (Index("undated_kind", "kind", "record"), Index("undated_record", "record", "kind"))

    number: int = Field(primary_key=True)
    record: int = Field(description="Number of its record.")
    collection: str = Field(description="Collection of the record.")
    kind: str = Field(description="step, phase …")


class StandingRow(SQLModel, table=True):
    """A record that lasts for a span: in force, under way, open, in being."""

    __tablename__ = "standing"
    __table_args__ = (
        Index("standing_span", "latest_end", "earliest_start", "position"),
        Index("standing_record", "record", "position"),
    )

    position: int = Field(primary_key=True, description="Place among all: by collection, then by time.")
    record: int = Field(description="Number of the record.")
    collection: str = Field(description="Its collection.")
    state: str = Field(description="in force, under way …")
    earliest_start: str = Field(description="The four bounds, as in the table span.")
    latest_start: str = Field()
    earliest_end: str = Field()
    latest_end: str = Field()
    body: bytes = Field(description="The record in brief, with its span, as JSON.")


class Sourced(Face):
    """What the timeline shows of a record: which it is, when, and what that rests on."""

    date: Date = Field(description="When, with the precision of the source.")
    record: Reference = Field(description="The record.")
    collection: str = Field(description="Collection of the record.")
    pointer: str = Field(description="JSON pointer, relative to the record, of the part or field that is dated.")
    actors: tuple[Reference, ...] = Field(description="Actors that the part names, or who take part in the record.")
    people: tuple[Reference, ...] = Field(description="People, likewise.")
    places: tuple[Reference, ...] = Field(description="Places, likewise.")
    citations: tuple[Reference, ...] = Field(description="Citations that it rests on; empty where it has none.")
    uncited: int | None = Field(description="Paragraph of the essay that states it without a citation.")
    notes: tuple[Reference, ...] = Field(description="Editorial notes on it.")


class Moment(Sourced):
    """One dated thing: a signature, a step, a phase, an end, a founding."""

    kind: str = Field(description="What is dated: step, phase, signed, event, in force until …")
    text: str = Field(description="What happened, in a sentence.")


class Bounds(Face):
    """The four bounds of a span as days; null = unbounded."""

    earliest_start: str | None = Field(description="First day on which it can have begun.")
    latest_start: str | None = Field(description="Day by which it had begun for certain.")
    earliest_end: str | None = Field(description="Day up to which it lasted for certain.")
    latest_end: str | None = Field(description="Last day on which it can have ended.")


class Lasts(Sourced):
    """A record that lasts for a span."""

    state: str = Field(description="What it was: in force, under way …")
    bounds: Bounds = Field(description="Between which days it began and ended.")
    term: str | None = Field(description="Term that it set itself (ISO 8601 duration); a term is not an end.")


class Shown:
    """Renders what the timeline shows of records."""

    def __init__(self, renderer: Renderer) -> None:
        """Know every name."""
        self.renderer = renderer

    def moment(self, key: Key, found: Dated) -> bytes:
        """A moment as clients read it."""
        body = Moment(kind=found.kind, text=text(found), **self._sourced(key, found))
        return encode(body.model_dump())

    def lasts(self, key: Key, found: Dated, term: str | None) -> bytes:
        """What lasts, as clients read it, but for what depends on the day."""
        plain = {name: None if day in {MIN, MAX} else day for name, day in asdict(found.date.span).items()}
        body = Lasts(
            state=found.kind,
            bounds=Bounds(**plain),
            term=term,
            **self._sourced(key, found),
        )
        return encode(body.model_dump())

    def _sourced(self, key: Key, found: Dated) -> dict[str, Any]:
        cite, paragraph, notes = sources(found)
        return {
            "date": served_date(found.date),
            "record": self.renderer.reference(key),
            "collection": key[0],
            "pointer": found.pointer,
            **{name: self._named(found, key[0], name) for name in ("actors", "people", "places")},
            "citations": tuple(self.renderer.reference(("citations", c)) for c in cite),
            "uncited": paragraph,
            "notes": tuple(self.renderer.reference(("notes", n)) for n in notes),
        }

    def _named(self, found: Dated, own: str, collection: str) -> tuple[Reference, ...]:
        """The records of a collection that a part names; of a whole record, those that take part or are its scene."""
        face = found.holders[-1]
        keys: dict[Key, None] = {}
        for visit in walk(face):
            if visit.shape.ref is None or visit.shape.ref.collection != collection:
                continue
            direct = visit.holders[-1] is face and collection != own
            if direct or not found.of_record or isinstance(visit.holders[-1], (Participant, PersonRole, PlaceRole)):
                keys[visit.shape.ref.key(visit.value)] = None
        return tuple(map(self.renderer.reference, keys))


def _years(date: Edtf) -> dict[str, int]:
    """The year and decade in which it began, as far as the date states them."""
    start = date.text.partition("/")[0]
    return {
        "year": int(start[:4]) if start[:4].isdigit() else UNKNOWN,
        "decade": int(start[:3]) * 10 if start[:3].isdigit() else UNKNOWN,
    }


def _days(date: Edtf) -> dict[str, str | None]:
    """MM-DD of the first and last day, where the day is known."""
    span = date.span
    begun = span.earliest_start == span.latest_start
    ended = span.earliest_end == span.latest_end < MAX
    return {"begins_on": span.latest_start[5:] if begun else None, "ends_on": span.latest_end[5:] if ended else None}


def _place(date: Edtf) -> tuple[str, str, str]:
    """Where a date stands in the chronology."""
    span = date.span
    first = span.earliest_start if span.earliest_start != MIN else span.latest_end
    return first, span.earliest_start, span.latest_end


def _moments(build: Build) -> Iterator[tuple[type[SQLModel], Row]]:
    """Every moment in order, and how many there are of each kind."""
    found = [
        (_place(each.date), key, each)
        for key in build.numbers
        for each in dated(build.renderer.records[key], build.renderer.resources[key[0]])
    ]
    shown, kinds = Shown(build.renderer), Counter(each.kind for _, _, each in found)
    for position, (_, key, each) in enumerate(sorted(found, key=lambda f: f[:2]), start=1):
        row = {"position": position, "record": build.numbers[key], "collection": key[0], "kind": each.kind}
        body = shown.moment(key, each)
        yield MomentRow, {**row, **_years(each.date), **_days(each.date), **asdict(each.date.span), "body": body}
    yield DocumentRow, {"name": "moments", "body": encode(dict(sorted(kinds.items())))}


def _undated(build: Build) -> Iterator[tuple[type[SQLModel], Row]]:
    """What the timeline lacks for want of a date."""
    found = ((key, kind) for key in build.numbers for kind in undated(build.renderer.records[key]))
    for number, (key, kind) in enumerate(found, start=1):
        yield UndatedRow, {"number": number, "record": build.numbers[key], "collection": key[0], "kind": kind}


def _lasting(build: Build, resource: Resource, lasts: Lasting) -> Iterator[tuple[Key, Row]]:
    """What lasts in a collection, in order of time."""
    shown, found = Shown(build.renderer), list[tuple[tuple[str, str, str], Key, Dated]]()
    for key in (k for k in build.numbers if k[0] == resource.name):
        record = build.renderer.records[key]
        if date := getattr(record, lasts.path):
            found.append((_place(date), key, Dated(lasts.state, date, f"/{lasts.path}", (record,))))
    for _, key, each in sorted(found, key=lambda f: f[:2]):
        body = shown.lasts(key, each, getattr(each.holders[0], lasts.term) if lasts.term else None)
        yield key, {"state": lasts.state, **asdict(each.date.span), "body": body}


def rows(build: Build) -> Iterator[tuple[type[SQLModel], Row]]:
    """The rows of the timeline: moments, what has no date, and what lasts, by collection and then by time."""
    yield from _moments(build)
    yield from _undated(build)
    lasting = (each for r in build.renderer.resources.values() if r.lasts for each in _lasting(build, r, r.lasts))
    for position, (key, row) in enumerate(lasting, start=1):
        yield StandingRow, {"position": position, "record": build.numbers[key], "collection": key[0], **row}
