"""RIS, as Zotero, EndNote and Mendeley import it."""

from collections.abc import Iterable, Mapping

from app.citing.item import Item, spans
from app.citing.text import inverted

TYPES: Mapping[str, str] = {
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "book": "BOOK",
    "chapter": "CHAP",
    "dataset": "DATA",
    "legal_case": "CASE",
    "legislation": "STAT",
    "manuscript": "MANSCPT",
    "report": "RPRT",
}


def _pages(item: Item) -> Iterable[tuple[str, str]]:
    """First and last page of one range; several as they are written, for the pages between them are not meant."""
    if len(item.pages) == 1:
        first, last = item.pages[0]
        yield "SP", str(first)
        yield "EP", str(last)
    elif item.pages:
        yield "SP", spans(item.pages, "-")
    elif item.get("page"):
        first_page, _, last_page = item.get("page").partition("-")
        yield "SP", first_page
        yield "EP", last_page


def _tags(item: Item) -> Iterable[tuple[str, str]]:
    for name in item.csl.get("author", ()):
        yield "AU", inverted(name)
    for name in item.csl.get("editor", ()):
        yield "A2" if "author" in item.csl else "ED", inverted(name)
    yield "TI", item.get("title")
    yield "T2", item.get("container-title")
    yield "VL", item.get("volume")
    yield "IS", item.get("issue")
    yield "ET", item.get("edition") or item.get("version")
    yield "PB", item.get("publisher")
    yield "CY", item.get("publisher-place")
    if item.dates:
        year, *rest = item.dates[0]
        yield "PY", str(year)
        if rest:
            yield "DA", "/".join((str(year), *(f"{number:02}" for number in rest), *[""] * (3 - len(rest))))
    yield from _pages(item)
    yield "DO", item.get("DOI")
    yield "UR", item.get("URL")
    yield "N1", ". ".join(filter(None, (item.get("note"), ", ".join(item.places))))


def entry(item: Item) -> str:
    """The entry: a tag a line."""
    lines = [f"TY  - {TYPES.get(item.csl['type'], 'GEN')}", f"ID  - {item.id}"]
    lines += [f"{tag}  - {' '.join(value.split())}" for tag, value in _tags(item) if value]
    return "\r\n".join((*lines, "ER  - ", ""))
