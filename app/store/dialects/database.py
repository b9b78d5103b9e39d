"""What the rest of the store asks of a database."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlmodel import SQLModel

from app.store.dialects.statement import Statement


class Database(Protocol):
    """A compiled store, opened to be read."""

    def run(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement."""


class Writer(Protocol):
    """A store that is being compiled, seen by nobody yet."""

    def create(self) -> None:
        """Make the tables, empty."""

    def add(self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows to a table."""

    def finish(self) -> None:
        """Index the words and let the planner learn what there is."""
