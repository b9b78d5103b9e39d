"""What records are found by: their positions, terms, spans and points."""

from collections.abc import Iterator

from app.edtf import Edtf, Span
from app.resource import Covers, Equals, Mentions, Overlaps, Refers
from app.shape import values_at
from app.store.build import Build, Entry, Row
from app.store.render import Renderer


def term(value: object) -> str:
    """A value as a term: true and false in lower case, the rest as written."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def bounds(span: Span) -> Row:
    """The four bounds of a span as columns."""
    return {
        "earliest_start": span.earliest_start,
        "latest_start": span.latest_start,
        "earliest_end": span.earliest_end,
        "latest_end": span.latest_end,
    }


class Records:
    """Each record, and the rows that it is found by."""

    def __init__(self, build: Build) -> None:
        """Know what may be asked of each collection."""
        self.build, self.renderer = build, Renderer(build)
        self.conditions = {name: resource.conditions for name, resource in build.resources.items()}

    def of(self, entry: Entry) -> Iterator[tuple[str, Row]]:
        """The rows of a record."""
        collection, identifier = entry.key
        record = {"collection": collection, "record": entry.number}
        ranked = {"collection": collection, "first": entry.first, "second": entry.second}
        shown = {"id": identifier, "name": self.build.name(entry.key), "body": self.renderer.render(entry)}
        yield "record", {**ranked, "number": entry.number, **shown}
        for field, value in dict.fromkeys(self._terms(entry)):
            yield "term", {**ranked, "record": entry.number, "field": field, "value": value}
        for field, date in self._spans(entry):
            yield "span", {**record, "field": field, **bounds(date.span)}
        for lat, lon in sorted(self._points(entry)):
            yield "point", {**record, "lat": lat, "lon": lon}

    def last(self) -> Iterator[tuple[str, Row]]:
        """Nothing is left."""
        yield from ()

    def _terms(self, entry: Entry) -> Iterator[tuple[str, str]]:
        """(filter, value) of everything that the record equals, refers to, mentions or rests on."""
        mentioned = sorted(self.build.mentioned(entry))
        for name, condition in self.conditions[entry.key[0]].items():
            match condition:
                case Mentions():
                    for collection, identifier in mentioned:
                        if collection == condition.collection:
                            yield name, identifier
                case Equals() | Refers():
                    for value in values_at(entry.record, condition.path):
                        yield name, term(value)
        for work, first, last in sorted(self.build.supports(entry), key=str):
            yield "work", work
            if first is not None and last is not None:
                yield from (("work_page", f"{work} {page}") for page in range(first, last + 1))

    def _spans(self, entry: Entry) -> Iterator[tuple[str, Edtf]]:
        """(filter, date) of everything that the record can be found by in time."""
        for name, condition in self.conditions[entry.key[0]].items():
            match condition:
                case Overlaps():
                    if entry.date:
                        yield name, entry.date
                case Covers():
                    for date in values_at(entry.record, condition.path):
                        yield name, date

    def _points(self, entry: Entry) -> set[tuple[float, float]]:
        """The points of a record, and of the places that it names."""
        if not entry.resource.has_points:
            return set()
        named = [self.build.card(t).points for t in entry.targets if t[0] == "places" != entry.key[0]]
        return set(entry.points.union(*named))
