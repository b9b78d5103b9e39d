"""Treaties and the other instruments by which states bound themselves, or tried to."""

from typing import Annotated, Literal

from pydantic import Field

from app.edges import Edge
from app.resource import Covers, DatedRecord, Equals, Lasting, Refers, Resource
from app.values import (
    EDITORIAL,
    Actor,
    Duration,
    Edtf,
    Flag,
    Part,
    Participant,
    Person,
    Place,
    Quantity,
    Text,
)

Form = Literal[
    "treaty",
    "convention",
    "protocol",
    "pact",
    "agreement",
    "contract",
    "truce",
    "loan",
    "declaration",
    "instrument of surrender",
    "proposal",
]
Status = Literal["concluded", "unsigned", "proposed", "rejected", "informal", "unverified"]


class Ending(Part):
    """How an instrument came to its end."""

    date: Edtf | None = Field(None, description="When (EDTF).")
    how: Text = Field(description="expired, denounced, superseded, cast off by an act of war …")


class Signatory(Part):
    """A person who signed."""

    person: Person = Field(description="The person.")
    actor: Actor | None = Field(None, description="For whom.")
    role: Text | None = Field(None, description="In what capacity.")


class Provision(Part):
    """One thing that the instrument lays down."""

    article: Text | None = Field(None, description="Article, as numbered in the instrument.")
    binds: tuple[Actor, ...] = Field((), description="Actors whom it binds or who grant; empty = all parties alike.")
    text: Text = Field(description="What it lays down, in one sentence.")
    quantities: tuple[Quantity, ...] = Field((), description="Amounts in it.")


class Treaty(DatedRecord):
    """A treaty, convention, protocol, pact, agreement, loan or truce, concluded or only proposed."""

    form: Annotated[Form, EDITORIAL] = Field(description="Kind of instrument.")
    status: Status = Field(description="How far it came.")
    secret: Flag | None = Field(None, description="Whether it was kept secret; null where the essay says nothing.")
    date: Edtf | None = Field(None, description="When it was made or proposed; that of `signed` where it was signed.")
    signed: Edtf | None = Field(None, description="Date of signature (EDTF).")
    signed_at: Place | None = Field(None, description="Place of signature.")
    in_force: Edtf | None = Field(
        None, description="When it bound (EDTF span); an empty end is one that the essay does not give."
    )
    ended: Ending | None = Field(None, description="How and when it ended, if not by running out.")
    duration: Duration | None = Field(None, description="Term that it set itself (ISO 8601 duration).")
    parties: tuple[Participant, ...] = Field((), description="Actors bound by it or invited to be, each with its role.")
    signatories: tuple[Signatory, ...] = Field((), description="People who signed.")
    provisions: tuple[Provision, ...] = Field((), description="What it lays down.")


RESOURCE = Resource(
    name="treaties",
    model=Treaty,
    sorts=("date", "name"),
    date=("signed", "date", "in_force"),
    lasts=Lasting("in_force", "in force", begins="in force from", ends="in force until", term="duration"),
    filters={
        "form": Equals("form"),
        "status": Equals("status"),
        "secret": Equals("secret"),
        "party": Refers("parties.actor"),
        "signed_at": Refers("signed_at"),
        "in_force_on": Covers("in_force"),
    },
    edges={
        "parties.actor": Edge("party_to", "party to", "has party", reverse=True),
        "signatories.person": Edge("signed", "signed", "signed by", reverse=True),
        "signed_at": Edge("signed_at", "signed at", "place of signature of"),
        "provisions.binds": Edge("binds", "binds", "bound by", role="text"),
    },
)
