"""The real dataset as it is served, and the tables that it is held to."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from app.resources import RESOURCES
from app.store.current import open_store
from app.store.query import Query, Store

HERE = Path(__file__).resolve().parent


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table beside these tests."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def served(real_store_file: Path) -> dict[str, dict[str, Any]]:
    """collection/id → the record as clients read it."""
    store = Store(open_store(real_store_file))
    return {
        f"{collection}/{record['id']}": record
        for collection in RESOURCES
        for record in map(json.loads, store.all(Query(collection)))
    }
