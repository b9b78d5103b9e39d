"""The application: every collection over a store, described, with its errors and its edge."""

import gc
import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from app.api import dataset, discovery, health, suggest, timeline
from app.api.cache import ResponseCache
from app.api.cite import Citing
from app.api.collections import Collection
from app.api.conditional import EveryAnswer, answer, etag
from app.api.dispatch import Dispatcher
from app.api.graph import GraphRoute
from app.api.negotiation import JSON
from app.api.paths import PathRoute
from app.api.problems import Problem, install
from app.api.provenance import Provenance
from app.api.requests import without_parameters
from app.api.schemas import opened
from app.api.search import SearchRoute
from app.api.threads import waiting
from app.formats import FORMATS
from app.resource import Resource
from app.resources import RESOURCES
from app.settings import SettingsError, read_settings
from app.store.engine import StoreError
from app.store.query import Store
from app.store.render import encode
from app.store.search import Search
from app.store.stores import stores
from app.telemetry.logs import AccessLog, configure
from app.telemetry.metrics import Metrics, Watched

API_VERSION = "1.0.0"


def described(
    app: FastAPI, routes: Iterable[BaseRoute], collections: list[Collection], about: Mapping[str, Any]
) -> dict[str, Any]:
    """The OpenAPI 3.1 document, open for keys to come."""
    document = get_openapi(
        title=app.title,
        version=API_VERSION,
        description=f"{about['description']}\n\n{about['source']}\n\n{about['pages']}",
        routes=app.routes,
        license_info={"name": about["licences"]["data"]["name"], "url": about["licences"]["data"]["url"]},
        servers=[{"url": "/"}],
        tags=[
            *({"name": c.resource.name, "description": (c.resource.model.__doc__ or "").strip()} for c in collections),
            {"name": "dataset", "description": "What the dataset is, and how to cite it."},
            {"name": "search", "description": "Records by words and by the beginnings of names."},
            {"name": "timeline", "description": "Everything dated, in order, and the state of affairs on a day."},
            {"name": "discovery", "description": "Where to begin."},
            {"name": "graph", "description": "What is said to join records, each time with its source."},
            {"name": "provenance", "description": "What rests on what: by work, page, citation and note."},
            {"name": "citing", "description": "Ready citations of every answer and of the pages that it rests on."},
            {"name": "health", "description": "Probes for operators."},
        ],
    )
    _, definitions = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= definitions["$defs"]
    document["components"]["schemas"] = opened(document["components"]["schemas"])
    document["security"] = []
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            _examples(document["paths"][route.path_format]["get"]["responses"], route.responses)
    return document


def _examples(shown: dict[str, Any], given: Mapping[int | str, Any]) -> None:
    """Put the examples of a route back whole: the framework leaves nulls out of the document, and ours are data."""
    for status, response in given.items():
        for media_type, content in response.get("content", {}).items():
            for key in {"example", "examples"} & set(content):
                shown[str(status)]["content"][media_type][key] = content[key]


def create_app(
    store: Store, resources: Mapping[str, Resource] = RESOURCES, *, kept: int = 64_000_000, base: str | None = None
) -> ResponseCache:
    """The application over a store, with at most `kept` bytes of finished answers kept in memory.

    Citations name `base` as the address of the server; without it, what the client asked.
    """
    about = json.loads(store.document("dataset"))
    app = FastAPI(title=about["name"], openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    search = Search(store)
    collections = [Collection(resource, store, FORMATS, search) for resource in resources.values()]
    routers = [
        discovery.router(collections, store, about),
        dataset.router(store),
        SearchRoute(search, resources).router(),
        suggest.router(store, resources),
        GraphRoute(store, resources).router(),
        PathRoute(store, resources).router(),
        health.router(store),
        timeline.router(store, resources),
        Provenance(store, resources).router(),
        Citing(store, about, {c.resource.name: c for c in collections}, base).router(),
        *(collection.router() for collection in collections),
    ]
    for router in routers:
        if not store.is_local:
            for route in router.routes:
                if isinstance(route, APIRoute):
                    route.endpoint = waiting(route.endpoint)
        app.include_router(router)
    routes = [route for router in routers for route in router.routes]

    @cache
    def description() -> bytes:
        """Made when it is first asked for: it costs as much as all the rest of a start."""
        return encode(described(app, routes, collections, about))

    async def openapi(request: Request) -> Response:
        without_parameters(request)
        body = await run_in_threadpool(description)
        return answer(request, etag(store.version, "/openapi.json", JSON), {}, JSON, body, varies=False)

    app.add_api_route("/openapi.json", openapi, include_in_schema=False)
    install(app)
    metrics = Metrics(store.version)
    app.add_api_route("/metrics", metrics.serve, include_in_schema=False)
    dispatched = EveryAnswer(Dispatcher(app, [*routes, *app.routes]), store.version)
    answers = ResponseCache(Watched(dispatched, metrics.made), kept)
    metrics.watch(answers)
    return answers


def from_settings() -> ASGIApp:
    """The application over the current store; what a server process calls. It ends in one line where it cannot."""
    try:
        settings = read_settings()
        configure(settings.log_format, settings.log_level)
        kept_at = stores(
            settings.store, settings.database_url, settings.database_timeout, settings.database_connections
        )
        app = create_app(Store(kept_at.open()), kept=settings.cache, base=settings.base_url)
    except (SettingsError, StoreError) as error:
        raise SystemExit(f"sjr: {error}") from None
    gc.freeze()  # what stands now stands until the end: it is not looked through again and again
    gc.enable()
    return AccessLog(app) if settings.access_log else app
