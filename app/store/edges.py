"""The graph, compiled: a node for each record, an edge for each statement that joins two."""

from collections.abc import Iterator
from typing import NamedTuple

from app.edges import Edge
from app.edtf import MAX, MIN
from app.resource import DatedRecord, SourcedRecord
from app.shape import Visit, own_sources
from app.store.build import Build, Entry, Key, Row, name_of
from app.store.render import encode, shown_date
from app.values import RELATIONS, Ref

Sources = tuple[tuple[str, ...], int | None]  # citations, and the paragraph that says it


class Statement(NamedTuple):
    """Something in a record that joins it to another."""

    edge: Edge
    target: Key
    pointer: str
    role: str | None
    sources: Sources


def node(build: Build, entry: Entry) -> Row:
    """A record as a node (`GraphNode`)."""
    date, shown = entry.date, build.shown(entry.key)
    node = {
        "id": name_of(entry.key),
        "name": shown["name"],
        "url": shown["url"],
        "collection": entry.key[0],
        "date": shown_date(date) if date else None,
    }
    begins, ends = (date.span.earliest_start, date.span.latest_end) if date else (MIN, MAX)
    return {"begins": begins, "ends": ends, "body": encode(node)}


def rendered(build: Build, key: Key, said: Statement) -> bytes:
    """A statement as an edge (`GraphEdge`), its keys in the order of a sentence."""
    cite, paragraph = said.sources
    if paragraph is None and cite:
        paragraph = build.citation(cite[0]).paragraph
    source, target = (said.target, key) if said.edge.reverse else (key, said.target)
    return encode(
        {
            "source": name_of(source),
            "type": said.edge.type,
            "label": said.edge.label,
            "target": name_of(target),
            "role": said.role,
            "stated_in": name_of(key),
            "pointer": said.pointer,
            "paragraph": paragraph,
            "citations": [_citation(build, identifier) for identifier in cite],
        }
    )


def _citation(build: Build, identifier: str) -> Row:
    """A citation of an edge (`EdgeCitation`)."""
    return {**build.shown(("citations", identifier)), "claim": build.citation(identifier).claim}


def path_of(visit: Visit) -> str:
    """The dotted path of a value: its pointer without the places in lists."""
    return ".".join(part for part in visit.pointer.split("/")[1:] if not part.isdigit())


def statement_of(visit: Visit) -> str:
    """The pointer of the part that holds a reference; of a field of the record itself, its own."""
    return visit.pointer.rsplit("/", 2 if visit.shape.many else 1)[0] or visit.pointer


def sources(visit: Visit) -> Sources:
    """What a reference rests on: the nearest part with a source, else its field, else all that the record rests on.

    The last is for references that the editors make of what is stated, such as what a figure measures.
    """
    record, *parts = visit.holders
    for part in reversed(parts):
        cite, paragraph, _ = own_sources(part)
        if cite or paragraph is not None:
            return cite, paragraph
    if not isinstance(record, SourcedRecord):
        return (), None
    field = visit.pointer.split("/")[1]
    if field in record.cite or field in record.uncited:
        return record.cite.get(field, ()), record.uncited.get(field)
    every = dict.fromkeys(citation for cited in record.cite.values() for citation in cited)
    return tuple(every), next(iter(record.uncited.values()), None)


def statements(entry: Entry, declared: dict[str, Edge]) -> Iterator[Statement]:
    """Everything in a record that joins it to another: its relations as written, then its references."""
    record = entry.record
    for place, relation in enumerate(record.relations if isinstance(record, DatedRecord) else ()):
        edge = Edge(relation.type, *RELATIONS[relation.type])
        rests = (relation.cite, relation.paragraph)
        yield Statement(edge, Ref().key(relation.target), f"/relations/{place}", None, rests)
    for visit in entry.visits:
        made = declared.get(path_of(visit)) if visit.shape.ref else None
        if made and visit.shape.ref:
            role = getattr(visit.holders[-1], made.role, None) if len(visit.holders) > 1 else None
            target = visit.shape.ref.key(visit.value)
            yield Statement(made, target, statement_of(visit), role, sources(visit))


class Edges:
    """The nodes and edges of the graph; a collection whose records make no edge is no part of it."""

    def __init__(self, build: Build) -> None:
        """Know what makes an edge."""
        self.build, self.count = build, 0
        self.declared = {name: resource.connections for name, resource in build.resources.items()}

    def of(self, entry: Entry) -> Iterator[tuple[str, Row]]:
        """The node of a record, and the edges that it states."""
        declared = self.declared[entry.key[0]]
        if not declared:
            return
        yield "node", {"record": entry.number, **node(self.build, entry)}
        for said in statements(entry, declared):
            self.count += 1
            other, edge = self.build.card(said.target).number, said.edge
            yield (
                "edge",
                {
                    "number": self.count,
                    "type": edge.type,
                    "source": other if edge.reverse else entry.number,
                    "target": entry.number if edge.reverse else other,
                    "stated_by": entry.number,
                    "inverse": edge.inverse,
                    "body": rendered(self.build, entry.key, said),
                },
            )

    def last(self) -> Iterator[tuple[str, Row]]:
        """Nothing is left."""
        yield from ()
