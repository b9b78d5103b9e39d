"""Events: what else the story needs, from aid and arrests to announcements and transfers of troops."""

from typing import Annotated, Literal

from pydantic import Field

from app.edges import TOOK_PLACE_AT, Edge
from app.resource import DatedRecord, Equals, Refers, Resource
from app.values import EDITORIAL, Edtf, Participant, Phase, Quantity, Text

Form = Literal[
    "revolution",
    "founding",
    "programme",
    "arrests",
    "proclamation",
    "aid",
    "protest",
    "deployment",
    "transfer",
    "condition",
    "policy",
    "purge",
    "announcement",
    "denunciation",
    "declaration of war",
    "surrender",
    "occupation",
    "aftermath",
]


class Event(DatedRecord):
    """Something that happened and was neither an instrument, a fight nor a negotiation."""

    form: Annotated[Form, EDITORIAL] = Field(description="Kind of event.")
    date: Edtf | None = Field(None, description="When (EDTF).")
    participants: tuple[Participant, ...] = Field((), description="Actors concerned, each with its role.")
    phases: tuple[Phase, ...] = Field((), description="Stages in order, where there is more than one fact.")
    text: Text | None = Field(None, description="The fact, where there is one.")
    quantities: tuple[Quantity, ...] = Field((), description="Numbers that belong to it.")


RESOURCE = Resource(
    name="events",
    model=Event,
    sorts=("date", "name"),
    date=("date",),
    filters={"form": Equals("form"), "participant": Refers("participants.actor")},
    edges={
        "participants.actor": Edge("participant_in", "participant in", "has participant", reverse=True),
        "phases.places": TOOK_PLACE_AT,
    },
)
