"""SQLite: the file that a build writes."""

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from app.store.dialects.sqlite import APPLICATION, TABLES
from app.store.dialects.statement import Statement
from app.store.schema import METADATA

DIALECT = sqlite.dialect(paramstyle="qmark")
CACHE = 128_000  # KiB that a writer keeps in memory


def _compiled(elements: Iterable[ExecutableDDLElement]) -> list[str]:
    return [str(element.compile(dialect=DIALECT)) for element in elements]


def tables() -> list[str]:
    """The tables, as SQLite makes them."""
    return _compiled(map(CreateTable, METADATA.sorted_tables))


def indexes() -> list[str]:
    """Their indexes."""
    made = (index for table in METADATA.sorted_tables for index in table.indexes)
    return _compiled(map(CreateIndex, sorted(made, key=lambda index: str(index.name))))


@cache
def insertion(table: str, columns: frozenset[str]) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
    """The statement that adds a row to a table, and what takes the values from a row in its order."""
    definition = METADATA.tables[table]
    ordered = [column.name for column in definition.columns if column.name in columns]
    written = insert(definition).values(dict.fromkeys(ordered))
    return str(written.compile(dialect=DIALECT)), itemgetter(*ordered)


@cache
def tables_version() -> int:
    """A number that changes with the tables."""
    return zlib.crc32("\n".join([*tables(), *indexes()]).encode()) >> 1


class SqliteWriter:
    """A store file that is being written."""

    def __init__(self, file: Path) -> None:
        """Begin a file. A crash leaves it unfinished under its own name, so nothing needs a journal."""
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=off")
        self.connection.execute("PRAGMA synchronous=off")
        self.connection.execute(f"PRAGMA cache_size=-{CACHE}")
        self.connection.execute("PRAGMA threads=2")  # an index of many rows is sorted by two
        self.connection.execute("BEGIN")

    def create(self) -> None:
        """Make the tables, empty."""
        if tables_version() != TABLES:
            raise AssertionError(f"the tables are others: write TABLES = {tables_version()} in dialects/sqlite.py")
        for definition in tables():
            self.connection.execute(definition)

    def add(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows to a table; all of them have the same columns."""
        statement, values = insertion(table, frozenset(rows[0]))
        self.connection.executemany(statement, map(values, rows))

    def read(self, statement: Statement, values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Rows of what has been written."""
        yield from self.connection.execute(statement, values)

    def index(self) -> None:
        """Make the indexes, that of the words too: folded already, so `ascii` suffices."""
        for definition in indexes():
            self.connection.execute(definition)
        columns = "names, summary, text, mentions, loose_names, loose_texts, loose_mentions"
        kept = "content='wording', content_rowid='number', tokenize='ascii', prefix='2 3', columnsize=0"
        self.connection.execute(f"CREATE VIRTUAL TABLE wording_index USING fts5({columns}, {kept})")
        self.connection.execute("INSERT INTO wording_index(wording_index) VALUES ('rebuild')")

    def finish(self) -> None:
        """Gather statistics, mark the file as whole, close."""
        self.connection.execute("COMMIT")
        self.connection.execute("ANALYZE")
        self.connection.execute(f"PRAGMA user_version={TABLES}")
        self.connection.execute(f"PRAGMA application_id={APPLICATION}")
        self.connection.close()
