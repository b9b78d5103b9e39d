"""What each value of a record rests on: gathered from the parts that carry it and the maps at record level."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.resource import Record, Resource, SourcedRecord, key_order
from app.shape import Visit, own_sources, shapes, walk


@dataclass
class Provenance:
    """Where a record's values come from; pointers are RFC 6901, relative to the record."""

    citations: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    uncited: list[tuple[str, int]] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, pointer: str, cite: tuple[str, ...], paragraph: int | None, noted: tuple[str, ...]) -> None:
        """Hang sources and notes on a pointer."""
        for citation in cite:
            self.citations[citation].append(pointer)
        if paragraph is not None:
            self.uncited.append((pointer, paragraph))
        for note in noted:
            self.notes[note].append(pointer)


def gather(record: Record, visits: Sequence[Visit] | None = None) -> Provenance:
    """Everything that a record rests on, in the order of the record; the walk over it, where it was walked already."""
    found = Provenance()
    if not isinstance(record, SourcedRecord):
        return found
    found.add("", (), None, record.noted.get("", ()))
    parts = defaultdict[str, list[Visit]](list)
    for visit in walk(record) if visits is None else visits:
        if visit.shape.part:
            parts[visit.pointer.split("/")[1]].append(visit)
    for name in key_order(type(record)):
        found.add(f"/{name}", record.cite.get(name, ()), record.uncited.get(name), record.noted.get(name, ()))
        for visit in parts[name]:
            found.add(visit.pointer, *own_sources(visit.value))
    return found


def complete(record: Record, resource: Resource) -> Record:
    """The record with its `date`: where it is not written, that of the first field that says it, with its sources."""
    if not isinstance(record, SourcedRecord) or "date" not in type(record).model_fields:
        return record
    says = next((name for name in resource.date if getattr(record, name) is not None), None)
    if says is None or says == "date":
        return record
    changed: dict[str, object] = {"date": getattr(record, says)}
    for name in ("cite", "uncited", "noted"):
        by_field: Mapping[str, object] = getattr(record, name)
        if says in by_field:
            changed[name] = {**by_field, "date": by_field[says]}
    return record.model_copy(update=changed)


class Sourcing(NamedTuple):
    """How one factual value is sourced."""

    visit: Visit
    cited: bool
    uncited: bool
    noted: bool


def factual_values(record: SourcedRecord, visits: Sequence[Visit] | None = None) -> Iterator[Sourcing]:
    """Every factual value of a record with its sourcing: from itself, the part that holds it, or any part above."""
    for visit in walk(record) if visits is None else visits:
        top = visit.pointer.split("/")[1]
        if visit.shape.part or visit.shape.editorial or shapes(type(record))[top].editorial:
            continue
        carried = [own_sources(holder) for holder in visit.holders[1:]]
        yield Sourcing(
            visit,
            cited=any(cite for cite, _, _ in carried) or bool(record.cite.get(top)),
            uncited=any(paragraph is not None for _, paragraph, _ in carried) or top in record.uncited,
            noted=any(notes for _, _, notes in carried) or top in record.noted or "" in record.noted,
        )
