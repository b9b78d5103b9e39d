"""Paging: no gap and no repeat under any filter, order and limit; a cursor is of one query and one version."""

import base64
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.api import paging
from app.api.application import create_app
from app.resources import RESOURCES
from app.store.current import open_store
from app.store.engine import build
from app.store.query import Store
from tests.support import FIXTURE, serving

FILTERS: dict[str, dict[str, list[str]]] = {
    "treaties": {
        "topic": ["fisheries", "war-and-truce", "fisheries,war-and-truce"],
        "actor": ["northland", "southland", "third-realm", "northland,third-realm"],
        "form": ["convention", "convention,treaty,truce", "pact"],
        "date": ["1925", "../1936", "1928/..", "193X"],
        "in_force_on": ["1926-01-01", "1940-06-01"],
        "work": ["harbour-1960", "grey-papers-2,harbour-1960"],
        "bbox": ["-180,-90,180,90"],
    },
    "citations": {"paragraph": ["2,3,4", "3"], "work": ["harbour-1960"], "actor": ["northland"]},
    "places": {"bbox": ["179,50,-179,70", "-180,-90,180,90"], "form": ["city,island", "region"]},
    "events": {"date": ["193X", "1941"], "actor": ["northland,northern-army"]},
    "figures": {"series": ["fishing-share"], "unit": ["percent", "crowns,percent"]},
}


