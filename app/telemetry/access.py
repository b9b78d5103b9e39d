"""The access log: a line a request."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.telemetry.identity import HEADER, request_id
from app.telemetry.logs import Shape
from app.telemetry.shapes import logger

LONGEST = 2_000  # characters of what a client sent; more is cut


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


class AccessLog:
    """The outermost layer where requests are logged: one line each, and the request's id on every answer."""

    def __init__(self, app: ASGIApp, shape: Shape) -> None:
        """Stand before the whole application, and write lines of a shape."""
        self.app, self.log = app, logger(shape)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and write its line when it is answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        own, began, status, size = request_id(scope), time.perf_counter(), 0, 0

        async def noted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                if not any(name == HEADER for name, _ in message["headers"]):
                    message = {**message, "headers": [*message["headers"], (HEADER, own.encode())]}
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
            self.log.info(
                "request",
                method=scope["method"],
                path=_cut((scope.get("raw_path") or scope["path"].encode()).decode("latin-1")),
                query=_cut(scope["query_string"].decode("latin-1")),
                status=status or 500,  # what the server sends where the application answered nothing
                bytes=size,
                ms=round((time.perf_counter() - began) * 1000, 3),
                request_id=own,
                client=_cut((scope.get("client") or ("",))[0]),
                agent=_cut(agent.decode("latin-1")),
                cache="miss" if scope["state"].get("made") else "hit",
            )
