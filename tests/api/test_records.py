"""Records: references, dates, links, evidence; every pointer leads to something in the body that carries it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.resources import RESOURCES
from app.store.query import Store

Records = dict[str, dict[str, Any]]


async def record(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def resolve(document: Any, pointer: str) -> Any:
    """What a JSON pointer (RFC 6901) names; KeyError or IndexError where nothing."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def pointers(body: dict[str, Any]) -> Iterator[str]:
    """Every pointer of a record into itself."""
    for citation in body.get("citations", ()):
        yield from citation["supports"]
    for uncited in body.get("uncited", ()):
        yield uncited["pointer"]
    for note in body.get("notes", ()):
        yield from note["pointers"]


async def whole(client: httpx.AsyncClient) -> Records:
    """Every record by its path, taken from the lists."""
    found: Records = {}
    for name in RESOURCES:
        following = f"/v1/{name}?limit=200"
        while following:
            answer = (await client.get(following)).json()
            found |= {body["url"]: body for body in answer["data"]}
            following = answer["links"]["next"]
    return found


@pytest.fixture(scope="module", params=["client", "real_client"], ids=["fixture", "real"])
def served(request: pytest.FixtureRequest) -> httpx.AsyncClient:
    """The fixture and the real dataset in turn."""
    found: httpx.AsyncClient = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
async def records(served: httpx.AsyncClient) -> Records:
    return await whole(served)


async def test_every_pointer_leads_to_a_value_in_the_body_that_carries_it(records: Records) -> None:
    count = 0
    for path, body in records.items():
        for pointer in pointers(body):
            count += 1
            assert resolve(body, pointer) not in (None, [], ""), f"{path}{pointer}"
    assert count > 50


async def test_what_evidence_supports_leads_to_a_value_and_back_again(records: Records) -> None:
    for path, body in records.items():
        kind = "citations" if path.startswith("/v1/citations/") else "notes"
        for supported in body.get("supports", ()):
            other = records[supported["record"]["url"]]
            for pointer in supported["pointers"]:
                assert resolve(other, pointer) not in (None, [], ""), f"{path} → {other['url']}{pointer}"
            [back] = [use for use in other[kind] if use["url"] == path]
            assert back["supports" if kind == "citations" else "pointers"] == supported["pointers"]


async def test_all_evidence_supports_something(records: Records) -> None:
    for path, body in records.items():
        assert body.get("supports", ["not evidence"]), path


async def test_a_record_is_the_same_in_its_list_and_alone(served: httpx.AsyncClient, records: Records) -> None:
    for path, body in records.items():
        assert (await served.get(path)).json()["data"] == body


async def test_every_reference_in_place_names_the_record_that_its_url_leads_to(records: Records) -> None:

    def check(value: Any) -> None:
        if isinstance(value, dict):
            if set(value) == {"id", "name", "url"}:
                assert (value["id"], value["name"]) == (records[value["url"]]["id"], records[value["url"]]["name"])
            for inner in value.values():
                check(inner)
        elif isinstance(value, list):
            for inner in value:
                check(inner)

    for body in records.values():
        check(body)


async def test_every_link_has_its_other_end(records: Records) -> None:
    ends = {(path, link["type"], link["direction"], link["record"]["url"], link["paragraph"])
            for path, body in records.items() for link in body.get("linked", ())}  # fmt: skip
    assert ends
    for path, kind, direction, other, paragraph in ends:
        assert (other, kind, {"in": "out", "out": "in"}[direction], path, paragraph) in ends


async def test_every_key_is_present_on_every_record_of_a_collection(records: Records) -> None:
    keys: dict[str, set[tuple[str, ...]]] = {}
    for path, body in records.items():
        keys.setdefault(path.split("/")[2], set()).add(tuple(body))
    assert {name: len(orders) for name, orders in keys.items()} == dict.fromkeys(RESOURCES, 1)


