"""Questions to the store. Statements are written once in SQLAlchemy and run as text on the driver's connection."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import bindparam, func, literal_column, select

from app.store.conditions import (
    DATE,
    NONE,
    Box,
    Condition,
    Matches,
    Of,
    Rests,
    Shape,
    Span,
    Terms,
    parts,
    record,
    span,
    support,
    term,
    where,
)
from app.store.dialects.database import Database
from app.store.dialects.statement import Statement
from app.store.tables import DocumentRow, RetiredRow

__all__ = ["Box", "Condition", "Matches", "Of", "Page", "Query", "Rests", "Span", "Store", "Terms"]

EXACT = 10_000  # totals above are given as this bound
BATCH = 500  # rows fetched at once when all are wanted
NEIGHBOURS = 250  # ids looked at on either side of a mistaken one: it must not cost more where there are more

retired, document = (model.metadata.tables[str(model.__tablename__)] for model in (RetiredRow, DocumentRow))


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


@lru_cache(maxsize=1024)
def _listtext(shapes: tuple[Shape, ...], by: str, descending: bool, segment: str) -> Statement:
    position = record.c[by]
    having = [where(shapes)]
    having.append(position < bindparam("after") if descending else position > bindparam("after"))
    if segment == "dated":
        having.append(position <= bindparam("boundary"))
    order = position.desc() if descending else position.asc()
    return Statement(
        select(position, record.c.body).where(*having).order_by(order).limit(bindparam("limit")).offset(NONE)
    )


@lru_cache(maxsize=1024)
def _counttext(shapes: tuple[Shape, ...], undated: bool) -> Statement:
    having = [where(shapes)]
    if undated:
        dated = select(span.c.record).where(span.c.collection == bindparam("collection"), span.c.field == DATE)
        having.append(record.c.number.not_in(dated))
    bounded = select(record.c.number).where(*having).limit(literal_column(str(EXACT + 1))).offset(NONE).subquery()
    return Statement(select(func.count()).select_from(bounded))


_BODY = Statement(
    select(record.c.body).where(record.c.collection == bindparam("collection"), record.c.id == bindparam("id"))
)
_NUMBER = Statement(
    select(record.c.number).where(record.c.collection == bindparam("collection"), record.c.id == bindparam("id"))
)
_BEFORE, _FROM = (
    Statement(
        select(record.c.id)
        .where(record.c.collection == bindparam("collection"), side)
        .order_by(order)
        .limit(literal_column(str(NEIGHBOURS)))
        .offset(NONE)
    )
    for side, order in (
        (record.c.id < bindparam("near"), record.c.id.desc()),
        (record.c.id >= bindparam("near"), record.c.id.asc()),
    )
)
_RETIRED = Statement(select(retired.c.new, retired.c.reason).where(retired.c.old == bindparam("old")))
_DOCUMENT = Statement(select(document.c.body).where(document.c.name == bindparam("name")))
_DATED = Statement(
    select(func.count(record.c.number)).where(
        record.c.collection == bindparam("collection"),
        record.c.number.in_(
            select(span.c.record).where(span.c.collection == bindparam("collection"), span.c.field == DATE)
        ),
    )
)
_VALUES = Statement(
    select(term.c.field, term.c.value, func.count())
    .where(term.c.collection == bindparam("collection"))
    .group_by(term.c.field, term.c.value)
    .order_by(term.c.field, func.count().desc(), term.c.value)
)
_CITED = Statement(
    select(support.c.work, support.c.first_page)
    .where(support.c.collection == bindparam("collection"), support.c.first_page.is_not(None))
    .group_by(support.c.work, support.c.first_page)
    .order_by(func.count().desc(), support.c.work, support.c.first_page)
)


class Store:
    """A store, asked."""

    def __init__(self, database: Database) -> None:
        """Read what is needed for every answer."""
        self._database = database
        self.version: str = json.loads(self.document("version"))
        self._boundaries: dict[str, int] = {}

    def run(self, statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        return self._database.run(statement, values)

    def document(self, name: str) -> bytes:
        """A document about the whole, as JSON."""
        body: bytes = self.run(_DOCUMENT, name=name)[0][0]
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
        found = self.run(_BODY, collection=collection, id=identifier)
        return found[0][0] if found else None

    def number(self, name: str) -> int | None:
        """The number of the record `collection/id`; None where there is none."""
        collection, _, identifier = name.partition("/")
        found = self.run(_NUMBER, collection=collection, id=identifier)
        return int(found[0][0]) if found else None

    def retired(self, collection: str, identifier: str) -> tuple[str | None, str | None] | None:
        """(new collection/id, reason) of an id no longer served; None where it never was."""
        found = self.run(_RETIRED, old=f"{collection}/{identifier}")
        return (found[0][0], found[0][1]) if found else None

    def ids(self, collection: str, near: str = "") -> list[str]:
        """The ids of a collection in order, a bounded number before and after the place of one."""
        before, after = (self.run(sql, collection=collection, near=near) for sql in (_BEFORE, _FROM))
        return [row[0] for row in (*reversed(before), *after)]

    def values(self, collection: str) -> dict[str, dict[str, int]]:
        """Filter → value → number of records, for every value that occurs in a collection, the most frequent first."""
        found: dict[str, dict[str, int]] = {}
        for field, value, count in self.run(_VALUES, collection=collection):
            found.setdefault(field, {})[value] = count
        return found

    def cited(self, collection: str) -> tuple[str | None, int | None]:
        """The work and page that most of a collection rests on; None where it rests on none."""
        found = self.run(_CITED, collection=collection)
        return (found[0][0], found[0][1]) if found else (None, None)

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
        shapes, values = parts(conditions)
        return int(self.run(_counttext(shapes, undated), collection=query.collection, **values)[0][0])

    def _rows(self, query: Query, limit: int) -> list[tuple[int, bytes]]:
        """Rows in order. Descending by date is read in two ranges, dated and undated, so that undated come last."""
        shapes, values = parts(query.conditions)
        values["collection"] = query.collection
        if not query.descending:
            sql = _listtext(shapes, query.by, False, "")
            return self.run(sql, **values, after=query.after or 0, limit=limit)
        if not query.dated_only:
            sql = _listtext(shapes, query.by, True, "")
            return self.run(sql, **values, after=query.after or 2**62, limit=limit)
        boundary = self._boundary(query.collection)
        rows: list[tuple[int, bytes]] = []
        if query.after is None or query.after <= boundary:
            sql = _listtext(shapes, query.by, True, "dated")
            rows = self.run(sql, **values, after=query.after or 2**62, boundary=boundary, limit=limit)
        if len(rows) < limit:
            after = max(query.after or 0, boundary)
            sql = _listtext(shapes, query.by, False, "")
            rows += self.run(sql, **values, after=after, limit=limit - len(rows))
        return rows

    def _boundary(self, collection: str) -> int:
        """The last position of a dated record: undated ones follow."""
        if collection not in self._boundaries:
            self._boundaries[collection] = int(self.run(_DATED, collection=collection)[0][0])
        return self._boundaries[collection]
