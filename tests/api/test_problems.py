"""What a wrong request is told (RFC 9457): what was wrong, what is allowed, what was probably meant."""

from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Message

from app.api.cache import ResponseCache
from app.api.problems import KINDS
from tests.support import serving

KEYS = ["type", "title", "status", "detail", "instance", "errors"]


async def problem(client: httpx.AsyncClient, status: int, path: str, **options: Any) -> dict[str, Any]:
    """The problem document that a request gets, its form checked."""
    answer = await client.request(options.pop("method", "GET"), path, **options)
    assert answer.status_code == status, (answer.status_code, answer.text[:300])
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    body: dict[str, Any] = answer.json()
    assert list(body) == KEYS
    assert body["status"] == status
    assert body["detail"]
    return body


async def mistake(client: httpx.AsyncClient, path: str, **options: Any) -> dict[str, Any]:
    """The one mistake of a request that gets 400."""
    [found] = (await problem(client, 400, path, **options))["errors"]
    assert list(found) == ["parameter", "value", "detail", "allowed", "did_you_mean"]
    return dict(found)


async def test_an_unknown_parameter_is_told_the_known_ones_and_the_nearest(client: httpx.AsyncClient) -> None:
    wrong = await mistake(client, "/v1/treaties?partie=northland")
    assert (wrong["parameter"], wrong["value"], wrong["did_you_mean"]) == ("partie", "northland", "party")
    assert {"party", "form", "in_force_on", "cursor", "limit"} <= set(wrong["allowed"])
    assert wrong["detail"] == "unknown parameter"


@pytest.mark.parametrize(
    "path",
    [
        "/", "/v1", "/v1/dataset", "/v1/treaties/dawn-treaty", "/v1/treaties/schema", "/openapi.json", "/docs",
        "/health/live", "/health/ready",
    ],
)  # fmt: skip
async def test_an_unknown_parameter_is_refused_everywhere(client: httpx.AsyncClient, path: str) -> None:
    assert (await mistake(client, f"{path}?colour=red"))["parameter"] == "colour"


async def test_an_unknown_value_is_told_the_allowed_ones_and_the_nearest(client: httpx.AsyncClient) -> None:
    wrong = await mistake(client, "/v1/treaties?form=treety")
    assert wrong["did_you_mean"] == "treaty"
    assert {"treaty", "convention", "pact", "truce"} <= set(wrong["allowed"])
    assert (await mistake(client, "/v1/treaties?sort=-dat"))["did_you_mean"] == "-date"
    assert (await mistake(client, "/v1/treaties?format=xml"))["allowed"] == ["json", "csv"]
    assert (await mistake(client, "/v1/treaties?secret=yes"))["allowed"] == ["false", "true"]
    assert (await mistake(client, "/v1/treaties?date=1925&date_match=maybe"))["allowed"] == ["possible", "certain"]


async def test_an_unknown_id_is_told_the_nearest(client: httpx.AsyncClient) -> None:
    wrong = await mistake(client, "/v1/treaties?party=norhtland")
    assert wrong["did_you_mean"] == "northland"
    assert "southland" in wrong["allowed"]
    assert (await mistake(client, "/v1/figures?about=treaties/dawn-treety"))["did_you_mean"] == "treaties/dawn-treaty"
    assert (await mistake(client, "/v1/treaties?work=harbor-1960"))["did_you_mean"] == "harbour-1960"


async def test_every_mistake_is_named_at_once(client: httpx.AsyncClient) -> None:
    body = await problem(client, 400, "/v1/treaties?form=treety,pakt&limit=999&colour=red&date=1925-13")
    assert [(e["parameter"], e["value"]) for e in body["errors"]] == [
        ("form", "treety"), ("form", "pakt"), ("limit", "999"), ("colour", "red"), ("date", "1925-13"),
    ]  # fmt: skip
    assert body["instance"] == "/v1/treaties?form=treety,pakt&limit=999&colour=red&date=1925-13"


