"""The graph: records as nodes, what is said to join them as edges, each with its source."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.api.conditional import answer, etag, unchanged
from app.api.filters import SHARED, conditions, page_without_work, shared_parameters
from app.api.negotiation import JSON, negotiate
from app.api.parameters import Parameter, ParameterError, format_parameter, one_of, read, whole
from app.api.problems import Mistake, closest, documented, mistake
from app.api.requests import canonical, envelope, listed, refuse, sent_parameters, understood, written
from app.api.routes import Operation, Route
from app.api.schemas import kept
from app.api.threads import apart
from app.edges import GraphEdge, GraphNode
from app.resource import Resource
from app.store.adjacency import FAN
from app.store.graph import MOST_EDGES, Choice, Graph, Section, first_edge
from app.store.query import Span, Store
from app.store.suggestions import suggestions
from app.values import LONGEST_SLUG, RELATIONS, SLUG, Face

PATH = "/v1/graph"
MEDIA_TYPES = {"json": JSON, "csv": "text/csv"}
NODES, MOST_NODES, DEEPEST = 250, 1000, 4
DESCRIPTION = (
    "Records as nodes, and as edges what is said to join them: the essay's relations (led to, extends …) and "
    "references (party to, took place at …), each with its citations or its paragraph. Filters are on what happened; "
    "who, where and how many (actors, people, places, figures) are in where an edge joins them to that. With `root`, "
    f"the nearest come first. The answer is bounded: {MOST_NODES:,} nodes, {MOST_EDGES:,} edges, {FAN:,} edges of one "
    f"record; `meta` says what was cut. As CSV it is the list of edges, of {MOST_NODES:,} nodes where no limit is "
    "given; where something was cut, the file's name says part."
)
COLUMNS = (
    *("source", "target", "relation", "label", "role"),
    *("stated_in", "pointer", "paragraph", "citations"),
)


class GraphData(Face):
    """Nodes and edges."""

    nodes: tuple[GraphNode, ...] = Field(description="Records: from `root` outwards, or in the order of collections.")
    edges: tuple[GraphEdge, ...] = Field(description="Every edge between two of the nodes.")


class GraphMeta(Face):
    """About a part of the graph."""

    dataset_version: str = Field(description="Version of the dataset that answered.")
    total: int = Field(description="Nodes known to belong to the answer; a lower bound where total_is_exact is false.")
    total_is_exact: bool = Field(description="Whether total is the exact number.")
    nodes: int = Field(description="Nodes in the answer.")
    edges: int = Field(description="Edges in the answer.")
    limit: int = Field(description="Nodes that the answer may have.")
    truncated: bool = Field(description="Whether a bound left something out.")
    cut_by: tuple[str, ...] = Field(description="Each bound that did, with its size.")
    undated_excluded: int = Field(description="Records left out of an answer filtered by date for want of one.")
    query: dict[str, Any] = Field(description="The query as understood.")


class GraphLinks(Face):
    """Where to go from a part of the graph."""

    self: str = Field(description="This answer.")
    csv: str = Field(description="Its edges as CSV.")


class GraphDocument(Face):
    """A part of the graph."""

    data: GraphData = Field(description="Nodes and edges.")
    meta: GraphMeta = Field(description="About the answer.")
    links: GraphLinks = Field(description="Where to go from here.")


def edge_types(resources: Iterable[Resource]) -> tuple[str, ...]:
    """Every type of edge: the essay's relations, then those that references make."""
    declared = {edge.type for resource in resources for edge in resource.connections.values()}
    return (*RELATIONS, *sorted(declared - RELATIONS.keys()))


def known_node(store: Store, collections: Sequence[str], value: str) -> str:
    """collection/id of a record that is in the graph."""
    collection, _, identifier = value.partition("/")
    if collection in collections and store.number(value) is not None:
        return value
    retired = store.retired(collection, identifier)
    if retired and retired[0]:
        raise ParameterError(f"it is now {retired[0]}", [retired[0]], meant=retired[0])
    wrong = "no such record" if collection in collections else "no record of the graph"
    near = meant_nodes(store, [collection] if collection in collections else collections, value.rpartition("/")[2])
    detail = f"{wrong}; write collection/id, of {', '.join(collections)}; /v1/suggest finds one by its name"
    raise ParameterError(detail, near, meant=next(iter(near), None))


