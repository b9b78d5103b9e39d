"""Figures: the numbers of the story, one value a record, in series that can be plotted."""

from typing import Annotated

from pydantic import Field

from app.edges import Edge
from app.resource import Equals, Refers, Resource, SourcedRecord
from app.values import EDITORIAL, Actor, AnyRecord, Edtf, Number, Qualifier, Slug, Text


class Figure(SourcedRecord):
    """One number that the essay gives, with its unit and date."""

    series: Annotated[Slug | None, EDITORIAL] = Field(None, description="Series that it belongs to, for plotting.")
    measure: Annotated[Text, EDITORIAL] = Field(description="What is measured.")
    value: Number = Field(description="The number, in full units.")
    unit: Annotated[Text, EDITORIAL] = Field(description="Unit of the value.")
    qualifier: Annotated[Qualifier | None, EDITORIAL] = Field(None, description="How the essay hedges the number.")
    date: Edtf | None = Field(None, description="What date it is for (EDTF).")
    about: Annotated[tuple[AnyRecord, ...], EDITORIAL] = Field((), description="Records that it measures.")
    actor: Annotated[Actor | None, EDITORIAL] = Field(None, description="Whose it is.")


RESOURCE = Resource(
    name="figures",
    model=Figure,
    sorts=("date", "name"),
    date=("date",),
    filters={"series": Equals("series"), "unit": Equals("unit"), "about": Refers("about")},
    edges={
        "about": Edge("measures", "measures", "measured by"),
        "actor": Edge("figure_of", "figure of", "has figure"),
    },
)
