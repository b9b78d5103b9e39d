"""How a stranger finds the way: the landing page, the list of collections, the documentation, kinds of problem."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from app.api.collections import Collection
from app.api.conditional import answer, etag
from app.api.negotiation import JSON, negotiate
from app.api.problems import KINDS, ProblemError, documented
from app.api.requests import without_parameters
from app.api.routes import Operation, Route
from app.api.schemas import RecordMeta, kept
from app.api.threads import apart
from app.store.query import Store
from app.store.render import encode
from app.values import Face

SWAGGER = Path(__file__).parent / "static" / "swagger"
HTML = "text/html; charset=utf-8"
TRY = (
    "/v1/treaties?in_force_on=1940-06-01&party=empire-of-japan",
    "/v1/negotiations/cer-sale-negotiations",
    "/v1/citations?work=jones-1954&page=180",
)
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "td{padding:.1rem 1rem .1rem 0;vertical-align:top}"
)


class CollectionEntry(Face):
    """A collection in the list of collections."""

    name: str = Field(description="Name of the collection.")
    description: str = Field(description="What it holds.")
    records: int = Field(description="Number of records.")
    url: str = Field(description="Path of its list.")
    schema_url: str = Field(description="Path of its JSON Schema.")
    parameters: tuple[str, ...] = Field(description="What may be asked of it.")


class RootLinks(Face):
    """Where to go from here."""

    self: str = Field(description="This page.")
    service_desc: str = Field(description="OpenAPI description.")
    service_doc: str = Field(description="Documentation for people.")
    license: str = Field(description="Licence of the data.")
    cite_as: str = Field(description="What the dataset is and how to cite it.")
    search: str = Field(description="Records of every collection by words (URI template, RFC 6570).")
    suggest: str = Field(description="Names while they are typed (URI template).")
    graph: str = Field(description="What is said to join records.")
    timeline: str = Field(description="Everything dated, in order.")
    provenance: str = Field(description="What rests on what.")
    cite: str = Field(description="Ready citations of any answer, by its `url` (URI template).")


class CollectionsDocument(Face):
    """The collections."""

    data: tuple[CollectionEntry, ...] = Field(description="Every collection.")
    meta: RecordMeta = Field(description="About the answer.")
    links: RootLinks = Field(description="Where to go from here.")


def entries(collections: Iterable[Collection], store: Store) -> list[dict[str, Any]]:
    """Each collection with what it holds and what may be asked of it."""
    return [
        {
            "name": c.resource.name,
            "description": (c.resource.model.__doc__ or "").strip(),
            "records": store.size(c.resource.name),
            "url": c.path,
            "schema_url": f"{c.path}/schema",
            "parameters": sorted(c.parameters),
        }
        for c in collections
    ]


def landing(name: str, described: str, listed: Iterable[Mapping[str, Any]]) -> bytes:
    """The landing page for people; it needs nothing from elsewhere."""
    rows = "".join(
        f'<tr><td><a href="{e["url"]}">{e["name"]}</a><td>{e["records"]}<td>{escape(e["description"])}' for e in listed
    )
    tries = "".join(f'<li><a href="{escape(path)}">{escape(path)}</a>' for path in TRY)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(name)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style><h1>{escape(name)}</h1>'
        f"<p>{escape(described)}<h2>Try</h2><ul>{tries}</ul><h2>Find</h2>"
        '<form action="/v1/search"><input name="q" aria-label="Words to look for" placeholder="Nomonhan" required> '
        '<button>Search</button> · <a href="/v1/timeline">Timeline</a> · <a href="/v1/graph">Graph</a> · '
        f'<a href="/v1/provenance">Provenance</a></form><h2>Collections</h2><table>{rows}</table>'
        '<h2>More</h2><p><a href="/docs">Documentation</a> · <a href="/openapi.json">OpenAPI</a> · '
        '<a href="/v1/dataset">The dataset, its licence and how to cite it</a></html>'
    ).encode()


def swagger_page(name: str) -> bytes:
    """The documentation page: Swagger UI from our own files."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(name)}</title>'
        '<link rel="stylesheet" href="/docs/files/swagger-ui.css"><div id="ui"></div>'
        '<script src="/docs/files/swagger-ui-bundle.js"></script><script>SwaggerUIBundle({url:"/openapi.json",'
        'dom_id:"#ui",deepLinking:true,validatorUrl:null,docExpansion:"none",defaultModelsExpandDepth:0})</script></html>'
    ).encode()


