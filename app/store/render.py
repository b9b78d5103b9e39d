"""A record as clients read it: rendered once, when the store is compiled."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from app.curation.provenance import Provenance, complete, gather
from app.resource import (
    CitationRecord,
    CitationUse,
    DatedRecord,
    EvidenceRecord,
    Link,
    NoteRecord,
    NoteUse,
    Record,
    Resource,
    ServedSource,
    SourcedRecord,
    Supported,
    UncitedUse,
)
from app.values import RELATIONS, Ref, Reference, Relation

Key = tuple[str, str]


def encode(document: Any) -> bytes:
    """JSON as every answer writes it: UTF-8, compact, keys in order."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


class Renderer:
    """Knows the whole dataset, so that each record can be shown with what rests on it and what it rests on."""

    def __init__(self, records: Mapping[Key, Record], resources: Mapping[str, Resource]) -> None:
        """Complete every record, gather its provenance, and turn relations and provenance around."""
        self.resources = resources
        self.records = {key: complete(record, resources[key[0]]) for key, record in records.items()}
        plain = {key: record.name for key, record in self.records.items()}
        self.names = {key: record.display_name(plain) for key, record in self.records.items()}
        self.provenance: dict[Key, Provenance] = {key: gather(record) for key, record in self.records.items()}
        self.resting: dict[Key, list[tuple[Key, list[str]]]] = defaultdict(list)
        self.inverse: dict[Key, list[tuple[Key, Relation]]] = defaultdict(list)
        for key, record in self.records.items():
            for citation, pointers in self.provenance[key].citations.items():
                self.resting[("citations", citation)].append((key, pointers))
            for note, pointers in self.provenance[key].notes.items():
                self.resting[("notes", note)].append((key, pointers))
            for relation in record.relations if isinstance(record, DatedRecord) else ():
                self.inverse[Ref().key(relation.target)].append((key, relation))

    def reference(self, key: Key) -> Reference:
        """A record in place."""
        return Reference(id=key[1], name=self.names[key], url=f"/v1/{key[0]}/{key[1]}")

    def render(self, key: Key) -> bytes:
        """The JSON of a record, keys in the order of its served model."""
        record = self.records[key]
        plain = record.model_dump(mode="json", context=self.names)
        plain["name"] = self.names[key]
        plain |= self._compiled(key, record)
        return encode({name: plain[name] for name in self.resources[key[0]].served.model_fields})

    def _compiled(self, key: Key, record: Record) -> dict[str, Any]:
        added: dict[str, Any] = {"url": f"/v1/{key[0]}/{key[1]}"}
        if isinstance(record, SourcedRecord):
            found = self.provenance[key]
            added["citations"] = [self._citation(c, p) for c, p in found.citations.items()]
            added["uncited"] = [UncitedUse(pointer=p, paragraph=n).model_dump() for p, n in found.uncited]
            added["notes"] = [self._note(n, p) for n, p in found.notes.items()]
        if isinstance(record, DatedRecord):
            out = [self._link(r, "out", Ref().key(r.target)) for r in record.relations]
            added["linked"] = out + [self._link(r, "in", source) for source, r in self.inverse[key]]
        if isinstance(record, EvidenceRecord):
            added["supports"] = [
                Supported(record=self.reference(k), pointers=tuple(p)).model_dump() for k, p in self.resting[key]
            ]
        return added

    def _citation(self, identifier: str, pointers: list[str]) -> dict[str, Any]:
        key = ("citations", identifier)
        citation = self.records[key]
        assert isinstance(citation, CitationRecord)
        return CitationUse(
            id=identifier,
            url=f"/v1/citations/{identifier}",
            work=self.reference(("works", citation.work)),
            pages=citation.pages,
            text=self.names[key],
            claim=citation.claim,
            supports=tuple(pointers),
        ).model_dump()

    def _note(self, identifier: str, pointers: list[str]) -> dict[str, Any]:
        note = self.records[("notes", identifier)]
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
