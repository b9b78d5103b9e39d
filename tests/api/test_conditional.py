"""What a cache and a browser need: ETag and 304, HEAD, Vary, Link, CORS."""

import re

import httpx
import pytest

from app.store.query import Store

PATHS = [
    "/", "/v1", "/v1/dataset", "/v1/treaties", "/v1/treaties?limit=1", "/v1/treaties?format=csv", "/openapi.json",
    "/v1/treaties/dawn-treaty", "/v1/treaties/dawn-treaty?format=csv", "/v1/treaties/schema", "/docs",
]  # fmt: skip
EXPOSED = {"etag", "link", "content-disposition", "dataset-version"}


@pytest.mark.parametrize("path", PATHS)
async def test_an_answer_has_a_strong_tag_and_may_be_kept(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert re.fullmatch(r'"[0-9a-f]+"', answer.headers["etag"])
    assert answer.headers["cache-control"].startswith("public, max-age=")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other" ,W/{},"third"', "*"])
async def test_who_has_it_already_gets_304_without_a_body(client: httpx.AsyncClient, path: str, form: str) -> None:
    whole = await client.get(path)
    answer = await client.get(path, headers={"If-None-Match": form.format(whole.headers["etag"])})
    assert (answer.status_code, answer.content) == (304, b"")
    for name in ("etag", "cache-control", "vary", "link", "dataset-version", "access-control-allow-origin"):
        assert answer.headers.get(name) == whole.headers.get(name), name


@pytest.mark.parametrize("sent", ['"other"', 'W/"other"', "", "other", '"'])
async def test_another_tag_gets_the_whole_answer(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.get("/v1/treaties", headers={"If-None-Match": sent})
    assert answer.status_code == 200
    assert answer.json()["meta"]["total"] == 7


async def test_every_representation_has_its_own_tag(client: httpx.AsyncClient) -> None:
    tags = [
        (await client.get(path, headers={"Accept": accept})).headers["etag"]
        for path in ("/v1/treaties", "/v1/treaties?limit=1", "/v1/treaties/dawn-treaty", "/v1/battles")
        for accept in ("application/json", "text/csv")
    ]
    assert tags[1] == tags[3]  # a file holds every row, whatever the limit
    assert len(set(tags)) == len(tags) - 1


async def test_one_representation_has_one_tag_however_it_is_asked_for(client: httpx.AsyncClient) -> None:
    for ways in (
        [("/v1/treaties?format=csv", "*/*"), ("/v1/treaties", "text/csv")],
        [
            ("/v1/treaties?form=pact,truce&party=southland", ""),
            ("/v1/treaties?party=southland&form=truce&form=pact", ""),
        ],
    ):
        answers = [await client.get(path, headers={"Accept": accept}) for path, accept in ways]
        assert len({answer.content for answer in answers}) == 1
        assert len({answer.headers["etag"] for answer in answers}) == 1


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("/v1/treaties", "/v1/treaties?sort=date&limit=25&format=json&date_match=possible"),
        ("/v1/treaties?limit=5", "/v1/treaties?limit=05"),
        ("/v1/people", "/v1/people?sort=name"),
        ("/v1/treaties?q=pact", "/v1/treaties?q=pact&sort=relevance"),
        ("/v1/treaties?format=csv", "/v1/treaties?format=csv&sort=date&limit=25"),
        ("/v1/search?q=pact", "/v1/search?q=pact&limit=25&date_match=possible"),
        ("/v1/suggest?q=pa", "/v1/suggest?q=pa&limit=10"),
        ("/v1/timeline", "/v1/timeline?limit=50&sort=date"),
        ("/v1/graph", "/v1/graph?limit=250&format=json"),
        ("/v1/graph?format=csv", "/v1/graph?format=csv&limit=1000"),
        ("/v1/graph?root=treaties/dawn-treaty", "/v1/graph?root=treaties/dawn-treaty&depth=1"),
        ("/v1/graph?collection=battles&place=grey-coast", "/v1/graph?place=grey-coast&collection=battles"),
        ("/v1/provenance", "/v1/provenance?alone=false&limit=25"),
        ("/v1/cite?url=/v1/treaties", "/v1/cite?url=/v1/treaties%3Fsort=date&format=json"),
        ("/v1/treaties/dawn-treaty/citation", "/v1/treaties/dawn-treaty/citation?format=json"),
    ],
)
async def test_a_default_goes_without_saying(client: httpx.AsyncClient, short: str, long: str) -> None:
    without, spelled = [await client.get(path) for path in (short, long)]
    assert without.status_code == 200, without.text
    assert spelled.content == without.content
    assert spelled.headers["etag"] == without.headers["etag"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/v1/treaties?q=pact", "/v1/treaties?q=pact&sort=date"),
        ("/v1/graph?format=csv", "/v1/graph?format=csv&limit=250"),
    ],
)
async def test_what_is_a_default_elsewhere_is_said(client: httpx.AsyncClient, one: str, other: str) -> None:
    tags = {(await client.get(path)).headers["etag"] for path in (one, other)}
    assert len(tags) == 2