@pytest.mark.parametrize(
    ("parameter", "value", "said"),
    [
        ("date", "1938-02-30", "February 1938 runs from 1938-02-01 to 1938-02-28"),
        ("date", "1939/1938", "ends before it starts"),
        ("date", "1938-08/1938-07", "1938-07/1938-08"),
        ("date", "../..", "needs a date at one end"),
        ("date", "August 1938", "not a date"),
        ("date", "", "not a date"),
        ("in_force_on", "1940-6-1", "1940-06-01"),
        ("bbox", "1,2,3", "west,south,east,north"),
        ("bbox", "181,0,190,1", "-180 to 180"),
        ("bbox", "0,50,1,40", "south first"),
        ("bbox", "nan,0,1,1", "-180 to 180"),
        ("bbox", "1_0,0,11,1", "west,south,east,north"),
        ("bbox", "１,0,2,1", "west,south,east,north"),
        ("bbox", "0,-91,1,1", "-90 to 90"),
        ("same_as", "Q15180", "wikidata:Q"),
        ("same_as", "wikidata:959", "wikidata:Q"),
        ("same_as", "geonames:Q959", "wikidata:Q"),
        ("party", "", "no such id"),
    ],
)
async def test_a_value_of_the_wrong_form_is_told_the_right_one(
    client: httpx.AsyncClient, parameter: str, value: str, said: str
) -> None:
    wrong = await mistake(client, "/v1/treaties", params={parameter: value})
    assert (wrong["parameter"], wrong["value"]) == (parameter, value)
    assert said in wrong["detail"]


async def test_a_page_needs_its_book(client: httpx.AsyncClient) -> None:
    assert "work" in (await mistake(client, "/v1/citations?page=10"))["detail"]


@pytest.mark.parametrize("name", ["date", "date_match", "in_force_on", "page", "bbox", "sort", "limit", "format"])
async def test_a_scalar_given_twice_is_refused(client: httpx.AsyncClient, name: str) -> None:
    value = {"date": "1925", "date_match": "certain", "in_force_on": "1925", "bbox": "0,0,1,1", "sort": "date",
             "format": "json"}.get(name, "10")  # fmt: skip
    asked = [(name, value), (name, value), ("work", "harbour-1960")]
    body = await problem(client, 400, "/v1/treaties", params=asked)
    assert [(e["parameter"], e["detail"]) for e in body["errors"]] == [(name, "given more than once; give it once")]


async def test_a_cursor_given_twice_is_refused(client: httpx.AsyncClient) -> None:
    assert (await mistake(client, "/v1/treaties?cursor=a&cursor=b"))["detail"] == "given more than once; give it once"


async def test_50_values_are_read_and_80_refused(client: httpx.AsyncClient) -> None:
    forms = ["treaty", "pact", "truce", "loan", "protocol"]
    assert (await client.get("/v1/treaties", params={"form": ",".join(forms * 10)})).status_code == 200
    wrong = await mistake(client, "/v1/treaties", params={"form": ",".join(forms * 16)})
    assert wrong["detail"] == "80 values; at most 50 at once"
    wrong = await mistake(client, "/v1/treaties", params=[("form", form) for form in forms * 16])
    assert wrong["detail"] == "80 values; at most 50 at once"


@pytest.mark.parametrize("path", ["/v1/treaties", "/v1/treaties/dawn-treaty", "/v1/treaties/schema", "/", "/docs"])
async def test_a_query_of_10_kb_is_too_long(client: httpx.AsyncClient, path: str) -> None:
    body = await problem(client, 414, f"{path}?form={'a' * 10_000}")
    assert "8,000" in body["detail"]


@pytest.mark.parametrize(
    "query", ["form=%00", "form=a%00b", "%00=1", "party=%00northland", "date=1925%00", "form=%ff%fe", "%ff=%ff",
              "form=%C3%28", "cursor=%00", "form=%ED%A0%80", "form=%", "form=%zz", "&&&=&=", "form",
              "limit=%31%30%30%30"],
)  # fmt: skip
async def test_nulls_and_bad_utf_8_in_a_query_are_refused(client: httpx.AsyncClient, query: str) -> None:
    assert (await problem(client, 400, f"/v1/treaties?{query}"))["errors"]


@pytest.mark.parametrize(
    "identifier", ["%00", "%ff", "dawn-treaty%00", "%C3%28", "%ED%A0%80", "a" * 5000, "..;", "%25"]
)
async def test_nulls_and_bad_utf_8_in_a_path_are_not_found(client: httpx.AsyncClient, identifier: str) -> None:
    assert "/v1/treaties lists them" in (await problem(client, 404, f"/v1/treaties/{identifier}"))["detail"]


