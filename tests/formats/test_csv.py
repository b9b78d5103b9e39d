"""CSV: one row a record, read with a csv reader; every matching row; what a list holds stays side by side."""

import csv
import io
from typing import Any

import httpx
import pytest

from app.formats.csv import FORMAT
from app.resources import RESOURCES
from tests.support import expect

SALE = {
    "id": "railway-sale",
    "name": "Railway sale",
    "form": "talks",
    "date": "1933-06-26/1935-03-23",
    "date.earliest": "1933-06-26",
    "date.latest": "1935-03-23",
    "parties.actor": "northland | southland",
    "parties.role": "seller | buyer",
    "steps.date": "1933-06-26 | 1933-07 |  | 1935-03-23",
    "steps.by": "northland | southland | northland; southland | northland; southland",
    "steps.move": "offer | counter-proposal | suspension | agreement",
    "steps.amount.value": "250000000 | 50000000 |  | 140000000.5",
    "steps.amount.qualifier": " | about |  | ",
    "steps.relies_on": " |  |  | dawn-treaty",
    "outcome.text": "The railway is sold.",
    "people.person": "kenji-mori",
    "citations": "harbour-1960-p10-12",
    "notes": "",
    "linked.type": "",
    "url": "/v1/negotiations/railway-sale",
}


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text by column; every row as long as the header."""
    header, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert len(set(header)) == len(header)
    return [dict(zip(header, line, strict=True)) for line in lines]


async def fetch(client: httpx.AsyncClient, path: str) -> list[dict[str, str]]:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return rows(answer.content.decode())


@pytest.mark.parametrize("collection", list(RESOURCES))
async def test_every_collection_is_had_as_csv(client: httpx.AsyncClient, collection: str) -> None:
    listed = (await client.get(f"/v1/{collection}?limit=200")).json()["data"]
    assert [row["id"] for row in await fetch(client, f"/v1/{collection}?format=csv")] == [r["id"] for r in listed]


async def test_a_row_holds_dates_references_and_lists(client: httpx.AsyncClient) -> None:
    [row] = await fetch(client, "/v1/negotiations?format=csv&move=counter-proposal")
    assert {column: row[column] for column in SALE} == SALE


async def test_every_column_of_a_list_has_as_many_items(client: httpx.AsyncClient) -> None:
    for collection, name in (("negotiations", "steps"), ("treaties", "provisions"), ("battles", "sides")):
        for row in await fetch(client, f"/v1/{collection}?format=csv"):
            counts = {v.count(" | ") for column, v in row.items() if column.startswith(f"{name}.")}
            assert len(counts) == 1, (row["id"], name)


async def test_commas_quotes_and_newlines_survive(client: httpx.AsyncClient) -> None:
    [row] = await fetch(client, "/v1/treaties/dawn-treaty?format=csv")
    assert row["provisions.text"] == (
        'Peace, trade, and what it calls "good faith". | Grounds are let\nto fishermen of the other side.'
    )
    assert row["aliases.name"] == "Договор Зари | 暁条約"
    assert row["secret"] == ""
    assert (await fetch(client, "/v1/treaties/coast-protocol?format=csv"))[0]["secret"] == "true"


async def test_a_part_of_a_list_within_a_list_stays_with_its_item(client: httpx.AsyncClient) -> None:
    [row] = await fetch(client, "/v1/battles?format=csv&form=border clash")
    assert row["sides.belligerents.actor"] == "northland | southland"
    assert row["sides.commanders.person"] == "ivan-orlov | "
    assert row["sides.strength.value"] == "15000 | "
    [row] = await fetch(client, "/v1/treaties?format=csv&form=treaty")
    assert row["provisions.binds"] == " | northland"


async def test_a_reference_to_any_collection_is_given_with_it(client: httpx.AsyncClient) -> None:
    [row] = await fetch(client, "/v1/figures/fishing-share-1931?format=csv")
    assert row["about"] == "negotiations/fishery-talks-1936"
    assert row["value"] == "62.5"


async def test_a_file_holds_every_matching_row_whatever_the_limit(
    client: httpx.AsyncClient, real_client: httpx.AsyncClient
) -> None:
    assert len(await fetch(client, "/v1/treaties?format=csv&limit=2")) == 7
    assert len(await fetch(client, "/v1/treaties?format=csv&limit=0&party=third-realm")) == 2
    assert len(await fetch(real_client, "/v1/citations?format=csv")) == 135


async def test_a_file_with_no_row_has_its_header(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/treaties?format=csv&form=loan")
    assert answer.text.startswith("id,name,aliases.name,")
    assert rows(answer.text) == []


async def test_a_file_is_named_for_its_collection(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/treaties?format=csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="treaties.csv"'
    assert "content-disposition" not in (await client.get("/v1/treaties")).headers


def test_a_file_is_written_row_by_row() -> None:
    read: list[int] = []

    def bodies() -> Any:
        for number in range(1000):
            read.append(number)
            yield b'{"id":"x","name":"X","aliases":[],"summary":null,"same_as":[],"url":"/v1/topics/x","supports":[]}'

    chunks = FORMAT.write(RESOURCES["topics"], bodies())
    next(chunks)
    assert len(read) < 1000


async def test_the_whole_file_is_as_expected(client: httpx.AsyncClient, pytestconfig: pytest.Config) -> None:
    expect(pytestconfig, "treaties.csv", (await client.get("/v1/treaties?format=csv")).content)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("TEXT/CSV", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("application/json", "application/json"),
        ("application/*", "application/json"),
        ("text/csv, application/json", "application/json"),
        ("text/csv;q=0.9, application/json;q=0.8", "text/csv; charset=utf-8"),
        ("text/csv;q=0.1, */*;q=0.2", "application/json"),
        ("application/json;q=0, */*", "text/csv; charset=utf-8"),
        ("*/*;q=0.1, application/json;q=0", "text/csv; charset=utf-8"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
        ("text/csv; charset=utf-8; q=0.5, image/png", "text/csv; charset=utf-8"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/treaties", "/v1/treaties/dawn-treaty"])
async def test_accept_chooses_the_format(client: httpx.AsyncClient, path: str, accept: str, kind: str) -> None:
    answer = await client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


async def test_format_wins_over_accept(client: httpx.AsyncClient) -> None:
    for path in ("/v1/treaties", "/v1/treaties/dawn-treaty"):
        answer = await client.get(f"{path}?format=json", headers={"Accept": "text/csv"})
        assert answer.headers["content-type"] == "application/json"
        answer = await client.get(f"{path}?format=csv", headers={"Accept": "application/json"})
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert (await client.get(f"{path}?format=csv", headers={"Accept": "image/png"})).status_code == 200


@pytest.mark.parametrize(
    "accept", ["image/png", "text/html", "application/json;q=0", "*/*;q=0", "nonsense", "text/csv;q=x"]
)
async def test_what_is_not_served_gets_406_with_the_choices(client: httpx.AsyncClient, accept: str) -> None:
    for path in ("/v1/treaties", "/v1/treaties/dawn-treaty"):
        answer = await client.get(path, headers={"Accept": accept})
        assert answer.status_code == 406
        assert answer.headers["content-type"] == "application/problem+json"
        assert "application/json (format=json), text/csv (format=csv)" in answer.json()["detail"]


async def test_what_is_uncited_has_its_columns(client: httpx.AsyncClient) -> None:
    head, *_ = (await client.get("/v1/treaties?format=csv")).text.splitlines()
    assert {"uncited.pointer", "uncited.paragraph"} <= set(head.split(","))
