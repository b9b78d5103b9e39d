"""SQLite: a file, opened read-only and immutable; full text by FTS5."""

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import ClauseElement, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

from app.store.dialects.statement import Statement
from app.store.wanted import Term, Wanted

DIALECT = sqlite.dialect(paramstyle="named")

STRICT = "{names summary text mentions}"
LOOSE = "{loose_names loose_rest}"
STRICT_NAMES, LOOSE_NAMES = "{names}", "{loose_names}"
NOTHING = '""'  # matches no record


class SqliteReader:
    """A store file; each thread has its own connection."""

    def __init__(self, file: Path) -> None:
        """Of a file, which is opened when first asked."""
        self.file = file
        self._local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of this thread."""
        if not hasattr(self._local, "connection"):
            uri = f"{self.file.resolve().as_uri()}?mode=ro&immutable=1"
            self._local.connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        connection: sqlite3.Connection = self._local.connection
        return connection

    def run(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        rows: list[tuple[Any, ...]] = self.connection.execute(statement.text(DIALECT), values).fetchall()
        return rows


class SqliteWriter:
    """A store file that is being written."""

    def __init__(self, file: Path) -> None:
        """Begin a file. A crash leaves it unfinished under its own name, so nothing needs a journal."""
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=off")
        self.connection.execute("PRAGMA synchronous=off")
        self.connection.execute("BEGIN")

    def create(self) -> None:
        """Make the tables and their indexes, empty."""
        for table in SQLModel.metadata.sorted_tables:
            self._run(CreateTable(table))
            for index in sorted(table.indexes, key=lambda found: str(found.name)):
                self._run(CreateIndex(index))

    def _run(self, element: ClauseElement) -> None:
        self.connection.execute(str(element.compile(dialect=DIALECT)))

    def add(self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows to a table; all of them have the same columns."""
        columns = [SQLModel.metadata.tables[str(table.__tablename__)].c[name] for name in rows[0]]
        written = insert(table).values({column.name: None for column in columns}).compile(dialect=DIALECT)
        self.connection.executemany(str(written), rows)

    def finish(self) -> None:
        """Index the words (folded already, so `ascii` suffices), gather statistics, close."""
        columns = "names, summary, text, mentions, loose_names, loose_rest"
        kept = "content='wording', content_rowid='number', tokenize='ascii', prefix='2 3'"
        self.connection.execute(f"CREATE VIRTUAL TABLE wording_index USING fts5({columns}, {kept})")
        self.connection.execute("INSERT INTO wording_index(wording_index) VALUES ('rebuild')")
        self.connection.execute("COMMIT")
        self.connection.execute("ANALYZE")
        self.connection.close()


def expression(wanted: Wanted) -> str:
    """What is looked for, as FTS5 is asked for it."""
    everywhere = _expression(wanted, STRICT, LOOSE)
    return f"({_expression(wanted, STRICT_NAMES, LOOSE_NAMES)}) AND ({everywhere})" if wanted.in_names else everywhere


def _expression(wanted: Wanted, strict: str, loose: str) -> str:
    if not wanted.terms:
        return NOTHING
    found = " AND ".join(_term(term, strict, loose) for term in wanted.terms)
    without = " OR ".join(_term(term, STRICT) for term in wanted.excluded)
    return f"({found}) NOT ({without})" if without else found


def _term(term: Term, strict: str, loose: str | None = None) -> str:
    found = f"{strict} : ({_either(term, term.spellings)})"
    return f"({found} OR {loose} : ({_either(term, term.loose)}))" if loose and term.loose else f"({found})"


def _either(term: Term, spellings: tuple[tuple[str, ...], ...]) -> str:
    star = " *" if term.begins else ""
    return " OR ".join(f'"{" ".join(spelling)}"{star}' for spelling in dict.fromkeys(spellings))


sqlite3.register_adapter(Wanted, expression)
