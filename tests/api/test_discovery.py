"""How a stranger finds the way: the landing page, /v1, schemas, the dataset, /docs, health."""

import json
import re

import httpx
import jsonschema
import pytest
from starlette.types import ASGIApp

from app.resources import RESOURCES
from app.store.dialects.database import UnavailableError
from app.store.query import Store
from tests.api.test_lists import COUNTS
from tests.support import FIXTURE, ROOT, serving

LINKS = {
    "service_desc": "/openapi.json",
    "service_doc": "/docs",
    "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    "cite_as": "/v1/dataset",
}
ROUTES = {
    "search": "/v1/search{?q}",
    "suggest": "/v1/suggest{?q}",
    "graph": "/v1/graph",
    "timeline": "/v1/timeline",
    "provenance": "/v1/provenance",
    "cite": "/v1/cite{?url}",
}


async def test_the_landing_page_is_html_for_people_and_json_for_programs(client: httpx.AsyncClient) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    page = await client.get("/", headers=browser)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Relations of Northland and Southland</h1>" in page.text
    for collection in RESOURCES:
        assert f'href="/v1/{collection}"' in page.text
    for other in ("timeline", "graph", "provenance"):
        assert f'href="/v1/{other}"' in page.text
    assert '<form action="/v1/search">' in page.text
    answer = await client.get("/")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["links"].items() >= {"self": "/", **LINKS, **ROUTES}.items()
    assert (await client.get("/", headers={"Accept": "image/png"})).status_code == 406


async def test_the_landing_page_needs_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    text = (await client.get("/", headers={"Accept": "text/html"})).text
    assert not re.findall(r'(?:src|href|url)\s*[=(]\s*"?(?:https?:)?//', text)
    for address in re.findall(r'href="([^"]+)"', text):
        assert (await client.get(address.replace("&amp;", "&"))).status_code in {200, 400, 404}


async def test_what_the_landing_page_invites_to_try_is_answered(real_client: httpx.AsyncClient) -> None:
    text = (await real_client.get("/", headers={"Accept": "text/html"})).text
    addresses = re.findall(r'href="([^"]+)"', text)
    assert len(addresses) > 15
    for address in addresses:
        answer = await real_client.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200, address
        if answer.headers["content-type"] == "application/json" and "?" in address:
            assert answer.json()["meta"]["total"] > 0, address


@pytest.mark.parametrize("path", ["/", "/v1"])
async def test_the_way_on_is_in_link_headers(client: httpx.AsyncClient, path: str) -> None:
    link = (await client.get(path)).headers["link"]
    for name, target in LINKS.items():
        assert f'<{target}>; rel="{name.replace("_", "-")}"' in link


async def test_v1_lists_the_collections_with_their_counts(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1")).json()["data"]
    assert {entry["name"]: entry["records"] for entry in listed} == COUNTS
    for entry in listed:
        assert (await client.get(entry["url"])).status_code == 200
        assert (await client.get(entry["schema_url"])).status_code == 200
        assert {"limit", "cursor", "sort", "format", "actor", "work", "page", "same_as"} <= set(entry["parameters"])


async def test_a_schema_gives_the_values_that_occur_and_their_counts(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/treaties/schema")
    assert answer.headers["content-type"] == "application/schema+json"
    values = answer.json()["x-values"]
    assert values["form"] == {"convention": 2, "agreement": 1, "pact": 1, "protocol": 1, "treaty": 1, "truce": 1}
    assert values["party"] == {"southland": 6, "northland": 4, "third-realm": 2}
    assert values["secret"] == {"false": 1, "true": 1}
    assert values["topic"] == {"fisheries": 3, "war-and-truce": 2}


@pytest.mark.parametrize("collection", list(RESOURCES))
async def test_every_record_is_as_its_schema_says(
    client: httpx.AsyncClient, real_client: httpx.AsyncClient, collection: str
) -> None:
    for each in (client, real_client):
        schema = (await each.get(f"/v1/{collection}/schema")).json()
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for record in (await each.get(f"/v1/{collection}?limit=200")).json()["data"]:
            validator.validate(record)
        assert set(schema["required"]) == set(schema["properties"])


async def test_a_schema_is_open_for_keys_and_values_to_come(client: httpx.AsyncClient) -> None:
    text = (await client.get("/v1/treaties/schema")).text
    assert '"additionalProperties":false' not in text
    assert '"enum"' not in text


async def test_the_dataset_says_what_it_is(client: httpx.AsyncClient, store: Store) -> None:
    document = (await client.get("/v1/dataset")).json()
    data = document["data"]
    assert document["meta"] == {"dataset_version": store.version}
    assert re.fullmatch(r"0\.1\.0-[0-9a-f]{8}", data["version"])
    assert data["coverage"]["records"] == {**COUNTS, "total": 44}
    assert data["coverage"]["citations"] == 6
    assert data["coverage"]["relations"] == 7
    assert data["coverage"]["paragraphs"] == {"of": 38, "with_data": [1, 2, 3, 4, 5, 6]}
    assert data["licences"]["data"]["id"] == "CC0-1.0"
    assert data["cite_as"]["text"] == (
        f"The tests. Relations of Northland and Southland. Version {store.version}, 2026-01-31. Dataset, CC0-1.0."
    )
    assert data["cite_as"]["csl"]["issued"] == {"date-parts": [[2026, 1, 31]]}
    shares = data["coverage"]["values"]
    assert shares["share_cited"] + shares["share_uncited"] == pytest.approx(1)


async def test_the_docs_use_only_files_that_are_here_with_their_licence(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "//" not in re.sub(r"<!doctype.*?>", "", page.text)
    files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(files) == 2
    for file in files:
        answer = await client.get(file)
        assert answer.status_code == 200
        assert len(answer.content) > 10_000
    folder = files[0].rpartition("/")[0]
    assert "Apache License" in (await client.get(f"{folder}/LICENSE")).text
    assert '"/openapi.json"' in page.text


async def test_the_openapi_document_leads_to_a_licence_and_a_version(client: httpx.AsyncClient) -> None:
    info = (await client.get("/openapi.json")).json()["info"]
    assert info["title"] == "Relations of Northland and Southland"
    assert info["license"]["url"] == LINKS["license"]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{info["version"]}"' in project


@pytest.mark.parametrize("probe", ["live", "ready"])
async def test_a_healthy_server_says_so_and_is_not_kept(client: httpx.AsyncClient, store: Store, probe: str) -> None:
    answer = await client.get(f"/health/{probe}")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "dataset_version": store.version}
    assert answer.headers["cache-control"] == "no-store"


async def test_a_server_that_cannot_read_its_store_lives_but_is_not_ready(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise UnavailableError("database disk image is malformed at /secret")

    monkeypatch.setattr("app.store.query.Store.document", fail)
    async with serving(app) as client:
        assert (await client.get("/health/live")).status_code == 200
        answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


def test_the_description_of_the_dataset_is_served_as_its_curators_wrote_it(store: Store) -> None:
    served = json.loads(store.document("dataset"))
    assert served["gaps"] == ["Everything."]
    assert f"name: {served['name']}" in (FIXTURE / "dataset.yaml").read_text(encoding="utf-8")
