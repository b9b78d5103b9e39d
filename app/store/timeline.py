"""Questions about time: moments in order, moments by year or decade, and the state of affairs on a day."""

import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, func, literal_column, select, true, union

from app.edtf import MAX, MIN, certain, parse
from app.edtf import Span as Bounds
from app.store.conditions import NONE, Condition, Shape, parts, record, where
from app.store.dialects.statement import Statement
from app.store.moments import UNKNOWN, MomentRow, StandingRow, UndatedRow
from app.store.query import EXACT, Page, Store

moment, undated, standing = (
    model.metadata.tables[str(model.__tablename__)] for model in (MomentRow, UndatedRow, StandingRow)
)
SHOWN = 25  # moments shown of a group; its own list has the rest
BOUNDS = ("earliest_start", "latest_start", "earliest_end", "latest_end")


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


class _Form(NamedTuple):
    """What of a question changes the text of its statement, as against the values bound to it."""

    records: tuple[Shape, ...]
    terms: tuple[tuple[str, int], ...]
    on: bool
    match: str


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


@dataclass(frozen=True)
class Standing:
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


def _form(asked: Asked) -> tuple[_Form, dict[str, Any]]:
    """The form of a question and the values to bind to its statement."""
    shapes, values = parts(asked.conditions)
    for name, several in asked.terms.items():
        values |= {f"{name}{n}": value for n, value in enumerate(several)}
    if asked.on:
        values["on"] = asked.on
    if asked.span:
        values |= {"lo": asked.span[0], "hi": asked.span[1]}
    sizes = tuple((name, len(several)) for name, several in asked.terms.items())
    return _Form(shapes, sizes, asked.on is not None, asked.match if asked.span else ""), values


def _having(table: Table, form: _Form) -> ColumnElement[bool]:
    """All that a question asks of the rows of a table."""
    found: list[ColumnElement[bool]] = [true()]
    found += [table.c[name].in_([bindparam(f"{name}{n}") for n in range(size)]) for name, size in form.terms]
    if form.records:
        found.append(table.c.record.in_(select(record.c.number).where(where(form.records, one=False))))
    if form.on:
        days = (table.c.begins_on, table.c.ends_on)  # each by its own index
        found.append(table.c.position.in_(union(*(select(table.c.position).where(d == bindparam("on")) for d in days))))
    if form.match:
        begun, lasting = BOUNDS[1:3] if form.match == "certain" else (BOUNDS[0], BOUNDS[3])
        found += [table.c[begun] <= bindparam("hi"), table.c[lasting] >= bindparam("lo")]
    return and_(*found)


@lru_cache(maxsize=1024)
def _page(form: _Form, descending: bool) -> Statement:
    position = moment.c.position
    beyond = position < bindparam("after") if descending else position > bindparam("after")
    order = position.desc() if descending else position.asc()
    rows = select(position, moment.c.body).where(_having(moment, form), beyond)
    return Statement(rows.order_by(order).limit(bindparam("limit")).offset(NONE))


@lru_cache(maxsize=1024)
def _count(form: _Form, of: Literal["moment", "undated"]) -> Statement:
    table = moment if of == "moment" else undated
    rows = select(table.c.record).where(_having(table, form))
    bounded = rows.limit(literal_column(str(EXACT + 1))).offset(NONE).subquery()
    return Statement(select(func.count()).select_from(bounded))


@lru_cache(maxsize=1024)
def _groups(form: _Form, by: str) -> Statement:
    return Statement(select(moment.c[by], func.count()).where(_having(moment, form)).group_by(moment.c[by]))


@lru_cache(maxsize=1024)
def _standing(form: _Form) -> Statement:
    rows = select(standing.c.position, standing.c.body, *(standing.c[name] for name in BOUNDS))
    rows = rows.where(_having(standing, form), standing.c.position > bindparam("after"))
    return Statement(rows.order_by(standing.c.position).limit(bindparam("limit")).offset(NONE))


@lru_cache(maxsize=1024)
def _states(form: _Form) -> Statement:
    sure = and_(standing.c.latest_start <= bindparam("hi"), standing.c.earliest_end >= bindparam("lo"))
    by = (standing.c.collection, standing.c.state)
    number = func.sum(case((sure, literal_column("1")), else_=literal_column("0")))
    rows = select(*by, func.count(), number).where(_having(standing, form))
    return Statement(rows.group_by(*by).order_by(func.min(standing.c.position)))


_KINDS = "moments"  # the document that says how many moments there are of each kind


def kinds(store: Store) -> dict[str, int]:
    """How many moments there are of each kind."""
    found: dict[str, int] = json.loads(store.document(_KINDS))
    return found


def without_date(store: Store, asked: Asked) -> int:
    """How many of the things asked for have no date, and so no place in time; at most EXACT."""
    terms = {name: several for name, several in asked.terms.items() if name in undated.c}
    form, values = _form(replace(asked, terms=terms, on=None, span=None))
    return min(int(store.run(_count(form, "undated"), **values)[0][0]), EXACT)


def _rows(store: Store, asked: Asked, limit: int) -> list[tuple[Any, ...]]:
    """(position, body) of moments in order."""
    form, values = _form(asked)
    start = asked.after if asked.after is not None else (2**62 if asked.descending else 0)
    return store.run(_page(form, asked.descending), **values, after=start, limit=limit)


def page(store: Store, asked: Asked) -> Page:
    """One page of moments, with their number."""
    form, values = _form(asked)
    rows = _rows(store, asked, asked.limit + 1) if asked.limit else []
    kept = rows[: asked.limit]
    total = int(store.run(_count(form, "moment"), **values)[0][0])
    return Page(
        bodies=tuple(body for _, body in kept),
        after=kept[-1][0] if len(rows) > len(kept) > 0 else None,
        total=min(total, EXACT),
        total_is_exact=total <= EXACT,
        undated_excluded=without_date(store, asked),
    )


def groups(store: Store, asked: Asked, by: Literal["year", "decade"]) -> Groups:
    """One page of groups in order, what began nobody knows when last; a page goes on after the value of a group."""
    form, values = _form(asked)
    counts: dict[int, int] = dict(store.run(_groups(form, by), **values))
    ordered = sorted(counts, key=lambda value: (value == UNKNOWN, -value if asked.descending else value))
    start = ordered.index(asked.after) + 1 if asked.after in counts else 0
    kept = ordered[start : start + asked.limit]
    shown = {
        value: _rows(store, replace(asked, terms={**asked.terms, by: (value,)}, after=None), SHOWN) for value in kept
    }
    return Groups(
        groups=tuple(Group(value, counts[value], tuple(body for _, body in rows)) for value, rows in shown.items()),
        after=kept[-1] if kept and start + len(kept) < len(ordered) else None,
        total=len(ordered),
        moments=sum(counts.values()),
    )


def state(store: Store, asked: Asked) -> State:
    """One page of what stood in the span asked for, each with whether that is certain."""
    assert asked.span is not None
    form, values = _form(asked)
    rows = store.run(_standing(form), **values, after=asked.after or 0, limit=asked.limit + 1) if asked.limit else []
    kept = rows[: asked.limit]
    lo, hi = asked.span
    found = []
    for _, body, *bounds in kept:
        span = Bounds(*bounds)
        found.append(Standing(body, certain(span, lo, hi), why(span, lo, hi)))
    return State(
        standing=tuple(found),
        after=kept[-1][0] if len(rows) > len(kept) > 0 else None,
        counts=tuple((row[0], row[1], row[2], row[3]) for row in store.run(_states(form), **values)),
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
