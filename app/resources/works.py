"""Works: the three books of the essay, and what the editorial notes rest on."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, PlainSerializer

from app.edtf import Edtf as EdtfValue
from app.resource import Equals, Record, Resource
from app.values import EDITORIAL, Edtf, Face, Text


class CslName(Face):
    """A person or body in CSL-JSON."""

    family: Text | None = Field(None, description="Family name.")
    given: Text | None = Field(None, description="Given names or initials.")
    literal: Text | None = Field(None, description="Name of a body, or one that does not divide.")


class CslDate(Face):
    """A date in CSL-JSON."""

    date_parts: tuple[tuple[int, ...], ...] = Field(alias="date-parts", description="Year, month, day as known.")

    model_config = ConfigDict(serialize_by_alias=True)


def csl_date(value: EdtfValue) -> CslDate:
    """An EDTF date as CSL-JSON writes it: [[1954]], [[1938, 10, 22]]."""
    ends = dict.fromkeys(end for end in (value.earliest, value.latest) if end)
    return CslDate(**{"date-parts": tuple(tuple(int(n) for n in end.split("-")) for end in ends)})


Issued = Annotated[Edtf, PlainSerializer(csl_date, return_type=CslDate)]


class Csl(Face):
    """The work as CSL-JSON, ready for Zotero and citation processors."""

    type: Literal[
        "article-journal",
        "article-magazine",
        "article-newspaper",
        "book",
        "chapter",
        "document",
        "interview",
        "legal_case",
        "legislation",
        "manuscript",
        "report",
        "treaty",
    ] = Field(description="CSL item type.")
    title: Text = Field(description="Title.")
    author: tuple[CslName, ...] = Field((), description="Authors.")
    editor: tuple[CslName, ...] = Field((), description="Editors.")
    container_title: Text | None = Field(None, alias="container-title", description="Journal, newspaper or series.")
    volume: Text | None = Field(None, description="Volume.")
    issue: Text | None = Field(None, description="Issue.")
    page: Text | None = Field(None, description="Pages.")
    edition: Text | None = Field(None, description="Edition.")
    publisher: Text | None = Field(None, description="Publisher.")
    publisher_place: Text | None = Field(None, alias="publisher-place", description="Place of publication.")
    issued: Issued | None = Field(None, description="Date of publication.")
    doi: Text | None = Field(None, alias="DOI", description="Digital object identifier.")

    model_config = ConfigDict(serialize_by_alias=True)


class Work(Record):
    """A book, document or newspaper that facts or notes rest on."""

    role: Annotated[Literal["book of the essay", "source of notes"], EDITORIAL] = Field(
        description="Whether the essay cites it, or an editorial note does."
    )
    csl: Csl = Field(description="CSL-JSON of the work; null where the dataset does not know.")


RESOURCE = Resource(name="works", model=Work, filters={"role": Equals("role")})
