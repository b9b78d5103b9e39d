"""Questions about time: moments in order, moments by year or decade, and the state of affairs on a day."""

import json
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import Literal, NamedTuple

from pyroaring import FrozenBitMap

from app.edtf import MAX, MIN, certain, parse
from app.edtf import Span as Bounds
from app.store.bitmaps import HIGHEST, joined
from app.store.conditions import Condition
from app.store.days import BOUNDS
from app.store.moments import UNKNOWN
from app.store.query import Page, Store

MOMENT, UNDATED, STANDING = "moment", "undated", "standing"
OF_UNDATED = ("collection", "kind", "record")  # what may be asked of what has no date
SHOWN = 25  # moments shown of a group; its own list has the rest


@dataclass(frozen=True)
class Asked:
    """What is asked of the timeline: of which records, which moments, in what order, from where."""

    conditions: tuple[Condition, ...] = ()  # on the records
    terms: dict[str, tuple[str | int, ...]] = field(default_factory=dict)  # column → its allowed values
    on: str | None = None  # MM-DD
    span: tuple[str, str] | None = None
    match: Literal["possible", "certain"] = "possible"
    descending: bool = False
    after: int | None = None
    limit: int = 50


@dataclass(frozen=True)
class Group:
    """The moments of a year or decade: how many, and the first of them."""

    value: int
    count: int
    bodies: tuple[bytes, ...]


@dataclass(frozen=True)
class Groups:
    """One page of groups, with their number and that of the moments in all of them."""

    groups: tuple[Group, ...]
    after: int | None
    total: int
    moments: int


class Standing(NamedTuple):
    """One record in a state of affairs."""

    body: bytes
    certain: bool
    why: str


@dataclass(frozen=True)
class State:
    """One page of the state of affairs, with how many stand and how many of them for certain, by state."""

    standing: tuple[Standing, ...]
    after: int | None
    counts: tuple[tuple[str, str, int, int], ...]  # collection, state, number, of which certain


def _found(store: Store, of: str, asked: Asked) -> FrozenBitMap:
    """Everything in a table that meets what is asked, but for where a page begins."""
    bitmaps = store.bitmaps
    sets = [bitmaps.meeting(of, asked.conditions)]
    for name, several in asked.terms.items():
        if name == "record":
            sets.append(bitmaps.of_records(of, map(int, several)))
        else:
            sets.append(bitmaps.among(of, name, map(str, several)))
    if asked.on:
        sets.append(bitmaps.of(of, "on", asked.on))
    if asked.span:
        sets.append(bitmaps.overlapping(of, *asked.span, asked.match))
    return joined(sets)


def _on(found: FrozenBitMap, after: int | None, limit: int, *, descending: bool = False) -> tuple[list[int], bool]:
    """The next of some positions in order, and whether more follow."""
    if descending:
        end = found.rank(min(max(after, 1) - 1, HIGHEST)) if after is not None else len(found)
        begin = max(0, end - limit)
        return list(found[begin:end])[::-1], begin > 0
    begin = found.rank(min(max(after, 0), HIGHEST)) if after is not None else 0
    return list(found[begin : begin + limit]), begin + limit < len(found)


_KINDS = "moments"  # the document that says how many moments there are of each kind


def kinds(store: Store) -> dict[str, int]:
    """How many moments there are of each kind."""
    found: dict[str, int] = json.loads(store.document(_KINDS))
    return found


def without_date(store: Store, asked: Asked) -> int:
    """How many of the things asked for have no date, and so no place in time."""
    terms = {name: several for name, several in asked.terms.items() if name in OF_UNDATED}
    return len(_found(store, UNDATED, replace(asked, terms=terms, on=None, span=None)))


def page(store: Store, asked: Asked) -> Page:
    """One page of moments, with their number."""
    found = _found(store, MOMENT, asked)
    positions, more = _on(found, asked.after, asked.limit, descending=asked.descending)
    return Page(
        bodies=tuple(body for (body,) in store.rows(MOMENT, positions)),
        after=positions[-1] if positions and more else None,
        total=len(found),
        total_is_exact=True,
        undated_excluded=without_date(store, asked),
    )


def groups(store: Store, asked: Asked, by: Literal["year", "decade"]) -> Groups:
    """One page of groups in order, what began nobody knows when last; a page goes on after the value of a group."""
    found = _found(store, MOMENT, asked)
    every = {int(value): having for value, having in store.bitmaps.values(MOMENT, by).items()}
    counts = {value: count for value, having in every.items() if (count := found.intersection_cardinality(having))}
    ordered = sorted(counts, key=lambda value: (value == UNKNOWN, -value if asked.descending else value))
    start = ordered.index(asked.after) + 1 if asked.after in counts else 0
    kept = ordered[start : start + asked.limit]
    firsts = [_on(found & every[value], None, SHOWN, descending=asked.descending)[0] for value in kept]
    bodies = iter(store.rows(MOMENT, chain.from_iterable(firsts)))
    return Groups(
        groups=tuple(
            Group(value, counts[value], tuple(body for (body,) in islice(bodies, len(positions))))
            for value, positions in zip(kept, firsts, strict=True)
        ),
        after=kept[-1] if kept and start + len(kept) < len(ordered) else None,
        total=len(ordered),
        moments=len(found),
    )


def state(store: Store, asked: Asked) -> State:
    """One page of what stood in the span asked for, each with whether that is certain."""
    assert asked.span is not None
    lo, hi = asked.span
    found = _found(store, STANDING, asked)
    sure = found & store.bitmaps.overlapping(STANDING, lo, hi, "certain")
    positions, more = _on(found, asked.after, asked.limit)
    shown = []
    for body, *bounds in store.rows(STANDING, positions, ("body", *BOUNDS)):
        span = Bounds(*bounds)
        shown.append(Standing(body, certain(span, lo, hi), why(span, lo, hi)))
    counts = []
    for name, having in store.bitmaps.values(STANDING, "state").items():
        if number := found.intersection_cardinality(having):
            collection, _, state = name.partition(" ")
            counts.append((having.min(), (collection, state, number, sure.intersection_cardinality(having))))
    return State(
        standing=tuple(shown),
        after=positions[-1] if positions and more else None,
        counts=tuple(count for _, count in sorted(counts)),
    )


def _day(day: str) -> str:
    return parse(day).label


def why(span: Bounds, lo: str, hi: str) -> str:
    """What makes it certain, or leaves it only possible, that a span holds some of the days lo..hi."""
    if certain(span, lo, hi):
        lasted = "" if span.earliest_end == MAX else f" and not over before {_day(span.earliest_end)}"
        return f"Begun by {_day(span.latest_start)}{lasted}."
    doubts = []
    if span.latest_start > hi:
        if span.earliest_start == MIN or span.latest_start == MAX:
            doubts.append("may not have begun: its beginning is not stated, or not for certain")
        else:
            between = f"between {_day(span.earliest_start)} and {_day(span.latest_start)}"
            doubts.append(f"may not have begun: it began {between}")
    if span.earliest_end < lo:
        if span.latest_end == MAX:
            doubts.append("may have ended: its end is not stated")
        elif span.earliest_end == MIN:
            doubts.append(f"may have ended: its end is known only to be no later than {_day(span.latest_end)}")
        else:
            doubts.append(f"may have ended: it ended between {_day(span.earliest_end)} and {_day(span.latest_end)}")
    return f"It {'; it '.join(doubts)}."
