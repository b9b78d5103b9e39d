"""The figures of a server as metrics for Prometheus; nothing imports this before they are asked for."""

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, GCCollector, Info, PlatformCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from app.telemetry.metrics import BUCKETS, CacheFigures, Made


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


class MadeCollector(Collector):
    """The answers that the application made: how many of each kind, and how long they took by route."""

    def __init__(self, made: Made) -> None:
        """Read what was counted."""
        self.made = made

    def collect(self) -> Iterator[Metric]:
        """Every count."""
        labels = ("route", "method", "status")
        requests = CounterMetricFamily("sjr_requests", "Requests that the cache did not answer.", labels=labels)
        for (route, method, status), number in list(self.made.requests.items()):
            requests.add_metric((route, method, str(status)), number)
        yield requests
        told = "Seconds until such a request was answered whole."
        durations = HistogramMetricFamily("sjr_request_duration_seconds", told, labels=("route",))
        for route, counts in list(self.made.counts.items()):
            up_to = zip((*map(str, BUCKETS), "+Inf"), accumulate(counts), strict=True)
            durations.add_metric((route,), list(up_to), self.made.seconds[route])
        yield durations
        yield GaugeMetricFamily("sjr_requests_in_flight", "Requests being answered.", self.made.in_flight)


class Exposition:
    """The metrics of one application, in a registry of its own."""

    def __init__(self, version: str, made: Made, cache: CacheFigures | None) -> None:
        """Metrics of an application that serves a version of the dataset."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        Info("sjr_dataset", "The dataset served.", registry=self.registry).info({"version": version})
        self.registry.register(MadeCollector(made))
        if cache:
            self.registry.register(CacheCollector(cache))

    def written(self, accepted: str) -> tuple[bytes, str]:
        """All metrics as text, in the form that an Accept header chooses, and its media type."""
        encode, media_type = choose_encoder(accepted)
        return encode(self.registry), media_type
