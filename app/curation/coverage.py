"""How much of the source the dataset holds, and how well its values are sourced."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from app.curation.provenance import Provenance, factual_values, gather
from app.resource import CitationRecord, DatedRecord, Record, Resource, SourcedRecord
from app.shape import Visit, walk
from app.values import LAST_PARAGRAPH

Key = tuple[str, str]  # collection, id


class Coverage:
    """Counts of records, values, pointers, notes and relations, and the paragraphs that carry them."""

    def __init__(self) -> None:
        """Nothing counted yet."""
        self.records, self.values, self.pointers = Counter[str](), Counter[str](), Counter[str]()
        self.paragraphs, self.relations = set[int](), 0

    def add(self, collection: str, record: Record, visits: Sequence[Visit], found: Provenance) -> None:
        """Count a record as curators wrote it, with the walk over it and what it rests on."""
        self.records[collection] += 1
        if isinstance(record, CitationRecord):
            self.paragraphs.add(record.paragraph)
        if isinstance(record, DatedRecord):
            self.relations += len(record.relations)
            self.paragraphs.update(relation.paragraph for relation in record.relations)
        if not isinstance(record, SourcedRecord):
            return
        self.paragraphs.update(paragraph for _, paragraph in found.uncited)
        self.pointers["cited"] += sum(map(len, found.citations.values()))
        self.pointers["uncited"] += len(found.uncited)
        self.pointers["noted"] += sum(map(len, found.notes.values()))
        for value in factual_values(record, visits):
            self.values["all"] += 1
            self.values["cited"] += value.cited
            self.values["uncited"] += not value.cited
            self.values["noted"] += value.noted

    def told(self, resources: Mapping[str, Resource]) -> dict[str, Any]:
        """The counts as the dataset's page shows them."""
        values = self.values
        return {
            "records": {name: self.records[name] for name in resources} | {"total": sum(self.records.values())},
            "values": {
                "factual": values["all"],
                "share_cited": _share(values["cited"], values["all"]),
                "share_uncited": _share(values["uncited"], values["all"]),
                "share_noted": _share(values["noted"], values["all"]),
            },
            "pointers": {kind: self.pointers[kind] for kind in ("cited", "uncited", "noted")},
            "relations": self.relations,
            "citations": self.records["citations"],
            "paragraphs": {"of": LAST_PARAGRAPH, "with_data": sorted(self.paragraphs)},
        }


def coverage(records: Mapping[Key, Record], resources: Mapping[str, Resource]) -> dict[str, Any]:
    """The coverage of a whole dataset."""
    counted = Coverage()
    for (collection, _), record in records.items():
        visits = walk(record)
        counted.add(collection, record, visits, gather(record, visits))
    return counted.told(resources)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
