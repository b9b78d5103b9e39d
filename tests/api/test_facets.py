"""Facets: counts by value, and the path that adds or removes each."""

from typing import Any

import httpx
import pytest

from app.resources import RESOURCES


async def facets(client: httpx.AsyncClient, path: str) -> dict[str, list[dict[str, Any]]]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, list[dict[str, Any]]] = answer.json()["meta"]["facets"]
    return found


def counted(values: list[dict[str, Any]]) -> dict[str | None, int]:
    return {value["value"]: value["count"] for value in values}


async def test_values_are_counted_the_most_frequent_first_then_those_that_have_none(client: httpx.AsyncClient) -> None:
    found = await facets(client, "/v1/treaties?limit=0&facet=form,secret,decade")
    assert list(found) == ["form", "secret", "decade"]
    assert found["form"][0] == {
        "value": "convention",
        "label": "convention",
        "count": 2,
        "selected": False,
        "url": "/v1/treaties?facet=form,secret,decade&form=convention&limit=0",
    }
    assert counted(found["secret"]) == {"false": 1, "true": 1, None: 5}
    assert found["secret"][-1] == {"value": None, "label": "unknown", "count": 5, "selected": False, "url": None}
    assert counted(found["decade"]) == {"1920": 3, "1930": 3, None: 1}


async def test_values_that_are_records_have_their_names(client: httpx.AsyncClient) -> None:
    party = (await facets(client, "/v1/treaties?limit=0&facet=party"))["party"]
    assert {value["value"]: value["label"] for value in party}["third-realm"] == "Third Realm"
    about = (await facets(client, "/v1/figures?limit=0&facet=about"))["about"]
    assert {v["value"]: v["label"] for v in about}["treaties/dawn-fishery-convention"] == "Dawn Fishery Convention"


async def test_a_facet_is_counted_without_its_own_filter_and_its_url_removes_it(client: httpx.AsyncClient) -> None:
    found = await facets(client, "/v1/treaties?limit=0&facet=form&form=convention&topic=fisheries")
    chosen = next(value for value in found["form"] if value["selected"])
    assert (chosen["value"], chosen["url"]) == ("convention", "/v1/treaties?facet=form&limit=0&topic=fisheries")
    other = next(value for value in found["form"] if value["value"] == "treaty")  # the other one on fisheries
    assert other["url"] == "/v1/treaties?facet=form&form=convention,treaty&limit=0&topic=fisheries"
    assert (await client.get(other["url"])).json()["meta"]["total"] == 3


async def test_a_chosen_value_stays_even_where_nothing_has_it(client: httpx.AsyncClient) -> None:
    found = await facets(client, "/v1/treaties?limit=0&facet=form&form=loan&topic=fisheries")
    chosen = next(value for value in found["form"] if value["selected"])
    assert (chosen["value"], chosen["count"]) == ("loan", 0)


async def test_a_decade_is_chosen_by_its_date(client: httpx.AsyncClient) -> None:
    found = await facets(client, "/v1/treaties?limit=0&facet=decade&date=1920/1929")
    chosen, other = found["decade"][:2]
    assert (chosen["label"], chosen["selected"], chosen["url"]) == ("1920s", True, "/v1/treaties?facet=decade&limit=0")
    assert (other["selected"], other["url"]) == (False, "/v1/treaties?date=1930/1939&facet=decade&limit=0")


@pytest.mark.parametrize("path", [f"/v1/{name}?limit=0&facet=" for name in RESOURCES])
async def test_every_url_gives_as_many_as_its_count(real_client: httpx.AsyncClient, path: str) -> None:
    described = (await real_client.get("/openapi.json")).json()["paths"][path.partition("?")[0]]["get"]
    allowed = next(p for p in described["parameters"] if p["name"] == "facet")["schema"]["items"]["enum"]
    for name in allowed:
        values = (await facets(real_client, path + name))[name]
        for value in [v for v in values if v["url"]][:6]:
            assert (await real_client.get(value["url"])).json()["meta"]["total"] == value["count"], value


async def test_decades_come_in_order_and_match_their_dates(real_client: httpx.AsyncClient) -> None:
    decades = (await facets(real_client, "/v1/search?q=soviet&limit=0&facet=decade"))["decade"]
    values = [value["value"] for value in decades[:-1]]
    assert values == sorted(values)
    for value in decades[:-1]:
        assert (await real_client.get(value["url"])).json()["meta"]["total"] == value["count"]


async def test_a_search_has_facets_over_all_collections(real_client: httpx.AsyncClient) -> None:
    answer = (await real_client.get("/v1/search?q=railway&limit=0&facet=collection,place,topic")).json()
    found = answer["meta"]["facets"]
    assert sum(counted(found["collection"]).values()) == answer["meta"]["total"]
    for name in ("collection", "place", "topic"):
        for value in found[name][:-1][:5]:
            assert (await real_client.get(value["url"])).json()["meta"]["total"] == value["count"]


async def test_words_narrow_facets(client: httpx.AsyncClient) -> None:
    found = await facets(client, "/v1/treaties?q=fishery&limit=0&facet=form")
    assert counted(found["form"]) == {"convention": 2, "treaty": 1, None: 0}


async def test_a_list_without_facet_says_nothing_of_them(client: httpx.AsyncClient) -> None:
    assert "facets" not in (await client.get("/v1/treaties")).json()["meta"]


@pytest.mark.parametrize("facet", ["colour", "in_force_on", "bbox", "page", "", "form,colour"])
async def test_an_unknown_facet_is_refused_with_those_there_are(client: httpx.AsyncClient, facet: str) -> None:
    answer = await client.get("/v1/treaties", params={"facet": facet})
    assert answer.status_code == 400
    assert {"form", "party", "decade"} <= set(answer.json()["errors"][0]["allowed"])


async def test_at_most_eight_facets_at_once(client: httpx.AsyncClient) -> None:
    nine = "form,status,secret,party,signed_at,actor,person,place,topic"
    assert (await client.get(f"/v1/treaties?facet={nine}")).status_code == 400
    assert (await client.get(f"/v1/treaties?limit=0&facet={nine.removesuffix(',topic')}")).status_code == 200
