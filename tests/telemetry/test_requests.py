"""Ids of requests, the access log, the log of failures, and the metrics, of a small application of known answers."""

import io
import json
import logging
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp

from app.api.application import create_app
from app.store.query import Store
from app.telemetry.access import LONGEST, AccessLog
from app.telemetry.logs import Shape, configure
from tests.support import serving

RECORD = "/v1/treaties/dawn-treaty"
MADE = re.compile(r"[0-9a-f]{32}")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Shape], io.StringIO]]:
    """Send logs of a shape to where a test can read them; what stood before comes back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def send(shape: Shape) -> io.StringIO:
        found = io.StringIO()
        monkeypatch.setattr(sys, "stderr", found)
        configure(shape, "warning")
        return found

    yield send
    root.handlers[:], root.level = handlers, level


@pytest.fixture
async def fresh(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """An application that nobody has asked anything yet."""
    async with serving(create_app(store)) as client:
        yield client


def lines(found: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in found.getvalue().splitlines()]


async def figures(client: httpx.AsyncClient) -> dict[str, float]:
    """Each sample with its value."""
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    samples = (line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in samples}


# --- the access log ---------------------------------------------------------------------------------


async def test_a_line_says_all_of_a_request(store: Store, logged: Callable[[Shape], io.StringIO]) -> None:
    found = logged("json")
    async with serving(AccessLog(create_app(store), "json")) as client:
        sent = {"x-request-id": "Root=1-67891233-abc", "user-agent": "tester/1"}
        answers = [await client.get(f"{RECORD}?format=json", headers=sent) for _ in range(2)]
    first, second = lines(found)
    assert isinstance(first.pop("ms"), float)
    assert str(first.pop("timestamp")).endswith("Z")
    assert first == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "path": RECORD,
        "query": "format=json",
        "status": 200,
        "bytes": len(answers[0].content),
        "request_id": "Root=1-67891233-abc",
        "client": "127.0.0.1",
        "agent": "tester/1",
        "cache": "miss",
    }
    assert second["cache"] == "hit"
    assert [answer.headers["x-request-id"] for answer in answers] == ["Root=1-67891233-abc"] * 2


async def test_each_answer_has_an_id_of_its_own_though_the_cache_gives_it(
    store: Store, logged: Callable[[Shape], io.StringIO]
) -> None:
    found = logged("json")
    async with serving(AccessLog(create_app(store), "json")) as client:
        answers = [await client.get(path) for path in (RECORD, RECORD, RECORD, "/v1/nowhere")]
        answers.append(await client.get(RECORD, headers={"if-none-match": answers[0].headers["etag"]}))
    ids = [answer.headers.get_list("x-request-id") for answer in answers]
    assert all(len(own) == 1 and MADE.fullmatch(own[0]) for own in ids)
    assert len({own[0] for own in ids}) == len(ids)
    assert [[line["request_id"]] for line in lines(found)] == ids
    assert [line["status"] for line in lines(found)] == [200, 200, 200, 404, 304]


@pytest.mark.parametrize("sent", ["", "a b", "a\tb", "x" * 129, "ünten", '{"a":1}', "<script>"])
async def test_an_id_that_is_none_is_replaced(sent: str, store: Store, logged: Callable[[Shape], io.StringIO]) -> None:
    logged("json")
    async with serving(AccessLog(create_app(store), "json")) as client:
        answer = await client.get("/v1/nowhere", headers={"x-request-id": sent.encode()})
    assert MADE.fullmatch(answer.headers["x-request-id"])


@pytest.mark.parametrize("shape", ["console", "json"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=40), agent=st.binary(max_size=40))
async def test_nobody_writes_a_line_of_their_own(
    shape: Shape, logged: Callable[[Shape], io.StringIO], raw: bytes, agent: bytes
) -> None:
    found = logged(shape)

    async def app(*_: object) -> None:
        return None

    scope = {
        "type": "http", "method": "GET", "path": "/", "raw_path": raw, "query_string": raw, "client": None,
        "headers": [(b"user-agent", agent), (b"x-request-id", raw)],
    }  # fmt: skip
    await AccessLog(app, shape)(scope, None, None)  # type: ignore[arg-type]
    *_, line, end = found.getvalue().split("\n")
    assert line.isprintable()
    assert not end
    assert found.getvalue().count("\n") == found.getvalue().count("request_id")


async def test_what_is_long_is_cut(store: Store, logged: Callable[[Shape], io.StringIO]) -> None:
    found = logged("json")
    async with serving(AccessLog(create_app(store), "json")) as client:
        await client.get("/v1/treaties?q=" + "a" * 50_000, headers={"user-agent": "b" * 50_000})
    assert len(found.getvalue()) < 3 * LONGEST


# --- failures ---------------------------------------------------------------------------------------


async def test_a_failure_is_told_with_its_id_and_logged_with_its_trace(
    store: Store, monkeypatch: pytest.MonkeyPatch, logged: Callable[[Shape], io.StringIO]
) -> None:
    found = logged("json")
    app = create_app(store)

    def broken(*_: object) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(type(store), "body", broken)
    async with serving(app) as client:
        answer = await client.get(RECORD, headers={"x-request-id": "mine"})
    assert answer.status_code == 500
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "mine"
    assert "the disk is gone" not in answer.text
    (line,) = lines(found)
    assert (line["level"], line["request_id"], line["path"]) == ("error", "mine", RECORD)
    assert "RuntimeError: the disk is gone" in str(line["exception"])


async def test_a_refusal_has_an_id_in_its_header_only(fresh: httpx.AsyncClient) -> None:
    answer = await fresh.get("/v1/treaties?nonsense=1", headers={"x-request-id": "mine"})
    assert answer.status_code == 400
    assert answer.headers["x-request-id"] == "mine"
    assert "request_id" not in answer.json()


async def test_an_answer_that_may_be_kept_carries_nobodys_id(fresh: httpx.AsyncClient) -> None:
    for _ in range(2):
        assert "x-request-id" not in (await fresh.get(RECORD, headers={"x-request-id": "mine"})).headers


# --- metrics ----------------------------------------------------------------------------------------


async def test_requests_are_counted_by_route_and_hits_by_the_cache(fresh: httpx.AsyncClient) -> None:
    for path in (RECORD, RECORD, "/v1/treaties/paper-pact", "/v1/treaties", "/v1/treaties?sort=name", "/v1/nowhere"):
        await fresh.get(path)
    await fresh.post("/v1/treaties")
    found = await figures(fresh)
    assert found['sjr_requests_total{method="GET",route="/v1/treaties",status="200"}'] == 2
    assert found['sjr_requests_total{method="GET",route="none",status="404"}'] == 1
    assert found['sjr_requests_total{method="POST",route="/v1/treaties",status="405"}'] == 1
    assert found["sjr_cache_hits_total"] == 1
    assert found["sjr_cache_misses_total"] == 6  # with that for the metrics
    assert 0 < found["sjr_cache_bytes"] < found["sjr_cache_limit_bytes"] == 64_000_000
    assert found["sjr_requests_in_flight"] == 1  # the one for the metrics
    assert found['sjr_request_duration_seconds_count{route="/v1/treaties/{id}"}'] == 2
    assert found["process_resident_memory_bytes"] > 0


async def test_the_metrics_say_what_is_served_and_are_never_kept(fresh: httpx.AsyncClient, store: Store) -> None:
    assert (await figures(fresh))[f'sjr_dataset_info{{version="{store.version}"}}'] == 1
    answer = await fresh.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


async def test_addresses_that_strangers_make_up_are_no_new_series(fresh: httpx.AsyncClient) -> None:
    async def series() -> set[str]:
        return set(await figures(fresh))

    async def ask(number: int) -> None:
        await fresh.get(f"/v1/treaties/made-up-{number}")
        await fresh.get(f"/v1/made-up-{number}?x={number}")
        await fresh.get(f"/v1/treaties?made-up-{number}=1")
        await fresh.get(f"/docs/files/{number}")
        await fresh.request(f"MAKEUP{number}", "/v1/treaties")

    await figures(fresh)
    await ask(0)
    before = await series()
    for number in range(1, 20):
        await ask(number)
    assert await series() == before


async def test_dropped_answers_are_counted(store: Store) -> None:
    async with serving(create_app(store, kept=20_000)) as client:
        for number in range(1, 40):
            await client.get(f"/v1/treaties?limit={number}")
        found = await figures(client)
    assert found["sjr_cache_evictions_total"] > 0
    assert found["sjr_cache_bytes"] <= 20_000


async def test_each_application_has_figures_of_its_own(app: ASGIApp, store: Store) -> None:
    async with serving(app) as one, serving(create_app(store)) as other:
        await one.get(RECORD)
        assert not [name for name in await figures(other) if f'route="{RECORD}' in name or "/v1/treaties/{id}" in name]
