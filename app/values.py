"""The vocabulary of values that records are made of. Each has two faces: what curators write and what clients read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializationInfo,
    StringConstraints,
)
from pydantic_core import CoreSchema, core_schema

from app import edtf

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
LONGEST_SLUG = 80
FOREIGN_ID = r"^(wikidata:Q[0-9]+|geonames:[0-9]+)$"
LAST_PARAGRAPH = 38


class Face(BaseModel, extra="forbid", frozen=True, json_schema_serialization_defaults_required=True):
    """A structured value: strict about keys when read from YAML, with every key present when served."""


class Editorial:
    """Marks a field as the editors' own (a name, a classification): it needs no source."""


EDITORIAL = Editorial()


class Reference(Face):
    """Another record, in place: enough to show it and to fetch it."""

    id: str = Field(description="Permanent id within its collection.")
    name: str = Field(description="Its display name.")
    url: str = Field(description="Path of the record.")


@dataclass(frozen=True)
class Ref:
    """Marks a text as the id of a record of `collection`; without one, as `collection/id`."""

    collection: str | None = None

    def key(self, value: str) -> tuple[str, str]:
        """The (collection, id) that a value of this type names."""
        if self.collection:
            return self.collection, value
        collection, _, identifier = value.partition("/")
        return collection, identifier

    def serve(self, value: str, info: SerializationInfo) -> Reference:
        """The reference as clients read it; names come from the serialisation context."""
        collection, identifier = self.key(value)
        names: Mapping[tuple[str, str], str] = info.context or {}
        name = names.get((collection, identifier), identifier)
        return Reference(id=identifier, name=name, url=f"/v1/{collection}/{identifier}")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate as a slug (or collection/slug), serialise as a Reference."""
        pattern = f"^{SLUG}$" if self.collection else f"^[a-z]+/{SLUG}$"
        return core_schema.str_schema(
            pattern=pattern,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self.serve, info_arg=True, return_schema=handler.generate_schema(Reference)
            ),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say which collection the id belongs to, so that an editor can complete it."""
        shown = handler(schema)
        if handler.mode == "validation":
            shown["description"] = f"Id of a record of {self.collection}." if self.collection else "collection/id."
        return shown


class Date(Face):
    """A date or span with the precision that the source has."""

    edtf: str = Field(description="The date in EDTF, e.g. 1936-02, 1939-22 (summer 1939), 1938-07/1938-08-11.")
    earliest: str | None = Field(description="First moment, at the precision known (never padded); null = unknown.")
    latest: str | None = Field(description="Last moment, at the precision known (never padded); null = unknown.")
    precision: str = Field(description="day, month, season, year or decade; of a span, its coarser end.")
    qualifier: str | None = Field(description="approximate, uncertain, or both; null where the source is plain.")
    label: str = Field(description="The date in English words.")


class EdtfText:
    """Marks an EDTF text: parsed when read, a Date when served."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read with our parser; serve as a Date."""
        return core_schema.no_info_after_validator_function(
            edtf.parse,
            core_schema.str_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(
                served_date, return_schema=handler.generate_schema(Date)
            ),
        )


def served_date(value: edtf.Edtf) -> Date:
    """A parsed date as clients read it."""
    return Date(
        edtf=value.text,
        earliest=value.earliest,
        latest=value.latest,
        precision=value.precision,
        qualifier=value.qualifier,
        label=value.label,
    )


def read_number(value: object) -> object:
    """A number as YAML text, without YAML's surprises (octal, exponents, underscores)."""
    if isinstance(value, str):
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
            raise ValueError("a plain number is needed, digits and at most one point: 250000000 or 67.5")
        return float(value) if "." in value else int(value)
    return value


def read_degrees(value: object) -> object:
    """Degrees as YAML text, to four decimals, some eleven metres: so finely are points compared."""
    if isinstance(value, str) and re.search(r"\.[0-9]{5}", value):
        raise ValueError("at most four decimals are needed: 43.1056")
    return read_number(value)


def read_flag(value: object) -> object:
    """A yes or no as YAML text: true or false."""
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise ValueError("write true or false")
        return value == "true"
    return value


def page_ranges(pages: str) -> tuple[tuple[int, int], ...]:
    """The ranges in a page reference: `178` → (178, 178); `364, 385` → two; `179-180` → (179, 180)."""
    ranges = []
    for part in pages.split(", "):
        first, _, last = part.partition("-")
        ranges.append((int(first), int(last or first)))
    return tuple(ranges)


def check_pages(pages: str) -> str:
    """Refuse what is not a page reference, or runs backwards."""
    if not re.fullmatch(r"[0-9]+(-[0-9]+)?(, [0-9]+(-[0-9]+)?)*", pages):
        raise ValueError("pages are written 178, 182-183 or 364, 385")
    if any(first > last for first, last in page_ranges(pages)):
        raise ValueError("the page range runs backwards")
    return pages


Slug = Annotated[str, StringConstraints(pattern=f"^{SLUG}$", max_length=LONGEST_SLUG)]
Text = Annotated[str, StringConstraints(min_length=1)]
Edtf = Annotated[edtf.Edtf, EdtfText()]
Number = Annotated[int | float, BeforeValidator(read_number, json_schema_input_type=int | float)]
Latitude = Annotated[float, Field(ge=-90, le=90), BeforeValidator(read_degrees, json_schema_input_type=float)]
Longitude = Annotated[float, Field(ge=-180, le=180), BeforeValidator(read_degrees, json_schema_input_type=float)]
Flag = Annotated[bool, BeforeValidator(read_flag, json_schema_input_type=bool)]
Count = Annotated[int, Field(ge=1), BeforeValidator(read_number, json_schema_input_type=int)]
Paragraph = Annotated[int, Field(ge=1, le=LAST_PARAGRAPH), BeforeValidator(read_number, json_schema_input_type=int)]
Pages = Annotated[str, AfterValidator(check_pages)]
Duration = Annotated[str, StringConstraints(pattern=r"^P([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?$", min_length=3)]
ForeignId = Annotated[str, StringConstraints(pattern=FOREIGN_ID)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]

