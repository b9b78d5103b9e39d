"""Cite this: of a record and of any address; what is cited is what is served, and what it rests on."""

import hashlib
import json
import re
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.resources import RESOURCES

JONES = "Jones, F. C. Japan's New Order in East Asia: Its Rise and Fall 1937-45. London: Oxford UP, 1954."
MARCH = "March, G. Patrick. Eastern Destiny: Russia in Asia and the North Pacific. Westport, CT: Praeger, 1996."


async def cite(client: httpx.AsyncClient, url: str, **more: str) -> dict[str, Any]:
    answer = await client.get("/v1/cite", params={"url": url, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def notes(found: dict[str, Any], style: str = "chicago") -> list[str]:
    return [work["texts"][style]["note"] for work in found["data"]["works"]]


async def test_the_pact_of_1940_rests_on_pages_of_jones(real_client: httpx.AsyncClient) -> None:
    """The essay's paragraphs 24 and 25 cite Jones 182, 197, 198, 199 and 202 for the Tripartite Pact."""
    answer = await real_client.get("/v1/treaties/tripartite-pact/citation")
    (work,) = answer.json()["data"]["works"]
    assert work["work"] == {"id": "jones-1954", "name": "Jones 1954", "url": "/v1/works/jones-1954"}
    assert work["pages"] == "182, 197–199, 202"
    assert work["texts"]["chicago"] == {
        "entry": JONES,
        "note": "F. C. Jones, Japan's New Order in East Asia: Its Rise and Fall 1937-45 (London: Oxford UP, 1954), "
        "182, 197–99, 202.",
    }
    assert work["texts"]["apa"]["note"] == "(Jones, 1954, pp. 182, 197–199, 202)"
    assert work["texts"]["mla"]["note"] == "(Jones 182, 197–99, 202)"
    assert "pages = {182, 197--199, 202}" in work["bibtex"]
    assert work["csl"]["locator"] == "182, 197-199, 202"


@pytest.mark.parametrize(
    "path",
    ["/v1/treaties/dawn-treaty", "/v1/treaties?party=northland", "/v1/provenance?limit=3", "/v1/dataset",
     "/v1/works/harbour-1960/pages", "/v1/topics?limit=1"],
)  # fmt: skip
async def test_the_hash_is_of_what_the_canonical_address_answers(client: httpx.AsyncClient, path: str) -> None:
    found = await cite(client, path)
    said = found["data"]["answer"]
    assert said["url"] == f"http://test{path}"
    served = await client.get(said["url"])
    assert hashlib.sha256(served.content).hexdigest() == said["sha256"]
    assert said["sha256"] in said["texts"]["apa"]["entry"]
    about = (await client.get("/v1/dataset")).json()["data"]
    assert (said["dataset"], said["version"]) == (about["name"], about["version"])
    assert (said["publisher"], said["released"]) == ("The tests", "2026-01-31")


async def test_a_record_and_its_address_are_cited_alike(client: httpx.AsyncClient) -> None:
    record = (await client.get("/v1/treaties/dawn-treaty/citation")).json()
    assert record["data"] == (await cite(client, "/v1/treaties/dawn-treaty"))["data"]
    assert record["data"]["answer"]["title"] == "Dawn Treaty"
    assert record["links"]["cited"] == "/v1/treaties/dawn-treaty"


async def test_every_spelling_of_an_address_is_cited_as_one(client: httpx.AsyncClient) -> None:
    spellings = [
        "/v1/treaties?party=northland,southland&form=treaty",
        "/v1/treaties?form=treaty&party=southland&party=northland",
        "http://test/v1/treaties/?party=southland,northland&form=treaty",
        "/V1/Treaties?form=treaty&party=northland,southland#top",
    ]
    answers = [await client.get("/v1/cite", params={"url": spelling}) for spelling in spellings[:3]]
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["etag"] for answer in answers}) == 1
    assert answers[0].json()["links"]["cited"] == "/v1/treaties?form=treaty&party=northland,southland"


async def test_a_list_rests_on_the_pages_of_its_records_merged(client: httpx.AsyncClient) -> None:
    found = await cite(client, "/v1/negotiations/railway-sale")
    assert found["data"]["works"][0]["pages"] == "10–12"
    both = await cite(client, "/v1/treaties?form=pact,truce")  # pages 20 and 25, and 30
    assert both["data"]["works"][0]["pages"] == "20, 25, 30"
    assert both["data"]["works"][0]["work"]["id"] == "harbour-1960"


async def test_a_note_rests_on_its_sources_with_their_places(client: httpx.AsyncClient) -> None:
    found = (await client.get("/v1/notes/pact-may-be-of-1938/citation")).json()
    (work,) = found["data"]["works"]
    assert (work["work"]["id"], work["pages"], work["places"]) == ("grey-papers-2", None, ["doc. 5"])
    assert "note = {doc. 5}" in work["bibtex"]


