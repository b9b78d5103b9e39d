"""What is known while a store is compiled: one record after the other, and of all others what is shown of them.

A build goes over the records twice. First each is read and what others need of it is put aside; then each is rendered.
What is put aside lies in memory as long as it is little, so that memory does not grow with the number of records.
"""

import marshal
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import orjson

from app.curation.coverage import Coverage
from app.curation.provenance import Provenance, complete, gather
from app.edtf import MIN, Edtf
from app.folding import plain
from app.resource import CitationRecord, DatedRecord, EvidenceRecord, Record, Resource
from app.shape import Visit, walk
from app.store.dialects.scratch import Scratch
from app.values import Point, Relation, page_ranges

KEPT = 2_000  # records kept in memory as they are
CARDS = 10  # cards kept for each of them
LAST = "~"  # sorts after every letter and digit: a record with no date comes last

Key = tuple[str, str]
Row = dict[str, Any]
Support = tuple[str, int | None, int | None]  # a work, first and last page


def name_of(key: Key) -> str:
    """The name of a record among all: collection/id."""
    return f"{key[0]}/{key[1]}"


def key_of(name: str) -> Key:
    """The record of a name."""
    collection, _, identifier = name.partition("/")
    return collection, identifier


def fold(text: str) -> str:
    """A text as names sort: no case, no marks, numbers by value (2 before 10)."""
    padded, digits = [], ""
    for character in plain(text) + " ":
        if character.isdigit():
            digits += character
            continue
        padded.append(digits.rjust(6, "0") if digits else "")
        padded.append(character)
        digits = ""
    return "".join(padded).strip()


def dated(record: Record, resource: Resource) -> Edtf | None:
    """The date of a record: the first of the collection's date fields that has one."""
    found = (getattr(record, name) for name in resource.date)
    return next((date for date in found if date is not None), None)


def sort_key(record: Record, resource: Resource, sort: str) -> str:
    """What a record sorts by."""
    if sort == "date":
        date = dated(record, resource)
        if date is None:
            return LAST
        return date.span.earliest_start if date.span.earliest_start != MIN else date.span.latest_end
    return fold(str(getattr(record, sort)))


@dataclass
class Entry:
    """A record, with what is worked out of it once for all rows that are made of it."""

    number: int  # in this store, in the order of the collections
    key: Key
    record: Record
    resource: Resource
    visits: list[Visit]
    provenance: Provenance
    first: int = 0  # its position under the first sort of its collection; unique, ties broken by id
    second: int = 0  # under the second
    document: Mapping[str, Any] = field(default_factory=dict)  # what curators wrote, as clients read it

    @classmethod
    def of(cls, number: int, key: Key, record: Record, resource: Resource) -> "Entry":
        """A record, walked over."""
        visits = walk(record)
        return cls(number, key, record, resource, visits, gather(record, visits))

    @cached_property
    def references(self) -> list[tuple[str, Key]]:
        """Every reference to another record, and its pointer."""
        return [(visit.pointer, visit.shape.ref.key(visit.value)) for visit in self.visits if visit.shape.ref]

    @cached_property
    def targets(self) -> list[Key]:
        """Every record that it refers to, once."""
        return list(dict.fromkeys(target for _, target in self.references))

    @cached_property
    def date(self) -> Edtf | None:
        """Its date."""
        return dated(self.record, self.resource)

    @property
    def points(self) -> frozenset[tuple[float, float]]:
        """Its own points on the map."""
        values = (visit.value for visit in self.visits)
        return frozenset((float(v.lat), float(v.lon)) for v in values if isinstance(v, Point))


class Card(NamedTuple):
    """What is shown of a record in others."""

    number: int
    shown: Mapping[str, str]  # its id, name and path, as JSON has a reference
    aliases: Sequence[tuple[str, str | None]]  # name, language
    points: frozenset[tuple[float, float]]
    evidence: EvidenceRecord | None
    supports: frozenset[Support]


def supports(entry: Entry) -> list[Support]:
    """The works that a citation or note rests on, with their pages where it says them."""
    if isinstance(entry.record, CitationRecord):
        return [(entry.record.work, first, last) for first, last in page_ranges(entry.record.pages)]
    if isinstance(entry.record, EvidenceRecord):
        return [(identifier, None, None) for collection, identifier in entry.targets if collection == "works"]
    return []


