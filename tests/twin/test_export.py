"""The static twin: the bytes of the API, every record reached once, no way round in a circle, no half export."""

import asyncio
import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from app.resources import RESOURCES
from app.twin import export as exporting
from app.twin.addresses import file_of
from app.twin.export import export
from app.twin.folder import CHECKSUMS, MANIFEST, ExportError
from app.twin.plan import Plan

BASE = "http://test"  # whom the client of the API asks, so that citations name the same
NEEDED = (
    "/v1/treaties", "/v1/treaties?format=csv", "/v1/treaties/tripartite-pact", "/v1/treaties/tripartite-pact/citation",
    "/v1/treaties/schema", "/v1/works/jones-1954/pages", "/v1/timeline", "/v1/graph", "/v1/graph?format=csv", "/v1",
    "/v1/dataset", "/openapi.json", "/",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(real_app: ASGIApp, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real dataset, exported."""
    folder = tmp_path_factory.mktemp("twin") / "site"
    files = asyncio.run(export(real_app, BASE, folder))
    assert files == sum(file.is_file() for file in folder.rglob("*")) - 2  # the manifest and the checksums
    return folder


@pytest.fixture
def pages_of_two(app: ASGIApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The fixture, exported as if a page held two records, so that most lists have several."""
    planned = exporting.planned

    def small(document: Any) -> Plan:
        plan = planned(document)
        cut = [[replace(r, most=r.most and 2) for r in routes] for routes in (plan.plain, *plan.records.values())]
        return Plan(cut[0], dict(zip(plan.records, cut[1:], strict=True)))

    monkeypatch.setattr(exporting, "planned", small)
    asyncio.run(export(app, BASE, tmp_path / "site"))
    return tmp_path / "site"


def rows(site: Path) -> list[dict[str, str]]:
    with (site / MANIFEST).open(encoding="utf-8", newline="") as manifest:
        return list(csv.DictReader(manifest))


def read(site: Path, address: str) -> Any:
    return json.loads((site / file_of(address)).read_bytes())


def walked(site: Path, address: str) -> Iterator[Any]:
    """The pages from an address on, as a client walks them."""
    seen = set[str]()
    following: str | None = address
    while following:
        assert following not in seen, "round in a circle"
        seen.add(following)
        page = read(site, following)
        yield page
        following = page["links"]["next"]


# --- what is in it --------------------------------------------------------------------------------


async def test_every_file_is_what_the_api_answers_byte_for_byte(site: Path, real_client: httpx.AsyncClient) -> None:
    told = rows(site)
    assert set(NEEDED) <= {row["address"] for row in told}
    for row in told:
        accept = {"accept": "text/html"} if row["file"].endswith(".html") else {}
        answer = await real_client.get(row["asked"], headers=accept)
        assert answer.status_code == 200
        assert (site / row["file"]).read_bytes() == answer.content, row
        assert (row["media_type"], row["etag"]) == (answer.headers["content-type"], answer.headers["etag"])
        assert int(row["bytes"]) == len(answer.content)


def test_every_file_is_told_with_its_checksum(site: Path) -> None:
    files = {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()}
    assert {row["file"] for row in rows(site)} == files - {MANIFEST, CHECKSUMS}
    sums = dict(reversed(line.split("  ")) for line in (site / CHECKSUMS).read_text(encoding="utf-8").splitlines())
    assert sums == {name: hashlib.sha256((site / name).read_bytes()).hexdigest() for name in files - {CHECKSUMS}}


@pytest.mark.parametrize("collection", RESOURCES)
async def test_a_collection_has_each_of_its_records(
    collection: str, site: Path, real_client: httpx.AsyncClient
) -> None:
    listed = [record for page in walked(site, f"/v1/{collection}?limit=200") for record in page["data"]]
    total = (await real_client.get(f"/v1/{collection}?limit=0")).json()["meta"]["total"]
    assert len(listed) == len({record["id"] for record in listed}) == total
    for record in listed:
        assert read(site, f"/v1/{collection}/{record['id']}")["data"] == record
        assert (site / file_of(f"/v1/{collection}/{record['id']}/citation")).exists()


def test_links_lead_to_files(site: Path) -> None:
    """But for other formats of a citation, which its JSON holds, and for lists that do not fit in a page."""
    for row in rows(site):
        if row["media_type"] != "application/json" or row["file"] == "openapi.json":
            continue
        links = read(site, row["asked"])["links"]
        for name in {"self", "first", "next", "collection", "schema", "citation", "cited", "csv"} & set(links):
            if links[name]:
                assert (site / file_of(links[name])).exists(), (row["address"], name)


# --- pages ----------------------------------------------------------------------------------------


def test_walking_reaches_everything_once(pages_of_two: Path) -> None:
    first = {row["address"] for row in rows(pages_of_two) if row["address"].endswith("?limit=2")}
    assert {f"/v1/{name}?limit=2" for name in RESOURCES} | {"/v1/timeline?limit=2", "/v1/provenance?limit=2"} <= first
    several = 0
    for address in sorted(first):
        pages = list(walked(pages_of_two, address))
        several += len(pages) > 1
        items = [json.dumps(item, sort_keys=True) for page in pages for item in page["data"]]
        assert len(items) == pages[0]["meta"]["total"]
        assert max(Counter(items).values(), default=1) == 1
    assert several > 5
    reached = {
        address for start in first for page in walked(pages_of_two, start) for address in [page["links"]["self"]]
    }
    assert {row["address"] for row in rows(pages_of_two) if "cursor=" in row["address"]} <= reached


def test_a_host_that_reads_no_queries_sends_nobody_round(pages_of_two: Path) -> None:
    """It answers the link to the next page with the file of the plain path: there must be none, or no such link."""
    plain = [row for row in rows(pages_of_two) if "?" not in row["address"] and row["file"].endswith(".json")]
    assert len(plain) > 20
    for row in plain:
        assert read(pages_of_two, row["address"]).get("links", {}).get("next") is None
    lists = [name for name in RESOURCES if not (pages_of_two / f"v1/{name}.json").exists()]
    assert lists
    assert all((pages_of_two / f"v1/{name}.csv").exists() for name in lists)


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.json"),
        ("/v1", "v1.json"),
        ("/v1/treaties", "v1/treaties.json"),
        ("/v1/treaties?format=csv", "v1/treaties.csv"),
        ("/v1/treaties?cursor=Ab_-9&limit=200", "v1/treaties@cursor=Ab_-9&limit=200.json"),
        ("/openapi.json", "openapi.json"),
        ("/docs/files/swagger-ui.css", "docs/files/swagger-ui.css"),
    ],
)
def test_an_address_has_its_file(address: str, file: str) -> None:
    assert file_of(address) == file


