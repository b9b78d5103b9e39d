"""Statements: written once in SQLAlchemy, run as text on the driver's own connection."""

from typing import Any

from sqlalchemy import ClauseElement, Dialect, FromClause, Join
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler


class Statement:
    """A statement; its text in a dialect is made when first needed, and kept."""

    __slots__ = ("_element", "_texts")

    def __init__(self, element: ClauseElement) -> None:
        """Of an expression whose parameters are all named."""
        self._element = element
        self._texts: dict[str, str] = {}

    def text(self, dialect: Dialect) -> str:
        """The statement as the driver of a dialect takes it."""
        found = self._texts.get(dialect.name)
        if found is None:
            found = self._texts[dialect.name] = str(self._element.compile(dialect=dialect))
        return found


class Leading(Join):
    """A join that is read from its left side, whatever the planner thinks, where the database lets us say so."""

    inherit_cache = True


def leading(left: FromClause, right: FromClause, on: Any) -> Leading:
    """`left` joined to `right`, read from `left`."""
    return Leading(left, right, on)


@compiles(Leading, "sqlite")
def _sqlite_leading(join: Leading, compiler: SQLCompiler, **options: Any) -> str:
    """SQLite never reorders a CROSS JOIN."""
    options["asfrom"] = True
    left, right = compiler.process(join.left, **options), compiler.process(join.right, **options)
    on = compiler.process(join.onclause, **options) if join.onclause is not None else "1"
    return f"{left} CROSS JOIN {right} ON {on}"
