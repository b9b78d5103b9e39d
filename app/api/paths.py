"""Paths through the graph: the chains from one record to another, each step with what it rests on."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.api.conditional import answer, etag, unchanged
from app.api.graph import PATH as GRAPH
from app.api.graph import edge_types, node_parameter, relation_parameter, whole_parameter
from app.api.negotiation import JSON
from app.api.parameters import Parameter, one_of, read
from app.api.problems import Mistake, documented, mistake
from app.api.requests import canonical, envelope, refuse, sent_parameters, understood, written
from app.api.routes import Operation, Route
from app.api.schemas import kept
from app.api.threads import apart
from app.edges import Chain, GraphNode
from app.resource import Resource
from app.store.chains import MOST_LOOKED, MOST_STEPS, MOST_VISITS, Found, Move, Search
from app.store.graph import Graph, first_edge
from app.store.query import Store
from app.store.render import encode
from app.values import RELATIONS, Face

PATH = f"{GRAPH}/path"
CHAINS, MOST_CHAINS, MOST_VIA = 3, 10, 3
NONE_FOUND = Found((), 0, cut=False)
BOUND = f"{MOST_VISITS:,} records left or {MOST_LOOKED:,} edges looked at"
DESCRIPTION = (
    "The chains of records that lead from one to another, the shortest first, no record twice; each step with the "
    "relation in words and its citations or its paragraph. By default only the relations that the essay draws are "
    "followed, from causes to consequences: what extends, implements, answers or invokes a record comes after it; a "
    "whole is reached from its parts, and a part from its whole; what was ended has no consequences of its ending. The "
    f"search is bounded: {MOST_STEPS} steps, {BOUND}; `meta` says so. Where there is no chain, "
    "`meta.reason` says why, and `links.instead` asks what has an answer."
)
DIRECTION = (
    "forward: from causes to consequences (edges that are no relation, as they read), never to what was over before; "
    "any: along an edge either way."
)
RELATION = f"Edges of these types; without it the relations that the essay draws ({', '.join(RELATIONS)}). all: any."


class ChainsMeta(Face):
    """About the chains."""

    dataset_version: str = Field(description="Version of the dataset that answered.")
    total: int = Field(description="Chains known; a lower bound where total_is_exact is false.")
    total_is_exact: bool = Field(description="Whether total is the exact number.")
    limit: int = Field(description="Chains that the answer may have.")
    depth: int = Field(description="Steps that a chain may have.")
    visited: int = Field(description=f"Records that the search left for the next; it ends at {BOUND}.")
    truncated: bool = Field(description="Whether it ended there, so that there may be other chains.")
    reason: str | None = Field(description="Why there is no chain, and what to try; null where there is one.")
    start: GraphNode = Field(description="The record that the chains begin at.")
    end: GraphNode = Field(description="The record that they end at.")
    query: dict[str, Any] = Field(description="The query as understood.")


class ChainsLinks(Face):
    """Where to go from the chains."""

    self: str = Field(description="This answer.")
    instead: str | None = Field(description="Where there is no chain: a like question that has an answer.")
    graph: str = Field(description="What lies around the record that they begin at.")


class ChainsDocument(Face):
    """Chains from one record to another."""

    data: tuple[Chain, ...] = Field(description="The chains, the shortest first.")
    meta: ChainsMeta = Field(description="About the answer.")
    links: ChainsLinks = Field(description="Where to go from here.")


def ends_in_via(values: Mapping[str, Any]) -> list[Mistake]:
    """The mistake of passing by an end of the chain."""
    said = "is an end of the chain already"
    return [
        mistake("via", name, said) for name in values.get("via", ()) if name in {values.get("from"), values.get("to")}
    ]


class PathRoute:
    """The route of paths through the graph."""

    def __init__(self, store: Store, resources: Mapping[str, Resource]) -> None:
        """Know which collections are in the graph, and what may be asked of a path."""
        self.store = store
        known = {name: resource for name, resource in resources.items() if resource.connections}
        self.types = edge_types(known.values())
        ends = first_edge(store, "led_to")
        bodies = store.nodes.of(ends or ())
        self.example: list[str] = [json.loads(body)["id"] for body in bodies]
        self.parameters = self._parameters(list(known))

    def _parameters(self, known: list[str]) -> dict[str, Parameter]:
        begin, end = self.example or (None, None)
        start = node_parameter(self.store, known, "from", "The record to begin at: collection/id.", begin)
        finish = node_parameter(self.store, known, "to", "The record to end at: collection/id.", end)
        passed = f"Up to {MOST_VIA} records that the chain must pass, in this order."
        choices = ["forward", "any"]
        way = {"type": "string", "enum": choices, "default": "forward"}
        steps = f"Most steps of a chain, at most {MOST_STEPS}."
        via = node_parameter(self.store, known, "via", passed, None)
        found = (
            replace(start, required=True),
            replace(finish, required=True),
            replace(via, many=True, most=MOST_VIA, ordered=True),
            relation_parameter([*self.types, "all"], RELATION, None),
            Parameter("direction", DIRECTION, way, partial(one_of, choices)),
            whole_parameter("depth", steps, 1, MOST_STEPS, MOST_STEPS),
            whole_parameter("limit", f"Chains, at most {MOST_CHAINS}.", 1, MOST_CHAINS, CHAINS),
        )
        return {parameter.name: parameter for parameter in found}

    def search(self, values: Mapping[str, Any], most: int) -> tuple[Graph, Found]:
        """The chains asked for, at most so many."""
        relations = values.get("relation", list(RELATIONS))
        graph = Graph(self.store, self.types if "all" in relations else relations)
        stops = [self.store.number(name) for name in (values["from"], *values.get("via", ()), values["to"])]
        forward, depth = values.get("direction", "forward") == "forward", values.get("depth", MOST_STEPS)
        search = Search(graph, tuple(stop for stop in stops if stop is not None), forward=forward, depth=depth)
        return graph, search.chains(most)

    def instead(self, values: Mapping[str, Any]) -> tuple[str, dict[str, Any] | None]:
        """What to try where there is no chain, and the question that has an answer: the nearest to the one asked."""
        most = {**values, "depth": MOST_STEPS}
        back = {**most, "from": values["to"], "to": values["from"], "via": values.get("via", [])[::-1]}
        tries = [
            (f"there is one of more steps: depth={MOST_STEPS}", most),
            ("there is one the other way round", back),
            ("there is one along relations whichever way they lead: direction=any", {**most, "direction": "any"}),
            (
                "there is one along every kind of edge: relation=all&direction=any",
                {**most, "relation": ["all"], "direction": "any"},
            ),
        ]
        if values.get("direction") == "any":
            del tries[1]  # the same question
        cut = False
        for said, asked in tries:
            found = self.search(asked, 1)[1] if asked != values else NONE_FOUND
            if found.chains:
                return said, asked
            cut = cut or found.cut
        if cut:
            return (
                "nor was one found along any edge, whichever way it reads, before the search ended at its bound",
                None,
            )
        return "nor is there one along any edge, whichever way it reads", None

    def empty(self, values: Mapping[str, Any], found: Found) -> tuple[str, str | None]:
        """Why there is no chain, and the path of a question that has one."""
        if values["from"] == values["to"]:
            return "from and to are the same record: no step lies between; links.graph shows what lies around it", None
        depth = values.get("depth", MOST_STEPS)
        kinds = "these types" if "relation" in values else "the essay's relations"
        way = "either way" if values.get("direction") == "any" else "from cause to consequence"
        steps = f"{depth} steps" if depth > 1 else "one step"
        why = f"no chain of at most {steps} leads from {values['from']} to {values['to']} along {kinds}, {way}"
        if found.cut:
            why = f"the search ended at its bound ({BOUND}), and had found no chain"
        said, asked = self.instead(values)
        if asked is None:
            return f"{why}; {said}", None
        texts = {name: given if isinstance(given, list) else [str(given)] for name, given in asked.items() if given}
        return f"{why}; {said}", written(PATH, texts)

    def steps(self, graph: Graph, chain: tuple[Move, ...]) -> list[dict[str, Any]]:
        """The steps of a chain with what each rests on."""
        numbers = [chain[0].origin, *(move.to for move in chain)]
        nodes = [json.loads(body) for body in graph.store.nodes.of(numbers)]
        edges = [json.loads(body) for body in graph.store.edges.of([move.hop.number for move in chain])]
        shown = []
        for place, (move, edge) in enumerate(zip(chain, edges, strict=True)):
            label = edge["label"] if move.out else graph.inverse(move.hop)
            stated = {name: edge[name] for name in ("role", "stated_in", "pointer", "paragraph", "citations")}
            said = {"type": edge["type"], "label": label, "direction": "out" if move.out else "in"}
            shown.append({"from": nodes[place], **said, "to": nodes[place + 1], **stated})
        return shown

    def body(self, values: Mapping[str, Any], texts: Mapping[str, list[str]]) -> bytes:
        """The answer."""
        limit = values.get("limit", CHAINS)
        graph, found = (
            self.search(values, limit + 1)
            if values["from"] != values["to"]
            else (Graph(self.store, self.types), NONE_FOUND)
        )
        reason, instead = self.empty(values, found) if not found.chains else (None, None)
        ends = [number for name in ("from", "to") if (number := self.store.number(values[name])) is not None]
        start, end = (json.loads(body) for body in graph.store.nodes.of(ends))
        chains = [{"length": len(chain), "steps": self.steps(graph, chain)} for chain in found.chains[:limit]]
        meta = {
            "dataset_version": self.store.version,
            "total": len(found.chains),
            "total_is_exact": len(found.chains) <= limit and not found.cut,
            "limit": limit,
            "depth": values.get("depth", MOST_STEPS),
            "visited": found.visits,
            "truncated": found.cut,
            "reason": reason,
            "start": start,
            "end": end,
            "query": {"relation": list(RELATIONS), "direction": "forward", **understood(self.parameters, texts)},
        }
        links = {
            "self": written(PATH, texts),
            "instead": instead,
            "graph": written(GRAPH, {"root": [values["from"]]}),
        }
        return envelope([encode(chains)], meta, links)

    async def serve(self, request: Request) -> Response:
        """The chains from one record to another."""
        values, texts, mistakes = read(self.parameters, sent_parameters(request))
        refuse([*mistakes, *ends_in_via(values)])
        texts = canonical(self.parameters, values, texts)
        tag = etag(self.store.version, written(PATH, texts), JSON)
        body = b"" if unchanged(request, tag) else await apart(self.body, values, texts)
        return answer(request, tag, {}, JSON, body, varies=False)

    def routes(self) -> list[Route]:
        """The route; none where the store has no relation to show it by."""
        return [Route(PATH, self.serve, self._operation)] if self.example else []

    def _operation(self) -> Operation:
        values = dict(zip(("from", "to"), self.example, strict=True))
        example = self.body(
            {**values, "limit": 1}, {**{name: [given] for name, given in values.items()}, "limit": ["1"]}
        )
        return Operation(
            id="get_graph_path",
            tag="graph",
            summary="Find the chains from one record to another",
            description=DESCRIPTION,
            responses={**kept("answer", "The chains.", ChainsDocument, example, {}), **documented(400, 414)},
            parameters=[parameter.documented() for parameter in self.parameters.values()],
        )
