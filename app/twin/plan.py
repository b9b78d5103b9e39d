"""What there is to export, read from the API's own description: every answer that needs no question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Route:
    """A path that the description lists, perhaps a template of one."""

    path: str
    most: int | None  # records on a page at most; None where there are no pages
    formats: tuple[str, ...]  # file formats beside JSON

    def of(self, collection: str, identifier: str) -> str:
        """The path for a record."""
        return self.path.replace("{collection}", collection).replace("{id}", identifier)


@dataclass(frozen=True)
class Plan:
    """The routes to export."""

    plain: list[Route]
    records: dict[str, list[Route]]  # path of a collection → the routes of each of its records


def _routes(document: Mapping[str, Any]) -> Iterator[Route]:
    """The routes that need nothing but a record: not the probes, and nothing that asks for words or an address."""
    for path, verbs in document["paths"].items():
        declared = {p["name"]: p for p in verbs["get"].get("parameters", ())}
        asks = any(p.get("required") and p["in"] == "query" for p in declared.values())
        if asks or "health" in verbs["get"]["tags"]:
            continue
        limit = declared["limit"]["schema"]["maximum"] if {"limit", "cursor"} <= set(declared) else None
        formats = declared.get("format", {"schema": {}})["schema"].get("enum", ())
        yield Route(path, limit, tuple(name for name in formats if name != "json"))


def planned(document: Mapping[str, Any]) -> Plan:
    """The plan for an API with this description."""
    routes = list(_routes(document))
    plain = [route for route in routes if "{" not in route.path]
    known = {route.path for route in routes}
    collections = [route.path for route in plain if f"{route.path}/{{id}}" in known]
    every = [route for route in routes if route.path.startswith("/v1/{collection}/{id}")]
    records = {
        path: [*(route for route in routes if route.path.startswith(f"{path}/{{id}}")), *every] for path in collections
    }
    return Plan(plain, records)
