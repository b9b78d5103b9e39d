"""What tests import: where things are, a client of an application, whole bodies as expected."""

import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp

ROOT = Path(__file__).resolve().parent.parent
FIXTURE = ROOT / "tests" / "data"
DATA = ROOT / "data"
GOLDEN = ROOT / "tests" / "golden"


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application, without a network; an exception becomes the 500 that a stranger would see."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    plain = {"accept-encoding": "identity"}  # what is compressed is tested in tests/api/test_cache.py
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=plain) as client:
        yield client


@contextmanager
def listening(app: ASGIApp, **options: Any) -> Iterator[str]:
    """A server of an application on a free port, and its address; with options of uvicorn."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none", **options))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def expect(config: pytest.Config, name: str, body: bytes) -> None:
    """The body is that of the golden file; with --bless, it becomes it."""
    file = GOLDEN / name
    if config.getoption("--bless"):
        file.write_bytes(body)
    assert body == file.read_bytes(), f"{name} differs; if that is meant, run pytest --bless and read the difference"


def resolve(document: Any, pointer: str) -> Any:
    """What a JSON pointer (RFC 6901) names in a document."""
    for step in pointer.split("/")[1:]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document
