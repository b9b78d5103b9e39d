"""What every answer carries, conditional requests, HEAD, and what a browser on another origin needs."""

import hashlib
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.negotiation import header, only

EXPOSED = "ETag, Link, Content-Disposition, Dataset-Version"
ALLOWED = "Accept, If-None-Match"
MAY_BE_KEPT = (b"cache-control", b"public, max-age=300, stale-while-revalidate=86400")
VARIES = (b"vary", b"Accept")


def etag(version: str, canonical: str, media_type: str) -> str:
    """The strong tag of a representation: version, canonical request and media type name it wholly."""
    digest = hashlib.sha256(f"{version}\n{canonical}\n{media_type}".encode()).hexdigest()
    return f'"{digest[:20]}"'


def unchanged(request: Request, tag: str) -> bool:
    """Whether the client has this representation already (If-None-Match, compared weakly as RFC 9110 asks)."""
    sent = header(request, b"if-none-match")
    if sent is None:
        return False
    tags = [part.strip().removeprefix("W/") for part in sent.split(",")]
    return tag in tags or "*" in tags


def headers(tag: str, links: Mapping[str, str], *, varies: bool = True) -> list[tuple[bytes, bytes]]:
    """The headers of an answer that may be kept, as they are sent."""
    found = [(b"etag", tag.encode()), MAY_BE_KEPT]
    if varies:
        found.append(VARIES)
    if links:
        joined = ", ".join([f"<{target}>; {relation}" for target, relation in links.items()])
        found.append((b"link", joined.encode("latin-1")))
    return found


class Whole(Response):
    """An answer whose headers are written already."""

    def __init__(self, status: int, body: bytes, written: list[tuple[bytes, bytes]]) -> None:
        """Answer with a status, a body and headers as they are sent."""
        self.status_code, self.body, self.raw_headers, self.background = status, body, written, None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 (ASGI gives them)
        """Send it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body})


def answer(
    request: Request, tag: str, links: Mapping[str, str], media_type: str, body: bytes, *, varies: bool = True
) -> Response:
    """A whole answer, or 304 where the client has it; 406 where Accept leaves out the one format that there is."""
    if not varies:
        only(request, media_type)
    found = headers(tag, links, varies=varies)
    if unchanged(request, tag):
        return Whole(304, b"", found)
    text = media_type.startswith("text/") and "charset=" not in media_type
    kind = f"{media_type}; charset=utf-8" if text else media_type
    found += [(b"content-length", b"%d" % len(body)), (b"content-type", kind.encode())]
    return Whole(200, body, found)


class EveryAnswer:
    """The layer around the framework: HEAD is GET without its body, preflights are answered, the version is told."""

    def __init__(self, app: ASGIApp, version: str) -> None:
        """Wrap an application that serves a version of the dataset."""
        self.app = app
        told = {
            "access-control-allow-origin": "*",
            "access-control-expose-headers": EXPOSED,
            "dataset-version": version,
            "x-content-type-options": "nosniff",
        }
        self._told = [(name.encode(), value.encode()) for name, value in told.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            asked = {name for name, _ in scope["headers"]}
            if {b"origin", b"access-control-request-method"} <= asked:
                await self._preflight(scope, receive, send)
                return
        head = scope["method"] == "HEAD"

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._told]
            elif head:
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"} if head else scope, receive, dressed)

    async def _preflight(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": "GET, HEAD",
            "Access-Control-Allow-Headers": ALLOWED,
            "Access-Control-Max-Age": "86400",
        }
        await Response(status_code=204, headers=allowed)(scope, receive, send)