async def test_what_is_absent_is_null_or_an_empty_list(client: httpx.AsyncClient) -> None:
    treaty = await record(client, "treaties/border-understanding")
    for name in ("summary", "secret", "date", "signed", "signed_at", "in_force", "ended", "duration"):
        assert treaty[name] is None
    for name in ("aliases", "same_as", "parties", "signatories", "provisions", "places", "people", "positions"):
        assert treaty[name] == []
    step = (await record(client, "negotiations/fishery-talks-1936"))["steps"][0]
    assert (step["date"], step["amount"], step["duration"]) == (None, None, None)


async def test_a_record_stands_in_an_envelope(client: httpx.AsyncClient, store: Store) -> None:
    answer = (await client.get("/v1/treaties/dawn-treaty")).json()
    assert list(answer) == ["data", "meta", "links"]
    assert answer["meta"] == {"dataset_version": store.version}
    assert answer["links"] == {
        "self": "/v1/treaties/dawn-treaty",
        "collection": "/v1/treaties",
        "schema": "/v1/treaties/schema",
        "citation": "/v1/treaties/dawn-treaty/citation",
    }
    assert answer["data"]["url"] == "/v1/treaties/dawn-treaty"


async def test_a_reference_stands_in_place_with_id_name_and_url(client: httpx.AsyncClient) -> None:
    treaty = await record(client, "treaties/dawn-treaty")
    assert treaty["signed_at"] == {"id": "dawn-harbour", "name": "Dawn Harbour", "url": "/v1/places/dawn-harbour"}
    assert treaty["parties"][0] == {
        "actor": {"id": "northland", "name": "Northland", "url": "/v1/actors/northland"},
        "role": "signatory",
        "note": None,
    }
    figure = await record(client, "figures/fishing-share-1928")
    assert figure["about"] == [
        {"id": "dawn-fishery-convention", "name": "Dawn Fishery Convention",
         "url": "/v1/treaties/dawn-fishery-convention"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "field", "expected"),
    [
        ("treaties/dawn-treaty", "signed", ("1925-01-20", "1925-01-20", "1925-01-20", "day", None, "20 January 1925")),
        ("treaties/dawn-fishery-convention", "in_force",
         ("1928-01/", "1928-01", None, "month", None, "January 1928 – (end unknown)")),
        ("treaties/coast-protocol", "in_force", ("1925/..", "1925", None, "year", None, "from 1925")),
        ("treaties/grey-pact", "signed", ("1937~", "1937", "1937", "year", "approximate", "about 1937")),
        ("actors/third-realm", "existed", ("191X/", "1910", None, "decade", None, "1910s – (end unknown)")),
        ("actors/coast-company", "existed",
         ("/1936-12-31", None, "1936-12-31", "day", None, "until 31 December 1936 (start unknown)")),
        ("battles/coast-raid", "date", ("1939-22", "1939-06", "1939-08", "season", None, "summer 1939")),
        ("events/transfer-of-men", "date",
         ("1941-06/1941-08", "1941-06", "1941-08", "month", None, "June 1941 – August 1941")),
    ],
)  # fmt: skip
async def test_a_date_is_served_with_its_bounds_precision_and_label(
    client: httpx.AsyncClient, path: str, field: str, expected: tuple[str | None, ...]
) -> None:
    keys = ("edtf", "earliest", "latest", "precision", "qualifier", "label")
    assert (await record(client, path))[field] == dict(zip(keys, expected, strict=True))


async def test_the_date_of_a_treaty_is_that_of_its_signature_with_its_sources(client: httpx.AsyncClient) -> None:
    treaty = await record(client, "treaties/grey-pact")
    assert treaty["date"] == treaty["signed"]
    [citation] = treaty["citations"]
    assert citation["supports"] == ["/status", "/date", "/signed", "/parties/0", "/parties/1", "/positions/1"]
    [note] = treaty["notes"]
    assert note["pointers"] == ["/date", "/signed", "/ended"]


