"""Questions to the store. Statements are written once in SQLAlchemy and run as text on the driver's connection."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.dialects import sqlite

from app.store.engine import Reader
from app.store.tables import DocumentRow, PointRow, RecordRow, RetiredRow, SpanRow, SupportRow, TermRow

EXACT = 10_000  # totals above are given as this bound
DATE: ColumnElement[str] = literal_column("'date'")
NONE: ColumnElement[int] = literal_column("0")  # an offset written out, or the dialect binds one of its own
BATCH = 500  # rows fetched at once when all are wanted

record, term, span, point, support, retired, document = (
    model.metadata.tables[str(model.__tablename__)]
    for model in (RecordRow, TermRow, SpanRow, PointRow, SupportRow, RetiredRow, DocumentRow)
)


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


Condition = Terms | Span | Box | Rests
Shape = tuple[str, int, str]


@dataclass(frozen=True)
class Query:
    """A list of records: of a collection, under conditions, in an order, from a position."""

    collection: str
    conditions: tuple[Condition, ...] = ()
    by: Literal["first", "second"] = "first"
    descending: bool = False
    dated_only: bool = False  # the order is by date, so that undated records stay last when it descends
    after: int | None = None
    limit: int = 25


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    bodies: tuple[bytes, ...]
    after: int | None
    total: int
    total_is_exact: bool
    undated_excluded: int


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


def _having(shape: Shape, names: Iterator[str]) -> ColumnElement[bool]:
    """A condition on a record as SQL; takes its parameters' names from `names`."""
    kind, size, variant = shape

    def take() -> Any:
        return bindparam(next(names))

    if kind == "terms":
        table, where = term, and_(term.c.field == take(), term.c.value.in_([take() for _ in range(size)]))
    elif kind == "span":
        certain = variant == "certain"
        begun = span.c.latest_start if certain else span.c.earliest_start
        lasting = span.c.earliest_end if certain else span.c.latest_end
        table, where = span, and_(span.c.field == take(), lasting >= take(), begun <= take())
    elif kind == "box":
        west, south, east, north = take(), take(), take(), take()
        sides = (point.c.lon >= west, point.c.lon <= east)
        within = or_(*sides) if variant == "across" else and_(*sides)
        table, where = point, and_(point.c.lat.between(south, north), within)
    else:
        table, where = support, support.c.work.in_([take() for _ in range(size)])
        if variant == "page":
            page = take()
            where = and_(where, support.c.first_page <= page, support.c.last_page >= page)
    return record.c.number.in_(select(table.c.record).where(table.c.collection == bindparam("collection"), where))


def _where(shapes: tuple[Shape, ...]) -> ColumnElement[bool]:
    names = (f"v{n}" for n in range(10_000))
    return and_(record.c.collection == bindparam("collection"), *(_having(shape, names) for shape in shapes))


def _sql(statement: Select[Any]) -> str:
    """A statement as the driver takes it."""
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="named")))


@lru_cache(maxsize=1024)
def _list_sql(shapes: tuple[Shape, ...], by: str, descending: bool, segment: str) -> str:
    position = record.c[by]
    where = [_where(shapes)]
    where.append(position < bindparam("after") if descending else position > bindparam("after"))
    if segment == "dated":
        where.append(position <= bindparam("boundary"))
    order = position.desc() if descending else position.asc()
    return _sql(select(position, record.c.body).where(*where).order_by(order).limit(bindparam("limit")).offset(NONE))


@lru_cache(maxsize=1024)
def _count_sql(shapes: tuple[Shape, ...], undated: bool) -> str:
    where = [_where(shapes)]
    if undated:
        dated = select(span.c.record).where(span.c.collection == bindparam("collection"), span.c.field == DATE)
        where.append(record.c.number.not_in(dated))
    bounded = select(record.c.number).where(*where).limit(literal_column(str(EXACT + 1))).offset(NONE).subquery()
    return _sql(select(func.count()).select_from(bounded))


_BODY = _sql(
    select(record.c.body).where(record.c.collection == bindparam("collection"), record.c.id == bindparam("id"))
)
_IDS = _sql(select(record.c.id).where(record.c.collection == bindparam("collection")).order_by(record.c.id))
_RETIRED = _sql(select(retired.c.new, retired.c.reason).where(retired.c.old == bindparam("old")))
_DOCUMENT = _sql(select(document.c.body).where(document.c.name == bindparam("name")))
_UNDATED = _sql(
    select(func.count(record.c.number)).where(
        record.c.collection == bindparam("collection"),
        record.c.number.in_(
            select(span.c.record).where(span.c.collection == bindparam("collection"), span.c.field == DATE)
        ),
    )
)
_VALUES = _sql(
    select(term.c.field, term.c.value, func.count())
    .where(term.c.collection == bindparam("collection"))
    .group_by(term.c.field, term.c.value)
    .order_by(term.c.field, func.count().desc(), term.c.value)
)


