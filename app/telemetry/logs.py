"""Logs on standard error, for people (console) or for machines (JSON), and the access log."""

import logging
import sys
import time
from typing import Literal

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.telemetry.identity import HEADER, request_id

Shape = Literal["console", "json"]
Level = Literal["debug", "info", "warning", "error"]

LONGEST = 2_000  # characters of what a client sent; more is cut


def configure(shape: Shape, level: Level) -> None:
    """Send every record of this process, the server's too, to standard error in one shape; `level` is the least."""
    timed: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    written: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if shape == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                exception_formatter=structlog.dev.plain_traceback,
                repr_native_str=True,  # else control characters that a client sent would reach the terminal
            )
        ]
    )
    structlog.configure(
        processors=[*timed, *written],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*timed, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *written],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in ("uvicorn", "uvicorn.error"):
        server = logging.getLogger(name)
        server.handlers, server.propagate, server.level = [], True, logging.NOTSET
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # each request that misses the server says so once
    access = logging.getLogger("uvicorn.access")  # the server's own, which knows no ids: ours takes its place
    access.handlers, access.propagate = [], False


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


class AccessLog:
    """The outermost layer where requests are logged: one line each, and the request's id on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before the whole application."""
        self.app, self.log = app, structlog.get_logger().bind()

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
