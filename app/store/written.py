"""What a build has written so far, read as a store."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.store.dialects.statement import Statement

Read = Callable[[Statement, Mapping[str, Any]], Iterable[tuple[Any, ...]]]


class Written:
    """What a writer has written, as a database."""

    local = True

    def __init__(self, read: Read) -> None:
        """By what reads its rows."""
        self._read = read

    def run(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        return list(self._read(statement, values))

    def close(self) -> None:
        """There is nothing to let go of."""
