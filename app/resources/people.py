"""People who act in the story."""

from pydantic import Field

from app.edges import Edge
from app.resource import Refers, Resource, SourcedRecord
from app.values import Actor, Edtf, Part, Text


class Role(Part):
    """An office or command that a person held."""

    title: Text = Field(description="The office.")
    actor: Actor | None = Field(None, description="For whom.")
    date: Edtf | None = Field(None, description="When (EDTF).")


class Person(SourcedRecord):
    """A person, with the offices that the essay gives."""

    roles: tuple[Role, ...] = Field((), description="Offices and commands.")


RESOURCE = Resource(
    name="people",
    model=Person,
    filters={"served": Refers("roles.actor")},
    edges={"roles.actor": Edge("served", "served", "served by", role="title")},
)
