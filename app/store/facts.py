"""What each record states, statement by statement, and what each statement rests on; and the same page by page.

A statement is what a source or a note is hung on: a part of a record, or one of its plain fields.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice
from typing import Any

from pydantic import Field as Described

from app.curation.provenance import Provenance
from app.resource import Record, Supported, key_order
from app.store.build import Build, Entry, Key, Row, key_of
from app.store.render import encode
from app.values import Face, Reference, page_ranges

MOST_SHOWN = 200  # records and citations shown of one page; a page that has more says how many
KINDS: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "cited": ("rests on a citation or more", lambda fact: fact["cited"] > 0),
    "single": ("rests on exactly one citation", lambda fact: fact["cited"] == 1),
    "uncited": ("stated by the essay without a citation", lambda fact: fact["paragraph"] is not None),
    "noted": ("has an editorial note against it", lambda fact: fact["noted"] > 0),
}


class FactCitation(Reference):
    """A citation that a statement rests on."""

    work: Reference = Described(description="The work cited.")
    pages: str = Described(description="Pages as the essay gives them.")
    paragraph: int = Described(description="Paragraph of the essay that holds the citation.")


class Fact(Face):
    """A statement of a record, with what it rests on."""

    record: Reference = Described(description="The record.")
    collection: str = Described(description="Its collection.")
    pointer: str = Described(description='JSON pointer (RFC 6901), relative to the record; "" is the whole record.')
    value: Any = Described(description="What stands there in the record; null for the whole record.")
    citations: tuple[FactCitation, ...] = Described(description="Citations that it rests on.")
    paragraph: int | None = Described(description="Paragraph of the essay that states it without a citation.")
    notes: tuple[Reference, ...] = Described(description="Editorial notes against it.")


class PageCitation(Face):
    """A citation of a page."""

    id: str = Described(description="Id of the citation.")
    text: str = Described(description="The citation ready to print.")
    pages: str = Described(description="All its pages, as the essay gives them.")
    paragraph: int = Described(description="Paragraph of the essay that holds it.")
    claim: str = Described(description="What the essay rests on it.")
    url: str = Described(description="Path of the citation.")


class WorkPage(Face):
    """A page of a work as this dataset uses it."""

    page: int = Described(description="Number of the page, as the essay gives it.")
    citations: tuple[PageCitation, ...] = Described(description="Citations of the page, in the order of the essay.")
    citations_total: int = Described(description=f"Their number; at most {MOST_SHOWN} are shown.")
    records: tuple[Supported, ...] = Described(description="Records that rest on the page, and what of them.")
    records_total: int = Described(description=f"Their number; at most {MOST_SHOWN} are shown.")
    url: str = Described(description="Every statement that rests on the page.")


@dataclass
class Sources:
    """What one pointer of a record rests on."""

    citations: list[str]
    paragraph: int | None
    notes: list[str]


def by_pointer(found: Provenance) -> dict[str, Sources]:
    """The provenance of a record, pointer by pointer."""
    pointers: dict[str, Sources] = defaultdict(lambda: Sources([], None, []))
    for citation, where in found.citations.items():
        for pointer in where:
            pointers[pointer].citations.append(citation)
    for pointer, paragraph in found.uncited:
        pointers[pointer].paragraph = paragraph
    for note, where in found.notes.items():
        for pointer in where:
            pointers[pointer].notes.append(note)
    return dict(pointers)


def inherited(pointers: dict[str, Sources], pointer: str) -> Sources:
    """What a pointer rests on: its own sources, else those of the nearest part that holds it."""
    own, above = pointers[pointer], pointer
    while above and not (pointers.get(above) and (pointers[above].citations or pointers[above].paragraph)):
        above = above.rpartition("/")[0]
    return Sources(pointers[above].citations, pointers[above].paragraph, own.notes) if above else own


@cache
def _fields(model: type[Record]) -> dict[str, int]:
    return {name: place for place, name in enumerate(key_order(model))}


def ordered(entry: Entry, pointers: dict[str, Sources]) -> list[str]:
    """The pointers in the order of the record as it is served, the whole first."""
    fields = _fields(type(entry.record))
    places: dict[str, int] = {"": -1}
    for place, visit in enumerate(entry.visits):
        pointer = visit.pointer
        while pointer:
            places.setdefault(pointer, place)
            pointer = pointer.rpartition("/")[0]
    return sorted(pointers, key=lambda p: (fields[p.split("/")[1]] if p else -1, places[p]))


def at(document: Any, pointer: str) -> Any:
    """What stands at a pointer; None for the whole."""
    for step in pointer.split("/")[1:]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document if pointer else None


class Pages:
    """Every page of every work, with the citations of it and the records that rest on it."""

    def __init__(self, build: Build) -> None:
        """Know the citations."""
        self.build = build

    def rows(self) -> Iterator[tuple[str, Row]]:
        """A row for each page."""
        for work, citing in groupby(self.build.scratch.citing(), key=lambda found: found[0]):
            pages: dict[int, list[str]] = defaultdict(list)
            for _, citation, first, last in citing:
                for page in range(first, last + 1):
                    pages[page].append(key_of(citation)[1])
            for page, identifiers in sorted(pages.items()):
                body = self._page(key_of(work)[1], page, identifiers)
                yield "work_page", {"work": key_of(work)[1], "page": page, "body": encode(body)}

    def _page(self, work: str, page: int, identifiers: list[str]) -> Row:
        """A page (`WorkPage`); citations come by id, and are shown in the order of the essay."""
        resting: dict[Key, list[str]] = defaultdict(list)
        for identifier in identifiers:
            for key, pointers in self.build.resting(("citations", identifier)):
                resting[key] += pointers
        shown = sorted(identifiers, key=lambda identifier: self.build.citation(identifier).paragraph)
        return {
            "page": page,
            "citations": list(map(self._citation, shown[:MOST_SHOWN])),
            "citations_total": len(identifiers),
            "records": [
                {"record": self.build.shown(key), "pointers": list(dict.fromkeys(pointers))}
                for key, pointers in islice(resting.items(), MOST_SHOWN)
            ],
            "records_total": len(resting),
            "url": f"/v1/provenance?page={page}&work={work}",
        }

    def _citation(self, identifier: str) -> Row:
        """A citation of a page (`PageCitation`)."""
        shown, citation = self.build.shown(("citations", identifier)), self.build.citation(identifier)
        return {
            "id": identifier,
            "text": shown["name"],
            "pages": citation.pages,
            "paragraph": citation.paragraph,
            "claim": citation.claim,
            "url": shown["url"],
        }


class Facts:
    """The statements of every record, then the pages of every work."""

    def __init__(self, build: Build) -> None:
        """None counted yet."""
        self.build, self.number = build, 0

    def of(self, entry: Entry) -> Iterator[tuple[str, Row]]:
        """The statements of a record."""
        pointers = by_pointer(entry.provenance)
        if not pointers:
            return
        for pointer in ordered(entry, pointers):
            self.number += 1
            sources = inherited(pointers, pointer)
            yield (
                "fact",
                {
                    "number": self.number,
                    "collection": entry.key[0],
                    "record": entry.number,
                    "cited": len(sources.citations),
                    "paragraph": sources.paragraph,
                    "noted": len(sources.notes),
                    "body": self._rendered(entry, pointer, at(entry.document, pointer), sources),
                },
            )
            yield from self._found_by(sources)

    def last(self) -> Iterator[tuple[str, Row]]:
        """The pages."""
        yield from Pages(self.build).rows()

    def _rendered(self, entry: Entry, pointer: str, value: Any, sources: Sources) -> bytes:
        """A statement as clients read it (`Fact`)."""
        return encode(
            {
                "record": self.build.shown(entry.key),
                "collection": entry.key[0],
                "pointer": pointer,
                "value": value,
                "citations": list(map(self._citation, sources.citations)),
                "paragraph": sources.paragraph,
                "notes": [self.build.shown(("notes", note)) for note in sources.notes],
            }
        )

    def _citation(self, identifier: str) -> Row:
        """A citation of a statement (`FactCitation`)."""
        citation = self.build.citation(identifier)
        return {
            **self.build.shown(("citations", identifier)),
            "work": self.build.shown(("works", citation.work)),
            "pages": citation.pages,
            "paragraph": citation.paragraph,
        }

    def _found_by(self, sources: Sources) -> Iterator[tuple[str, Row]]:
        for identifier in sources.citations:
            citation = self.build.citation(identifier)
            found = {"fact": self.number, "citation": identifier, "paragraph": citation.paragraph}
            for first, last in page_ranges(citation.pages):
                yield "fact_citation", {**found, "work": citation.work, "first_page": first, "last_page": last}
        for note in sources.notes:
            yield "fact_note", {"fact": self.number, "note": note}
