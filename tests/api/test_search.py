"""/v1/search and `q` on lists. On the real data every expected value is read off the essay or the curated names."""

import csv
import io
import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.resources import RESOURCES
from tests.support import resolve


async def search(client: httpx.AsyncClient, q: str, **others: str) -> dict[str, Any]:
    answer = await client.get("/v1/search", params={"q": q, **others})
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def urls(answer: dict[str, Any]) -> list[str]:
    return [hit["record"]["url"].removeprefix("/v1/") for hit in answer["data"]]


KHALKHIN_GOL = "battles/battles-of-khalkhin-gol"


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Togo", "people/togo-shigenori"),
        ("Tōgō", "people/togo-shigenori"),
        ("TŌGŌ SHIGENORI", "people/togo-shigenori"),
        ("東郷茂徳", "people/togo-shigenori"),
        ("Khalkhin Gol", KHALKHIN_GOL),
        ("Khalkin-Gol", KHALKHIN_GOL),
        ("Nomonhan", KHALKHIN_GOL),
        ("ノモンハン", KHALKHIN_GOL),
        ("ﾉﾓﾝﾊﾝ", KHALKHIN_GOL),
        ("诺门罕", KHALKHIN_GOL),
        ("Халхин-Гол", KHALKHIN_GOL),
        ("battle of khalkhin gol", KHALKHIN_GOL),
        ("Alma Ata", "places/almaty"),
        ("Alma-Ata", "places/almaty"),
        ("Almaty", "places/almaty"),
        ("Алма-Ата", "places/almaty"),
        ("張鼓峰", "places/changkufeng"),
        ("张鼓峰", "places/changkufeng"),
        ("Chang-ku-feng", "places/changkufeng"),
        ("КВЖД", "places/chinese-eastern-railway"),
        ("Dairen", "places/dalian"),
        ("Tokio", "places/tokyo"),
    ],
)
async def test_a_thing_is_found_first_under_any_of_its_names(
    real_client: httpx.AsyncClient, query: str, first: str
) -> None:
    assert urls(await search(real_client, query))[0] == first


@pytest.mark.parametrize(
    ("query", "meant"),
    [("Khalkin", "Khalkhin"), ("Molotof", "Molotov"), ("Portsmuth", "Portsmouth"), ("Chukov", "Zhukov")],
)
async def test_a_misspelling_is_told_what_it_may_have_meant(
    real_client: httpx.AsyncClient, query: str, meant: str
) -> None:
    offered = (await search(real_client, query))["meta"]["did_you_mean"]
    assert offered == {"q": meant, "url": f"/v1/search?q={meant}"}
    assert (await real_client.get(offered["url"])).json()["meta"]["total"] > 0


async def test_what_is_well_found_is_not_respelt(real_client: httpx.AsyncClient) -> None:
    assert (await search(real_client, "Manchuria"))["meta"]["did_you_mean"] is None


async def test_a_hit_says_what_matched_and_where(client: httpx.AsyncClient) -> None:
    hit = (await search(client, "暁"))["data"][0]
    assert hit["record"] == {"id": "dawn-treaty", "name": "Dawn Treaty", "url": "/v1/treaties/dawn-treaty"}
    assert (hit["collection"], hit["date"]["edtf"], hit["summary"]) == (
        "treaties",
        "1925-01-20",
        "It opened relations.",
    )
    assert hit["matches"][0] == {
        "pointer": "/aliases/1/name",
        "language": "ja",
        "text": "暁条約",
        "ranges": [[0, 1]],
    }


@pytest.mark.parametrize("query", ["Japan", "Jones 1954", "Лин", "中", "fish*", "1939", "railway sale"])
async def test_every_pointer_resolves_and_every_range_holds_what_was_asked(
    real_client: httpx.AsyncClient, query: str
) -> None:
    for hit in (await search(real_client, query, limit="30"))["data"]:
        body = (await real_client.get(hit["record"]["url"])).json()["data"]
        assert hit["matches"]
        for match in hit["matches"]:
            found = resolve(body, match["pointer"])
            assert found == match["text"] or found["id"]  # the text, or the record that has this other name
            assert all(0 <= start < end <= len(match["text"]) for start, end in match["ranges"])


async def test_counts_are_of_all_that_match(client: httpx.AsyncClient) -> None:
    meta = (await search(client, "fishery", limit="1"))["meta"]
    by_collection = {v["value"]: v["count"] for v in meta["counts"]["collection"]}
    assert sum(by_collection.values()) == meta["total"] == meta["ranked"]
    assert by_collection["treaties"] == 3
    assert {v["label"] for v in meta["counts"]["decade"]} == {"1920s", "1930s"}
    assert meta["counts"]["actor"][0]["label"] in {"Northland", "Southland"}
    assert meta["counts_are_exact"] is True


async def test_filters_hold_together_with_words(client: httpx.AsyncClient) -> None:
    assert urls(await search(client, "fishery", collection="negotiations")) == ["negotiations/fishery-talks-1936"]
    found = await search(client, "fishery", date="1936", topic="fisheries")
    assert set(urls(found)) == {"treaties/draft-fishery-convention", "negotiations/fishery-talks-1936"} | {
        url for url in urls(found) if url.startswith(("events/", "figures/"))
    }
    assert found["meta"]["query"]["date_match"] == "possible"


async def test_undated_records_left_out_by_a_date_are_counted(client: httpx.AsyncClient) -> None:
    every = await search(client, "northland", limit="200")
    dated = [hit for hit in every["data"] if hit["date"]]
    found = (await search(client, "northland", date="1800/1999"))["meta"]
    assert (found["total"], found["undated_excluded"]) == (len(dated), len(every["data"]) - len(dated))


