"""Rules over the whole set of records. Each is a function that yields problems; `check` runs them all."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.curation.dataset import read_description, read_redirects
from app.curation.description import Redirects
from app.curation.load import Curated, Key, Path_, Source, load, read_yaml
from app.curation.problem import DataError, Problem, suggestion
from app.curation.provenance import factual_values, gather
from app.resource import CitationRecord, DatedRecord, EvidenceRecord, NoteRecord, Resource, SourcedRecord
from app.shape import PROVENANCE, references, shapes, walk
from app.values import Cited, Face, Ref, Relation


@dataclass(frozen=True)
class Whole:
    """All records with what is needed to judge them together."""

    curated: Curated
    resources: Mapping[str, Resource]
    redirects: Redirects
    retired: Source  # where the redirects were read

    def ids(self, collection: str) -> set[str]:
        """The ids of a collection."""
        return {identifier for name, identifier in self.curated.records if name == collection}

    def problem(self, key: Key, path: Path_, detail: str) -> Problem:
        """A problem in a record."""
        return self.curated.sources[key].problem(path, detail)


def _path(pointer: str) -> Path_:
    return tuple(int(step) if step.isdigit() else step for step in pointer.split("/")[1:])


def dangling(whole: Whole) -> Iterator[Problem]:
    """A reference must name a record that exists."""
    for key, record in whole.curated.records.items():
        for pointer, (collection, identifier) in references(record):
            if whole.curated.has((collection, identifier)):
                continue
            if collection not in whole.resources:
                allowed = f"one of: {', '.join(whole.resources)}{suggestion(collection, whole.resources)}"
                detail = f"no collection {collection}; {allowed}"
            else:
                detail = f"no record {collection}/{identifier}{suggestion(identifier, whole.ids(collection))}"
            yield whole.problem(key, _path(pointer), detail)


def _evidence(face: Face) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(key, ids, collection) of each list of citations or notes that a part or record carries."""
    if isinstance(face, Cited):
        yield "cite", face.cite, "citations"
        yield "noted", face.noted, "notes"
    elif isinstance(face, SourcedRecord):
        for name, cited in face.cite.items():
            yield f"cite/{name}", cited, "citations"
        for name, noted in face.noted.items():
            yield f"noted/{name}", noted, "notes"


def unknown_evidence(whole: Whole) -> Iterator[Problem]:
    """A citation or note that is named must exist, and is named once a part."""
    for key, record in whole.curated.records.items():
        parts = [("", record), *((v.pointer, v.value) for v in walk(record) if v.shape.part)]
        for pointer, face in parts:
            for name, ids, collection in _evidence(face):
                known = whole.ids(collection) if ids else set()
                for identifier in ids:
                    if not whole.curated.has((collection, identifier)):
                        detail = f"no record {collection}/{identifier}{suggestion(identifier, known)}"
                        yield whole.problem(key, (*_path(pointer), *name.split("/")), detail)
                if len(set(ids)) < len(ids):
                    yield whole.problem(key, (*_path(pointer), *name.split("/")), "named twice; once is enough")


def record_level_sources(whole: Whole) -> Iterator[Problem]:
    """The record-level maps hold top-level fields that are neither a part nor parts, and that have a value."""
    for key, record in whole.curated.records.items():
        if not isinstance(record, SourcedRecord):
            continue
        fields = {name for name, shape in shapes(type(record)).items() if not shape.part}
        for kind in sorted(PROVENANCE):
            for name in getattr(record, kind):
                if kind == "noted" and name == "":
                    continue
                if name not in fields:
                    allowed = f"one of: {', '.join(sorted(fields))}{suggestion(name, fields)}"
                    yield whole.problem(key, (kind, name), f"no plain field of this record; {allowed}")
                elif getattr(record, name) in (None, ()):
                    yield whole.problem(
                        key, (kind, name), f"sources a field that the record lacks; write {name} or drop this"
                    )
                elif kind == "uncited" and name in record.cite:
                    yield whole.problem(key, (kind, name), "both cited and uncited; keep the citation")


def unsourced(whole: Whole) -> Iterator[Problem]:
    """Every factual value rests on a citation or on a paragraph of the essay."""
    for key, record in whole.curated.records.items():
        if isinstance(record, SourcedRecord):
            for value in factual_values(record):
                if not value.cited and not value.uncited:
                    detail = "a factual value with no source; add cite: [citation ids] or uncited: <paragraph>"
                    yield whole.problem(key, _path(value.visit.pointer), detail)


def doubly_sourced(whole: Whole) -> Iterator[Problem]:
    """A part that has a citation is not called uncited as well."""
    for key, record in whole.curated.records.items():
        for visit in walk(record):
            if visit.shape.part and getattr(visit.value, "uncited", None) and visit.value.cite:
                yield whole.problem(
                    key, (*_path(visit.pointer), "uncited"), "both cited and uncited; keep the citation"
                )


