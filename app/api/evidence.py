"""What an answer rests on, read from the answer: the works, and the pages of them or the places in them."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.store.query import Store
from app.values import SLUG, Reference, page_ranges

RECORD = re.compile(f"/v1/([a-z]+)/({SLUG})")


@dataclass
class Rested:
    """What of a work an answer rests on."""

    pages: list[tuple[int, int]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)  # what is no page: doc. 623
    citations: dict[str, Reference] = field(default_factory=dict)


def _key(value: Any) -> tuple[str, str]:
    """The (collection, id) of a record or of a reference to one; empty where it is neither."""
    found = RECORD.fullmatch(value["url"]) if isinstance(value, dict) and isinstance(value.get("url"), str) else None
    return (found[1], found[2]) if found else ("", "")


def _within(value: Any) -> Iterator[Any]:
    """The values that a JSON value holds."""
    return iter(value if isinstance(value, list) else value.values() if isinstance(value, dict) else ())


def _shown(value: Any) -> Iterator[tuple[str, Any]]:
    """(work id, the citation or source) of all that an answer shows itself to rest on; ("", None) for showing none."""
    collection, identifier = _key(value)
    if collection == "citations" and "claim" in value:
        yield "citations", identifier
    elif collection == "works" and "csl" in value:
        yield "works", identifier
    elif collection == "notes" and "sources" in value:
        for source in value["sources"]:
            yield "sources", source
    elif isinstance(value, dict) and isinstance(value.get("citations"), list):
        yield "", None
        for citation in value["citations"]:
            yield "citations", _key(citation)[1]
    else:
        for inner in _within(value):
            yield from _shown(inner)


def _records(data: Any) -> Iterator[tuple[str, str]]:
    """The records that an answer lists without saying what they rest on: its items, or what they call their record."""
    for item in data if isinstance(data, list) else (data,):
        held = item.get("record", item) if isinstance(item, dict) else None
        if all(_key(held)):
            yield _key(held)


def rests_on(store: Store, data: Any) -> dict[str, Rested]:
    """Work → what of it the data of an answer rest on.

    An answer that shows citations rests on those; one that shows none (hits of a search) on what its records rest on.
    """
    found = list(_shown(data))
    if not found:
        bodies = (store.body(*key) for key in dict.fromkeys(_records(data)))
        found = [shown for body in bodies if body is not None for shown in _shown(json.loads(body))]
    works: dict[str, Rested] = {}
    for kind, what in dict.fromkeys((kind, json.dumps(what)) for kind, what in found if kind):
        _add(store, works, kind, json.loads(what))
    return works


def _add(store: Store, works: dict[str, Rested], kind: str, what: Any) -> None:
    if kind == "works":
        works.setdefault(what, Rested())
    elif kind == "sources":
        held = works.setdefault(_key(what["work"])[1], Rested())
        held.places += [what["locator"]] if what["locator"] else []
    elif (body := store.body("citations", what)) is not None:
        citation = json.loads(body)
        held = works.setdefault(_key(citation["work"])[1], Rested())
        held.pages += page_ranges(citation["pages"])
        held.citations[what] = Reference(id=what, name=citation["name"], url=citation["url"])


def works_of(store: Store, identifiers: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The works by id."""
    bodies = {identifier: store.body("works", identifier) for identifier in identifiers}
    return {identifier: json.loads(body) for identifier, body in bodies.items() if body is not None}
