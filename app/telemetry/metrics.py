"""Metrics for Prometheus: what the application was asked, and what the cache answered before it."""

import logging
import time
from bisect import bisect_left
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.telemetry.identity import HEADER, request_id

if TYPE_CHECKING:
    from app.telemetry.exposition import Exposition

METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

R = TypeVar("R", bound=Response)

log = logging.getLogger("sjr")


class CacheFigures(Protocol):
    """What is read of the cache of answers when metrics are asked for."""

    hits: int
    misses: int
    evictions: int
    size: int
    most: int


class Made:
    """What the application made of requests, counted in plain numbers, by the event loop alone.

    They are told as metrics when they are asked for: the library's own counters, which lock, would cost a request a
    tenth of its time.
    """

    def __init__(self) -> None:
        """Nothing yet."""
        self.in_flight = 0
        self.requests: dict[tuple[str, str, int], int] = {}
        self.counts: dict[str, list[int]] = {}  # route → how many fell into each bucket
        self.seconds: dict[str, float] = {}

    def add(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request under the route that took it: a template, never the path that a client wrote."""
        found = scope.get("route")
        route = getattr(found, "path_format", None) or getattr(found, "path", None) or "none"
        kind = (route, scope["method"] if scope["method"] in METHODS else "other", status)
        self.requests[kind] = self.requests.get(kind, 0) + 1
        if route not in self.counts:
            self.counts[route], self.seconds[route] = [0] * (len(BUCKETS) + 1), 0.0
        self.counts[route][bisect_left(BUCKETS, seconds)] += 1
        self.seconds[route] += seconds


class Metrics:
    """The metrics of one application; what writes them is loaded when they are first asked for."""

    def __init__(self, version: str) -> None:
        """Metrics of an application that serves a version of the dataset."""
        self.version, self.made = version, Made()
        self.cache: CacheFigures | None = None

    def watch(self, cache: CacheFigures) -> None:
        """Show the figures of a cache too."""
        self.cache = cache

    @cached_property
    def _exposition(self) -> "Exposition":
        from app.telemetry.exposition import Exposition

        return Exposition(self.version, self.made, self.cache)

    def _written(self, accepted: str) -> tuple[bytes, str]:
        return self._exposition.written(accepted)

    async def serve(self, request: Request) -> Response:
        """All metrics, as text."""
        body, media_type = await run_in_threadpool(self._written, request.headers.get("accept", ""))
        return Response(body, headers={"Cache-Control": "no-store", "Content-Type": media_type})


class Watched(Generic[R]):
    """The layer behind the cache: counts and times what the application is asked, and logs what it fails at."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[R | None]], made: Made) -> None:
        """Stand before an application."""
        self.app, self.made = app, made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> R | None:
        """Pass one request on. An error carries the request's id; no other answer does, since it may be kept."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        scope.setdefault("state", {})["made"] = True
        began, status, whole = time.perf_counter(), 500, False

        async def noted(message: Message) -> None:
            nonlocal status, whole
            if message["type"] == "http.response.start":
                status = message["status"]
                if status >= 400:
                    named = (HEADER, request_id(scope).encode())
                    message = {**message, "headers": [*message["headers"], named]}
            else:
                whole = not message.get("more_body", False)
            await send(message)

        self.made.in_flight += 1
        try:
            response = await self.app(scope, receive, noted)
            if response is not None:  # which is no error
                status = response.status_code
            return response
        except Exception:
            place = {"method": scope["method"], "path": scope["path"], "request_id": request_id(scope)}
            log.exception("a request failed", extra=place)
            if not whole:  # the server closes the connection, so that nobody takes a part for the whole
                raise
            return None
        finally:
            self.made.in_flight -= 1
            self.made.add(scope, status, time.perf_counter() - began)
