"""Negotiations: talks, disputes, auctions, conferences and debates, move by move."""

from typing import Annotated, Literal

from pydantic import Field

from app.edges import Edge
from app.resource import DatedRecord, Equals, Lasting, Refers, Resource
from app.values import EDITORIAL, Actor, Amount, Duration, Edtf, Part, Participant, Text, Treaty

Form = Literal["talks", "dispute", "auction", "conference", "debate", "offer"]
Status = Literal["agreed", "failed", "settled", "held", "unresolved"]
Move = Literal[
    "opening",
    "offer",
    "proposal",
    "counter-proposal",
    "request",
    "demand",
    "claim",
    "assurance",
    "concession",
    "refusal",
    "protest",
    "threat",
    "discussion",
    "ruling",
    "announcement",
    "purchase",
    "suspension",
    "resumption",
    "break-off",
    "agreement",
]


class Step(Part):
    """One move in a negotiation."""

    date: Edtf | None = Field(None, description="When (EDTF).")
    by: tuple[Actor, ...] = Field((), description="Who made the move.")
    move: Annotated[Move, EDITORIAL] = Field(description="Kind of move.")
    text: Text = Field(description="The move, in one sentence.")
    amount: Amount | None = Field(None, description="What was offered, asked, conceded or bought.")
    relies_on: tuple[Treaty, ...] = Field((), description="Instruments that the move invokes.")
    duration: Duration | None = Field(None, description="How long it lasted (ISO 8601 duration).")


class NegotiationOutcome(Part):
    """What came of it."""

    text: Text = Field(description="The outcome, in one sentence.")


class Negotiation(DatedRecord):
    """Talks, a dispute, an auction, a conference or a debate, with its moves in order."""

    form: Annotated[Form, EDITORIAL] = Field(description="Kind of negotiation.")
    subject: Text = Field(description="What was at issue.")
    date: Edtf | None = Field(None, description="When (EDTF).")
    status: Status = Field(description="How it ended: agreed, failed, settled, held (a meeting), unresolved.")
    parties: tuple[Participant, ...] = Field((), description="Actors at the table, each with its role (mediator too).")
    steps: tuple[Step, ...] = Field((), description="The moves in order.")
    outcome: NegotiationOutcome | None = Field(None, description="What came of it.")


RESOURCE = Resource(
    name="negotiations",
    model=Negotiation,
    sorts=("date", "name"),
    date=("date",),
    lasts=Lasting("date", "open"),
    filters={
        "form": Equals("form"),
        "status": Equals("status"),
        "party": Refers("parties.actor"),
        "move": Equals("steps.move"),
        "by": Refers("steps.by"),
        "relies_on": Refers("steps.relies_on"),
    },
    edges={
        "parties.actor": Edge("negotiated", "negotiated in", "negotiated by", reverse=True),
        "steps.relies_on": Edge("relied_on", "relied on", "relied on in", role="text"),
    },
)