class Discovery:
    """The landing page, /v1 and /docs; what they say of the collections is read when it is first asked for."""

    def __init__(self, collections: list[Collection], store: Store, dataset: Mapping[str, Any]) -> None:
        """Over the collections of a store."""
        self.collections, self.store, self.dataset = collections, store, dataset
        self.links = {
            "self": "/v1",
            "service_desc": "/openapi.json",
            "service_doc": "/docs",
            "license": dataset["licences"]["data"]["url"],
            "cite_as": "/v1/dataset",
            "search": "/v1/search{?q}",
            "suggest": "/v1/suggest{?q}",
            "graph": "/v1/graph",
            "timeline": "/v1/timeline",
            "provenance": "/v1/provenance",
            "cite": "/v1/cite{?url}",
        }
        told = ("service_desc", "service_doc", "license", "cite_as")
        self.relations = {self.links[key]: f'rel="{key.replace("_", "-")}"' for key in told}

    @cached_property
    def _entries(self) -> list[dict[str, Any]]:
        return entries(self.collections, self.store)

    def _listed(self, path: str) -> bytes:
        meta = {"dataset_version": self.store.version}
        return encode({"data": self._entries, "meta": meta, "links": self.links | {"self": path}})

    def _answer(self, request: Request, path: str, media_type: str, body: bytes, *, varies: bool) -> Response:
        tag = etag(self.store.version, path, media_type)
        return answer(request, tag, self.relations, media_type, body, varies=varies)

    async def home(self, request: Request) -> Response:
        """The landing page, for people or for programs."""
        without_parameters(request)
        if negotiate(request, {"json": JSON, "html": "text/html"}, by_name=False) == "html":
            page = await apart(lambda: landing(self.dataset["name"], self.dataset["description"], self._entries))
            return self._answer(request, "/", HTML, page, varies=True)
        return self._answer(request, "/", JSON, await apart(self._listed, "/"), varies=True)

    async def list_(self, request: Request) -> Response:
        """The collections."""
        without_parameters(request)
        return self._answer(request, "/v1", JSON, await apart(self._listed, "/v1"), varies=False)

    async def docs(self, request: Request) -> Response:
        """The documentation."""
        without_parameters(request)
        return self._answer(request, "/docs", HTML, swagger_page(self.dataset["name"]), varies=False)

    def routes(self) -> list[Route]:
        """The routes, and that of the kinds of problem."""
        return [
            Route("/", self.home, self._operation_of_home),
            Route("/v1", self.list_, self._operation),
            Route("/docs", self.docs),
            Route("/problems/{name}", problem_page),
        ]

    def _operation_of_home(self) -> Operation:
        html = {"text/html": {"schema": {"type": "string"}}}
        shown = kept("page", "The landing page.", CollectionsDocument, self._listed("/"), html)
        responses = {**shown, **documented(406), **documented(400)}
        summary = "Get the landing page, HTML or JSON by Accept"
        return Operation("get_landing", "discovery", summary, f"{summary}.", responses)

    def _operation(self) -> Operation:
        shown = kept("list", "The collections.", CollectionsDocument, self._listed("/v1"), {})
        summary = "List the collections"
        return Operation("list_collections", "discovery", summary, f"{summary}.", {**shown, **documented(400)})


def files() -> Mount:
    """What the documentation loads."""
    return Mount("/docs/files", StaticFiles(directory=SWAGGER))


async def problem_page(request: Request) -> Response:
    """What a kind of problem is and what to do about it."""
    name = request.path_params["name"]
    for status, (kind, title, advice) in KINDS.items():
        if kind == name:
            return Response(
                encode({"type": f"/problems/{kind}", "title": title, "status": status, "advice": advice}),
                media_type=JSON,
            )
    raise ProblemError(404, f"no such kind of problem; there are: {', '.join(kind for kind, _, _ in KINDS.values())}")