def meant_nodes(store: Store, collections: Sequence[str], written_: str) -> list[str]:
    """The records that an id was meant for: by a name that begins so, else by an id spelt alike."""
    named = suggestions(store, written_[:LONGEST_SLUG].replace("-", " "), collections, 5)
    if named:
        return [f"{found.collection}/{found.id}" for found in named]
    alike = {name: closest(written_, store.ids(name, written_)) for name in collections}
    return [f"{name}/{found}" for name, found in alike.items() if found]


def node_parameter(store: Store, collections: list[str], name: str, text: str, example: str | None) -> Parameter:
    """A parameter that names a record of the graph."""
    schema = {"type": "string", "pattern": f"^[a-z]+/{SLUG}$"}
    return Parameter(name, text, schema, partial(known_node, store, collections), example=example)


def relation_parameter(types: Iterable[str], text: str, example: str | None) -> Parameter:
    """A parameter that names types of edge."""
    allowed = list(types)
    schema = {"type": "string", "enum": allowed}
    return Parameter("relation", text, schema, partial(one_of, allowed), many=True, example=example)


def whole_parameter(name: str, text: str, lowest: int, highest: int, default: int) -> Parameter:
    """A parameter that is a whole number in a range."""
    schema = {"type": "integer", "minimum": lowest, "maximum": highest, "default": default}
    return Parameter(name, text, schema, partial(whole, lowest, highest))


def edge_list(edges: Iterable[bytes]) -> bytes:
    """Edges as CSV, a line each, as Gephi, networkx and pandas read it."""
    buffer = io.StringIO()
    lines = csv.writer(buffer)
    lines.writerow(COLUMNS)
    for body in edges:
        edge = json.loads(body)
        edge |= {"relation": edge["type"], "citations": " | ".join(c["id"] for c in edge["citations"])}
        lines.writerow("" if edge[column] is None else edge[column] for column in COLUMNS)
    return buffer.getvalue().encode()