async def raw(app: ASGIApp, path: str, query: bytes, headers: list[tuple[bytes, bytes]]) -> Message:
    """The start of the answer to a request as a server hands it over, its bytes as they came."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
             "path": path, "raw_path": b"/", "query_string": query, "root_path": "", "headers": headers,
             "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)}  # fmt: skip
    await app(scope, receive, send)
    return sent[0]


@pytest.mark.parametrize(
    ("path", "query", "headers", "status"),
    [
        ("/v1/treaties", b"form=\xff", [], 400),
        ("/v1/treaties", b"\xff\xfe", [], 400),
        ("/v1/nowhere", b"\xff", [], 404),
        ("/V1/treaties", b"\xff", [], 308),
        ("/v1/treaties/old-dawn-treaty", b"", [], 308),
        ("/v1/\ud800", b"", [], 404),
        ("/v1/nowhere", b"", [(b"host", b"[::")], 404),
        ("/v1/nowhere", b"", [(b"host", b"\xff\xfe")], 404),
        ("/v1/treaties", b"", [(b"accept", b"\xff\xfe")], 406),
        ("/v1/treaties", b"", [(b"accept", b";;q=,,q=x,*/*;q=\xff")], 406),
        ("/v1/treaties", b"", [(b"if-none-match", b"\xff")], 200),
    ],
)
async def test_bytes_that_are_no_text_are_answered(
    app: ASGIApp, path: str, query: bytes, headers: list[tuple[bytes, bytes]], status: int
) -> None:
    start = await raw(app, path, query, headers)
    assert start["status"] == status
    for name, value in start["headers"]:
        assert b"\n" not in name + value
        (name + value).decode("ascii")


async def test_a_record_that_is_not_there_is_not_found_and_the_nearest_named(client: httpx.AsyncClient) -> None:
    detail = (await problem(client, 404, "/v1/treaties/dawn-treety"))["detail"]
    assert detail.endswith("did you mean /v1/treaties/dawn-treaty?")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/v1/treatys", "/v1/treaties/dawn-treaty/parties", "/v2", "/docs/files/x"]
)
async def test_an_unknown_path_is_not_found_and_sent_to_the_start(client: httpx.AsyncClient, path: str) -> None:
    body = await problem(client, 404, path)
    assert "start at /v1" in body["detail"]
    assert body["instance"] == path


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/v1", "/v1/treaties", "/v1/treaties/dawn-treaty", "/health/live", "/docs"])
async def test_another_method_is_refused_with_the_allowed_ones(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_every_kind_of_problem_has_a_page_that_explains_it(client: httpx.AsyncClient) -> None:
    for status, (name, title, advice) in KINDS.items():
        answer = await client.get(f"/problems/{name}")
        assert answer.json() == {"type": f"/problems/{name}", "title": title, "status": status, "advice": advice}
    assert (await problem(client, 404, "/v1/nowhere"))["type"] == "/problems/not-found"
    assert (await problem(client, 404, "/problems/nothing"))["type"] == "/problems/not-found"


async def test_anything_unforeseen_is_a_500_problem_without_a_trace(
    app: ResponseCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("SELECT secret FROM record; /home/someone/app.py")

    monkeypatch.setattr("app.store.query.Store.body", fail)
    async with serving(app.app) as client:
        answer = await client.get("/v1/treaties/dawn-treaty")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "The server failed"
    assert not any(word in answer.text for word in ("SELECT", "secret", "home", "Traceback", "RuntimeError"))
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/dataset", "/v1/timeline", "/v1/search?q=treaty", "/openapi.json", "/v1/works/schema"]
)
async def test_where_there_is_one_format_another_is_refused(client: httpx.AsyncClient, path: str) -> None:
    for accepted in ("image/png", "application/json;q=0", "text/*"):
        answer = await client.get(path, headers={"Accept": accepted})
        assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")
        assert "json only" in answer.json()["detail"]
    for accepted in ("application/json", "*/*", "text/html, application/*;q=0.1", ""):
        assert (await client.get(path, headers={"Accept": accepted})).status_code == 200
