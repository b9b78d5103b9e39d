"""The answers of the timeline as OpenAPI shows them: moments, groups of moments, a state of affairs."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from app.api.schemas import ListLinks, ListMeta, kept
from app.store.moments import Lasts, Moment
from app.values import Face

SUMMARIES = {
    "moments": "Moments in order.",
    "groups": "With group: years or decades, each with its first moments.",
    "state": "With state: the records that stood on a day.",
}


class MomentMeta(ListMeta):
    """About a list of moments."""

    total: int = Field(description="Moments that match.")
    limit: int = Field(description="Moments a page.")
    undated_excluded: int = Field(description="Steps, phases, records that match but have no date, so no moment.")


class MomentList(Face):
    """A page of the timeline."""

    data: tuple[Moment, ...] = Field(description="The moments in order of time.")
    meta: MomentMeta = Field(description="About the list.")
    links: ListLinks = Field(description="Where to go from here.")


class MomentGroup(Face):
    """The moments that began in a year or decade."""

    value: str = Field(description="1939, 1930s, or unknown.")
    label: str = Field(description="The same to be read.")
    count: int = Field(description="Moments in the group.")
    url: str = Field(description="The timeline of this group alone.")
    moments: tuple[Moment, ...] = Field(description="The first of them, as many as meta.shown; `url` has all.")


class GroupMeta(ListMeta):
    """About a list of groups."""

    total: int = Field(description="Groups that match.")
    limit: int = Field(description="Groups a page.")
    undated_excluded: int = Field(description="Steps, phases, records that match but have no date, so no moment.")
    moments: int = Field(description="Moments in all the groups.")
    shown: int = Field(description="Moments shown of a group at most.")


class GroupList(Face):
    """A page of the timeline by year or decade."""

    data: tuple[MomentGroup, ...] = Field(description="The groups in order; what began nobody knows when comes last.")
    meta: GroupMeta = Field(description="About the list.")
    links: ListLinks = Field(description="Where to go from here.")


class RecordStanding(Lasts):
    """A record that stood on the day asked for, for certain or possibly."""

    certain: bool = Field(description="Whether its dates make that certain; else it is possible.")
    why: str = Field(description="What makes it certain, or leaves it only possible.")


class StateCount(Face):
    """How much stood in one state."""

    state: str = Field(description="What it was: in force, under way …")
    collection: str = Field(description="Collection of the records.")
    total: int = Field(description="Records that stood in it, certainly or possibly.")
    certain: int = Field(description="Those that did for certain.")
    url: str = Field(description="The state of affairs of this collection alone.")


class StateMeta(ListMeta):
    """About a state of affairs."""

    total: int = Field(description="Records that stood on that day, certainly or possibly.")
    undated_excluded: int = Field(description="Fighting and talks that match but have no date, so may be missing here.")
    states: tuple[StateCount, ...] = Field(description="How many, by state.")


class StateList(Face):
    """The state of affairs on a day."""

    data: tuple[RecordStanding, ...] = Field(description="What stood, by collection and then by time.")
    meta: StateMeta = Field(description="About the list.")
    links: ListLinks = Field(description="Where to go from here.")


def responses(examples: Mapping[str, bytes]) -> dict[int | str, Any]:
    """The responses of the timeline, each of its three answers with an example."""
    found = kept("answer", "Moments, groups of moments, or a state of affairs.", MomentList, b"{}", {})
    shown = {name: {"summary": SUMMARIES[name], "value": json.loads(body)} for name, body in examples.items()}
    found[200] |= {"model": MomentList | GroupList | StateList, "content": {"application/json": {"examples": shown}}}
    return found
