"""What every answer carries, conditional requests, HEAD, and what a browser on another origin needs."""

import hashlib
from collections.abc import Mapping

from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.negotiation import only

EXPOSED = "ETag, Link, Content-Disposition, Dataset-Version"
ALLOWED = "Accept, If-None-Match"
CACHE = "public, max-age=300, stale-while-revalidate=86400"


def etag(version: str, canonical: str, media_type: str) -> str:
    """The strong tag of a representation: version, canonical request and media type name it wholly."""
    digest = hashlib.sha256(f"{version}\n{canonical}\n{media_type}".encode()).hexdigest()
    return f'"{digest[:20]}"'


def unchanged(request: Request, tag: str) -> bool:
    """Whether the client has this representation already (If-None-Match, compared weakly as RFC 9110 asks)."""
    sent = request.headers.get("if-none-match")
    if sent is None:
        return False
    tags = [part.strip().removeprefix("W/") for part in sent.split(",")]
    return tag in tags or "*" in tags


def headers(tag: str, links: Mapping[str, str], *, varies: bool = True) -> dict[str, str]:
    """The headers of an answer that may be kept."""
    found = {"ETag": tag, "Cache-Control": CACHE}
    if varies:
        found["Vary"] = "Accept"
    if links:
        found["Link"] = ", ".join(f"<{target}>; {relation}" for target, relation in links.items())
    return found


def answer(
    request: Request, tag: str, links: Mapping[str, str], media_type: str, body: bytes, *, varies: bool = True
) -> Response:
    """A whole answer, or 304 where the client has it; 406 where Accept leaves out the one format that there is."""
    if not varies:
        only(request, media_type)
    found = headers(tag, links, varies=varies)
    if unchanged(request, tag):
        return Response(status_code=304, headers=found)
    return Response(body, headers=found, media_type=media_type)


class EveryAnswer:
    """The layer around the framework: HEAD is GET without its body, preflights are answered, the version is told."""

    def __init__(self, app: ASGIApp, version: str) -> None:
        """Wrap an application that serves a version of the dataset."""
        self.app, self.version = app, version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = {name for name, _ in scope["headers"]}
        if scope["method"] == "OPTIONS" and {b"origin", b"access-control-request-method"} <= asked:
            await self._preflight(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                found["Access-Control-Allow-Origin"] = "*"
                found["Access-Control-Expose-Headers"] = EXPOSED
                found["Dataset-Version"] = self.version
                found["X-Content-Type-Options"] = "nosniff"
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
