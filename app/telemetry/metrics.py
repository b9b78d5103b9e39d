"""Metrics for Prometheus: what the application was asked, and what the cache answered before it."""

import logging
import time
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import Protocol

from prometheus_client import CollectorRegistry, GCCollector, Info, PlatformCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.telemetry.identity import HEADER, request_id

METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

log = logging.getLogger("sjr")


class CacheFigures(Protocol):
    """What is read of the cache of answers when metrics are asked for."""

    hits: int
    misses: int
    evictions: int
    size: int
    most: int


class CacheCollector(Collector):
    """The figures of the cache, read when they are asked for: a hit costs no more than an addition."""

    def __init__(self, cache: CacheFigures) -> None:
        """Read a cache."""
        self.cache = cache

    def collect(self) -> Iterator[Metric]:
        """Each figure once."""
        cache = self.cache
        yield CounterMetricFamily("sjr_cache_hits", "Requests answered from memory.", cache.hits)
        yield CounterMetricFamily("sjr_cache_misses", "GET and HEAD requests that found nothing kept.", cache.misses)
        yield CounterMetricFamily("sjr_cache_evictions", "Answers dropped for want of room.", cache.evictions)
        yield GaugeMetricFamily("sjr_cache_bytes", "Bytes of finished answers kept.", cache.size)
        yield GaugeMetricFamily("sjr_cache_limit_bytes", "Bytes of finished answers kept at most.", cache.most)


class Made(Collector):
    """The answers that the application made: how many of each kind, and how long they took by route.

    Counted in plain numbers, by the event loop alone, and told as metrics when they are asked for: the library's own
    counters, which lock, would cost a request a tenth of its time.
    """

    def __init__(self) -> None:
        """Nothing yet."""
        self.in_flight = 0
        self._requests: dict[tuple[str, str, int], int] = {}
        self._counts: dict[str, list[int]] = {}  # route → how many fell into each bucket
        self._seconds: dict[str, float] = {}

    def add(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request under the route that took it: a template, never the path that a client wrote."""
        found = scope.get("route")
        route = getattr(found, "path_format", None) or getattr(found, "path", None) or "none"
        kind = (route, scope["method"] if scope["method"] in METHODS else "other", status)
        self._requests[kind] = self._requests.get(kind, 0) + 1
        if route not in self._counts:
            self._counts[route], self._seconds[route] = [0] * (len(BUCKETS) + 1), 0.0
        self._counts[route][bisect_left(BUCKETS, seconds)] += 1
        self._seconds[route] += seconds

    def collect(self) -> Iterator[Metric]:
        """Every count."""
        labels = ("route", "method", "status")
        requests = CounterMetricFamily("sjr_requests", "Requests that the cache did not answer.", labels=labels)
        for (route, method, status), number in list(self._requests.items()):
            requests.add_metric((route, method, str(status)), number)
        yield requests
        told = "Seconds until such a request was answered whole."
        durations = HistogramMetricFamily("sjr_request_duration_seconds", told, labels=("route",))
        for route, counts in list(self._counts.items()):
            up_to = zip((*map(str, BUCKETS), "+Inf"), accumulate(counts), strict=True)
            durations.add_metric((route,), list(up_to), self._seconds[route])
        yield durations
        yield GaugeMetricFamily("sjr_requests_in_flight", "Requests being answered.", self.in_flight)


class Metrics:
    """The metrics of one application, in a registry of its own."""

    def __init__(self, version: str) -> None:
        """Metrics of an application that serves a version of the dataset."""
        self.made, self.registry = Made(), CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        Info("sjr_dataset", "The dataset served.", registry=self.registry).info({"version": version})
        self.registry.register(self.made)

    def watch(self, cache: CacheFigures) -> None:
        """Show the figures of a cache too."""
        self.registry.register(CacheCollector(cache))

    async def serve(self, request: Request) -> Response:
        """All metrics, as text."""
        encode, media_type = choose_encoder(request.headers.get("accept", ""))
        body = await run_in_threadpool(encode, self.registry)
        return Response(body, headers={"Cache-Control": "no-store", "Content-Type": media_type})


class Watched:
    """The layer behind the cache: counts and times what the application is asked, and logs what it fails at."""

    def __init__(self, app: ASGIApp, made: Made) -> None:
        """Stand before an application."""
        self.app, self.made = app, made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on. An error carries the request's id; no other answer does, since it may be kept."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
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
            await self.app(scope, receive, noted)
        except Exception:
            place = {"method": scope["method"], "path": scope["path"], "request_id": request_id(scope)}
            log.exception("a request failed", extra=place)
            if not whole:  # the server closes the connection, so that nobody takes a part for the whole
                raise
        finally:
            self.made.in_flight -= 1
            self.made.add(scope, status, time.perf_counter() - began)
