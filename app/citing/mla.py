"""MLA Handbook, 9th edition."""

from app.citing.item import Item
from app.citing.text import (
    MONTHS,
    commas,
    dated,
    inverted,
    listed,
    makers,
    numbers,
    ranges,
    sentences,
    short,
    straight,
    title,
)

NOTE = "In text"


def shorten(first: int, last: int) -> str:
    """A range, its last number to two figures where that is plain: 78–79, 103–04, 395–401."""
    if first >= last:
        return str(first)
    a, b = str(first), str(last)
    return f"{a}–{b[-2:]}" if len(a) == len(b) > 2 and a[:-2] == b[:-2] else f"{a}–{b}"


def _date(parts: tuple[int, ...]) -> str:
    """1954; Oct. 1938; 22 Oct. 1938."""
    year, *rest = parts
    if not rest:
        return str(year)
    name = MONTHS[rest[0] - 1]
    month = name if len(name) < 5 else "Sept." if name == "September" else f"{name[:3]}."
    return " ".join((*map(str, rest[1:]), month, str(year)))


def _names(item: Item) -> str:
    names, editors = makers(item)
    if not names:
        return ""
    first = inverted(names[0])
    text = (
        f"{first}, et al." if len(names) > 2 else listed([first, *map(straight, names[1:])], "and", comma_for_two=True)
    )
    return f"{text}, {'editor' if len(names) == 1 else 'editors'}" if editors else text


def entry(item: Item) -> str:
    """The entry in the list of works cited."""
    date, version = dated(item, _date), f"version {item.get('version')}" if item.get("version") else ""
    page = numbers(item.get("page"), shorten)
    container = (
        item.get("container-title"),
        version,
        item.edition,
        f"vol. {item.volume}" if item.volume else "",
        f"no. {item.get('issue')}" if item.get("issue") else "",
        "" if item.csl["type"] == "dataset" else item.get("publisher"),
        date,
        f"{'pp.' if '–' in page else 'p.'} {page}" if page else "",
        item.get("URL") or item.doi,
    )
    held = commas(container)
    return sentences((_names(item), title(item, "."), held[:1].upper() + held[1:], item.get("note")))


def note(item: Item) -> str:
    """The citation in the text, with the pages cited."""
    names = [short(name) for name in makers(item)[0]]
    whose = f"{names[0]} et al." if len(names) > 2 else listed(names, "and")
    cited = " ".join(filter(None, (whose or title(item), ranges(item.pages, shorten))))
    return f"({commas((cited, *(numbers(place, shorten) for place in item.places)))})"