class Build:
    """Everything that is known of the records of a store while its rows are made."""

    def __init__(self, resources: Mapping[str, Resource], kept: int = KEPT) -> None:
        """Of no record yet; so many are kept in memory."""
        self.resources, self.coverage, self.size = resources, Coverage(), 0
        self.scratch = Scratch()
        self.decades: set[int] = set()
        self._most, self._kept = kept, dict[int, Entry]()
        self.card = lru_cache(maxsize=kept * CARDS)(self._card)

    def add(self, collection: str, record: Record) -> None:
        """Take the next record, as curators wrote it; collections come one after the other, in their order."""
        self.size += 1
        key, resource = (collection, record.id), self.resources[collection]
        completed = complete(record, resource)
        entry = Entry.of(self.size, key, completed, resource)
        if completed is record:
            self.coverage.add(collection, record, entry.visits, entry.provenance)
        else:
            visits = [visit for visit in entry.visits if visit.pointer != "/date"]
            self.coverage.add(collection, record, visits, gather(record, visits))
        for end in (entry.date.earliest, entry.date.latest) if entry.date else ():
            if end:
                self.decades.add(int(end[:3]))
        if self.size <= self._most:
            self._kept[self.size] = entry
        self._put_aside(entry)

    def _put_aside(self, entry: Entry) -> None:
        record, name, add = entry.record, name_of(entry.key), self.scratch.add
        sorts = [sort_key(record, entry.resource, sort) for sort in (entry.resource.sorts * 2)[:2]]
        evidence, supported = (record if isinstance(record, EvidenceRecord) else None), supports(entry)
        aliases = [(alias.name, alias.language) for alias in record.aliases]
        kept = pickle.dumps(evidence, 5) if evidence else None
        card = marshal.dumps((record.name, aliases, list(entry.points), kept, supported))
        body = b"" if entry.number in self._kept else pickle.dumps(record, 5)
        add("record", [(entry.number, name, *entry.key, *sorts, card, body)])
        add("target", [(entry.number, name_of(target)) for target in entry.targets])
        for collection, resting in (("citations", entry.provenance.citations), ("notes", entry.provenance.notes)):
            add("rest", [(f"{collection}/{i}", entry.number, name, orjson.dumps(p)) for i, p in resting.items()])
        if isinstance(record, DatedRecord):
            add("relation", [(relation.target, name, pickle.dumps(relation, 5)) for relation in record.relations])
        add("page", [(f"works/{work}", name, first, last) for work, first, last in supported])

    def close(self) -> None:
        """Throw away what was put aside."""
        self.scratch.close()

    def order(self) -> None:
        """Every record is there: put them in order."""
        self.scratch.order()

    def entries(self) -> Iterator[Entry]:
        """Every record, in order."""
        for number, placed, name, first, second, body in self.scratch.records():
            entry = self._kept.pop(number, None)
            if entry is None:
                key = key_of(name)
                entry = Entry.of(number, key, pickle.loads(body), self.resources[key[0]])
            entry.number, entry.first, entry.second = placed, first, second
            names = {target: self.name(target) for target in entry.targets}
            entry.document = entry.record.model_dump(mode="json", context=names) | {"name": self.name(entry.key)}
            yield entry

    def _card(self, key: Key) -> Card:
        found = self.scratch.card(name_of(key))
        if found is None:
            raise KeyError(name_of(key))
        number, card = found
        name, aliases, points, kept, supported = marshal.loads(card)
        evidence: EvidenceRecord | None = None
        if kept is not None:
            evidence = pickle.loads(kept)
            name = self._display_name(evidence)
        shown = {"id": key[1], "name": name, "url": f"/v1/{key[0]}/{key[1]}"}
        return Card(number, shown, aliases, frozenset(points), evidence, frozenset(supported))

    def _display_name(self, record: Record) -> str:
        """The name of a record that may be made of those of others, which are not."""
        others = {visit.shape.ref.key(visit.value) for visit in walk(record) if visit.shape.ref}
        return record.display_name({other: self.name(other) for other in others})

    def shown(self, key: Key) -> Mapping[str, str]:
        """A record in place (`Reference`)."""
        return self.card(key).shown

    def name(self, key: Key) -> str:
        """The display name of a record."""
        return self.card(key).shown["name"]

    def citation(self, identifier: str) -> CitationRecord:
        """A citation."""
        found = self.card(("citations", identifier)).evidence
        assert isinstance(found, CitationRecord)
        return found

    def resting(self, key: Key) -> Iterator[tuple[Key, list[str]]]:
        """The records that rest on a citation or note, and what of them."""
        for name, pointers in self.scratch.resting(name_of(key)):
            yield key_of(name), orjson.loads(pointers)

    def related(self, key: Key) -> Iterator[tuple[Key, Relation]]:
        """The records with a relation to this one, and the relation."""
        for name, relation in self.scratch.related(name_of(key)):
            yield key_of(name), pickle.loads(relation)

    def supports(self, entry: Entry) -> set[Support]:
        """The works and pages that a record rests on, or that are its own."""
        if entry.key[0] == "works":
            return {(entry.key[1], first, last) for first, last in self.scratch.pages_of(name_of(entry.key))}
        found = set(supports(entry))
        for collection, resting in (("citations", entry.provenance.citations), ("notes", entry.provenance.notes)):
            found.update(*(self.card((collection, identifier)).supports for identifier in resting))
        return found

    def mentioned(self, entry: Entry) -> set[Key]:
        """Every record that one refers to; of evidence and works also what rests on them, and what that refers to."""
        found = set(entry.targets)
        if entry.key[0] == "works" or isinstance(entry.record, EvidenceRecord):
            found |= {key_of(name) for (name,) in self.scratch.mentioned(name_of(entry.key))}
        return found
