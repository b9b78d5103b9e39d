"""Actors: states, armed forces, companies, parties and other bodies."""

from typing import Annotated, Literal

from pydantic import Field

from app.edges import PART_OF
from app.resource import Equals, Lasting, Refers, Resource, SourcedRecord
from app.values import EDITORIAL, Edtf
from app.values import Actor as ActorId

Form = Literal[
    "state",
    "armed force",
    "army",
    "front",
    "fleet",
    "command",
    "company",
    "enterprise",
    "party",
    "international organisation",
    "ministry",
    "union",
    "alliance",
]


class Actor(SourcedRecord):
    """A body that acts: a state, an armed force, a company, a party, a ministry, a union, an alliance."""

    form: Annotated[Form, EDITORIAL] = Field(description="Kind of body.")
    existed: Edtf | None = Field(None, description="Founding and end, as far as the essay states them (EDTF).")
    part_of: ActorId | None = Field(None, description="The body that it belonged to.")


RESOURCE = Resource(
    name="actors",
    model=Actor,
    sorts=("name",),
    date=("existed",),
    lasts=Lasting("existed", "in being", begins="founded", ends="dissolved"),
    filters={"form": Equals("form"), "part_of": Refers("part_of")},
    edges={"part_of": PART_OF},
)