async def test_pages_together_hold_every_hit_once_in_the_same_order(real_client: httpx.AsyncClient) -> None:
    whole = await search(real_client, "manchuria", limit="200")
    path, paged = "/v1/search?q=manchuria&limit=7", []
    while path:
        page = (await real_client.get(path)).json()
        paged += page["data"]
        path = page["links"]["next"]
    assert paged == whole["data"]
    assert len(paged) == whole["meta"]["total"]


async def test_a_cursor_of_another_query_is_refused(client: httpx.AsyncClient) -> None:
    cursor = httpx.URL((await search(client, "fishery", limit="1"))["links"]["next"]).params["cursor"]
    assert (await client.get("/v1/search", params={"q": "treaty", "cursor": cursor})).status_code == 400


@pytest.mark.parametrize("query", ["***", "- -- !", '"', '""', "\0", "(((", "^:~", "-northland", '-"dawn treaty"'])
async def test_what_asks_for_nothing_finds_nothing_and_says_why(client: httpx.AsyncClient, query: str) -> None:
    found = await search(client, query)
    assert (found["data"], found["meta"]["total"]) == ([], 0)
    assert found["meta"]["reason"]
    listed = (await client.get("/v1/treaties", params={"q": query, "facet": "form"})).json()
    assert (listed["data"], listed["meta"]["reason"]) == ([], found["meta"]["reason"])


async def test_words_that_no_record_has_together_find_nothing_and_say_so(client: httpx.AsyncClient) -> None:
    meta = (await search(client, "fishery zzzzzz"))["meta"]
    assert (meta["total"], meta["did_you_mean"]) == (0, None)
    assert "all of these words" in meta["reason"]


@pytest.mark.parametrize("sent", ["", "?q=", "?q=%20%09", "?q=" + "+".join(f"w{n}" for n in range(33)), "?q=a&q=b"])
async def test_no_words_or_too_many_are_refused_with_what_to_write(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.get(f"/v1/search{sent}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == "q"


async def test_five_thousand_words_are_refused(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/search", params={"q": "x " * 5000})).status_code in {400, 414}


@given(q=st.text(max_size=80) | st.text(alphabet='ab"*-()^:+{}~\0張ō ', max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_query_is_an_error_of_the_server(client: httpx.AsyncClient, q: str) -> None:
    q = q.encode("utf-8", "replace").decode()
    for path in ("/v1/search", "/v1/suggest", "/v1/treaties"):
        assert (await client.get(path, params={"q": q})).status_code in {200, 400}


async def test_a_list_looked_for_in_words_comes_by_relevance(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/treaties?q=fishery")).json()
    ids = [record["id"] for record in answer["data"]]
    assert set(ids[:2]) == {"dawn-fishery-convention", "draft-fishery-convention"}
    assert ids[2:] == ["dawn-treaty"]  # which led to one
    meta = answer["meta"]
    assert (meta["total"], meta["ranked"], meta["query"]["sort"], meta["did_you_mean"]) == (3, 3, "relevance", None)


async def test_a_list_looked_for_in_words_can_be_sorted_and_filtered(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/treaties?q=fishery&sort=-date&form=convention,treaty&limit=2")).json()
    assert [record["id"] for record in answer["data"]] == ["draft-fishery-convention", "dawn-fishery-convention"]
    assert (answer["meta"]["total"], answer["meta"]["ranked"]) == (3, None)
    last = (await client.get(answer["links"]["next"])).json()
    assert [record["id"] for record in last["data"]] == ["dawn-treaty"]
    assert last["links"]["next"] is None


async def test_relevance_needs_words(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/treaties?sort=relevance")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "sort")


@pytest.mark.parametrize("sort", ["", "&sort=relevance", "&sort=date", "&sort=name"])
async def test_pages_of_a_list_looked_for_in_words_are_complete(real_client: httpx.AsyncClient, sort: str) -> None:
    whole = (await real_client.get(f"/v1/events?q=soviet&limit=200{sort}")).json()
    path, paged = f"/v1/events?q=soviet&limit=6{sort}", []
    while path:
        page = (await real_client.get(path)).json()
        assert page["meta"]["total"] == whole["meta"]["total"]
        paged += page["data"]
        path = page["links"]["next"]
    assert [r["id"] for r in paged] == [r["id"] for r in whole["data"]]
    assert len(paged) == whole["meta"]["total"] > 6


async def test_csv_has_every_match_in_the_same_order(client: httpx.AsyncClient) -> None:
    rows = list(csv.reader(io.StringIO((await client.get("/v1/treaties?q=fishery&format=csv")).text)))
    ids = [record["id"] for record in (await client.get("/v1/treaties?q=fishery")).json()["data"]]
    assert [row[0] for row in rows[1:]] == ids


async def test_every_collection_can_be_looked_through(client: httpx.AsyncClient) -> None:
    for name in RESOURCES:
        found = (await client.get(f"/v1/{name}?q=northland&limit=200")).json()
        ids = sorted(record["id"] for record in found["data"])
        across = (await search(client, "northland", collection=name, limit="200"))["data"]
        assert ids == sorted(hit["record"]["id"] for hit in across)


async def test_a_search_can_be_kept_and_asked_for_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/v1/search?q=dawn")
    again = await client.get("/v1/search?q=dawn", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await client.head("/v1/search?q=dawn")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])
    assert (
        f"<{(await search(client, 'a*', limit='1'))['links']['next']}>"
        in ((await client.get("/v1/search?q=a*&limit=1")).headers["link"])
    )


async def test_the_answer_is_as_openapi_shows_it(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()["paths"]["/v1/search"]["get"]
    example = described["responses"]["200"]["content"]["application/json"]["example"]
    assert json.loads((await client.get(example["links"]["self"])).content) == example
    assert next(p for p in described["parameters"] if p["name"] == "q")["required"] is True
