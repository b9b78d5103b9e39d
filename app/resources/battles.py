"""Battles and every other use of force, from a border clash to a war."""

from typing import Annotated, Literal

from pydantic import Field

from app.edges import TOOK_PLACE_AT, Edge
from app.resource import DatedRecord, Equals, Lasting, Refers, Resource
from app.values import EDITORIAL, Actor, Edtf, Face, Part, Participant, Person, Phase, Quantity, Text

Form = Literal[
    "war",
    "campaign",
    "invasion",
    "battle",
    "border clash",
    "border conflict",
    "operation",
    "landing",
    "attack",
    "capture",
    "occupation",
]
Result = Literal["victory", "repulse", "truce", "conquest", "inconclusive"]


class Formation(Part):
    """A force that a side put in the field."""

    actor: Actor = Field(description="The force.")
    note: Text | None = Field(None, description="What qualifies its part.")


class Commander(Part):
    """A person in command."""

    person: Person = Field(description="The person.")
    role: Text | None = Field(None, description="Post held.")
    since: Edtf | None = Field(None, description="From when (EDTF).")


class Side(Face):
    """One side of the fighting."""

    key: Annotated[Text, EDITORIAL] = Field(description="Short key, unique in the record; `outcome.victor` names it.")
    name: Annotated[Text, EDITORIAL] = Field(description="Label of the side.")
    belligerents: tuple[Participant, ...] = Field((), description="States and other actors that fight.")
    formations: tuple[Formation, ...] = Field((), description="Forces in the field.")
    commanders: tuple[Commander, ...] = Field((), description="Who commanded.")
    strength: tuple[Quantity, ...] = Field((), description="Men and arms.")
    losses: tuple[Quantity, ...] = Field((), description="What it cost.")


class Outcome(Part):
    """How the fighting ended."""

    result: Result | None = Field(None, description="Kind of ending.")
    victor: Text | None = Field(None, description="Key of the side that won.")
    text: Text | None = Field(None, description="What it settled, in one sentence.")


class Battle(DatedRecord):
    """A use of force: an invasion, border clash, battle, campaign, operation, attack or capture, or a war."""

    form: Annotated[Form, EDITORIAL] = Field(description="Kind of fighting.")
    date: Edtf | None = Field(None, description="When (EDTF); an empty end is one that the essay does not give.")
    sides: tuple[Side, ...] = Field((), description="The sides, each with its belligerents, forces and commanders.")
    phases: tuple[Phase, ...] = Field((), description="Stages in order.")
    outcome: Outcome | None = Field(None, description="How it ended.")


RESOURCE = Resource(
    name="battles",
    model=Battle,
    sorts=("date", "name"),
    date=("date",),
    lasts=Lasting("date", "under way"),
    filters={
        "form": Equals("form"),
        "belligerent": Refers("sides.belligerents.actor"),
        "formation": Refers("sides.formations.actor"),
        "commander": Refers("sides.commanders.person"),
        "result": Equals("outcome.result"),
    },
    edges={
        "sides.belligerents.actor": Edge("belligerent_in", "belligerent in", "has belligerent", reverse=True),
        "sides.formations.actor": Edge("fought_in", "fought in", "fought by", reverse=True, role="note"),
        "sides.commanders.person": Edge("commanded", "commanded in", "commanded by", reverse=True),
        "phases.places": TOOK_PLACE_AT,
        "places.place": TOOK_PLACE_AT,
    },
)
