"""A stream of requests that are all different leaves nothing behind but what the cache of answers may keep."""

import gc
import tracemalloc
from collections.abc import Callable

import pytest
from starlette.types import ASGIApp, Message

from app.api.application import create_app
from app.store.query import Store

KEPT, LEFT = 100_000, 250_000  # bytes: that answers may take; that so many requests may leave behind
SENT = 130  # more than are remembered by anything that remembers long texts

HOSTILE: dict[str, Callable[[int], str]] = {
    "words": lambda n: f"/v1/search?q={n}{'x' * 3_000}",
    "suggestions": lambda n: f"/v1/suggest?q={n}{'t' * 190}",
    "dates": lambda n: f"/v1/treaties?date={1000 + n}-01-01/{3000 + n}-12-31",
    "numbers of values": lambda n: f"/v1/treaties?limit={n % 200}" + "&party=northland" * (1 + n % 49),
    "values": lambda n: f"/v1/treaties?party={n}{'v' * 3_000}",
    "paths": lambda n: f"/v1/treaties/{n}{'a' * 3_000}",
    "addresses": lambda n: f"/v1/cite?url=/v1/treaties/{n}{'u' * 3_000}",
}  # fmt: skip


async def ask(app: ASGIApp, number: int, address: str) -> None:
    """Send one request, with headers that differ too; a client of a library would remember addresses itself."""
    path, _, query = address.partition("?")
    sent = {"host": f"h{number}.test", "accept": f"*/*;v={number}", "accept-encoding": f"br;v={number}"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }

    async def receive() -> Message:
        raise AssertionError("the server reads no body")

    async def send(message: Message) -> None:
        assert message.get("status", 200) < 500

    await app(scope, receive, send)


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_stream_of_distinct_requests_leaves_little_behind(store: Store, kind: str) -> None:
    app, held = create_app(store, kept=KEPT), [0, 0]
    tracemalloc.start()
    for again in range(2):  # the first time, what is made once is made, and what has a bound is filled
        for number in range(again * SENT, (again + 1) * SENT):
            await ask(app, number, HOSTILE[kind](number))
        gc.collect()
        held[again], _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held[1] - held[0] < LEFT
