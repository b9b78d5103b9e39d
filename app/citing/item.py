"""Something cited: its CSL-JSON, and what of it is cited."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Range = tuple[int, int]
ROMAN: Mapping[str, int] = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
QUOTED = frozenset({"article-journal", "article-magazine", "article-newspaper", "chapter"})


@dataclass(frozen=True)
class Item:
    """Something cited: its CSL-JSON without empty fields, the pages cited, and places in it that are no pages."""

    id: str
    csl: Mapping[str, Any]
    pages: tuple[Range, ...] = ()
    places: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, identifier: str, csl: Mapping[str, Any], pages: Iterable[Range] = (), places: Iterable[str] = ()
    ) -> "Item":
        """An item from CSL-JSON as it is served (nulls left out), with all that is cited of it put together."""
        return cls(identifier, bare(csl), merged(pages), tuple(dict.fromkeys(places)))

    def get(self, name: str) -> str:
        """A field as text; empty where the item lacks it."""
        return str(self.csl.get(name, ""))

    @property
    def quoted(self) -> bool:
        """Whether the title stands in quotation marks: that of a part of something, unless it only describes."""
        part = self.csl["type"] in QUOTED or (self.csl["type"] == "dataset" and "container-title" in self.csl)
        return part and not self.get("title").startswith("[")

    @property
    def dates(self) -> tuple[tuple[int, ...], ...]:
        """When it was issued: none, one date, or the two ends of a span; each as precise as it is known."""
        issued = self.csl.get("issued", {}).get("date-parts", ())
        return tuple(tuple(parts) for parts in issued)

    @property
    def volume(self) -> str:
        """The volume; a Roman numeral as the figure that all three styles want."""
        volume = self.get("volume")
        if not re.fullmatch(r"[IVXLC]+", volume):
            return volume
        values = [ROMAN[letter] for letter in volume]
        return str(sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True)))

    @property
    def edition(self) -> str:
        """The edition: 2 → 2nd ed."""
        edition = self.get("edition")
        if not edition.isdigit():
            return edition
        ending = (
            "th" if edition[-2:] in {"11", "12", "13"} else {"1": "st", "2": "nd", "3": "rd"}.get(edition[-1], "th")
        )
        return f"{edition}{ending} ed."

    @property
    def doi(self) -> str:
        """The DOI as an address."""
        return f"https://doi.org/{self.get('DOI')}" if self.get("DOI") else ""

    def exported(self) -> dict[str, Any]:
        """The CSL-JSON of the item, with what is cited of it as its locator (and as a note: importers keep that)."""
        pages = spans(self.pages, "-")
        located = ", ".join((*([pages] if pages else []), *self.places))
        cited = {"locator": located, "note": f"Cited: {located}"} if located else {}
        return {"id": self.id, **self.csl, **cited}


def bare(value: Any) -> Any:
    """A JSON value without the nulls and empty lists in it."""
    if isinstance(value, Mapping):
        return {key: bare(inner) for key, inner in value.items() if inner is not None and inner not in ([], ())}
    if isinstance(value, list | tuple):
        return [bare(inner) for inner in value]
    return value


def merged(pages: Iterable[Range]) -> tuple[Range, ...]:
    """Page ranges in order, each page once: 180, 179-180 and 181 are 179-181."""
    found: list[Range] = []
    for first, last in sorted(pages):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def spans(pages: Iterable[Range], dash: str) -> str:
    """Page ranges in full: 178, 182–183."""
    return ", ".join(str(first) if first == last else f"{first}{dash}{last}" for first, last in pages)
