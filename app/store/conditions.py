"""Conditions on records, and their SQL: written once a shape, so that statements of one shape share one text."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, literal_column, or_, select, true

from app.store.dialects.words import Matching, wording_index
from app.store.tables import PointRow, RecordRow, SpanRow, SupportRow, TermRow
from app.store.wanted import Wanted

record, term, span, point, support = (
    model.metadata.tables[str(model.__tablename__)] for model in (RecordRow, TermRow, SpanRow, PointRow, SupportRow)
)
DATE: ColumnElement[str] = literal_column("'date'")
NONE: ColumnElement[int] = literal_column("0")  # an offset written out, or the dialect binds one of its own


@dataclass(frozen=True)
class Terms:
    """The record has one of the values in a field."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """The record's span in a field overlaps lo..hi (ISO days), possibly or certainly."""

    field: str
    lo: str
    hi: str
    match: Literal["possible", "certain"] = "possible"


@dataclass(frozen=True)
class Box:
    """The record has a point between the edges; west above east crosses the 180th meridian."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Rests:
    """The record rests on one of the works; where a page is given, on a citation of it with that page."""

    works: tuple[str, ...]
    page: int | None = None


@dataclass(frozen=True)
class Of:
    """The record is of one of the collections."""

    collections: tuple[str, ...]


@dataclass(frozen=True)
class Matches:
    """The words of the record are as wanted."""

    wanted: Wanted


Condition = Terms | Span | Box | Rests | Of | Matches
Shape = tuple[str, int, str]


def _shape(condition: Condition) -> Shape:
    """What of a condition changes the text of a statement, as against the values bound to it."""
    match condition:
        case Terms(values=values):
            return "terms", len(values), ""
        case Span(match=match):
            return "span", 3, match
        case Box(west=west, east=east):
            return "box", 4, "across" if west > east else ""
        case Rests(works=works, page=page):
            return "rests", len(works), "" if page is None else "page"
        case Of(collections=collections):
            return "of", len(collections), ""
        case Matches():
            return "matches", 1, ""


def _bound(condition: Condition) -> tuple[Any, ...]:
    """The values of a condition, in the order in which `_having` takes them."""
    match condition:
        case Terms(field=field, values=values):
            return field, *values
        case Span(field=field, lo=lo, hi=hi):
            return field, lo, hi
        case Box(west=west, south=south, east=east, north=north):
            return west, south, east, north
        case Rests(works=works, page=page):
            return works if page is None else (*works, page)
        case Of(collections=collections):
            return collections
        case Matches(wanted=wanted):
            return (wanted,)


def _having(shape: Shape, names: Iterator[str], *, one: bool) -> ColumnElement[bool]:
    """A condition on a record as SQL; takes its parameters' names from `names`; `one` = within :collection."""
    kind, size, variant = shape

    def take() -> Any:
        return bindparam(next(names))

    if kind == "of":
        return record.c.collection.in_([take() for _ in range(size)])
    if kind == "matches":
        return record.c.number.in_(matching(take()))
    if kind == "terms":
        rows, where = term, and_(term.c.field == take(), term.c.value.in_([take() for _ in range(size)]))
    elif kind == "span":
        certain = variant == "certain"
        begun = span.c.latest_start if certain else span.c.earliest_start
        lasting = span.c.earliest_end if certain else span.c.latest_end
        rows, where = span, and_(span.c.field == take(), lasting >= take(), begun <= take())
    elif kind == "box":
        west, south, east, north = take(), take(), take(), take()
        sides = (point.c.lon >= west, point.c.lon <= east)
        within = or_(*sides) if variant == "across" else and_(*sides)
        rows, where = point, and_(point.c.lat.between(south, north), within)
    else:
        rows, where = support, support.c.work.in_([take() for _ in range(size)])
        if variant == "page":
            page = take()
            where = and_(where, support.c.first_page <= page, support.c.last_page >= page)
    if one:
        where = and_(rows.c.collection == bindparam("collection"), where)
    return record.c.number.in_(select(rows.c.record).where(where))


def matching(wanted: BindParameter[Any]) -> Select[Any]:
    """The numbers of the records whose words are as wanted."""
    return select(wording_index.c.rowid).where(Matching(wanted))


def where(shapes: tuple[Shape, ...], *, one: bool = True) -> ColumnElement[bool]:
    """All conditions together, on records of :collection, or with `one` false of any collection."""
    names = (f"v{n}" for n in range(10_000))
    conditions = [_having(shape, names, one=one) for shape in shapes]
    return and_(record.c.collection == bindparam("collection"), *conditions) if one else and_(true(), *conditions)


def parts(conditions: tuple[Condition, ...]) -> tuple[tuple[Shape, ...], dict[str, Any]]:
    """The shapes of conditions, and the values to bind to their statement."""
    values = (value for condition in conditions for value in _bound(condition))
    return tuple(map(_shape, conditions)), {f"v{n}": value for n, value in enumerate(values)}
