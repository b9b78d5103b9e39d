"""What a build must know of all records while it writes each: kept in memory, and on disk once there is too much of it.

It is a temporary database of SQLite, without a name: nothing of it is left behind, even by a build that is killed.
The folder is that of the system's temporary files (the variable SQLITE_TMPDIR names another).
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

MEMORY = 64_000  # KiB that are kept in memory
BATCH = 500

TABLES = """
CREATE TABLE record (
    number INTEGER PRIMARY KEY, name TEXT, collection TEXT, id TEXT, first TEXT, second TEXT, card BLOB, body BLOB
);
CREATE TABLE target (number INTEGER, name TEXT, PRIMARY KEY (number, name)) WITHOUT ROWID;
CREATE TABLE rest (evidence TEXT, number INTEGER, name TEXT, pointers TEXT);
CREATE TABLE relation (target TEXT, name TEXT, body BLOB);
CREATE TABLE page (work TEXT, evidence TEXT, first INTEGER, last INTEGER);
CREATE TABLE waiting (queue TEXT, place TEXT, row BLOB);
CREATE TABLE word (word TEXT PRIMARY KEY, shown TEXT, names INTEGER, records INTEGER, found INTEGER) WITHOUT ROWID;
"""
ORDERS = """
CREATE UNIQUE INDEX record_name ON record (name);
CREATE INDEX target_name ON target (name);
CREATE INDEX rest_evidence ON rest (evidence, number);
CREATE INDEX relation_target ON relation (target);
CREATE INDEX page_work ON page (work);
CREATE TABLE place (number INTEGER PRIMARY KEY, placed INTEGER, first INTEGER, second INTEGER);
INSERT INTO place SELECT number, min(number) OVER (PARTITION BY collection) + first - 1, first, second FROM (
    SELECT number, collection,
        row_number() OVER (PARTITION BY collection ORDER BY first, id) AS first,
        row_number() OVER (PARTITION BY collection ORDER BY second, id) AS second
    FROM record
) ORDER BY number;
CREATE UNIQUE INDEX place_placed ON place (placed);
"""
MENTIONED = """
WITH resting AS (
    SELECT number, name FROM rest WHERE evidence = :name
    UNION SELECT number, rest.name FROM page CROSS JOIN rest USING (evidence) WHERE work = :name
)
SELECT name FROM resting UNION SELECT target.name FROM resting CROSS JOIN target USING (number)
"""
COUNTED = """
INSERT INTO word VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    shown = iif(names = 0 AND excluded.names > 0, excluded.shown, shown),
    names = names + excluded.names, records = records + excluded.records, found = found + excluded.found
"""


class Scratch:
    """Facts of all records, by the names of records (collection/id)."""

    def __init__(self) -> None:
        """Empty."""
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute(f"PRAGMA cache_size = -{MEMORY}")
        self._connection.execute("PRAGMA journal_mode = off")
        self._connection.executescript(TABLES)
        self._connection.execute("BEGIN")
        self._waiting: dict[str, list[Sequence[Any]]] = defaultdict(list)

    def close(self) -> None:
        """Throw everything away."""
        self._connection.close()

    def add(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows to a table."""
        waiting = self._waiting[table]
        waiting.extend(rows)
        if len(waiting) >= BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        if waiting := self._waiting.pop(table, None):
            values = ", ".join("?" * len(waiting[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({values})", waiting)

    def order(self) -> None:
        """Every record is there: put them in order."""
        for table in list(self._waiting):
            self._flush(table)
        for statement in ORDERS.split(";"):
            self._connection.execute(statement)

    def _rows(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        return self._connection.execute(sql, values)

    def records(self) -> Iterator[tuple[int, int, str, int, int, bytes]]:
        """Number as read, number in the store, name, both positions and body of every record, in order.

        Records are numbered in the first order of their collection.
        """
        return self._rows(
            "SELECT number, placed, name, place.first, place.second, body"
            " FROM place CROSS JOIN record USING (number) ORDER BY placed"
        )

    def card(self, name: str) -> tuple[int, bytes] | None:
        """Number in the store and card of a record."""
        return next(self._rows("SELECT placed, card FROM record JOIN place USING (number) WHERE name = ?", name), None)

    def resting(self, evidence: str) -> Iterator[tuple[str, str]]:
        """The records that rest on a citation or note, in order, and what of them."""
        return self._rows("SELECT name, pointers FROM rest WHERE evidence = ? ORDER BY number", evidence)

    def related(self, target: str) -> Iterator[tuple[str, bytes]]:
        """The records that have a relation to this one, in order, and the relation."""
        return self._rows("SELECT name, body FROM relation WHERE target = ? ORDER BY rowid", target)

    def mentioned(self, name: str) -> Iterator[tuple[str]]:
        """Every record that rests on a piece of evidence (or on one of a work), and all that those refer to."""
        return self._connection.execute(MENTIONED, {"name": name})

    def pages_of(self, work: str) -> Iterator[tuple[int | None, int | None]]:
        """The page ranges of a work that are cited; null where it is named without pages."""
        return self._rows("SELECT DISTINCT first, last FROM page WHERE work = ?", work)

    def citing(self) -> Iterator[tuple[str, str, int, int]]:
        """Work, citation and page range of every citation, by work and then by citation."""
        return self._rows(
            "SELECT work, evidence, first, last FROM page WHERE first NOTNULL ORDER BY work, evidence, rowid"
        )

    def weight(self, name: str) -> int:
        """The number of records that refer to one."""
        return int(next(self._rows("SELECT count(*) FROM target WHERE name = ?", name))[0])

    def take(self, queue: str) -> Iterator[bytes]:
        """The rows that wait in a queue, by place, then as they came."""
        self._flush("waiting")
        return (row for (row,) in self._rows("SELECT row FROM waiting WHERE queue = ? ORDER BY place, rowid", queue))

    def count(self, words: Iterable[Sequence[Any]]) -> None:
        """Add to the words: as written, of how many records in names, own texts, any text. Names go before others."""
        self._connection.executemany(COUNTED, words)

    def words(self) -> Iterator[tuple[str, str, int, int, int]]:
        """The words: those in most names first, then those in most records."""
        return self._rows("SELECT word, shown, names, records, found FROM word ORDER BY names DESC, records DESC, word")
