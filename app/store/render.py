"""A record as clients read it: rendered once, when the store is compiled."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

from app.edtf import Edtf, parse
from app.resource import DatedRecord, EvidenceRecord, NoteRecord, SourcedRecord
from app.store.build import Build, Entry, Key
from app.values import RELATIONS, Ref, Relation, served_date


def encode(document: Any) -> bytes:
    """JSON as every answer writes it: UTF-8, compact, keys in order."""
    return orjson.dumps(document)


def shown_date(date: Edtf) -> Mapping[str, Any]:
    """A date as clients read it, as JSON has it."""
    return _shown_date(date.text)


@lru_cache(maxsize=8192)
def _shown_date(text: str) -> Mapping[str, Any]:
    return served_date(parse(text)).model_dump()


class Renderer:
    """Shows each record with what rests on it and what it rests on."""

    def __init__(self, build: Build) -> None:
        """Know what is known of the others."""
        self.build = build
        self.shown = build.shown

    def render(self, entry: Entry) -> bytes:
        """The JSON of a record, keys in the order of its served model."""
        plain = {**entry.document, **self._compiled(entry)}
        return encode({name: plain[name] for name in entry.resource.served.model_fields})

    def _compiled(self, entry: Entry) -> dict[str, Any]:
        key, record, found = entry.key, entry.record, entry.provenance
        added: dict[str, Any] = {"url": f"/v1/{key[0]}/{key[1]}"}
        if isinstance(record, SourcedRecord):
            added["citations"] = [self._citation(c, p) for c, p in found.citations.items()]
            added["uncited"] = [{"pointer": p, "paragraph": n} for p, n in found.uncited]
            added["notes"] = [self._note(n, p) for n, p in found.notes.items()]
        if isinstance(record, DatedRecord):
            out = [self._link(r, "out", Ref().key(r.target)) for r in record.relations]
            added["linked"] = out + [self._link(r, "in", source) for source, r in self.build.related(key)]
        if isinstance(record, EvidenceRecord):
            added["supports"] = [{"record": self.shown(k), "pointers": p} for k, p in self.build.resting(key)]
        return added

    def _citation(self, identifier: str, pointers: list[str]) -> dict[str, Any]:
        """A citation that the record rests on (`CitationUse`)."""
        citation, shown = self.build.citation(identifier), self.shown(("citations", identifier))
        return {
            "id": identifier,
            "url": shown["url"],
            "work": self.shown(("works", citation.work)),
            "pages": citation.pages,
            "text": shown["name"],
            "claim": citation.claim,
            "supports": pointers,
        }

    def _note(self, identifier: str, pointers: list[str]) -> dict[str, Any]:
        """A note on the record (`NoteUse`)."""
        note = self.build.card(("notes", identifier)).evidence
        assert isinstance(note, NoteRecord)
        return {
            "id": identifier,
            "url": f"/v1/notes/{identifier}",
            "name": note.name,
            "kind": note.kind,
            "established": note.established,
            "sources": [{"work": self.shown(("works", s.work)), "locator": s.locator} for s in note.sources],
            "confidence": note.confidence,
            "pointers": pointers,
        }

    def _link(self, relation: Relation, direction: str, other: Key) -> dict[str, Any]:
        """A relation, seen from the record (`Link`)."""
        outward, inward = RELATIONS[relation.type]
        return {
            "type": relation.type,
            "direction": direction,
            "label": outward if direction == "out" else inward,
            "record": self.shown(other),
            "paragraph": relation.paragraph,
            "citations": [self.shown(("citations", c)) for c in relation.cite],
        }