async def test_one_tag_never_stands_for_two_bodies(client: httpx.AsyncClient) -> None:
    bodies: dict[str, bytes] = {}
    for path in (
        "/v1/treaties", "/v1/treaties?sort=date", "/v1/treaties?format=json", "/v1/treaties?limit=25",
        "/v1/treaties?date=1925", "/v1/treaties?date=1925&date_match=possible", "/v1/treaties?form=pact,pact",
        "/v1/treaties?form=pact", "/v1/treaties?date_match=possible&date=1925",
        "/v1/treaties?limit=05", "/v1/treaties?limit=5", "/v1/treaties/dawn-treaty",
        "/v1/treaties/dawn-treaty?format=json",
    ):  # fmt: skip
        answer = await client.get(path)
        assert bodies.setdefault(answer.headers["etag"], answer.content) == answer.content, path


@pytest.mark.parametrize("path", [*PATHS, "/health/live", "/v1/nowhere", "/v1/treaties?colour=red", "/V1/treaties"])
async def test_head_is_get_without_the_body(client: httpx.AsyncClient, path: str) -> None:
    get, head = await client.get(path), await client.head(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    of_one_request = {"x-request-id"}
    assert {**head.headers, **dict.fromkeys(of_one_request)} == {**get.headers, **dict.fromkeys(of_one_request)}
    if "content-length" in get.headers:
        assert int(head.headers["content-length"]) == len(get.content)


async def test_head_is_conditional_too(client: httpx.AsyncClient) -> None:
    tag = (await client.head("/v1/treaties")).headers["etag"]
    assert (await client.head("/v1/treaties", headers={"If-None-Match": tag})).status_code == 304


@pytest.mark.parametrize(("path", "vary"), [("/v1/treaties", True), ("/v1/treaties/dawn-treaty", True), ("/", True),
                                            ("/v1/dataset", False), ("/openapi.json", False)])  # fmt: skip
async def test_what_depends_on_accept_says_so(client: httpx.AsyncClient, path: str, vary: bool) -> None:
    assert ("Accept" in (await client.get(path)).headers["vary"].split(", ")) is vary


async def test_what_cannot_be_had_in_the_accepted_form_varies_too(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/treaties", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.headers["cache-control"] == "no-store"


async def test_a_link_leads_to_the_same_in_the_other_format(client: httpx.AsyncClient) -> None:
    for path, other, kind in (
        ("/v1/treaties?party=northland&limit=7", "/v1/treaties?format=csv&party=northland", "text/csv"),
        ("/v1/treaties?format=csv", "/v1/treaties?format=json", "application/json"),
        ("/v1/treaties/dawn-treaty", "/v1/treaties/dawn-treaty?format=csv", "text/csv"),
    ):
        answer = await client.get(path)
        assert f'<{other}>; rel="alternate"; type="{kind}"' in answer.headers["link"]
        assert (await client.get(other)).headers["content-type"].startswith(kind)


async def test_any_origin_may_read_the_answer_and_its_headers(client: httpx.AsyncClient, store: Store) -> None:
    for path in (
        "/v1/treaties",
        "/v1/treaties?format=csv",
        "/v1/nowhere",
        "/V1",
        "/health/live",
        "/docs/files/LICENSE",
    ):
        answer = await client.get(path, headers={"Origin": "https://reader.example"})
        assert answer.headers["access-control-allow-origin"] == "*"
        exposed = answer.headers["access-control-expose-headers"].lower().split(", ")
        assert set(exposed) >= EXPOSED
        assert answer.headers["dataset-version"] == store.version
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/v1/treaties", "/v1/treaties/dawn-treaty", "/", "/v1/nowhere"])
async def test_a_browser_may_send_if_none_match(client: httpx.AsyncClient, path: str) -> None:
    asking = {
        "Origin": "https://reader.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    answer = await client.options(path, headers=asking)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "GET" in answer.headers["access-control-allow-methods"]
    assert "if-none-match" in answer.headers["access-control-allow-headers"].lower()


async def test_an_options_that_is_no_preflight_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.options("/v1/treaties", headers={"Origin": "https://reader.example"})).status_code == 405
