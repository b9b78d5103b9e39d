"""The graph, compiled: a node for each record, an edge for each statement that joins two."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import SQLModel

from app.edges import Edge, EdgeCitation, GraphEdge, GraphNode
from app.edtf import MAX, MIN
from app.resource import CitationRecord, DatedRecord, Record, SourcedRecord
from app.shape import Visit, own_sources, walk
from app.store.index import Build, Row, dated
from app.store.render import Key, Renderer, encode
from app.store.tables import EdgeRow, NodeRow
from app.values import RELATIONS, Ref, served_date

Sources = tuple[tuple[str, ...], int | None]  # citations, and the paragraph that says it


@dataclass(frozen=True)
class Statement:
    """Something in a record that joins it to another."""

    edge: Edge
    target: Key
    pointer: str
    role: str | None
    sources: Sources


def name(key: Key) -> str:
    """A record's name in the graph."""
    return f"{key[0]}/{key[1]}"


def node(renderer: Renderer, key: Key) -> Row:
    """A record as a node."""
    date = dated(renderer.records[key], renderer.resources[key[0]])
    shown = GraphNode(
        id=name(key),
        name=renderer.names[key],
        url=f"/v1/{key[0]}/{key[1]}",
        collection=key[0],
        date=served_date(date) if date else None,
    )
    begins, ends = (date.span.earliest_start, date.span.latest_end) if date else (MIN, MAX)
    return {"begins": begins, "ends": ends, "body": encode(shown.model_dump(mode="json"))}


def rendered(renderer: Renderer, key: Key, said: Statement) -> bytes:
    """A statement as an edge, its keys in the order of a sentence."""
    cite, paragraph = said.sources
    cited = [(c, record) for c in cite if isinstance(record := renderer.records[("citations", c)], CitationRecord)]
    source, target = (said.target, key) if said.edge.reverse else (key, said.target)
    shown = GraphEdge(
        source=name(source),
        target=name(target),
        type=said.edge.type,
        label=said.edge.label,
        role=said.role,
        stated_in=name(key),
        pointer=said.pointer,
        paragraph=cited[0][1].paragraph if paragraph is None and cited else paragraph,
        citations=tuple(
            EdgeCitation(**renderer.reference(("citations", c)).model_dump(), claim=record.claim) for c, record in cited
        ),
    ).model_dump(mode="json")
    return encode({field: shown[field] for field in ("source", "type", "label", "target", *shown)})


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


def statements(record: Record, declared: dict[str, Edge]) -> Iterator[Statement]:
    """Everything in a record that joins it to another: its relations as written, then its references."""
    for place, relation in enumerate(record.relations if isinstance(record, DatedRecord) else ()):
        edge = Edge(relation.type, *RELATIONS[relation.type])
        rests = (relation.cite, relation.paragraph)
        yield Statement(edge, Ref().key(relation.target), f"/relations/{place}", None, rests)
    for visit in walk(record):
        made = declared.get(path_of(visit)) if visit.shape.ref else None
        if made and visit.shape.ref:
            role = getattr(visit.holders[-1], made.role, None) if len(visit.holders) > 1 else None
            target = visit.shape.ref.key(visit.value)
            yield Statement(made, target, statement_of(visit), role, sources(visit))


def rows(build: Build) -> Iterator[tuple[type[SQLModel], Row]]:
    """The nodes and edges of the graph; a collection whose records make no edge is no part of it."""
    renderer, numbers, count = build.renderer, build.numbers, 0
    for key, number in numbers.items():
        declared = renderer.resources[key[0]].connections
        if not declared:
            continue
        yield NodeRow, {"record": number, **node(renderer, key)}
        for said in statements(renderer.records[key], declared):
            count += 1
            other, edge = numbers[said.target], said.edge
            yield (
                EdgeRow,
                {
                    "number": count,
                    "type": edge.type,
                    "source": other if edge.reverse else number,
                    "target": number if edge.reverse else other,
                    "inverse": edge.inverse,
                    "body": rendered(renderer, key, said),
                },
            )
