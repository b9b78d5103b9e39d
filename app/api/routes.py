"""A route as this API declares it: what answers, and how it is described, which is made only when it is asked for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Operation:
    """What the description says of a route."""

    id: str
    tag: str
    summary: str
    description: str
    responses: dict[int | str, Any]
    parameters: list[dict[str, Any]] | None = None


@dataclass(frozen=True)
class Route:
    """A path, what answers there, and its description, which may need the whole store; None keeps it out of sight."""

    path: str
    endpoint: Endpoint
    operation: Callable[[], Operation] | None = None
