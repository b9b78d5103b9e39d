"""The application: every collection over a store, described, with its errors and its edge."""

import gc
import json
from collections.abc import Mapping
from functools import cache

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from app.api import dataset, health, suggest, timeline
from app.api.cache import ResponseCache
from app.api.cite import Citing
from app.api.collections import Collection
from app.api.conditional import EveryAnswer, answer, etag
from app.api.discovery import Discovery, files
from app.api.dispatch import Dispatcher
from app.api.graph import GraphRoute
from app.api.negotiation import JSON
from app.api.paths import PathRoute
from app.api.problems import HANDLERS
from app.api.provenance import Provenance
from app.api.requests import without_parameters
from app.api.search import SearchRoute
from app.api.threads import apart, waiting
from app.formats import FORMATS
from app.resource import Resource
from app.resources import RESOURCES
from app.settings import Settings, SettingsError, read_settings
from app.store.current import StoreError
from app.store.dialects.database import UnavailableError
from app.store.query import Store
from app.store.render import encode
from app.store.search import Search
from app.store.stores import stores
from app.telemetry.logs import configure
from app.telemetry.metrics import Metrics, Watched

API_VERSION = "1.0.0"


def create_app(
    store: Store, resources: Mapping[str, Resource] = RESOURCES, *, kept: int = 64_000_000, base: str | None = None
) -> ResponseCache:
    """The application over a store, with at most `kept` bytes of finished answers kept in memory.

    Citations name `base` as the address of the server; without it, what the client asked.
    """
    about = json.loads(store.document("dataset"))
    search = Search(store)
    collections = [Collection(resource, store, FORMATS, search) for resource in resources.values()]
    routes = [
        *Discovery(collections, store, about).routes(),
        *dataset.routes(store),
        *SearchRoute(search, resources).routes(),
        *suggest.routes(store, resources),
        *GraphRoute(store, resources).routes(),
        *PathRoute(store, resources).routes(),
        *health.routes(store),
        *timeline.routes(store, resources),
        *Provenance(store, resources).routes(),
        *Citing(store, about, {c.resource.name: c for c in collections}, base).routes(),
        *(route for collection in collections for route in collection.routes()),
    ]

    @cache
    def description() -> bytes:
        """Made when it is first asked for: it costs more than all the rest of a start."""
        from app.api.described import described

        return encode(described(API_VERSION, routes, resources.values(), about))

    async def openapi(request: Request) -> Response:
        without_parameters(request)
        body = await apart(description)
        return answer(request, etag(store.version, "/openapi.json", JSON), {}, JSON, body, varies=False)

    metrics = Metrics(store.version)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, exception_handlers=HANDLERS)
    app.router.routes.append(files())
    served = {route.path: route.endpoint if store.is_local else waiting(route.endpoint) for route in routes}
    for path, endpoint in (served | {"/openapi.json": openapi, "/metrics": metrics.serve}).items():
        app.add_api_route(path, endpoint, response_model=None, include_in_schema=False)  # `described` tells of them
    answers = ResponseCache(Watched(EveryAnswer(Dispatcher(app), store.version), metrics.made), kept)
    metrics.watch(answers)
    return answers


def serving(store: Store, settings: Settings) -> ASGIApp:
    """The application over a store as a server runs it: it logs, and what stands now stands until the end."""
    configure(settings.log_format, settings.log_level)
    app: ASGIApp = create_app(store, kept=settings.cache, base=settings.base_url)
    if settings.access_log:
        from app.telemetry.access import AccessLog

        app = AccessLog(app, settings.log_format)
    gc.freeze()  # it is not looked through again and again
    gc.enable()
    return app


def from_settings() -> ASGIApp:
    """The application over the current store, for a server of another kind; it ends in one line where it cannot."""
    try:
        settings = read_settings()
        kept_at = stores(
            settings.store, settings.database_url, settings.database_timeout, settings.database_connections
        )
        return serving(Store(kept_at.open()), settings)
    except (SettingsError, StoreError, UnavailableError) as error:
        raise SystemExit(f"sjr: {error}") from None
