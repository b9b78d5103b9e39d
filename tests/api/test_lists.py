"""Lists: order, pages, envelope. Expected values are read off tests/data by hand."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.resources import RESOURCES
from app.store.query import Store

BY_DATE = [
    "coast-protocol",  # 1925
    "dawn-treaty",  # 1925-01-20
    "dawn-fishery-convention",  # 1928-01
    "draft-fishery-convention",  # 1936-11-20, of the draft
    "grey-pact",  # 1937~
    "hill-truce",  # 1938-08-11
]
UNDATED = ["border-understanding"]
COUNTS = {
    "treaties": 7, "battles": 3, "negotiations": 2, "events": 3, "citations": 6, "works": 2,
    "notes": 2, "actors": 6, "people": 3, "places": 5, "topics": 2, "figures": 3,
}  # fmt: skip

Ask = Callable[[str], Any]


async def test_every_collection_lists_all_its_records(client: httpx.AsyncClient) -> None:
    totals = {name: (await client.get(f"/v1/{name}")).json()["meta"]["total"] for name in RESOURCES}
    assert totals == COUNTS


async def test_a_list_is_in_the_order_of_its_dates_with_the_undated_last(ids: Ask) -> None:
    assert await ids("/v1/treaties") == BY_DATE + UNDATED
    assert await ids("/v1/treaties?sort=date") == BY_DATE + UNDATED


async def test_the_undated_stay_last_when_the_order_is_turned_round(ids: Ask) -> None:
    assert await ids("/v1/treaties?sort=-date") == BY_DATE[::-1] + UNDATED
    assert await ids("/v1/events?sort=-date") == ["transfer-of-men", "loan-to-third-realm", "coast-arrests"]


async def test_names_sort_both_ways(ids: Ask) -> None:
    people = ["anna-berg", "ivan-orlov", "kenji-mori"]
    assert await ids("/v1/people") == people
    assert await ids("/v1/people?sort=-name") == people[::-1]


async def test_citations_sort_by_paragraph_or_by_page_as_a_number(ids: Ask) -> None:
    by_paragraph = [f"harbour-1960-p{p}" for p in ("10-1", "10-12", "10-2", "20-25", "30", "31-32")]
    assert await ids("/v1/citations?sort=paragraph") == by_paragraph
    by_page = [f"harbour-1960-p{p}" for p in ("10-1", "10-2", "10-12", "20-25", "30", "31-32")]
    assert await ids("/v1/citations?sort=pages") == by_page


async def test_meta_says_what_was_asked_and_what_was_found(client: httpx.AsyncClient, store: Store) -> None:
    answer = (await client.get("/v1/treaties?topic=fisheries&date=1925/1930&limit=1")).json()
    assert answer["meta"] == {
        "dataset_version": store.version,
        "total": 2,
        "total_is_exact": True,
        "limit": 1,
        "undated_excluded": 0,
        "query": {"topic": ["fisheries"], "date": "1925/1930", "sort": "date", "date_match": "possible"},
    }
    assert [record["id"] for record in answer["data"]] == ["dawn-treaty"]


async def test_a_list_filtered_by_date_counts_the_undated_that_it_left_out(client: httpx.AsyncClient) -> None:
    meta = (await client.get("/v1/treaties?date=1925")).json()["meta"]
    assert (meta["total"], meta["undated_excluded"]) == (2, 1)
    meta = (await client.get("/v1/treaties?date=1925&topic=war-and-truce")).json()["meta"]
    assert (meta["total"], meta["undated_excluded"]) == (0, 1)
    meta = (await client.get("/v1/treaties?date=1925&topic=fisheries")).json()["meta"]
    assert (meta["total"], meta["undated_excluded"]) == (1, 0)


async def test_limit_0_gives_the_count_and_no_next_page(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/treaties?limit=0")).json()
    assert answer["data"] == []
    assert answer["meta"]["total"] == 7
    assert answer["links"]["next"] is None


@pytest.mark.parametrize("limit", ["201", "-1", "1.5", "many", "", "٣", "1" * 30])
async def test_a_limit_that_is_no_number_from_0_to_200_is_refused(client: httpx.AsyncClient, limit: str) -> None:
    answer = await client.get("/v1/treaties", params={"limit": limit})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["allowed"] == ["0..200"]


async def test_a_page_links_to_itself_the_first_and_the_next(client: httpx.AsyncClient) -> None:
    first = await client.get("/v1/treaties?limit=3&party=southland,northland")
    links = first.json()["links"]
    assert links["self"] == links["first"] == "/v1/treaties?limit=3&party=northland,southland"
    assert links["next"].startswith("/v1/treaties?cursor=")
    assert f'<{links["next"]}>; rel="next"' in first.headers["link"]
    second = (await client.get(links["next"])).json()
    assert second["links"]["self"] == links["next"]
    assert second["links"]["first"] == links["first"]


async def test_the_last_page_has_no_next_even_when_it_is_full(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/treaties?limit=7")
    assert len(answer.json()["data"]) == 7
    assert answer.json()["links"]["next"] is None
    assert 'rel="next"' not in answer.headers["link"]


async def test_without_a_limit_a_page_holds_25(real_client: httpx.AsyncClient) -> None:
    answer = (await real_client.get("/v1/citations")).json()
    assert (len(answer["data"]), answer["meta"]["limit"], answer["meta"]["total"]) == (25, 25, 135)


async def test_the_citations_come_paragraph_by_paragraph(real_client: httpx.AsyncClient) -> None:
    answer = (await real_client.get("/v1/citations?limit=200")).json()
    paragraphs = [citation["paragraph"] for citation in answer["data"]]
    assert paragraphs == sorted(paragraphs)
    assert paragraphs[0] == 2
    assert paragraphs[-1] == 37