class Store:
    """A store, asked."""

    def __init__(self, reader: Reader) -> None:
        """Read what is needed for every answer."""
        self._reader = reader
        self.version: str = json.loads(self.document("version"))
        self._boundaries: dict[str, int] = {}

    def _all(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._reader.connection.execute(sql, values).fetchall()
        return rows

    def document(self, name: str) -> bytes:
        """A document about the whole, as JSON."""
        body: bytes = self._all(_DOCUMENT, name=name)[0][0]
        return body

    def readable(self) -> bool:
        """Whether the store can be read at this moment."""
        try:
            self.document("version")
        except sqlite3.Error:
            return False
        return True

    def body(self, collection: str, identifier: str) -> bytes | None:
        """The JSON of a record; None where there is none of that id."""
        found = self._all(_BODY, collection=collection, id=identifier)
        return found[0][0] if found else None

    def retired(self, collection: str, identifier: str) -> tuple[str | None, str | None] | None:
        """(new collection/id, reason) of an id no longer served; None where it never was."""
        found = self._all(_RETIRED, old=f"{collection}/{identifier}")
        return (found[0][0], found[0][1]) if found else None

    def ids(self, collection: str) -> list[str]:
        """Every id of a collection."""
        return [row[0] for row in self._all(_IDS, collection=collection)]

    def values(self, collection: str) -> dict[str, dict[str, int]]:
        """Filter → value → number of records, for every value that occurs in a collection, the most frequent first."""
        found: dict[str, dict[str, int]] = {}
        for field, value, count in self._all(_VALUES, collection=collection):
            found.setdefault(field, {})[value] = count
        return found

    def page(self, query: Query) -> Page:
        """One page of a list, with the total."""
        rows = self._rows(query, query.limit + 1) if query.limit else []
        kept = rows[: query.limit]
        total = self._count(query, query.conditions, undated=False)
        timeless = tuple(c for c in query.conditions if not (isinstance(c, Span) and c.field == "date"))
        filtered_by_date = len(timeless) < len(query.conditions)
        return Page(
            bodies=tuple(body for _, body in kept),
            after=kept[-1][0] if len(rows) > len(kept) > 0 else None,
            total=min(total, EXACT),
            total_is_exact=total <= EXACT,
            undated_excluded=self._count(query, timeless, undated=True) if filtered_by_date else 0,
        )

    def all(self, query: Query) -> Iterator[bytes]:
        """Every body of a list, read in batches."""
        while True:
            rows = self._rows(query, BATCH)
            yield from (body for _, body in rows)
            if len(rows) < BATCH:
                return
            query = replace(query, after=rows[-1][0])

    def _count(self, query: Query, conditions: tuple[Condition, ...], *, undated: bool) -> int:
        shapes, values = _parts(conditions)
        return int(self._all(_count_sql(shapes, undated), collection=query.collection, **values)[0][0])

    def _rows(self, query: Query, limit: int) -> list[tuple[int, bytes]]:
        """Rows in order. Descending by date is read in two ranges, dated and undated, so that undated come last."""
        shapes, values = _parts(query.conditions)
        values["collection"] = query.collection
        if not query.descending:
            sql = _list_sql(shapes, query.by, False, "")
            return self._all(sql, **values, after=query.after or 0, limit=limit)
        if not query.dated_only:
            sql = _list_sql(shapes, query.by, True, "")
            return self._all(sql, **values, after=query.after or 2**62, limit=limit)
        boundary = self._boundary(query.collection)
        rows: list[tuple[int, bytes]] = []
        if query.after is None or query.after <= boundary:
            sql = _list_sql(shapes, query.by, True, "dated")
            rows = self._all(sql, **values, after=query.after or 2**62, boundary=boundary, limit=limit)
        if len(rows) < limit:
            after = max(query.after or 0, boundary)
            sql = _list_sql(shapes, query.by, False, "")
            rows += self._all(sql, **values, after=after, limit=limit - len(rows))
        return rows

    def _boundary(self, collection: str) -> int:
        """The last position of a dated record: undated ones follow."""
        if collection not in self._boundaries:
            self._boundaries[collection] = int(self._all(_UNDATED, collection=collection)[0][0])
        return self._boundaries[collection]


def _parts(conditions: tuple[Condition, ...]) -> tuple[tuple[Shape, ...], dict[str, Any]]:
    values = (value for condition in conditions for value in _bound(condition))
    return tuple(map(_shape, conditions)), {f"v{n}": value for n, value in enumerate(values)}