async def test_a_citation_rests_on_its_pages_and_a_work_on_itself(client: httpx.AsyncClient) -> None:
    (one,) = (await client.get("/v1/citations/harbour-1960-p20-25/citation")).json()["data"]["works"]
    assert one["pages"] == "20, 25"
    (whole,) = (await client.get("/v1/works/harbour-1960/citation")).json()["data"]["works"]
    assert (whole["work"]["id"], whole["pages"]) == ("harbour-1960", None)


async def test_what_rests_on_nothing_has_only_the_answer(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/topics/fisheries/citation")).json()["data"]["works"] == []
    dataset = (await cite(client, "/v1/dataset"))["data"]["answer"]
    assert dataset["title"] == dataset["dataset"]
    assert "container-title" not in dataset["csl"]


async def test_a_page_of_a_list_says_that_it_is_one(client: httpx.AsyncClient) -> None:
    found = await cite(client, "/v1/treaties?limit=1")
    served = (await client.get("/v1/treaties?limit=1")).json()
    assert found["meta"]["next"] == served["links"]["next"] is not None
    assert (await cite(client, "/v1/treaties"))["meta"]["next"] is None


@pytest.mark.parametrize(
    ("address", "pages"),
    [
        ("/v1/search?q=Changkufeng&limit=5", "Jones"),
        ("/v1/timeline?date=1941-12-07&collection=battles", "March"),
        ("/v1/graph/path?from=battles/battle-of-lake-khasan&to=battles/attack-on-pearl-harbor", "March"),
    ],
)
async def test_search_timeline_and_graph_are_cited_by_their_address(
    real_client: httpx.AsyncClient, address: str, pages: str
) -> None:
    assert any(pages in note for note in notes(await cite(real_client, address)))


FILES = {
    "text": "text/plain",
    "bibtex": "text/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl": "application/vnd.citationstyles.csl+json",
}


@pytest.mark.parametrize("name", FILES)
async def test_a_file_is_had_by_format_or_by_accept(client: httpx.AsyncClient, name: str) -> None:
    for path in ("/v1/treaties/dawn-treaty/citation", "/v1/cite?url=/v1/treaties/dawn-treaty"):
        by_name = await client.get(f"{path}{'&' if '?' in path else '?'}format={name}")
        by_accept = await client.get(path, headers={"Accept": FILES[name]})
        assert by_name.headers["content-type"].partition(";")[0] == FILES[name]
        assert by_name.content == by_accept.content
        assert by_name.headers["etag"] != (await client.get(path)).headers["etag"]
        again = await client.get(path, headers={"Accept": FILES[name], "If-None-Match": by_accept.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_the_files_hold_the_answer_and_each_work_once(real_client: httpx.AsyncClient) -> None:
    path = "/v1/treaties/anti-comintern-pact/citation"
    bibtex = (await real_client.get(f"{path}?format=bibtex")).text
    assert re.findall(r"^@(\w+)\{", bibtex, re.MULTILINE) == ["misc", "book", "book"]
    ris = (await real_client.get(f"{path}?format=ris")).text
    assert re.findall(r"^TY  - (\w+)", ris, re.MULTILINE) == ["DATA", "BOOK", "BOOK"]
    csl = (await real_client.get(f"{path}?format=csl")).json()
    assert [item["id"] for item in csl[1:]] == ["jones-1954", "march-1996"]
    text = (await real_client.get(f"{path}?style=chicago&format=text")).text
    assert JONES in text
    assert MARCH in text
    mla = (await real_client.get(f"{path}?style=mla", headers={"Accept": "text/plain"})).text
    assert "Oxford UP, 1954." in mla
    assert "London" not in mla


async def test_one_style_only_where_one_is_asked_for(client: httpx.AsyncClient) -> None:
    texts = (await cite(client, "/v1/treaties/dawn-treaty", style="apa"))["data"]["answer"]["texts"]
    assert (texts["chicago"], texts["mla"]) == (None, None)
    assert texts["apa"]["entry"].startswith("The tests. (2026, January 31). Dawn Treaty.")


async def test_the_address_of_the_server_is_that_which_the_client_asked(client: httpx.AsyncClient) -> None:
    path = "/v1/treaties/dawn-treaty/citation"
    answer = await client.get(path, headers={"Host": "history.example:8080"})
    assert answer.json()["data"]["answer"]["url"] == "http://history.example:8080/v1/treaties/dawn-treaty"
    assert answer.headers["etag"] != (await client.get(path)).headers["etag"]
    refused = await client.get(path, headers={"Host": 'x"><script>'})
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "only answers of this server"),
        ("/", "only answers of this server"),
        ("/health/live", "only answers of this server"),
        ("https://elsewhere.example/v1/treaties", "only answers of this server"),
        ("//elsewhere.example/v1/treaties", "only answers of this server"),
        ("/v1/cite?url=/v1/treaties", "not citations"),
        ("/v1/treaties/dawn-treaty/citation", "not citations"),
        ("/v1/%63ite?url=/v1/treaties", "not citations"),
        ("/v1/treaties/dawn-treaty/Citatio%6E", "not citations"),
        ("/v1/nothing", "answered 404"),
        ("/v1/treaties/dawn-traety", "did you mean /v1/treaties/dawn-treaty?"),
        ("/v1/events/phantom-fleet", "It never sailed"),
        ("/v1/treaties?form=pakt", "did you mean pact?"),
        ("/v1/treaties?format=csv", "leave format out"),
        ("/v1/treaties/schema", "no JSON answer"),
        ("/v1/\x00", "answered 404"),
    ],
)
async def test_what_cannot_be_cited_is_refused_with_its_reason(client: httpx.AsyncClient, url: str, said: str) -> None:
    answer = await client.get("/v1/cite", params={"url": url})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["errors"][0]["detail"]


