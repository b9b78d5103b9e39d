"""Conditions on records."""

from dataclasses import dataclass
from typing import Literal

from app.store.wanted import Wanted


@dataclass(frozen=True)
class Terms:
    """The record has one of the values in a field."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """The record's span in a field overlaps lo..hi (ISO days), possibly or certainly."""

    field: str
    lo: str
    hi: str
    match: Literal["possible", "certain"] = "possible"


@dataclass(frozen=True)
class Box:
    """The record has a point between the edges; west above east crosses the 180th meridian."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Rests:
    """The record rests on one of the works; where a page is given, on a citation of it with that page."""

    works: tuple[str, ...]
    page: int | None = None

    @property
    def field(self) -> str:
        """The field that has the works, or their pages."""
        return "work" if self.page is None else "work_page"

    @property
    def values(self) -> tuple[str, ...]:
        """What the field has of them."""
        return self.works if self.page is None else tuple([f"{work} {self.page}" for work in self.works])


@dataclass(frozen=True)
class Of:
    """The record is of one of the collections."""

    collections: tuple[str, ...]


@dataclass(frozen=True)
class Matches:
    """The words of the record are as wanted."""

    wanted: Wanted


Condition = Terms | Span | Box | Rests | Of | Matches
