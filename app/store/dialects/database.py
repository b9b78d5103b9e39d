"""What the rest of the store asks of a database."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from app.store.dialects.statement import Statement


class UnavailableError(Exception):
    """The database cannot answer: it is damaged, busy or out of reach. The message says which."""


class Database(Protocol):
    """A compiled store, opened to be read."""

    local: bool  # whether a statement is answered from this process: at once, rather than after a wait for a server

    def run(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement; UnavailableError where they cannot be had."""

    def close(self) -> None:
        """Let go of it."""


class Writer(Protocol):
    """A store that is being compiled, seen by nobody yet."""

    def create(self) -> None:
        """Make the tables, empty."""

    def add(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows to a table."""

    def read(self, statement: Statement, values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Rows of what has been written, one after the other; others may be added meanwhile, to other tables."""

    def index(self) -> None:
        """Make the indexes, that of the words too: what has been written is asked for now, and nothing added to it."""

    def finish(self) -> None:
        """Let the planner learn what there is."""
