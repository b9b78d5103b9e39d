"""Stores on both engines: what is asked of the store is asked of each."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.store.current import open_store
from app.store.query import Store
from tests.support import DATA, FIXTURE

ENGINES = ["sqlite", "postgresql"]


def _store(request: pytest.FixtureRequest, data: Path, file: str) -> Store:
    if request.param == "sqlite":
        return Store(open_store(request.getfixturevalue(file)))
    on_server: Mapping[Path, Store] = request.getfixturevalue("on_server")
    return on_server[data]


@pytest.fixture(scope="session", params=ENGINES)
def store(request: pytest.FixtureRequest) -> Store:
    """The fixture."""
    return _store(request, FIXTURE, "store_file")


@pytest.fixture(scope="session", params=ENGINES)
def real_store(request: pytest.FixtureRequest) -> Store:
    """The real dataset."""
    return _store(request, DATA, "real_store_file")
