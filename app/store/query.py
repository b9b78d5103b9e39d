"""Questions to the store."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from pyroaring import FrozenBitMap

from app.store import stated
from app.store.adjacency import Adjacency
from app.store.bitmaps import HIGHEST, Bitmaps, between
from app.store.bodies import Bodies
from app.store.conditions import (
    Box,
    Condition,
    Matches,
    Of,
    Rests,
    Span,
    Terms,
)
from app.store.dialects.database import Database, UnavailableError
from app.store.dialects.statement import Statement
from app.store.found import Found, Order, Values
from app.store.occurrences import Occurrences
from app.store.several import in_order
from app.store.tally import Tally

__all__ = ["Box", "Condition", "Matches", "Of", "Page", "Query", "Rests", "Span", "Store", "Terms"]

EXACT = 10_000  # totals above are given as this bound
BATCH = 500  # rows fetched at once when all are wanted
NEIGHBOURS = 250  # ids looked at on either side of a mistaken one: it must not cost more where there are more


class Query(NamedTuple):
    """A list of records: of a collection, under conditions, in an order, from a position."""

    collection: str
    conditions: tuple[Condition, ...] = ()
    by: Order = "first"
    descending: bool = False
    dated_only: bool = False  # the order is by date, so that undated records stay last when it descends
    after: int | None = None
    limit: int = 25

    @property
    def timeless(self) -> tuple[Condition, ...]:
        """The conditions without that on the date."""
        return tuple([c for c in self.conditions if not (isinstance(c, Span) and c.field == "date")])


class Page(NamedTuple):
    """One page of a list."""

    bodies: tuple[bytes, ...]
    after: int | None
    total: int
    total_is_exact: bool
    undated_excluded: int


_BODY, _NUMBER = (
    Statement(f"SELECT {column} FROM record WHERE collection = :collection AND id = :id")
    for column in ("body", "number")
)
_BEFORE, _FROM = (
    Statement(
        f"SELECT id FROM record WHERE collection = :collection AND id {side} :near"
        f" ORDER BY id {order} LIMIT {NEIGHBOURS}"
    )
    for side, order in (("<", "DESC"), (">=", "ASC"))
)
_RETIRED = Statement("SELECT new, reason FROM retired WHERE old = :old")
_DOCUMENT = Statement("SELECT body FROM document WHERE name = :name")
_TERM = Statement(
    "SELECT number FROM term WHERE field = :field AND value = :value AND collection = :collection LIMIT 1"
)


class Store:
    """A store, asked."""

    def __init__(self, database: Database) -> None:
        """Read what is needed for every answer."""
        self._database = database
        self.bitmaps = Bitmaps(database)
        self.bodies, self.nodes, self.edges = (Bodies(database, table) for table in ("record", "node", "edge"))
        self.adjacency = Adjacency(database, "adjacency", ("outgoing", "incoming"))
        self.stated = Adjacency(database, "stated", stated.COLUMNS)
        self.names: dict[tuple[str, str], str] = {}  # of records by collection and id, as far as they were asked for
        self.version: str = json.loads(self.document("version"))
        self.words = Occurrences(database, self.bitmaps)
        self.found = Found(database, self.bitmaps, self.words)
        self.tally = Tally(database, self.bitmaps)

    @property
    def is_local(self) -> bool:
        """Whether a statement is answered at once, rather than waited for."""
        return self._database.local

    def run(self, statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        return self._database.run(statement, values)

    def rows(self, table: str, numbers: Iterable[int], columns: tuple[str, ...] = ("body",)) -> list[tuple[Any, ...]]:
        """Some columns of rows, in the order of their numbers as asked."""
        return in_order(self._database, table, numbers, columns)

    def document(self, name: str) -> bytes:
        """A document about the whole, as JSON."""
        body: bytes = self.run(_DOCUMENT, name=name)[0][0]
        return body

    def readable(self) -> bool:
        """Whether the store can be read at this moment."""
        try:
            self.document("version")
        except UnavailableError:
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

    def values(self, collection: str) -> dict[str, Values]:
        """Filter → how many records of a collection have each value, the most frequent first."""
        return self.found.occurring(collection).fields

    def cited(self, collection: str) -> tuple[str | None, int | None]:
        """The work and page that most of a collection rests on; None where it rests on none."""
        pages = self.values(collection).get("work_page")
        if pages is None:
            return None, None
        work, _, page = next(iter(pages.values)).rpartition(" ")
        return work, int(page)

    def occurs(self, collection: str, field: str, value: str) -> bool:
        """Whether a record of a collection has a value in a field."""
        return bool(self.run(_TERM, collection=collection, field=field, value=value))

    def size(self, collection: str) -> int:
        """How many records a collection has."""
        return self.found.occurring(collection).records

    def numbers(self, collection: str, conditions: Collection[Condition]) -> FrozenBitMap:
        """The numbers of the records of a collection under conditions; they run as the first sort does."""
        return self.found.under(collection, conditions).shift(self.found.occurring(collection).lowest - 1)

    def page(self, query: Query) -> Page:
        """One page of a list, with the total."""
        meeting = self.found.meeting(query.collection, query.conditions, query.by)
        found = meeting.numbers
        positions = self._positions(found, query, query.limit + 1) if query.limit else []
        kept = positions[: query.limit]
        undated = 0
        timeless = query.timeless
        if timeless != query.conditions:
            others = self.found.under(query.collection, timeless, query.by)
            undated = others.difference_cardinality(self.found.dated(query.collection, query.by))
        return Page(
            bodies=tuple(self._bodies(query, kept)),
            after=kept[-1] if len(positions) > len(kept) > 0 else None,
            total=len(found),
            total_is_exact=meeting.are_all,
            undated_excluded=undated,
        )

    def all(self, query: Query) -> Iterator[bytes]:
        """Every body of a list, read in batches."""
        found = self.found.under(query.collection, query.conditions, query.by)
        while True:
            positions = self._positions(found, query, BATCH)
            yield from self._bodies(query, positions)
            if len(positions) < BATCH:
                return
            query = query._replace(after=positions[-1])

    def _boundary(self, query: Query) -> int:
        """The last position of a dated record: undated ones follow, in whatever direction."""
        return len(self.found.dated(query.collection, query.by)) if query.dated_only else HIGHEST

    def _positions(self, found: FrozenBitMap, query: Query, most: int) -> list[int]:
        """The positions of a list in its order, after that where it goes on."""
        if not query.descending:
            start = found.rank(min(query.after or 0, HIGHEST))
            return between(found, start, start + most)
        boundary = self._boundary(query)
        positions: list[int] = []
        if query.after is None or query.after <= boundary:
            end = found.rank(min(query.after - 1 if query.after else HIGHEST, boundary))
            positions = between(found, max(0, end - most), end)[::-1]
        if len(positions) == most or not query.dated_only:
            return positions
        start = found.rank(min(max(query.after or 0, boundary), HIGHEST))
        return positions + between(found, start, start + most - len(positions))

    def _bodies(self, query: Query, positions: list[int]) -> list[bytes]:
        """The bodies of records at some positions, in their order."""
        if query.by == "first":  # the numbers of records run as their first positions do
            before = self.found.occurring(query.collection).lowest - 1
            return self.bodies.of([*map(before.__add__, positions)])
        return self.bodies.placed(query.collection, positions)
