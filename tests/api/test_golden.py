"""Whole bodies as expected (tests/golden). `pytest --bless` rewrites them; read the difference before you keep it."""

import json

import httpx
import pytest

from app.store.query import Store
from tests.support import GOLDEN, expect

RECORDS = [
    "actors/northland", "battles/hill-clash", "citations/harbour-1960-p10-12", "events/transfer-of-men",
    "figures/fishing-share-1928", "negotiations/railway-sale", "notes/pact-may-be-of-1938", "people/anna-berg",
    "places/middle-railway", "topics/fisheries", "treaties/dawn-treaty", "works/grey-papers-2",
]  # fmt: skip


def readable(answer: httpx.Response, version: str) -> bytes:
    """A JSON body, indented, its keys in the order served, and the version (which code and data change) by name."""
    assert answer.status_code == 200
    shown = json.dumps(answer.json(), ensure_ascii=False, indent=2)
    return shown.replace(version, "VERSION").encode() + b"\n"


@pytest.mark.parametrize("path", RECORDS)
async def test_a_record_of_each_collection_is_as_expected(
    client: httpx.AsyncClient, store: Store, pytestconfig: pytest.Config, path: str
) -> None:
    body = readable(await client.get(f"/v1/{path}"), store.version)
    expect(pytestconfig, f"{path.replace('/', '.')}.json", body)


async def test_a_list_is_as_expected(client: httpx.AsyncClient, store: Store, pytestconfig: pytest.Config) -> None:
    answer = await client.get("/v1/figures?series=fishing-share&date=1928/1931&sort=-date")
    expect(pytestconfig, "figures.json", readable(answer, store.version))


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{path.replace('/', '.')}.json" for path in RECORDS} | {"figures.json", "treaties.csv"}
    assert {file.name for file in GOLDEN.iterdir()} == wanted
