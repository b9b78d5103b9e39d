"""What joins records in the graph: types of edge and their words, which way a cause leads, how clients read it all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from app.values import Date, Face, Reference


@dataclass(frozen=True)
class Edge:
    """The edge that a reference makes: record —label→ what it names; with `reverse`, what it names —label→ record."""

    type: str
    label: str
    inverse: str  # the same, read from the target
    reverse: bool = False
    role: str = "role"  # the field beside the reference that says more of it


PART_OF = Edge("part_of", "part of", "has part")
TOOK_PLACE_AT = Edge("took_place_at", "took place at", "scene of")
INVOLVES = Edge("involves", "involves", "involved in")

# From cause to consequence, a relation is walked out (from the record that states it), in (towards it) or both ways.
LEADS: Mapping[str, Literal["out", "in", "both"]] = {
    "led_to": "out",
    "resulted_in": "out",
    "ended": "out",
    "extends": "in",
    "amends": "in",
    "supplements": "in",
    "confirms": "in",
    "supersedes": "in",
    "implements": "in",
    "responds_to": "in",
    "invoked": "in",
    "part_of": "both",
}


class GraphNode(Face):
    """A record as a node of the graph."""

    id: str = Field(description="collection/id: its name in the graph, in `root`, `from`, `to` and `via`.")
    name: str = Field(description="Its display name.")
    url: str = Field(description="Path of the record.")
    collection: str = Field(description="Its collection.")
    date: Date | None = Field(description="Its date; null where it has none.")


class EdgeCitation(Reference):
    """A citation that an edge rests on; `name` is the citation ready to print."""

    claim: str = Field(description="What the essay rests on it.")


class Stated(Face):
    """Where an edge is stated, and what that rests on."""

    role: str | None = Field(description="What more is said of it: seller, mediator, the deed, the office.")
    stated_in: str = Field(description="collection/id of the record that states it.")
    pointer: str = Field(description="JSON pointer in that record, relative to its data.")
    paragraph: int | None = Field(description="Paragraph of the essay that says so.")
    citations: tuple[EdgeCitation, ...] = Field(description="Citations that it rests on; empty where it has none.")


class GraphEdge(Stated):
    """One statement that joins two records; two statements make two edges."""

    source: str = Field(description="collection/id: the sentence `source label target` is true.")
    target: str = Field(description="collection/id at the other end.")
    type: str = Field(description="Type of edge; what `relation` filters by.")
    label: str = Field(description="The type in words, read from source to target.")


class ChainStep(Stated):
    """One step of a chain: `from label to`."""

    from_: GraphNode = Field(alias="from", description="The record that the step leaves.")
    type: str = Field(description="Type of the edge.")
    label: str = Field(description="The edge in words, read from `from` to `to`.")
    direction: Literal["out", "in"] = Field(
        description="out: the edge is stated that way round; in: it is its inverse."
    )
    to: GraphNode = Field(description="The record that it reaches.")


class Chain(Face):
    """A way from one record to another, no record twice."""

    length: int = Field(description="Number of steps.")
    steps: tuple[ChainStep, ...] = Field(description="The steps in order.")
