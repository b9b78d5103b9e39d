"""What tests share: the fixture (tests/data) and the real dataset, each compiled once and served."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from app.api.application import create_app
from app.resources import RESOURCES
from app.store.current import open_store
from app.store.engine import build
from app.store.query import Store
from app.store.server import Server
from tests.engines import Recorder
from tests.postgres import postgres
from tests.support import DATA, FIXTURE, serving


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="rewrite the expected bodies in tests/golden")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What was asked in all other tests is asked again at the end."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixture, compiled."""
    return build(FIXTURE, tmp_path_factory.mktemp("fixture-store"), RESOURCES)


@pytest.fixture(scope="session")
def store(store_file: Path) -> Store:
    return Store(open_store(store_file))


@pytest.fixture(scope="session")
def app(store_file: Path) -> ASGIApp:
    """The application over the fixture."""
    return create_app(Store(open_store(store_file)))


@pytest.fixture(scope="session")
def recorded(app: ASGIApp) -> Recorder:
    """The application over the fixture, which keeps what it is asked: the same is asked of PostgreSQL at the end."""
    return Recorder(app)


@pytest.fixture(scope="session")
async def client(recorded: Recorder) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(recorded) as found:
        yield found


@pytest.fixture(scope="session")
def real_store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real dataset, compiled."""
    return build(DATA, tmp_path_factory.mktemp("real-store"), RESOURCES)


@pytest.fixture(scope="session")
def real_app(real_store_file: Path) -> ASGIApp:
    """The application over the real dataset."""
    return create_app(Store(open_store(real_store_file)))


@pytest.fixture(scope="session")
def real_recorded(real_app: ASGIApp) -> Recorder:
    return Recorder(real_app)


@pytest.fixture(scope="session")
async def real_client(real_recorded: Recorder) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(real_recorded) as found:
        yield found


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    with postgres() as running:
        yield Server(running.url, 10, 4)


@pytest.fixture(scope="session")
def on_server(server: Server) -> Iterator[Mapping[Path, Store]]:
    """The fixture and the real dataset, compiled on that server."""
    readers = []
    for data in (FIXTURE, DATA):
        server.build(data, RESOURCES)
        readers.append(server.open())
    yield dict(zip((FIXTURE, DATA), map(Store, readers), strict=True))
    for reader in readers:
        reader.close()


@pytest.fixture(scope="session")
def ids(client: httpx.AsyncClient) -> Callable[[str], Any]:
    """Ask the fixture for a list; answers the ids of its records, in order."""

    async def ask(path: str) -> list[str]:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        return [record["id"] for record in answer.json()["data"]]

    return ask
