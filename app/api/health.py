"""Whether the server lives, and whether it can answer."""

from functools import partial

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from app.api.problems import RETRY, ProblemError, documented
from app.api.requests import without_parameters
from app.api.routes import Operation, Route
from app.api.threads import stays
from app.store.query import Store
from app.store.render import encode


class Health(BaseModel):
    """The state of the server."""

    status: str = Field(description="ok.")
    dataset_version: str = Field(description="Version of the dataset that is served.")


def routes(store: Store) -> list[Route]:
    """The two probes."""
    body = encode({"status": "ok", "dataset_version": store.version})
    uncached = {"Cache-Control": "no-store"}

    @stays
    async def live(request: Request) -> Response:
        without_parameters(request)
        return Response(body, headers=uncached, media_type="application/json")

    async def ready(request: Request) -> Response:
        without_parameters(request)
        if not store.readable():
            which = "the store" if store.is_local else "the PostgreSQL server of the store"
            raise ProblemError(503, f"{which} cannot be read; try again in a moment", headers=RETRY)
        return Response(body, headers=uncached, media_type="application/json")

    def operation(name: str, summary: str) -> Operation:
        example = {"application/json": {"example": {"status": "ok", "dataset_version": store.version}}}
        return Operation(
            id=f"get_health_{name}",
            tag="health",
            summary=summary,
            description=f"{summary}; 200 where it does.",
            responses={200: {"model": Health, "description": "It does.", "content": example}, **documented(400, 503)},
        )

    return [
        Route("/health/live", live, partial(operation, "live", "Whether the server lives")),
        Route("/health/ready", ready, partial(operation, "ready", "Whether the store can be read")),
    ]
