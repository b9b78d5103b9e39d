"""What every record has, and what a collection is: its model, its dates, its sorts and what a client may ask of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from app.edges import INVOLVES, Edge
from app.shape import PROVENANCE, Shape, shape_at, shapes
from app.values import (
    EDITORIAL,
    Alias,
    Citation,
    Face,
    ForeignId,
    Note,
    Pages,
    Paragraph,
    PersonRole,
    PlaceRole,
    Point,
    Position,
    Reference,
    Relation,
    Slug,
    Text,
    Topic,
    Work,
)


class Record(Face):
    """What every record has."""

    id: Annotated[Slug, EDITORIAL] = Field(description="Permanent id, unique in its collection; the file's name.")
    name: Annotated[Text, EDITORIAL] = Field(description="Display name in English.")
    aliases: Annotated[tuple[Alias, ...], EDITORIAL] = Field((), description="Other names, historical and native.")
    summary: Annotated[Text | None, EDITORIAL] = Field(None, description="One line that says what it is.")
    same_as: Annotated[tuple[ForeignId, ...], EDITORIAL] = Field(
        (), description="The same thing elsewhere: wikidata:Q… or geonames:…, each verified."
    )

    def display_name(self, names: Mapping[tuple[str, str], str]) -> str:  # noqa: ARG002 (some names are made of others)
        """The name to show, given the names of all other records."""
        return self.name


class SourcedRecord(Record):
    """A record whose facts must each have a source."""

    cite: dict[str, tuple[Citation, ...]] = Field(
        {}, exclude=True, description="Citations by top-level field, for fields that are neither a part nor parts."
    )
    uncited: dict[str, Paragraph] = Field(
        {}, exclude=True, description="Paragraph of the essay by top-level field that it states without a citation."
    )
    noted: dict[str, tuple[Note, ...]] = Field(
        {}, exclude=True, description='Editorial notes by top-level field; "" for the whole record.'
    )


class DatedRecord(SourcedRecord):
    """A record of something that happened, with its places, people, positions and causes."""

    places: tuple[PlaceRole, ...] = Field((), description="Places, each with its role.")
    people: tuple[PersonRole, ...] = Field((), description="People, each with what they did.")
    topics: Annotated[tuple[Topic, ...], EDITORIAL] = Field((), description="Topics of the controlled vocabulary.")
    positions: tuple[Position, ...] = Field((), description="What each side wanted, feared or made of it.")
    relations: tuple[Relation, ...] = Field((), description="Links that the essay draws, as written on this record.")


class EvidenceRecord(Record):
    """A record that others rest on: a citation or an editorial note."""


class CitationRecord(EvidenceRecord):
    """An in-text citation: the page of the book that a fact rests on."""

    work: Work = Field(description="The work cited.")
    pages: Pages = Field(description="Pages as the essay gives them: 178, 182-183, or 364, 385 for two pages.")
    paragraph: Paragraph = Field(description="Paragraph of the essay that holds the citation.")
    claim: Text = Field(description="What the essay rests on it, in our own words.")


class NoteSource(Face):
    """Where a note's statement is to be found."""

    work: Work = Field(description="The work.")
    locator: Text | None = Field(None, description="Place in it: doc. 623, vol. 3 p. 370, Art. 3.")


class NoteRecord(EvidenceRecord):
    """An editorial note: where the essay departs from scholarship or from itself."""

    kind: Literal["contradiction", "imprecision", "omission", "internal", "interpretive"] = Field(
        description="contradiction, imprecision, omission, internal (to the essay) or interpretive."
    )
    established: Text = Field(description="What is established instead, or what is uncertain.")
    sources: tuple[NoteSource, ...] = Field((), description="Who says so.")
    paragraphs: tuple[Paragraph, ...] = Field((), description="Paragraphs of the essay that show it.")
    confidence: Literal["high", "medium", "low"] = Field(description="How sure the note is.")