@st.composite
def queries(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A collection with some of its filters and one of its orders."""
    collection = draw(st.sampled_from(sorted(FILTERS)))
    choices = FILTERS[collection]
    chosen = draw(st.lists(st.sampled_from(sorted(choices)), unique=True, max_size=2))
    asked = {name: draw(st.sampled_from(choices[name])) for name in chosen}
    sorts = [sign + sort for sort in RESOURCES[collection].sorts for sign in ("", "-")]
    return f"/v1/{collection}", {**asked, "sort": draw(st.sampled_from(sorts))}


async def walk(client: httpx.AsyncClient, first: str) -> list[list[str]]:
    """The ids of every page, following links.next."""
    pages, following = [], first
    while following:
        answer = (await client.get(following)).json()
        pages.append([record["id"] for record in answer["data"]])
        following = answer["links"]["next"]
    return pages


@settings(max_examples=100, deadline=None, derandomize=True)
@given(query=queries(), limit=st.integers(1, 5))
async def test_the_pages_together_are_the_whole_list(
    client: httpx.AsyncClient, query: tuple[str, dict[str, str]], limit: int
) -> None:
    path, asked = query
    whole = (await client.get(path, params={**asked, "limit": 200})).json()
    expected = [record["id"] for record in whole["data"]]
    pages = await walk(client, str(httpx.URL(path, params={**asked, "limit": limit})))
    assert [identifier for page in pages for identifier in page] == expected
    assert len(expected) == whole["meta"]["total"] == len(set(expected))
    assert all(len(page) == limit for page in pages[:-1])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(query=queries())
async def test_an_order_turned_round_holds_the_same_records(
    client: httpx.AsyncClient, query: tuple[str, dict[str, str]]
) -> None:
    path, asked = query
    other = asked["sort"].removeprefix("-") if asked["sort"].startswith("-") else f"-{asked['sort']}"
    one, two = [
        [record["id"] for record in (await client.get(path, params={**asked, "sort": sort})).json()["data"]]
        for sort in (asked["sort"], other)
    ]
    assert sorted(one) == sorted(two)


async def test_paging_through_the_real_treaties_meets_each_once(real_client: httpx.AsyncClient) -> None:
    total = (await real_client.get("/v1/treaties?limit=0")).json()["meta"]["total"]
    met = [i for page in await walk(real_client, "/v1/treaties?limit=7&sort=-date") for i in page]
    assert len(met) == len(set(met)) == total


async def cursor(client: httpx.AsyncClient, path: str) -> str:
    following = (await client.get(path)).json()["links"]["next"]
    return parse_qs(urlsplit(following).query)["cursor"][0]


async def refused(client: httpx.AsyncClient, path: str, params: dict[str, Any]) -> str | None:
    """The first page's address, as a refused cursor gives it."""
    answer = await client.get(path, params=params)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    [mistake] = answer.json()["errors"]
    assert mistake["parameter"] == "cursor"
    first: str | None = mistake["did_you_mean"]
    return first


async def test_a_cursor_is_unpadded_base64url(client: httpx.AsyncClient) -> None:
    text = await cursor(client, "/v1/treaties?limit=2")
    assert "=" not in text
    assert base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize(
    "garbage", ["", "x", "....", "AAAAAAAAAAAAAAAAAAAA", "é", "A" * 500, "\0", "%00", "-1", "null"]
)
async def test_a_cursor_that_is_none_is_refused_with_the_first_page(client: httpx.AsyncClient, garbage: str) -> None:
    first = await refused(client, "/v1/treaties", {"cursor": garbage, "limit": 2, "topic": "fisheries"})
    assert first == "/v1/treaties?limit=2&topic=fisheries"
    assert (await client.get(first)).status_code == 200


@pytest.mark.parametrize(
    "other",
    [
        {"limit": 2, "topic": "fisheries"},
        {"limit": 2, "party": "northland"},
        {"limit": 2, "sort": "-date"},
        {"limit": 2, "date": "1925", "date_match": "certain"},
    ],
)
async def test_a_cursor_of_another_query_is_refused_with_the_first_page(
    client: httpx.AsyncClient, other: dict[str, Any]
) -> None:
    text = await cursor(client, "/v1/treaties?limit=2&party=southland")
    first = await refused(client, "/v1/treaties", {**other, "cursor": text})
    assert first == str(httpx.URL("/v1/treaties", params=dict(sorted(other.items()))))


async def test_a_cursor_of_another_collection_is_refused(client: httpx.AsyncClient) -> None:
    text = await cursor(client, "/v1/treaties?limit=2")
    assert await refused(client, "/v1/battles", {"cursor": text, "limit": 2}) == "/v1/battles?limit=2"


async def test_a_changed_cursor_is_refused(client: httpx.AsyncClient) -> None:
    text = await cursor(client, "/v1/treaties?limit=2")
    for place in range(len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert await refused(client, "/v1/treaties", {"cursor": changed, "limit": 2}) == "/v1/treaties?limit=2"


async def test_a_cursor_goes_on_with_another_limit(client: httpx.AsyncClient) -> None:
    text = await cursor(client, "/v1/treaties?limit=2")
    answer = (await client.get("/v1/treaties", params={"cursor": text, "limit": 1})).json()
    assert [record["id"] for record in answer["data"]] == ["dawn-fishery-convention"]


async def test_a_cursor_of_another_version_is_refused_with_the_first_page(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(FIXTURE, data)
    file = data / "topics" / "fisheries.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("Who may", "Who might"), encoding="utf-8")
    text = await cursor(client, "/v1/treaties?limit=2")
    async with serving(create_app(Store(open_store(build(data, tmp_path / "store", RESOURCES))))) as changed:
        assert await refused(changed, "/v1/treaties", {"cursor": text, "limit": 2}) == "/v1/treaties?limit=2"


@pytest.mark.parametrize("query", ["treaties", "treaties?sort=-date", "treaties?sort=-name", "provenance", "timeline"])
@pytest.mark.parametrize("position", [2**32 - 1, 2**48 - 1])
async def test_a_cursor_that_somebody_worked_out_is_no_error_of_the_server(
    client: httpx.AsyncClient, store: Store, query: str, position: int
) -> None:
    made_up = paging.cursor(store.version, f"/v1/{query}", position)
    answer = await client.get(httpx.URL(f"/v1/{query}").copy_merge_params({"cursor": made_up}))
    assert answer.status_code == 200
    if "sort=-" not in query:  # where it descends that is before the beginning
        assert answer.json()["data"] == []