def unused_evidence(whole: Whole) -> Iterator[Problem]:
    """Every citation and note has something that rests on it; who can say, while a record is unread?"""
    if whole.curated.unread:
        return
    used: set[Key] = set()
    for record in whole.curated.records.values():
        found = gather(record)
        used |= {("citations", c) for c in found.citations} | {("notes", n) for n in found.notes}
    for key, record in whole.curated.records.items():
        if isinstance(record, EvidenceRecord) and key not in used:
            yield whole.problem(key, ("id",), f"nothing rests on {key[1]}; name it in a record or remove it")


def unsupported_notes(whole: Whole) -> Iterator[Problem]:
    """A note says who says so: a work, or the paragraphs of the essay that show it."""
    for key, record in whole.curated.records.items():
        if isinstance(record, NoteRecord) and not record.sources and not record.paragraphs:
            yield whole.problem(key, ("sources",), "a note needs sources, or paragraphs of the essay")


def relations(whole: Whole) -> Iterator[Problem]:
    """A relation leads to another dated record, is written once, and has the paragraph of its citation."""
    for key, record in whole.curated.records.items():
        if not isinstance(record, DatedRecord):
            continue
        seen: set[tuple[str, str]] = set()
        for index, relation in enumerate(record.relations):
            path: Path_ = ("relations", index)
            target = Ref().key(relation.target)
            if target == key:
                yield whole.problem(key, (*path, "target"), "a record has no relation to itself")
            elif target in whole.curated.records and not isinstance(whole.curated.records[target], DatedRecord):
                yield whole.problem(
                    key, (*path, "target"), "relations lead to treaties, battles, negotiations or events"
                )
            if (relation.type, relation.target) in seen:
                yield whole.problem(key, path, "written twice; keep one")
            seen.add((relation.type, relation.target))
            yield from _paragraph(whole, key, path, relation)


def _paragraph(whole: Whole, key: Key, path: Path_, relation: Relation) -> Iterator[Problem]:
    cited = [whole.curated.records.get(("citations", c)) for c in relation.cite]
    paragraphs = {c.paragraph for c in cited if isinstance(c, CitationRecord)}
    if paragraphs and relation.paragraph not in paragraphs:
        said = ", ".join(map(str, sorted(paragraphs)))
        yield whole.problem(key, (*path, "paragraph"), f"its citation stands in paragraph {said}; write that")


def derived_dates(whole: Whole) -> Iterator[Problem]:
    """`date` is written only where no other field says it."""
    for key, record in whole.curated.records.items():
        first, *_ = whole.resources[key[0]].date or ("date",)
        if first != "date" and getattr(record, "date", None) and getattr(record, first) is not None:
            yield whole.problem(key, ("date",), f"{first} says it already; leave date out")


def shared_foreign_ids(whole: Whole) -> Iterator[Problem]:
    """No two records of a collection are the same thing elsewhere."""
    owners: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key, record in whole.curated.records.items():
        for foreign in record.same_as:
            owners[(key[0], foreign)].append(key)
    for (_, foreign), keys in owners.items():
        for key in keys[1:]:
            yield whole.problem(key, ("same_as",), f"{foreign} is {keys[0][1]} already")


def retired_ids(whole: Whole) -> Iterator[Problem]:
    """A retired id is not in use, and leads to a record that is."""
    names = {f"{collection}/{identifier}" for collection, identifier in whole.curated.records}
    for kind in ("moved", "withdrawn"):
        for old in getattr(whole.redirects, kind):
            if old in names:
                yield whole.retired.problem((kind, old), "is a record; an id that is in use cannot be retired")
    for old, new in whole.redirects.moved.items():
        if not whole.curated.has(Ref().key(new)):
            yield whole.retired.problem(("moved", old), f"no record {new}{suggestion(new, names)}")


RULES: tuple[Callable[[Whole], Iterator[Problem]], ...] = (
    dangling,
    unknown_evidence,
    record_level_sources,
    unsourced,
    doubly_sourced,
    unused_evidence,
    unsupported_notes,
    relations,
    derived_dates,
    shared_foreign_ids,
    retired_ids,
)


def check(data: Path, resources: Mapping[str, Resource]) -> tuple[Curated, list[Problem]]:
    """Read and judge the whole dataset: every record that could be read, and every problem found."""
    curated, problems = load(data, resources)
    redirects = Redirects()
    for read in (read_description, read_redirects):
        try:
            result = read(data)
        except DataError as error:
            problems += error.problems
        else:
            redirects = result if isinstance(result, Redirects) else redirects
    _, retired, _ = read_yaml(data / "redirects.yaml", f"{data.name}/redirects.yaml")
    whole = Whole(curated, resources, redirects, retired)
    for rule in RULES:
        problems += rule(whole)
    return curated, sorted(set(problems))


def checked(data: Path, resources: Mapping[str, Resource]) -> Curated:
    """The dataset; DataError with every problem where it does not hold."""
    curated, problems = check(data, resources)
    if problems:
        raise DataError(problems)
    return curated