async def test_an_address_cut_at_its_ampersand_is_told_how_to_be_written(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/cite?url=/v1/treaties?party=northland&form=pact")
    assert [error["parameter"] for error in answer.json()["errors"]] == ["form", "url"]
    assert "%26" in answer.json()["errors"][1]["detail"]
    assert (await client.get("/v1/cite")).status_code == 400


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/v1/treaties/old-dawn-treaty/citation?style=apa", 308, "/v1/treaties/dawn-treaty/citation?style=apa"),
        ("/v1/Treaties/dawn-treaty/citation", 308, "/v1/treaties/dawn-treaty/citation"),
        ("/v1/treaties/dawn-treaty/citation/", 308, "/v1/treaties/dawn-treaty/citation"),
        ("/v1/events/phantom-fleet/citation", 410, None),
        ("/v1/treaties/nothing/citation", 404, None),
        ("/v1/nothing/dawn-treaty/citation", 404, None),
        ("/v1/treaties/schema/citation", 404, None),
        ("/v1/treaties/dawn-treaty/citation?style=harvard", 400, None),
        ("/v1/treaties/dawn-treaty/citation?url=/v1", 400, None),
    ],
)
async def test_a_record_that_is_not_there_is_answered_as_the_record(
    client: httpx.AsyncClient, path: str, status: int, location: str | None
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.headers.get("location") == location


async def test_the_examples_of_the_description_are_what_is_served(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    for path in ("/v1/{collection}/{id}/citation", "/v1/cite"):
        example = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["example"]
        served = await client.get(example["links"]["self"], headers={"Host": "127.0.0.1:8000"})
        assert served.json() == example


async def test_every_record_can_be_cited(real_client: httpx.AsyncClient) -> None:
    for name in RESOURCES:
        for record in (await real_client.get(f"/v1/{name}?limit=5")).json()["data"]:
            found = (await real_client.get(f"{record['url']}/citation")).json()["data"]
            own = [c["work"]["id"] for c in record.get("citations", ())]
            if own:
                assert {work["work"]["id"] for work in found["works"]} == set(own)
            for work in found["works"]:
                assert all(work["texts"][style]["entry"] for style in ("chicago", "apa", "mla"))


async def test_an_address_is_escaped_as_a_title_and_verbatim_as_a_url(client: httpx.AsyncClient) -> None:
    found = await cite(client, "/v1/treaties?party=northland,southland&sort=-date")
    bibtex = found["data"]["answer"]["bibtex"]
    assert r"title = {{/v1/treaties?party=northland,southland\&sort=-date}}" in bibtex
    assert "url = {http://test/v1/treaties?party=northland,southland&sort=-date}" in bibtex


STARTS = ["/v1/treaties", "/v1//", "/v1/treaties?", "/v1/treaties?%", "/v1/%ff", "/v1/../health/live", "?", "#",
          "/v1/treaties/%2e%2e/x", "/v1/treaties?limit=0", "/v1/treaties?cursor=x", "http://test",
          "http://test/v1/["]  # fmt: skip
text = st.text(st.characters(codec="utf-8"), max_size=20)
urls = text | st.tuples(st.sampled_from(STARTS), text).map("".join)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(url=urls)
async def test_no_address_breaks_the_server(client: httpx.AsyncClient, url: str) -> None:
    answer = await client.get(f"/v1/cite?url={quote(url)}")
    assert answer.status_code in {200, 400, 414}, answer.text
    json.loads(answer.content)


@pytest.mark.parametrize("style", ["chicago", "apa", "mla"])
async def test_line_ends_and_other_signs_without_a_shape_stay_encoded_in_titles(
    client: httpx.AsyncClient, style: str
) -> None:
    """Else an address would write lines of its own into a text or a RIS file, or turn its letters about."""
    target = "/v1/search?q=a%0D%0AER%20%20-%20%00%E2%80%AE%E2%80%A8%CC%84%E5%BC%B5"
    found = await cite(client, target)
    title = found["data"]["answer"]["title"]
    assert title == "/v1/search?q=a%0D%0AER  - %00%E2%80%AE%E2%80%A8\u0304張"
    text = (await client.get("/v1/cite", params={"url": target, "format": "text", "style": style})).text
    assert title in text
    assert not any(line.startswith("ER") for line in text.splitlines())
    files = [(await client.get("/v1/cite", params={"url": target, "format": f})).text for f in ("ris", "bibtex", "csl")]
    assert not any("\0" in file or "\\u0000" in file for file in files)
