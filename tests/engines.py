"""What was asked of one engine, asked of another: answers are the same, byte for byte."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.support import serving

OWN = {"x-request-id", "date"}  # headers that no two answers share
UNLIKE = ("/metrics",)  # what is of the server, not of the data


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str  # as it was sent, with its query
    headers: tuple[tuple[str, str], ...]


@dataclass
class Recorder:
    """An application that keeps what it was asked."""

    app: ASGIApp
    asked: dict[Asked, None] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
        if not path.startswith(UNLIKE):
            self.asked[Asked(scope["method"], f"{path}?{query}" if query else path, headers)] = None
        await self.app(scope, receive, send)


def _said(answer: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    headers = sorted((name, value) for name, value in answer.headers.multi_items() if name not in OWN)
    return answer.status_code, headers, answer.content


async def unlike(one: ASGIApp, other: ASGIApp, asked: Iterable[Asked]) -> list[str]:
    """The requests that two applications do not answer alike."""
    found = []
    async with serving(one) as here, serving(other) as there:
        for request in asked:
            answers = [
                await client.request(request.method, f"http://test{request.path}", headers=list(request.headers))
                for client in (here, there)
            ]
            if _said(answers[0]) != _said(answers[1]):
                statuses = " and ".join(str(answer.status_code) for answer in answers)
                found.append(f"{request.method} {request.path} {dict(request.headers)}: {statuses}")
    return found
