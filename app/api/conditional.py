"""What every answer carries, conditional requests, HEAD, and what a browser on another origin needs."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.api.digest import digest
from app.api.entry import Headers, Layer, Whole
from app.api.negotiation import header, only

EXPOSED = "ETag, Link, Content-Disposition, Dataset-Version"
ALLOWED = "Accept, If-None-Match"
MAY_BE_KEPT = (b"cache-control", b"public, max-age=300, stale-while-revalidate=86400")
VARIES = b"Accept"


def etag(version: str, canonical: str, media_type: str) -> str:
    """The strong tag of a representation: version, canonical request and media type name it wholly."""
    named = digest(version, f"{canonical}\n{media_type}", 10)
    return f'"{named.hex()}"'


def unchanged(request: Request, tag: str) -> bool:
    """Whether the client has this representation already (If-None-Match, compared weakly as RFC 9110 asks)."""
    sent = header(request, b"if-none-match")
    if sent is None:
        return False
    tags = [part.strip().removeprefix("W/") for part in sent.split(",")]
    return tag in tags or "*" in tags


def headers(tag: str, links: Mapping[str, str], *, varies: bool = True) -> Headers:
    """The headers of an answer that may be kept, as they are sent."""
    named = [(b"etag", tag.encode()), (b"vary", VARIES)] if varies else [(b"etag", tag.encode())]
    return [*named, *_others(links)]


def _others(links: Mapping[str, str]) -> Headers:
    """Those of them that do not depend on its content coding."""
    if not links:
        return [MAY_BE_KEPT]
    joined = ", ".join([f"<{target}>; {relation}" for target, relation in links.items()])
    return [MAY_BE_KEPT, (b"link", joined.encode("latin-1"))]


def not_modified(found: Headers) -> Response:
    """304, with the headers that the answer would have."""
    response = Response(status_code=304)
    response.raw_headers = found
    return response


def answer(
    request: Request, tag: str, links: Mapping[str, str], media_type: str, body: bytes, *, varies: bool = True
) -> Response:
    """A whole answer, or 304 where the client has it; 406 where Accept leaves out the one format that there is."""
    if not varies:
        only(request, media_type)
    if unchanged(request, tag):
        return not_modified(headers(tag, links, varies=varies))
    text = media_type.startswith("text/") and "charset=" not in media_type
    kind = (f"{media_type}; charset=utf-8" if text else media_type).encode()
    others = _others(links)
    others.append((b"content-type", kind))
    return Whole(body, tag.encode(), VARIES if varies else b"", kind, others)


class EveryAnswer:
    """The layer around the framework: HEAD is GET without its body, preflights are answered, the version is told."""

    def __init__(self, app: Layer, version: str) -> None:
        """Wrap an application that serves a version of the dataset."""
        self.app = app
        told = {
            "access-control-allow-origin": "*",
            "access-control-expose-headers": EXPOSED,
            "dataset-version": version,
            "x-content-type-options": "nosniff",
        }
        self._told = [(name.encode(), value.encode()) for name, value in told.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Whole | None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if scope["method"] == "OPTIONS":
            asked = {name for name, _ in scope["headers"]}
            if {b"origin", b"access-control-request-method"} <= asked:
                await self._preflight(scope, receive, send)
                return None
        head = scope["method"] == "HEAD"

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._told]
            elif head:
                message = {**message, "body": b""}
            await send(message)

        response = await self.app({**scope, "method": "GET"} if head else scope, receive, dressed)
        if response is not None:
            response.raw_headers += self._told
        return response

    async def _preflight(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": "GET, HEAD",
            "Access-Control-Allow-Headers": ALLOWED,
            "Access-Control-Max-Age": "86400",
        }
        await Response(status_code=204, headers=allowed)(scope, receive, send)