async def test_citations_say_what_rests_on_them_and_how_to_print_them(client: httpx.AsyncClient) -> None:
    battle = await record(client, "battles/hill-clash")
    [citation] = battle["citations"]
    assert citation == {
        "id": "harbour-1960-p20-25",
        "url": "/v1/citations/harbour-1960-p20-25",
        "work": {"id": "harbour-1960", "name": "Harbour 1960", "url": "/v1/works/harbour-1960"},
        "pages": "20, 25",
        "text": "Harbour 1960, pp. 20, 25",
        "claim": "The hill was taken, and given back.",
        "supports": [
            "/date",
            "/sides/0/belligerents/0",
            "/sides/0/formations/0",
            "/sides/0/commanders/0",
            "/sides/0/strength/0",
            "/sides/1/belligerents/0",
            "/phases/0",
            "/outcome",
        ],
    }
    assert {use["pointer"]: use["paragraph"] for use in battle["uncited"]} == {
        "/sides/0/losses/0": 4,
        "/sides/1/formations/0": 4,
        "/phases/1": 4,
        "/relations/0": 4,
    }


@pytest.mark.parametrize(
    ("identifier", "name"),
    [("p10-1", "Harbour 1960, p. 10"), ("p10-12", "Harbour 1960, pp. 10–12"), ("p20-25", "Harbour 1960, pp. 20, 25")],
)
async def test_a_citation_is_named_by_its_work_and_pages(client: httpx.AsyncClient, identifier: str, name: str) -> None:
    assert (await record(client, f"citations/harbour-1960-{identifier}"))["name"] == name


async def test_a_relation_is_linked_from_both_ends(client: httpx.AsyncClient) -> None:
    treaty = await record(client, "treaties/dawn-treaty")
    assert [(link["direction"], link["label"], link["record"]["id"], link["paragraph"], [c["id"] for c in
             link["citations"]]) for link in treaty["linked"]] == [
        ("out", "led to", "dawn-fishery-convention", 3, ["harbour-1960-p10-2"]),
        ("in", "has part", "coast-protocol", 2, []),
        ("in", "implemented by", "dawn-fishery-convention", 3, []),
    ]  # fmt: skip
    assert [relation["target"]["url"] for relation in treaty["relations"]] == ["/v1/treaties/dawn-fishery-convention"]


async def test_notes_say_what_is_established_by_whom_and_of_what(client: httpx.AsyncClient) -> None:
    [note] = (await record(client, "treaties/grey-pact"))["notes"]
    assert note["id"] == "pact-may-be-of-1938"
    assert note["established"] == "The Grey Papers date the pact to 1938."
    assert note["sources"] == [
        {
            "work": {"id": "grey-papers-2", "name": "Grey Papers 2", "url": "/v1/works/grey-papers-2"},
            "locator": "doc. 5",
        }
    ]
    assert note["confidence"] == "medium"
    [about_all] = (await record(client, "events/transfer-of-men"))["notes"]
    assert about_all["pointers"] == [""]
    supports = (await record(client, "notes/two-counts-of-men"))["supports"]
    assert {(s["record"]["id"], *s["pointers"]) for s in supports} == {
        ("hill-clash", "/sides/0/strength/0"),
        ("hill-truce", "/relations/0"),
        ("transfer-of-men", ""),
    }


async def test_numbers_and_scripts_are_served_as_written(client: httpx.AsyncClient) -> None:
    steps = (await record(client, "negotiations/railway-sale"))["steps"]
    assert [step["amount"] and step["amount"]["value"] for step in steps] == [250000000, 50000000, None, 140000000.5]
    assert steps[3]["amount"] == {
        "value": 140000000.5, "unit": "crowns", "qualifier": None, "instalments": 3, "interval": "P1Y"
    }  # fmt: skip
    raw = (await client.get("/v1/actors/northland")).content.decode()
    assert "Северия" in raw
    assert "北国" in raw
    assert '"value":250000000,' in (await client.get("/v1/negotiations/railway-sale")).text


async def test_a_work_is_served_as_csl_json(client: httpx.AsyncClient) -> None:
    csl = (await record(client, "works/grey-papers-2"))["csl"]
    assert csl["issued"] == {"date-parts": [[1941, 10, 22]]}
    assert csl["author"] == [{"family": None, "given": None, "literal": "Foreign Office of Northland"}]
    assert csl["container-title"] is None
