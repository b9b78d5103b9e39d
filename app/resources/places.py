"""Places: cities, rivers, islands, regions and railways."""

from typing import Annotated, Literal

from pydantic import Field

from app.edges import PART_OF
from app.resource import Equals, Refers, Resource, SourcedRecord
from app.values import EDITORIAL, Point
from app.values import Place as PlaceId

Form = Literal[
    "city",
    "town",
    "river",
    "lake",
    "hill",
    "island",
    "island group",
    "peninsula",
    "region",
    "country",
    "bay",
    "harbour",
    "railway",
    "ship",
]


class Place(SourcedRecord):
    """A place under its historical and modern names, with its location and what that stands on."""

    form: Annotated[Form, EDITORIAL] = Field(description="Kind of place.")
    part_of: PlaceId | None = Field(None, description="The place that it lies in.")
    location: Annotated[Point | None, EDITORIAL] = Field(None, description="A point on the map, with its basis.")
    stations: Annotated[tuple[Point, ...], EDITORIAL] = Field((), description="Points along a railway.")


RESOURCE = Resource(
    name="places",
    model=Place,
    filters={"form": Equals("form"), "part_of": Refers("part_of")},
    edges={"part_of": PART_OF},
)
