"""How much of the source the dataset holds, and how well its values are sourced."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.curation.load import Key
from app.curation.provenance import factual_values, gather
from app.resource import CitationRecord, DatedRecord, Record, Resource, SourcedRecord
from app.values import LAST_PARAGRAPH


def coverage(records: Mapping[Key, Record], resources: Mapping[str, Resource]) -> dict[str, Any]:
    """Counts of records, values, pointers, notes and relations, and the paragraphs that carry them."""
    values, pointers, paragraphs = Counter[str](), Counter[str](), set[int]()
    relations = 0
    for record in records.values():
        if isinstance(record, CitationRecord):
            paragraphs.add(record.paragraph)
        if isinstance(record, DatedRecord):
            relations += len(record.relations)
            paragraphs |= {relation.paragraph for relation in record.relations}
        if not isinstance(record, SourcedRecord):
            continue
        found = gather(record)
        paragraphs |= {paragraph for _, paragraph in found.uncited}
        pointers["cited"] += sum(map(len, found.citations.values()))
        pointers["uncited"] += len(found.uncited)
        pointers["noted"] += sum(map(len, found.notes.values()))
        for value in factual_values(record):
            values["all"] += 1
            values["cited"] += value.cited
            values["uncited"] += not value.cited
            values["noted"] += value.noted
    counts = Counter(collection for collection, _ in records)
    return {
        "records": {name: counts[name] for name in resources} | {"total": sum(counts.values())},
        "values": {
            "factual": values["all"],
            "share_cited": _share(values["cited"], values["all"]),
            "share_uncited": _share(values["uncited"], values["all"]),
            "share_noted": _share(values["noted"], values["all"]),
        },
        "pointers": {kind: pointers[kind] for kind in ("cited", "uncited", "noted")},
        "relations": relations,
        "citations": counts["citations"],
        "paragraphs": {"of": LAST_PARAGRAPH, "with_data": sorted(paragraphs)},
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