# --- putting it in place --------------------------------------------------------------------------


class Breaking:
    """An application that fails after some requests."""

    def __init__(self, app: ASGIApp, good: int) -> None:
        self.app, self.left = app, good

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.left -= 1
        if self.left < 0:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, send)


def state(folder: Path) -> dict[str, bytes]:
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


async def test_an_export_that_breaks_off_leaves_what_stood(app: ASGIApp, tmp_path: Path) -> None:
    await export(app, BASE, tmp_path / "site")
    before = state(tmp_path)
    with pytest.raises(ExportError, match="was answered with 503; nothing is exported"):
        await export(Breaking(app, 20), "https://example.org", tmp_path / "site")
    assert state(tmp_path) == before


async def test_an_export_takes_the_place_of_the_one_before(app: ASGIApp, tmp_path: Path) -> None:
    await export(app, "https://old.example.org", tmp_path / "site")
    (tmp_path / "site" / "v1" / "left.json").write_text("{}", encoding="utf-8")
    await export(app, BASE, tmp_path / "site")
    await export(app, BASE, tmp_path / "other")
    assert state(tmp_path / "site") == state(tmp_path / "other")
    assert {folder.name for folder in tmp_path.iterdir()} == {"site", "other"}


@pytest.mark.parametrize("content", ["notes.txt", MANIFEST])
async def test_what_is_no_export_is_not_written_over(content: str, app: ASGIApp, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / content).write_text("mine\n", encoding="utf-8")
    with pytest.raises(ExportError, match="is no export of this dataset"):
        await export(app, BASE, tmp_path / "home")
    assert state(tmp_path) == {f"home/{content}": b"mine\n"}


async def test_an_empty_folder_will_do(app: ASGIApp, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    assert await export(app, BASE, tmp_path / "site") > 50


async def test_two_exports_into_one_folder_do_not_mix(app: ASGIApp, tmp_path: Path) -> None:
    (tmp_path / ".site.part").mkdir()
    with pytest.raises(ExportError, match="another export is under way"):
        await export(app, BASE, tmp_path / "site")
    assert (tmp_path / ".site.part").exists()
