"""SQLite: a file, opened read-only and immutable; full text by FTS5."""

import sqlite3
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.store.dialects.database import UnavailableError
from app.store.dialects.statement import Statement
from app.store.wanted import Term, Wanted, Within

COLUMNS: dict[Within, tuple[str, str]] = {  # as written, loosely
    "names": ("{names}", "{loose_names}"),
    "own": ("{names summary text}", "{loose_names loose_texts}"),
    "any": ("{names summary text mentions}", "{loose_names loose_texts loose_mentions}"),
}
NOTHING = '""'  # matches no record

APPLICATION = 0x534A5231  # "SJR1", in the header of a file that was written to its end
TABLES = 1_895_548_061  # a number that changes with the tables, likewise; who changes them is told which
CHECKED = ("application_id", "user_version", "page_count", "page_size")
CONNECTIONS = 84  # the threads of the server (40 that work apart, 40 of its pool, its own) and some over


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
        if tables != TABLES:
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
            rows: list[tuple[Any, ...]] = connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:  # a mistake of ours, not of the file
                raise
            raise UnavailableError(f"{self.file} cannot be read ({error})") from error
        finally:
            self._idle.append(connection)
        return rows


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