class CitationUse(Face):
    """A citation that this record rests on, and what of it."""

    id: str = Field(description="Id of the citation.")
    url: str = Field(description="Path of the citation.")
    work: Reference = Field(description="The work cited.")
    pages: str = Field(description="Pages as the essay gives them.")
    text: str = Field(description="The citation ready to print.")
    claim: str = Field(description="What the essay rests on it.")
    supports: tuple[str, ...] = Field(description="JSON pointers (RFC 6901), relative to this record, that rest on it.")


class UncitedUse(Face):
    """A value that the essay states without a citation."""

    pointer: str = Field(description="JSON pointer, relative to this record.")
    paragraph: int = Field(description="Paragraph of the essay that states it.")


class ServedSource(Face):
    """A source of a note."""

    work: Reference = Field(description="The work.")
    locator: str | None = Field(description="Place in the work.")


class NoteUse(Face):
    """An editorial note on this record, and on what of it."""

    id: str = Field(description="Id of the note.")
    url: str = Field(description="Path of the note.")
    name: str = Field(description="What the note is about.")
    kind: str = Field(description="contradiction, imprecision, omission, internal or interpretive.")
    established: str = Field(description="What is established instead, or what is uncertain.")
    sources: tuple[ServedSource, ...] = Field(description="Who says so.")
    confidence: str = Field(description="high, medium or low.")
    pointers: tuple[str, ...] = Field(description='JSON pointers that the note concerns; "" is the whole record.')


class Link(Face):
    """A relation seen from this record."""

    type: str = Field(description="The relation's type, as written on its source.")
    direction: str = Field(description="out: written on this record; in: written on the other.")
    label: str = Field(description="The relation read from this record: led to, consequence of …")
    record: Reference = Field(description="The record at the other end.")
    paragraph: int = Field(description="Paragraph of the essay that says so.")
    citations: tuple[Reference, ...] = Field(description="Citations that it rests on; empty where it has none.")


class Supported(Face):
    """A record that rests on this citation or note, or that it concerns."""

    record: Reference = Field(description="The record.")
    pointers: tuple[str, ...] = Field(description="JSON pointers, relative to that record.")


COMPILED: tuple[tuple[type[Record], str, Any, str], ...] = (
    (SourcedRecord, "citations", tuple[CitationUse, ...], "Citations that this record rests on."),
    (SourcedRecord, "uncited", tuple[UncitedUse, ...], "What the essay states without a citation."),
    (SourcedRecord, "notes", tuple[NoteUse, ...], "Editorial notes on this record."),
    (DatedRecord, "linked", tuple[Link, ...], "Relations from and to this record."),
    (EvidenceRecord, "supports", tuple[Supported, ...], "Every record and pointer that rests on it or is its subject."),
    (Record, "url", str, "Path of this record."),
)


@cache
def key_order(model: type[Record]) -> tuple[str, ...]:
    """The order of keys in YAML and in answers: the head, the collection's own, what dated records share, sources."""
    head = list(Record.model_fields)
    tail = [name for name in DatedRecord.model_fields if name not in head and name not in PROVENANCE]
    own = [name for name in model.model_fields if name not in {*head, *tail, *PROVENANCE}]
    return (*head, *own, *(n for n in (*tail, "cite", "uncited", "noted") if n in model.model_fields))


@cache
def served(model: type[Record]) -> type[Face]:
    """The model of a record as clients read it: without what curators write beside it, with what the compiler adds."""
    fields: dict[str, Any] = {
        name: (model.model_fields[name].annotation, model.model_fields[name])
        for name in key_order(model)
        if name not in PROVENANCE
    }
    for base, name, annotation, description in COMPILED:
        if issubclass(model, base):
            fields[name] = (annotation, Field(description=description))
    return create_model(f"{model.__name__}Record", __base__=Face, __doc__=model.__doc__, **fields)


