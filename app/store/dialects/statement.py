"""Statements: written once in SQLAlchemy, run as text on the driver's own connection."""

from sqlalchemy import ClauseElement, Dialect


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
