"""BibTeX: UTF-8, LaTeX's own characters escaped, titles kept in their capitals by double braces."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from app.citing.item import Item, spans

TYPES: Mapping[str, str] = {
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "book": "book",
    "chapter": "incollection",
    "manuscript": "unpublished",
    "report": "techreport",
}
SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "{}#$%&_"},
    }
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def escaped(text: str) -> str:
    """A text that LaTeX prints as it is."""
    return " ".join(text.split()).translate(SPECIAL)


def _names(names: Iterable[Mapping[str, str]]) -> str:
    """Family, Given and …; a body in braces, so that it is not divided."""
    shown = []
    for name in names:
        if "family" in name:
            shown.append(escaped(f"{name['family']}, {name['given']}" if "given" in name else name["family"]))
        else:
            shown.append(f"{{{escaped(name.get('literal', ''))}}}")
    return " and ".join(shown)


def _fields(item: Item) -> Iterable[tuple[str, str]]:
    kind, held = TYPES.get(item.csl["type"], "misc"), item.get("container-title")
    yield "author", _names(item.csl.get("author", ()))
    yield "editor", _names(item.csl.get("editor", ()))
    yield "title", f"{{{escaped(item.get('title'))}}}"
    holder = {"article": "journal", "incollection": "booktitle", "misc": "howpublished"}.get(kind, "series")
    yield holder, escaped(held)
    for name in ("volume", "edition", "publisher", "version"):
        yield {"publisher": "institution"}.get(name, name) if kind == "techreport" else name, escaped(item.get(name))
    yield "number", escaped(item.get("issue"))
    yield "address", escaped(item.get("publisher-place"))
    if item.dates:
        yield from zip(("year", "month", "day"), map(str, item.dates[0]), strict=False)
    yield "pages", spans(item.pages, "--") or escaped(item.get("page")).replace("-", "--")
    yield "doi", verbatim(item.get("DOI"))
    yield "url", verbatim(item.get("URL"))
    yield "note", escaped(". ".join(filter(None, (item.get("note"), ", ".join(item.places)))))


def verbatim(address: str) -> str:
    """An address as it is: BibTeX's styles do not read LaTeX in one, but braces must pair."""
    return "".join(quote(c, safe="") if c in "{}\\" or c.isspace() else c for c in address)


def entry(item: Item) -> str:
    """The entry."""
    lines = []
    for name, value in _fields(item):
        if value:
            lines.append(f"  {name} = {MONTHS[int(value) - 1] if name == 'month' else f'{{{value}}}'},\n")
    return f"@{TYPES.get(item.csl['type'], 'misc')}{{{item.id},\n{''.join(lines)}}}\n"
