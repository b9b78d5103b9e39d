"""What the three styles share: sentences, names, dates, shortened page ranges."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.citing.item import Item, Range

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
Name = Mapping[str, str]


def stopped(text: str) -> str:
    """A text with its full stop, unless it ends in one, inside quotation marks or not."""
    return text if not text or re.search(r"[.?!]”?$", text) else f"{text}."


def sentences(parts: Iterable[str]) -> str:
    """The parts that there are, each a sentence."""
    return " ".join(stopped(part) for part in parts if part)


def commas(parts: Iterable[str]) -> str:
    """The parts that there are, with commas between; one goes inside quotation marks, none follows ? or !."""
    found = [part for part in parts if part]
    out = found[0] if found else ""
    for part in found[1:]:
        if out.endswith("”"):
            out = out[:-1] + ("" if out[-2] in "?!" else ",") + "”"
        else:
            out += ","
        out += f" {part}"
    return out


def title(item: Item, end: str = "") -> str:
    """The title, in quotation marks where it is of a part; what follows it goes inside them."""
    text = item.get("title")
    if not item.quoted:
        return text
    text = text.replace("“", "‘").replace("”", "’")
    return f"“{text if end and text[-1] in '.?!' else text + end}”"


def inverted(name: Name) -> str:
    """Family name first: Jones, F. C."""
    if "family" not in name:
        return name.get("literal") or name.get("given", "")
    return f"{name['family']}, {name['given']}" if "given" in name else name["family"]


def straight(name: Name) -> str:
    """Given name first: F. C. Jones."""
    return f"{name['given']} {name['family']}" if {"given", "family"} <= set(name) else inverted(name)


def short(name: Name) -> str:
    """The family name, or the name of the body."""
    return name.get("family") or name.get("literal") or name.get("given", "")


def makers(item: Item) -> tuple[list[Name], bool]:
    """Who made it, and whether as editors: its authors, else its editors."""
    authors: list[Any] = list(item.csl.get("author", ()))
    return (authors, False) if authors else (list(item.csl.get("editor", ())), True)


def listed(names: list[str], conjunction: str, comma_for_two: bool = False) -> str:
    """Names as a list: A and B; A, B, and C."""
    if len(names) < 2:
        return "".join(names)
    comma = "," if len(names) > 2 or comma_for_two else ""
    return f"{', '.join(names[:-1])}{comma} {conjunction} {names[-1]}"


def dated(item: Item, write: Callable[[tuple[int, ...]], str]) -> str:
    """The date, or the two ends of a span; empty where none is known."""
    return "–".join(map(write, item.dates)) if len(item.dates) < 2 else " – ".join(map(write, item.dates))


def american(parts: tuple[int, ...]) -> str:
    """1954; October 1938; October 22, 1938."""
    year, *rest = parts
    if not rest:
        return str(year)
    return f"{MONTHS[rest[0] - 1]} {year}" if len(rest) == 1 else f"{MONTHS[rest[0] - 1]} {rest[1]}, {year}"


def numbers(text: str, shorten: Callable[[int, int], str]) -> str:
    """Pages written by hand (223-231) as a style writes them; what are no numbers stays."""
    return re.sub(r"\b([0-9]+)-([0-9]+)\b", lambda found: shorten(int(found[1]), int(found[2])), text)


def ranges(pages: Iterable[Range], shorten: Callable[[int, int], str]) -> str:
    """Page ranges as a style writes them."""
    return ", ".join(shorten(first, last) for first, last in pages)