@dataclass(frozen=True)
class Filter:
    """A condition that a client may put on a collection; `path` is the field (dotted) that it looks at."""

    path: str = ""


class Equals(Filter):
    """The field has one of the values."""


class Refers(Filter):
    """The field refers to one of the records."""


@dataclass(frozen=True)
class Mentions(Filter):
    """Anything in the record refers to one of the records of `collection`."""

    collection: str = ""


class Overlaps(Filter):
    """The span of the record overlaps the span asked for."""


class Covers(Filter):
    """The span of the field covers the day asked for."""


class Within(Filter):
    """The record has a point in the box asked for."""


class RestsOn(Filter):
    """The record rests on the work (or, for `page`, on a citation of the work with that page)."""


@dataclass(frozen=True)
class Lasting:
    """What a record is for as long as the span of its field at `path` lasts: in force, under way, open, in being.

    `begins` and `ends` name the two ends where they are moments of their own; without them the span is one moment.
    """

    path: str
    state: str
    begins: str | None = None
    ends: str | None = None
    term: str | None = None  # the field that gives a term that it set itself: no end, but worth saying


DATED_EDGES: Mapping[str, Edge] = {"places.place": INVOLVES, "people.person": INVOLVES}
MENTIONS = {"actor": "actors", "person": "people", "place": "places", "topic": "topics"}


@dataclass(frozen=True)
class Resource:
    """A collection: what its records are and what may be asked of it. Refuses at import a path that its model lacks."""

    name: str
    model: type[Record]
    sorts: tuple[str, ...] = ("name",)
    date: tuple[str, ...] = ()
    filters: Mapping[str, Filter] = field(default_factory=dict)
    lasts: Lasting | None = None
    edges: Mapping[str, Edge] = field(default_factory=dict)  # reference (dotted path) → the edge of the graph it makes
    file_field: str | None = None  # set where one file holds a list of records: the field that the file's name fills

    def __post_init__(self) -> None:
        """Check every path against the model."""
        lasting = (self.lasts.path, self.lasts.term or "") if self.lasts else ()
        others = (*lasting, *(s for s in self.sorts if s != "date"))
        for path in (*self.date, *(f.path for f in self.filters.values()), *filter(None, others)):
            self.shape(path)
        for name, condition in self.filters.items():
            if isinstance(condition, Refers) and not self.shape(condition.path).ref:
                raise TypeError(f"{self.name}: filter {name} refers by {condition.path}, which is no reference")
        for path in self.edges:
            if not self.shape(path).ref:
                raise TypeError(f"{self.name}: an edge by {path}, which is no reference")

    def shape(self, path: str) -> Shape:
        """The field of the model at a dotted path."""
        return shape_at(self.model, path)

    @property
    def served(self) -> type[Face]:
        """The model of a record as clients read it."""
        return served(self.model)

    @property
    def has_points(self) -> bool:
        """Whether its records can lie on a map, themselves or by the places that they name."""
        return any(
            (s.part and issubclass(s.part, (Point, PlaceRole))) or (s.ref and s.ref.collection == "places")
            for s in shapes(self.model).values()
        )

    @property
    def happens(self) -> bool:
        """Whether its records are things that happened, as against who, where and how many."""
        return issubclass(self.model, DatedRecord)

    @property
    def connections(self) -> dict[str, Edge]:
        """Every reference that makes an edge of the graph: its own, then those that every dated record has."""
        return {**(DATED_EDGES if self.happens else {}), **self.edges}

    @property
    def conditions(self) -> dict[str, Filter]:
        """Every filter of the collection by parameter name: its own, then those that every collection has."""
        shared: dict[str, Filter] = {name: Mentions(collection=c) for name, c in MENTIONS.items()}
        shared |= {"work": RestsOn(), "page": RestsOn(), "same_as": Equals("same_as")}
        if self.date:
            shared["date"] = Overlaps(self.date[0])
        if self.has_points:
            shared["bbox"] = Within()
        return {**self.filters, **shared}
