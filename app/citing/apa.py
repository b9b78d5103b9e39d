"""APA, 7th edition. Titles keep the capitals of the dataset: no machine knows which words are names."""

import re
from collections.abc import Mapping

from app.citing.item import Item
from app.citing.text import MONTHS, commas, dated, inverted, listed, makers, numbers, ranges, sentences, short, title

NOTE = "In text"


def shorten(first: int, last: int) -> str:
    """A range, in full: 178–179."""
    return str(first) if first >= last else f"{first}–{last}"


def _initials(given: str) -> str:
    """Xenia Joukoff → X. J.; Jean-Paul → J.-P."""
    words = (re.sub(r"[^-]+", lambda part: f"{part[0][0]}.", word) for word in given.split())
    return " ".join(words)


def _name(name: Mapping[str, str]) -> str:
    given = _initials(name.get("given", ""))
    return f"{name['family']}, {given}" if given and "family" in name else inverted(name)


def _date(parts: tuple[int, ...]) -> str:
    """1954; 1938, October; 1938, October 22."""
    year, *rest = parts
    return commas((str(year), " ".join((MONTHS[rest[0] - 1], *map(str, rest[1:]))) if rest else ""))


def _names(item: Item) -> str:
    names, editors = makers(item)
    shown = [_name(name) for name in names]
    text = f"{', '.join(shown[:19])}, … {shown[-1]}" if len(shown) > 20 else listed(shown, "&", comma_for_two=True)
    return f"{text} ({'Ed.' if len(names) == 1 else 'Eds.'})" if text and editors else text


def _source(item: Item) -> str:
    """Where it is to be found: the container with volume and pages, or the publisher."""
    held, kind = item.get("container-title"), item.csl["type"]
    pages = numbers(item.get("page"), shorten)
    if kind == "chapter":
        return commas((f"In {held}" + (f" (pp. {pages})" if pages else "") if held else "",)) or item.get("publisher")
    if not held:
        return item.get("publisher")
    issue = f"({item.get('issue')})" if item.get("issue") else ""
    return commas((held, f"{item.volume}{issue}", pages))


def entry(item: Item) -> str:
    """The entry in the list of references."""
    names, kind, date = _names(item), item.csl["type"], f"({dated(item, _date) or 'n.d.'})"
    heading = item.get("title")
    if kind == "dataset":
        held, version = item.get("container-title"), f"(Version {item.get('version')}) [Data set]"
        about = (heading, f"In {held} {version}") if held else (f"{heading} {version}",)
        return sentences((names, date, *about, item.get("note"))) + f" {item.get('URL')}"
    volume = f"Vol. {item.volume}" if item.volume and not item.get("container-title") else ""
    within = commas((item.edition, volume))
    heading = f"{heading} ({within})" if within else heading
    made = sentences((names, date, heading) if names else (heading, date))
    return " ".join(filter(None, (made, sentences([_source(item)]), item.doi)))


def note(item: Item) -> str:
    """The citation in the text, with the pages cited."""
    names = [short(name) for name in makers(item)[0]]
    whose = f"{names[0]} et al." if len(names) > 2 else listed(names, "&")
    year = str(item.dates[0][0]) if item.dates else "n.d."
    single = len(item.pages) == 1 and item.pages[0][0] == item.pages[0][1]
    pages = f"{'p.' if single else 'pp.'} {ranges(item.pages, shorten)}" if item.pages else ""
    places = [numbers(place, shorten) for place in item.places]
    return f"({commas((whose or title(item), year, pages, *places))})"
