"""What is dated in every record: each a moment of the timeline, and what lasts, for the state of affairs on a day.

A moment's place is that of its earliest possible day (of its last, where only the end is known), then the sooner over
first: 1941-04-13 before 1941-04, and both before a war that begins that day.
"""

import marshal
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from app.edtf import MAX, MIN, Edtf
from app.shape import walk
from app.store.build import Build, Entry, Key, Row
from app.store.dated import Dated, dated, sources, text, undated
from app.store.index import bounds
from app.store.render import encode, shown_date
from app.values import Date, Face, Participant, PersonRole, PlaceRole, Reference

NAMED = ("actors", "people", "places")  # what a moment shows of the records that it names
UNKNOWN = 10_000  # the year and decade of what began nobody knows when: after every other


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

    def __init__(self, build: Build) -> None:
        """Know every name."""
        self.shown = build.shown

    def moment(self, entry: Entry, found: Dated) -> bytes:
        """A moment as clients read it (`Moment`)."""
        return encode({**self._sourced(entry, found), "kind": found.kind, "text": text(found)})

    def lasts(self, entry: Entry, found: Dated, term: str | None) -> bytes:
        """What lasts, as clients read it (`Lasts`), but for what depends on the day."""
        plain = {name: None if day in {MIN, MAX} else day for name, day in bounds(found.date.span).items()}
        return encode({**self._sourced(entry, found), "state": found.kind, "bounds": plain, "term": term})

    def _sourced(self, entry: Entry, found: Dated) -> dict[str, Any]:
        cite, paragraph, notes = sources(found)
        return {
            "date": shown_date(found.date),
            "record": self.shown(entry.key),
            "collection": entry.key[0],
            "pointer": found.pointer,
            **self._named(entry, found),
            "citations": [self.shown(("citations", c)) for c in cite],
            "uncited": paragraph,
            "notes": [self.shown(("notes", n)) for n in notes],
        }

    def _named(self, entry: Entry, found: Dated) -> dict[str, list[Mapping[str, str]]]:
        """The actors, people and places of a part; of a whole record, those that take part or are its scene."""
        face = found.holders[-1]
        keys: dict[str, dict[Key, None]] = {name: {} for name in NAMED}
        for visit in entry.visits if found.of_record else walk(face):
            collection = visit.shape.ref.collection if visit.shape.ref else None
            if visit.shape.ref is None or collection not in keys:
                continue
            direct = visit.holders[-1] is face and collection != entry.key[0]
            if direct or not found.of_record or isinstance(visit.holders[-1], (Participant, PersonRole, PlaceRole)):
                keys[collection][visit.shape.ref.key(visit.value)] = None
        return {name: list(map(self.shown, of_name)) for name, of_name in keys.items()}


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


class Timeline:
    """The rows of the timeline: moments, what has no date, and what lasts, by collection and then by time."""

    def __init__(self, build: Build) -> None:
        """Nothing met yet. What has a place in time waits for it, rendered, in a queue."""
        self.build, self.shown, self.kinds, self.undated = build, Shown(build), Counter[str](), 0
        self.ranks = {name: f"{rank:03}" for rank, name in enumerate(build.resources)}

    def _wait(self, table: str, place: tuple[str, ...], row: Row) -> None:
        self.build.scratch.add("waiting", [(table, "\x01".join(place), marshal.dumps(row))])

    def of(self, entry: Entry) -> Iterator[tuple[str, Row]]:
        """What of a record has no date; the rest waits."""
        record = {"record": entry.number, "collection": entry.key[0]}
        for each in dated(entry.visits, entry.resource):
            self.kinds[each.kind] += 1
            found = {**record, "kind": each.kind, **_years(each.date), **_days(each.date), **bounds(each.date.span)}
            body = self.shown.moment(entry, each)
            self._wait("moment", (*_place(each.date), *entry.key), {**found, "body": body})
        for kind in undated(entry.record, entry.visits):
            self.undated += 1
            yield "undated", {"number": self.undated, **record, "kind": kind}
        lasts = entry.resource.lasts
        date = getattr(entry.record, lasts.path) if lasts else None
        if lasts and date:
            each = Dated(lasts.state, date, f"/{lasts.path}", (entry.record,))
            body = self.shown.lasts(entry, each, getattr(entry.record, lasts.term) if lasts.term else None)
            place = (self.ranks[entry.key[0]], *_place(date), *entry.key)
            self._wait("standing", place, {**record, "state": lasts.state, **bounds(date.span), "body": body})

    def last(self) -> Iterator[tuple[str, Row]]:
        """What waited, in order; and how many moments there are of each kind."""
        for table, queue in (("moment", "moment"), ("standing", "standing")):
            for position, row in enumerate(self.build.scratch.take(queue), start=1):
                yield table, {"position": position, **marshal.loads(row)}
        yield "document", {"name": "moments", "body": encode(dict(sorted(self.kinds.items())))}