class GraphRoute:
    """The route of the graph."""

    def __init__(self, store: Store, resources: Mapping[str, Resource]) -> None:
        """Know which collections are in the graph, and what may be asked of it."""
        self.store = store
        self.resources = {name: resource for name, resource in resources.items() if resource.connections}
        self.types = edge_types(self.resources.values())
        self.example = self._example()
        limit = f"Nodes, at most {MOST_NODES:,}; without it {NODES}."
        depth = f"Steps from `root`, at most {DEEPEST}; without it 1."
        root = "A record, as collection/id, to look around from; edges are followed whichever way they read."
        kind = "Edges of these types only, and records that such an edge joins."
        self.parameters = {
            **shared_parameters(store, self.resources),
            "relation": relation_parameter(self.types, kind, None),
            "root": node_parameter(store, list(self.resources), "root", root, self.example),
            "depth": whole_parameter("depth", depth, 1, DEEPEST, 1),
            "limit": whole_parameter("limit", limit, 1, MOST_NODES, NODES),
            "format": format_parameter(["csv"]),
        }

    def _example(self) -> str | None:
        """A record to show the graph around: where the first edge that leads somewhere begins."""
        ends = first_edge(self.store, "led_to")
        return json.loads(self.store.nodes.of(ends[:1])[0])["id"] if ends else None

    def choice(self, values: Mapping[str, Any]) -> Choice:
        """What is asked for. Conditions are on what happened; who, where and how many follow by the edges.

        Of these, what is ordered by date must be of the date. Where none but these are asked for, all is on them.
        """
        asked = [name for name in self.resources if name in values.get("collection", self.resources)]
        judged = [name for name in asked if self.resources[name].happens] or asked
        others = [name for name in asked if name not in judged]
        every = tuple(conditions(SHARED, values))
        dates = tuple(condition for condition in every if isinstance(condition, Span))
        carried = {name: dates if "date" in self.resources[name].sorts else () for name in others}
        return Choice(
            judged=tuple(judged if every else [*judged, *others]),
            carried=carried if every else {},
            conditions=every,
            types=tuple(values.get("relation", self.types)),
        )

    def section(self, choice: Choice, values: Mapping[str, Any], limit: int) -> Section:
        """The nodes and edges asked for."""
        graph = Graph(self.store, choice.types)
        if "root" not in values:
            return graph.overview(choice, limit)
        root = self.store.number(values["root"])
        assert root is not None, "the parameter was read"
        return graph.around(root, values.get("depth", 1), choice, limit)

    def body(self, values: Mapping[str, Any], texts: Mapping[str, list[str]]) -> bytes:
        """The answer as JSON."""
        limit = values.get("limit", NODES)
        choice = self.choice(values)
        found = self.section(choice, values, limit)
        shown = understood(self.parameters, texts)
        if "root" in shown:
            shown.setdefault("depth", "1")
        if any(isinstance(condition, Span) for condition in choice.conditions):
            shown.setdefault("date_match", "possible")
        meta = {
            "dataset_version": self.store.version,
            "total": found.total,
            "total_is_exact": not found.cut,
            "nodes": len(found.nodes),
            "edges": len(found.edges),
            "limit": limit,
            "truncated": bool(found.cut),
            "cut_by": found.cut,
            "undated_excluded": found.undated_excluded,
            "query": shown,
        }
        links = {"self": written(PATH, texts), "csv": written(PATH, {**texts, "format": ["csv"]})}
        data = [*listed(found.nodes, b'{"nodes":['), *listed(found.edges, b'"edges":[', b"]}")]
        return envelope(data, meta, links)

    async def serve(self, request: Request) -> Response:
        """Part of the graph, as JSON or its edges as CSV."""
        values, texts, mistakes = read(self.parameters, sent_parameters(request))
        mistakes += [*page_without_work(values, texts), *depth_without_root(values, texts)]
        refuse(mistakes)
        chosen = negotiate(request, MEDIA_TYPES, values.get("format"))
        usual = NODES if chosen == "json" else MOST_NODES
        texts = canonical(self.parameters, values, texts, limit=usual, format="json")
        without = {name: given for name, given in texts.items() if name != "format"}
        tag = etag(self.store.version, written(PATH, without), MEDIA_TYPES[chosen])
        other = "csv" if chosen == "json" else "json"
        links = {written(PATH, {**without, "format": [other]}): f'rel="alternate"; type="{MEDIA_TYPES[other]}"'}
        if unchanged(request, tag):
            return answer(request, tag, links, MEDIA_TYPES[chosen], b"")
        if chosen == "json":
            return answer(request, tag, links, JSON, await apart(self.body, values, texts))
        found = await apart(self.section, self.choice(values), values, values.get("limit", usual))
        response = answer(request, tag, links, MEDIA_TYPES["csv"], edge_list(found.edges))
        part = "-part" if found.cut else ""
        response.headers["Content-Disposition"] = f'attachment; filename="graph{part}.csv"'
        return response

    def routes(self) -> list[Route]:
        """The route."""
        return [Route(PATH, self.serve, self._operation)]

    def _operation(self) -> Operation:
        sent = {"limit": ["5"], **({"root": [self.example]} if self.example else {})}
        values = {"limit": 5, **({"root": self.example} if self.example else {})}
        example = self.body(values, sent)
        schema = {"type": "string", "description": "A line an edge; citations are joined with ` | `."}
        described = {MEDIA_TYPES["csv"]: {"schema": schema}}
        return Operation(
            id="get_graph",
            tag="graph",
            summary="Get the graph, or what lies around a record",
            description=DESCRIPTION,
            responses={
                **kept("graph", "Nodes and edges.", GraphDocument, example, described),
                **documented(400, 406, 414),
            },
            parameters=[parameter.documented() for parameter in self.parameters.values()],
        )


def depth_without_root(values: Mapping[str, Any], texts: Mapping[str, list[str]]) -> list[Mistake]:
    """The mistake of a depth from nowhere."""
    if "depth" not in values or "root" in values:
        return []
    return [mistake("depth", texts["depth"][0], "a depth needs its root: give root as well", ["root"])]
