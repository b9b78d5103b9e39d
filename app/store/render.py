"""A record as clients read it: rendered once, when the store is compiled."""

from typing import Any

import orjson

from app.resource import (
    CitationUse,
    DatedRecord,
    EvidenceRecord,
    Link,
    NoteRecord,
    NoteUse,
    ServedSource,
    SourcedRecord,
    Supported,
    UncitedUse,
)
from app.store.build import Build, Entry, Key
from app.values import RELATIONS, Ref, Relation


def encode(document: Any) -> bytes:
    """JSON as every answer writes it: UTF-8, compact, keys in order."""
    return orjson.dumps(document)


class Renderer:
    """Shows each record with what rests on it and what it rests on."""

    def __init__(self, build: Build) -> None:
        """Know what is known of the others."""
        self.build = build
        self.reference = build.reference

    def render(self, entry: Entry) -> bytes:
        """The JSON of a record, keys in the order of its served model."""
        plain = {**entry.document, **self._compiled(entry)}
        return encode({name: plain[name] for name in entry.resource.served.model_fields})

    def _compiled(self, entry: Entry) -> dict[str, Any]:
        key, record, found = entry.key, entry.record, entry.provenance
        added: dict[str, Any] = {"url": f"/v1/{key[0]}/{key[1]}"}
        if isinstance(record, SourcedRecord):
            added["citations"] = [self._citation(c, p) for c, p in found.citations.items()]
            added["uncited"] = [UncitedUse(pointer=p, paragraph=n).model_dump() for p, n in found.uncited]
            added["notes"] = [self._note(n, p) for n, p in found.notes.items()]
        if isinstance(record, DatedRecord):
            out = [self._link(r, "out", Ref().key(r.target)) for r in record.relations]
            added["linked"] = out + [self._link(r, "in", source) for source, r in self.build.related(key)]
        if isinstance(record, EvidenceRecord):
            added["supports"] = [
                Supported(record=self.reference(k), pointers=tuple(p)).model_dump() for k, p in self.build.resting(key)
            ]
        return added

    def _citation(self, identifier: str, pointers: list[str]) -> dict[str, Any]:
        citation = self.build.citation(identifier)
        return CitationUse(
            id=identifier,
            url=f"/v1/citations/{identifier}",
            work=self.reference(("works", citation.work)),
            pages=citation.pages,
            text=self.build.name(("citations", identifier)),
            claim=citation.claim,
            supports=tuple(pointers),
        ).model_dump()

    def _note(self, identifier: str, pointers: list[str]) -> dict[str, Any]:
        note = self.build.card(("notes", identifier)).evidence
        assert isinstance(note, NoteRecord)
        sources = [ServedSource(work=self.reference(("works", s.work)), locator=s.locator) for s in note.sources]
        return NoteUse(
            id=identifier,
            url=f"/v1/notes/{identifier}",
            name=note.name,
            kind=note.kind,
            established=note.established,
            sources=tuple(sources),
            confidence=note.confidence,
            pointers=tuple(pointers),
        ).model_dump()

    def _link(self, relation: Relation, direction: str, other: Key) -> dict[str, Any]:
        outward, inward = RELATIONS[relation.type]
        return Link(
            type=relation.type,
            direction=direction,
            label=outward if direction == "out" else inward,
            record=self.reference(other),
            paragraph=relation.paragraph,
            citations=tuple(self.reference(("citations", c)) for c in relation.cite),
        ).model_dump()
