"""What tests share: the fixture (tests/data) and the real dataset, each compiled once and served."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from app.api.application import create_app
from app.resources import RESOURCES
from app.store.engine import build, open_store
from app.store.query import Store
from tests.support import DATA, FIXTURE, serving


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="rewrite the expected bodies in tests/golden")


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
async def client(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(app) as found:
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
async def real_client(real_app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(real_app) as found:
        yield found


@pytest.fixture(scope="session")
def ids(client: httpx.AsyncClient) -> Callable[[str], Any]:
    """Ask the fixture for a list; answers the ids of its records, in order."""

    async def ask(path: str) -> list[str]:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        return [record["id"] for record in answer.json()["data"]]

    return ask
