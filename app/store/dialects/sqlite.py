"""SQLite: a file, opened read-only and immutable; full text by FTS5."""

import sqlite3
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement
from sqlmodel import SQLModel

from app.store.dialects.database import UnavailableError
from app.store.dialects.statement import Statement
from app.store.wanted import Term, Wanted, Within

DIALECT = sqlite.dialect(paramstyle="named")
POSITIONAL = sqlite.dialect(paramstyle="qmark")

COLUMNS: dict[Within, tuple[str, str]] = {  # as written, loosely
    "names": ("{names}", "{loose_names}"),
    "own": ("{names summary text}", "{loose_names loose_texts}"),
    "any": ("{names summary text mentions}", "{loose_names loose_texts loose_mentions}"),
}
NOTHING = '""'  # matches no record

APPLICATION = 0x534A5231  # "SJR1", in the header of a file that was written to its end
CHECKED = ("application_id", "user_version", "page_count", "page_size")
CACHE = 128_000  # KiB that a writer keeps in memory
CONNECTIONS = 44  # the threads of the server (40 of its pool, its own) and some over


def _compiled(elements: Iterable[ExecutableDDLElement]) -> list[str]:
    return [str(element.compile(dialect=DIALECT)) for element in elements]


def tables() -> list[str]:
    """The tables, as SQLite makes them."""
    return _compiled(map(CreateTable, SQLModel.metadata.sorted_tables))


def indexes() -> list[str]:
    """Their indexes."""
    made = (index for table in SQLModel.metadata.sorted_tables for index in table.indexes)
    return _compiled(map(CreateIndex, sorted(made, key=lambda index: str(index.name))))


@cache
def insertion(table: type[SQLModel], columns: frozenset[str]) -> tuple[str, list[str]]:
    """The statement that adds a row to a table, and the order in which it takes the values."""
    definition = SQLModel.metadata.tables[str(table.__tablename__)]
    ordered = [column.name for column in definition.columns if column.name in columns]
    written = insert(definition).values(dict.fromkeys(ordered))
    return str(written.compile(dialect=POSITIONAL)), ordered


@cache
def tables_version() -> int:
    """A number that changes with the tables."""
    return zlib.crc32("\n".join([*tables(), *indexes()]).encode()) >> 1


class SqliteReader:
    """A store file, read by however many threads: each statement borrows one of the connections.

    They are opened at once, so that what becomes of the name meanwhile (another file, or none) is never mixed in.
    """

    local = True

    def __init__(self, file: Path) -> None:
        """Open a file; UnavailableError where it is not a whole store of these tables."""
        self.file = file
        self._idle: deque[sqlite3.Connection] = deque()  # the one used last is taken first: its pages are in memory
        try:
            uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
            for _ in range(CONNECTIONS):
                self._idle.append(sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False))
            self._check()
        except (OSError, sqlite3.Error) as error:
            raise UnavailableError(f"{file} is not a store ({error})") from None

    def close(self) -> None:
        """Close every connection."""
        while self._idle:
            self._idle.pop().close()

    def _check(self) -> None:
        """Look at what a build writes last, and at the size that the file says it has."""
        found = (self._idle[0].execute(f"PRAGMA {name}").fetchone()[0] for name in CHECKED)
        application, tables, pages, page_size = found
        if application != APPLICATION:
            raise UnavailableError(f"{self.file} is not a store, or the build that made it did not end")
        if tables != tables_version():
            raise UnavailableError(f"{self.file} has the tables of another version of the code")
        size = self.file.stat().st_size
        if size != pages * page_size:
            raise UnavailableError(f"{self.file} is not whole: it has {size:,} of {pages * page_size:,} bytes")

    def run(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement; UnavailableError where the file is damaged."""
        try:
            connection = self._idle.pop()
        except IndexError:
            raise UnavailableError(f"{CONNECTIONS} statements are running already") from None
        try:
            rows: list[tuple[Any, ...]] = connection.execute(statement.text(DIALECT), values).fetchall()
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:  # a mistake of ours, not of the file
                raise
            raise UnavailableError(f"{self.file} cannot be read ({error})") from error
        finally:
            self._idle.append(connection)
        return rows


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
        for definition in tables():
            self.connection.execute(definition)

    def add(self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows to a table; all of them have the same columns."""
        statement, columns = insertion(table, frozenset(rows[0]))
        self.connection.executemany(statement, ([row[name] for name in columns] for row in rows))

    def read(self, statement: Statement, values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Rows of what has been written."""
        yield from self.connection.execute(statement.text(DIALECT), values)

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
        self.connection.execute(f"PRAGMA user_version={tables_version()}")
        self.connection.execute(f"PRAGMA application_id={APPLICATION}")
        self.connection.close()


def expression(wanted: Wanted) -> str:
    """What is looked for, as FTS5 is asked for it."""
    if not wanted.terms:
        return NOTHING
    found = " AND ".join(_term(term, wanted.within) for term in wanted.terms)
    without = " OR ".join(_term(term, "any") for term in wanted.excluded)
    return f"({found}) NOT ({without})" if without else found


def _term(term: Term, within: Within) -> str:
    strict, loose = COLUMNS[within]
    spelt = ((strict, term.strict), (loose, term.loose))
    return f"({' OR '.join(f'{columns} : ({_either(term, spellings)})' for columns, spellings in spelt if spellings)})"


def _either(term: Term, spellings: tuple[tuple[str, ...], ...]) -> str:
    star = " *" if term.begins else ""
    return " OR ".join(f'"{" ".join(spelling)}"{star}' for spelling in spellings)


sqlite3.register_adapter(Wanted, expression)
