"""Errors as RFC 9457 problem documents: what was wrong, what is allowed, what was probably meant."""

import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.store.dialects.database import UnavailableError
from app.store.render import encode
from app.telemetry.identity import request_id

log = logging.getLogger("sjr")

MEDIA_TYPE = "application/problem+json"
RETRY = {"Retry-After": "5"}
SHOWN = 60  # values of `allowed` shown at most; the collection's schema lists the rest


class Mistake(BaseModel):
    """One thing wrong with a request."""

    parameter: str = Field(description="Name of the parameter.")
    value: str | None = Field(description="What was sent.")
    detail: str = Field(description="What is wrong with it.")
    allowed: list[str] = Field(description="What is allowed, as far as it can be listed.")
    did_you_mean: str | None = Field(description="What was probably meant.")


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = Field(description="Path of a page that explains this kind of problem.")
    title: str = Field(description="The kind of problem.")
    status: int = Field(description="HTTP status.")
    detail: str = Field(description="What was wrong this time, and what to do.")
    instance: str = Field(description="The path asked for.")
    errors: list[Mistake] = Field([], description="Each mistake in the request.")
    request_id: str | None = Field(None, description="Id of the request in the server's log; only where it failed.")


KINDS: Mapping[int, tuple[str, str, str]] = {
    400: ("bad-request", "The query is not understood", "Mend the parameters that `errors` names."),
    404: ("not-found", "There is nothing here", "`detail` says where to look; /v1 lists the collections."),
    405: ("method-not-allowed", "This API is read-only", "Use GET or HEAD."),
    406: ("not-acceptable", "No such format", "Ask for one of the media types that `detail` lists."),
    410: ("gone", "The record was withdrawn", "`detail` gives the reason; the id is not used again."),
    414: ("uri-too-long", "The address is too long", "Ask with fewer values, in several requests."),
    500: ("internal-error", "The server failed", "Try again; if it stays, report the path."),
    503: ("unavailable", "The store cannot be read", "Try again in a moment."),
}


class ProblemError(Exception):
    """A request that gets a problem document."""

    def __init__(
        self, status: int, detail: str, errors: Iterable[Mistake] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        """A problem of a kind, with its mistakes."""
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, list(errors), dict(headers or {})


def closest(value: str, allowed: Iterable[str]) -> str | None:
    """What was probably meant."""
    candidates = list(allowed)
    found = get_close_matches(value[:100], candidates, n=1, cutoff=0.6)
    if found:
        return found[0]
    part = value.lower()
    return next((c for c in candidates if len(part) > 3 and part in c), None)


def mistake(
    parameter: str, value: str | None, detail: str, allowed: Iterable[str] = (), meant: str | None = None
) -> Mistake:
    """One thing wrong with a request, with the allowed values and what was probably meant."""
    known = list(allowed)
    shown = known if len(known) <= SHOWN else [*known[:SHOWN], f"… and {len(known) - SHOWN} more"]
    sent = value if value is None or len(value) <= 200 else value[:200] + "…"
    return Mistake(parameter=parameter, value=sent, detail=detail, allowed=shown, did_you_mean=meant)


def written_path(path: str) -> str:
    """A path, safe to put in a header or a document."""
    return quote(path, safe="/-._~:@!$&'()*+,;=", errors="replace")


def query_of(request: Request) -> str:
    """The query with its question mark, safe to put in a header or a document; empty where there is none."""
    query = quote(request.scope["query_string"], safe="/-._~:@!$&'()*+,;=%?")
    return f"?{query}" if query else ""


def path_of(request: Request) -> str:
    """The path and query as asked for, safe to put in a header or a document."""
    return written_path(request.scope["path"]) + query_of(request)[:500]


def problem(request: Request, refusal: ProblemError) -> Response:
    """The problem document of a refusal."""
    name, title, _ = KINDS[refusal.status]
    body = Problem(
        type=f"/problems/{name}",
        title=title,
        status=refusal.status,
        detail=refusal.detail,
        instance=path_of(request),
        errors=refusal.errors,
        request_id=request_id(request.scope) if refusal.status >= 500 else None,
    )
    without = {"request_id"} if body.request_id is None else set()
    headers = {"Cache-Control": "no-store", **refusal.headers}
    return Response(encode(body.model_dump(exclude=without)), refusal.status, headers, MEDIA_TYPE)


def canonical_path(path: str) -> str:
    """The one way to write a path: lower case, no trailing or doubled slash."""
    return "/" + "/".join(part for part in path.lower().split("/") if part)


def moved(location: str) -> Response:
    """A permanent redirect."""
    return Response(status_code=308, headers={"Location": location, "Cache-Control": "public, max-age=3600"})


async def refused(request: Request, error: Exception) -> Response:
    """Answer a refusal; what was not found under another spelling of the path is sent to the right one."""
    if not isinstance(error, ProblemError):
        raise error
    path = request.scope["path"]
    if error.status == 404 and canonical_path(path) != path:
        return moved(written_path(canonical_path(path)) + query_of(request))
    return problem(request, error)


async def http_error(request: Request, error: Exception) -> Response:
    """The framework's own refusals, as problems."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if status == 405:
        detail, headers = f"{request.method} is not possible here; use GET or HEAD", {"Allow": "GET, HEAD"}
    elif status == 404:
        detail = f"no resource at {written_path(request.scope['path'])}; start at /v1"
    else:
        detail, status = "the request could not be answered", status if status in KINDS else 400
    return await refused(request, ProblemError(status, detail, headers=headers))


async def unavailable(request: Request, error: Exception) -> Response:
    """The store cannot answer now: it is damaged, busy or out of reach. The log has which, with names and places."""
    said, asked = " ".join(str(error).split()), {"path": path_of(request), "request_id": request_id(request.scope)}
    log.warning("store unavailable: %s", said, extra=asked)
    detail = "the store cannot be read at this moment; try again in a few seconds"
    return problem(request, ProblemError(503, detail, headers=RETRY))


async def failed(request: Request, error: Exception) -> Response:  # noqa: ARG001 (the log has it)
    """Anything unforeseen: a problem without a trace."""
    detail = "the request could not be answered; the log of the server says why, under this request_id"
    return problem(request, ProblemError(500, detail))


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses for problems. `default` stands for any other, and keeps the framework from adding its 422."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    every: tuple[int | str, ...] = (*statuses, "default")
    return {
        status: {
            "description": KINDS[status][1] if isinstance(status, int) else "Any other problem.",
            "content": {MEDIA_TYPE: schema},
        }
        for status in every
    }


# What answers each kind of error of an application: a problem document.
HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    ProblemError: refused,
    HTTPException: http_error,
    UnavailableError: unavailable,
    Exception: failed,
}
