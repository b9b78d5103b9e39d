"""Asking the application itself, as a client would, without a network."""

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request

from app.api.negotiation import JSON


@dataclass(frozen=True)
class Inside:
    """What the application answered."""

    status: int
    headers: dict[str, str]
    body: bytes


async def ask(request: Request, path: str, query: str) -> Inside:
    """What the application that serves `request` answers to a GET of another address, as JSON."""
    status, headers, chunks = 500, dict[str, str](), list[bytes]()
    scope = {
        **{name: request.scope[name] for name in ("type", "asgi", "http_version", "scheme", "server", "client")},
        "method": "GET",
        "path": unquote(path),
        "raw_path": quote(path, safe="/%").encode(),
        "root_path": "",
        "query_string": quote(query, safe="/-._~:@!$&'()*+,;=%?").encode(),
        "headers": [(b"host", request.headers.get("host", "").encode("latin-1")), (b"accept", JSON.encode())],
    }

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.Event().wait()  # this client never goes away
        raise AssertionError

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.update(
                {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}
            )
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    await request.app(scope, receive, send)
    return Inside(status, headers, b"".join(chunks))
