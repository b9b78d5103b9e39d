"""/v1/suggest: names while they are typed."""

from typing import Any

import httpx
import pytest


async def suggest(client: httpx.AsyncClient, q: str, **others: str) -> list[dict[str, Any]]:
    answer = await client.get("/v1/suggest", params={"q": q, **others})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def test_a_suggestion_names_the_record_and_what_matched(client: httpx.AsyncClient) -> None:
    assert await suggest(client, "暁") == [
        {
            "name": "Dawn Treaty",
            "matched": "暁条約",
            "language": "ja",
            "collection": "treaties",
            "record": {"id": "dawn-treaty", "name": "Dawn Treaty", "url": "/v1/treaties/dawn-treaty"},
            "years": "1925",
        }
    ]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("j", "Empire of Japan"),  # "Japan" is another name of it, and most records name it
        ("khalk", "Battles of Khalkhin Gol"),
        ("khalkin", "Battles of Khalkhin Gol"),  # no name begins so; in another romanisation one does
        ("Халх", "Battles of Khalkhin Gol"),
        ("ノモ", "Battles of Khalkhin Gol"),
        ("张鼓", "Changkufeng"),
        ("togo s", "Tōgō Shigenori"),
        ("shigenori t", "Tōgō Shigenori"),
        ("alma-", "Almaty"),
        ("neutrality pa", "Soviet-Japanese Neutrality Pact"),
        ("zhu", "Georgy Zhukov"),  # before the work that has him in its title
    ],
)
async def test_the_likeliest_comes_first(real_client: httpx.AsyncClient, typed: str, first: str) -> None:
    assert (await suggest(real_client, typed))[0]["name"] == first


async def test_every_suggestion_has_a_word_that_begins_so_and_each_record_comes_once(
    real_client: httpx.AsyncClient,
) -> None:
    found = await suggest(real_client, "so", limit="20")
    assert len(found) == 20
    assert all(" so" in f" {each['matched'].lower().replace('-', ' ')}" for each in found)
    assert len({each["record"]["url"] for each in found}) == 20


async def test_collections_narrow_and_limit_bounds(client: httpx.AsyncClient) -> None:
    found = await suggest(client, "dawn", collection="places,treaties", limit="2")
    assert len(found) == 2
    assert {each["collection"] for each in await suggest(client, "dawn", collection="places")} == {"places"}


async def test_years_are_those_of_the_record(client: httpx.AsyncClient) -> None:
    years = {each["record"]["id"]: each["years"] for q in "cdrg" for each in await suggest(client, q, limit="20")}
    assert years["coast-protocol"] == "1925"
    assert years["railway-sale"] == "1933–1935"
    assert years["grey-pact"] == "about 1937"
    assert years["dawn-harbour"] is None


async def test_signs_alone_suggest_nothing_and_say_why(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/suggest", params={"q": "\0*-"})).json()
    assert answer["data"] == []
    assert answer["meta"]["reason"]


async def test_where_nothing_is_suggested_the_answer_says_why(client: httpx.AsyncClient) -> None:
    for q in ("a\0b", "qqqqqq xxxxxx"):
        answer = (await client.get("/v1/suggest", params={"q": q})).json()
        assert answer["data"] == []
        assert "no name" in answer["meta"]["reason"]
    answer = (await client.get("/v1/suggest", params={"q": "dawn"})).json()
    assert answer["data"]
    assert answer["meta"]["reason"] is None


@pytest.mark.parametrize("sent", ["", "?q=", "?q=+", "?q=" + "x" * 201, "?q=a&limit=0", "?q=a&limit=21", "?q=a&x=1"])
async def test_what_cannot_be_suggested_for_is_refused(client: httpx.AsyncClient, sent: str) -> None:
    assert (await client.get(f"/v1/suggest{sent}")).status_code == 400


async def test_the_answer_is_as_openapi_shows_it(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()["paths"]["/v1/suggest"]["get"]
    example = described["responses"]["200"]["content"]["application/json"]["example"]
    assert (await client.get(example["links"]["self"])).json() == example
