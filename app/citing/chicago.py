"""Chicago Manual of Style, 17th edition, notes and bibliography: what historians use, and it keeps the place."""

from app.citing.item import Item
from app.citing.text import (
    american,
    commas,
    dated,
    inverted,
    listed,
    makers,
    numbers,
    ranges,
    sentences,
    straight,
    title,
)

NOTE = "Note"


def shorten(first: int, last: int) -> str:
    """An inclusive range: 71–72, 100–104, 107–8, 178–79, 395–401."""
    if first >= last:
        return str(first)
    if first < 100 or first % 100 == 0 or len(str(first)) != len(str(last)):
        return f"{first}–{last}"
    least = 1 if first % 100 < 10 else 2
    a, b = str(first), str(last)
    kept = next(n for n in range(len(b)) if a[n] != b[n])
    return f"{a}–{b[min(kept, len(b) - least) :]}"


def _names(item: Item, *, note: bool) -> str:
    names, editors = makers(item)
    if not names:
        return ""
    if note:
        shown = [straight(name) for name in names]
        text = f"{shown[0]} et al." if len(shown) > 3 else listed(shown, "and")
    else:
        shown = [inverted(names[0]), *map(straight, names[1:])]
        text = f"{', '.join(shown[:7])}, et al." if len(shown) > 10 else listed(shown, "and", comma_for_two=True)
    if not editors:
        return text
    return f"{text}, {'ed.' if len(names) == 1 else 'eds.'}"


def _imprint(item: Item) -> str:
    """Place: Publisher, Year, as far as known."""
    place, publisher = item.get("publisher-place"), item.get("publisher")
    return commas((f"{place}: {publisher}" if place and publisher else place or publisher, dated(item, american)))


def _journal(item: Item, pages: str) -> str:
    """Container 6, no. 4 (2017): 223–31."""
    held = " ".join(filter(None, (item.get("container-title"), item.volume)))
    held = commas((held, f"no. {item.get('issue')}" if item.get("issue") else ""))
    numbered, date = item.volume or item.get("issue"), dated(item, american)
    if not numbered:
        return commas((held, date, pages))
    held = f"{held} ({date})" if date else held
    return f"{held}: {pages}" if pages else held


def entry(item: Item) -> str:
    """The entry in the bibliography."""
    names, kind, held = _names(item, note=False), item.csl["type"], item.get("container-title")
    date, heading = dated(item, american), title(item, ".")
    if kind == "dataset":
        version = f"Version {item.get('version')}"
        return sentences((names, heading, held, version, f"Released {date}", item.get("URL"), item.get("note")))
    if kind == "article-journal":
        return sentences((names, heading, _journal(item, numbers(item.get("page"), shorten)), item.doi))
    if kind in {"article-newspaper", "article-magazine"}:
        return sentences((names, heading, commas((held, date)))) if names else sentences((held, heading, date))
    if kind == "chapter":
        inside = commas((f"In {held}" if held else "", numbers(item.get("page"), shorten)))
        return sentences((names, heading, inside, _imprint(item), item.doi))
    series = " ".join(filter(None, (held, item.volume))) if held else f"Vol. {item.volume}" if item.volume else ""
    edition = item.edition[:1].upper() + item.edition[1:]
    return sentences((names, heading, edition, series, _imprint(item), item.doi))


def note(item: Item) -> str:
    """The footnote, with the pages cited."""
    names, kind, held = _names(item, note=True), item.csl["type"], item.get("container-title")
    pages, places = ranges(item.pages, shorten), [numbers(place, shorten) for place in item.places]
    date = dated(item, american)
    if kind == "dataset":
        version = f"version {item.get('version')}"
        return sentences(
            [commas((names, title(item), held, version, f"released {date}", item.get("URL"), item.get("note")))]
        )
    if kind == "article-journal":
        return sentences([commas((names, title(item), _journal(item, pages), *places, item.doi))])
    if kind in {"article-newspaper", "article-magazine", "chapter"} or held:
        inside = " ".join(filter(None, (held, item.volume)))
        return sentences([commas((names, title(item), inside, _imprint(item), pages, *places))])
    volume = "" if pages else f"vol. {item.volume}" if item.volume else ""
    imprint = f"({_imprint(item)})" if item.get("publisher") else ""
    located = f"{item.volume}:{pages}" if item.volume and pages else pages
    book = commas((names, title(item), item.edition, volume, "" if imprint else _imprint(item)))
    return sentences([commas((f"{book} {imprint}".strip(), located, *places))])