Actor = Annotated[str, Ref("actors")]
Person = Annotated[str, Ref("people")]
Place = Annotated[str, Ref("places")]
Topic = Annotated[str, Ref("topics")]
Work = Annotated[str, Ref("works")]
Citation = Annotated[str, Ref("citations")]
Note = Annotated[str, Ref("notes")]
Treaty = Annotated[str, Ref("treaties")]
AnyRecord = Annotated[str, Ref()]

RelationType = Literal[
    "extends",
    "amends",
    "supplements",
    "confirms",
    "supersedes",
    "implements",
    "ended",
    "resulted_in",
    "responds_to",
    "led_to",
    "part_of",
    "invoked",
]
RELATIONS: Mapping[str, tuple[str, str]] = {
    "extends": ("extends", "extended by"),
    "amends": ("amends", "amended by"),
    "supplements": ("supplements", "supplemented by"),
    "confirms": ("confirms", "confirmed by"),
    "supersedes": ("supersedes", "superseded by"),
    "implements": ("implements", "implemented by"),
    "ended": ("ended", "ended by"),
    "resulted_in": ("resulted in", "result of"),
    "responds_to": ("responds to", "answered by"),
    "led_to": ("led to", "consequence of"),
    "part_of": ("part of", "has part"),
    "invoked": ("invoked", "invoked by"),
}
Stance = Literal["aim", "reason", "fear", "reaction", "judgement"]
Qualifier = Literal["about", "almost", "at least", "at most", "more than", "less than"]


class Cited(Face):
    """Carries its own sources and notes: written by curators, gathered by the compiler, not served in place."""

    cite: tuple[Citation, ...] = Field((), exclude=True, description="Citations that this rests on.")
    noted: tuple[Note, ...] = Field((), exclude=True, description="Editorial notes on this.")


class Part(Cited):
    """A part of a record that carries its own source."""

    uncited: Paragraph | None = Field(
        None, exclude=True, description="Paragraph of the essay that states this without a citation."
    )


class Alias(Face):
    """Another name, with its language."""

    name: Text = Field(description="The name as written.")
    language: Language | None = Field(None, description="BCP 47 tag; null for English and romanised names.")


class PlaceRole(Part):
    """A place with what it was to the record."""

    place: Place = Field(description="The place.")
    role: Text | None = Field(None, description="What happened there, or what it was.")


class PersonRole(Part):
    """A person with what they did."""

    person: Person = Field(description="The person.")
    role: Text | None = Field(None, description="Part played, with the deed.")


class Participant(Part):
    """An actor that takes part, with its role."""

    actor: Actor = Field(description="The actor.")
    role: Text | None = Field(None, description="Its role: signatory, seller, mediator, belligerent …")
    note: Text | None = Field(None, description="What qualifies its part.")


class Position(Part):
    """What a side wanted, feared or made of it."""

    actor: Actor | None = Field(None, description="Whose position; null for a judgement, which is the essay's own.")
    stance: Annotated[Stance, EDITORIAL] = Field(
        description="aim, reason, fear, reaction, or judgement (of the essay)."
    )
    text: Text = Field(description="The position, in one sentence.")


class Relation(Cited):
    """A typed link that the essay draws from this record to another."""

    type: RelationType = Field(description="How this record bears on the target.")
    target: AnyRecord = Field(description="The other record, as collection/id.")
    paragraph: Annotated[Paragraph, EDITORIAL] = Field(description="Paragraph of the essay that says so.")


class Quantity(Part):
    """A measured value, or what the source says where it gives no number."""

    measure: Text | None = Field(None, description="What is measured: distance, rifle divisions, price …")
    value: Number | None = Field(None, description="The number, in full units; null where none is given.")
    unit: Text | None = Field(None, description="Unit: rubles, US dollars, men, km, fishing grounds …")
    qualifier: Qualifier | None = Field(None, description="How the source hedges the number.")
    text: Text | None = Field(None, description="What is said in words.")


class Amount(Face):
    """What is offered, asked or paid."""

    value: Number = Field(description="The number, in full units.")
    unit: Text = Field(description="Currency or thing counted.")
    qualifier: Qualifier | None = Field(None, description="How the source hedges the number.")
    instalments: Count | None = Field(None, description="Number of payments.")
    interval: Duration | None = Field(None, description="Time between payments (ISO 8601 duration).")


class Phase(Part):
    """One stage of what happened."""

    date: Edtf | None = Field(None, description="When (EDTF).")
    text: Text = Field(description="What happened, in one sentence.")
    places: tuple[Place, ...] = Field((), description="Where.")


class Point(Face):
    """A point on the map and what it stands on."""

    name: Text | None = Field(None, description="Name of the point, where it is one of several.")
    lat: Latitude = Field(description="Latitude in decimal degrees (WGS 84).")
    lon: Longitude = Field(description="Longitude in decimal degrees (WGS 84).")
    basis: Text = Field(description="Where the coordinates come from, and what point they name.")
