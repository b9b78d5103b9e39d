import asyncio
import gzip
from collections.abc import AsyncIterator

import brotli
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import cache
from app.api.cache import ResponseCache
from app.api.entry import COMPRESS, OVERHEAD, WHOLE, Whole, coding_of

LARGEST = cache.LARGEST
BODY = b'{"name":"' + b"a" * 2_000 + b'"}'


class Origin:
    """An application that counts what it is asked, and waits where it is told to."""

    def __init__(self, body: bytes = BODY, status: int = 200, headers: dict[bytes, bytes] | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self.body, self.status = body, status
        self.headers = {b"content-type": b"application/json", b"etag": b'"one"', **(headers or {})}
        self.gate = asyncio.Event()
        self.gate.set()
        self.breaks = False

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.asked.append((scope["method"], scope["path"]))
        await self.gate.wait()
        headers = {**self.headers, b"content-length": str(len(self.body)).encode()}
        await send({"type": "http.response.start", "status": self.status, "headers": list(headers.items())})
        half = len(self.body) // 2
        await send({"type": "http.response.body", "body": self.body[:half], "more_body": True})
        if self.breaks:
            raise RuntimeError("broken off")
        await send({"type": "http.response.body", "body": self.body[half:]})


class Returning(Origin):
    """The same, returning its answer where it is asked to."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Whole | None:  # type: ignore[override]
        if WHOLE not in scope.get("extensions", {}):
            await super().__call__(scope, receive, send)
            return None
        self.asked.append((scope["method"], scope["path"]))
        await self.gate.wait()
        kind = self.headers[b"content-type"]
        return Whole(self.body, self.headers[b"etag"], b"", kind, [(b"content-type", kind)])


def through(app: ASGIApp) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers={"accept-encoding": "identity"})


@pytest.fixture
async def origin() -> Origin:
    return Origin()


@pytest.fixture
async def cached(origin: Origin) -> AsyncIterator[httpx.AsyncClient]:
    async with through(ResponseCache(origin, 1_000_000)) as client:
        yield client


async def test_the_application_is_asked_once_for_get_head_and_304(origin: Origin, cached: httpx.AsyncClient) -> None:
    first = await cached.get("/a")
    assert (first.status_code, first.content) == (200, BODY)
    head = await cached.head("/a")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(BODY)))
    unchanged = await cached.get("/a", headers={"if-none-match": first.headers["etag"]})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", '"one"')
    assert origin.asked == [("GET", "/a")]


async def test_a_first_request_on_condition_leaves_the_whole_answer_for_the_next(
    origin: Origin, cached: httpx.AsyncClient
) -> None:
    assert (await cached.get("/a", headers={"if-none-match": '"one"'})).status_code == 304
    assert (await cached.get("/a")).content == BODY
    assert (await cached.get("/a", headers={"if-none-match": '"other"'})).content == BODY
    assert len(origin.asked) == 1


@pytest.mark.parametrize("coding", ["br", "gzip"])
async def test_a_compressed_answer_is_made_once_and_has_its_own_tag(
    origin: Origin, coding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def compress(body: bytes) -> bytes:
        made.append(coding)
        return brotli.compress(body) if coding == "br" else gzip.compress(body)

    monkeypatch.setitem(COMPRESS, coding.encode(), compress)
    async with through(ResponseCache(origin, 1_000_000)) as client:
        asked = {"accept-encoding": coding}
        answers = await asyncio.gather(*(client.get("/a", headers=asked) for _ in range(8)))
        assert {answer.headers["content-encoding"] for answer in answers} == {coding}
        assert {answer.content for answer in answers} == {BODY}  # httpx reads the coding
        assert {answer.headers["etag"] for answer in answers} == {f'"one-{coding}"'}
        assert answers[0].headers["vary"] == "Accept-Encoding"
        unchanged = await client.get("/a", headers={**asked, "if-none-match": f'"one-{coding}"'})
        assert unchanged.status_code == 304
    assert made == [coding]


async def test_what_compression_does_not_shrink_is_sent_as_it_is() -> None:
    for small in (Origin(b"{}"), Origin(headers={b"content-type": b"image/png"})):
        async with through(ResponseCache(small, 1_000_000)) as client:
            answer = await client.get("/a", headers={"accept-encoding": "br, gzip"})
            assert "content-encoding" not in answer.headers
            assert answer.content == small.body


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (b"", b""), (b"identity", b""), (b"gzip", b"gzip"), (b"gzip, br", b"br"), (b"br;q=0, gzip", b"gzip"),
        (b"br;q=0.0,gzip;q=0.5", b"gzip"), (b"*", b"br"), (b"*;q=0", b""), (b"BR", b"br"), (b"deflate, ;;,", b""),
    ],
)  # fmt: skip
def test_the_coding_is_one_that_the_client_takes(accepted: bytes, coding: bytes) -> None:
    assert coding_of(accepted) == coding


async def test_equal_requests_at_once_ask_the_application_once(origin: Origin) -> None:
    origin.gate.clear()
    async with through(ResponseCache(origin, 1_000_000)) as client:
        asking = [asyncio.create_task(client.get("/a")) for _ in range(32)]
        await asyncio.sleep(0.05)
        origin.gate.set()
        answers = await asyncio.gather(*asking)
    assert {answer.content for answer in answers} == {BODY}
    assert len(origin.asked) == 1


async def test_spellings_with_one_tag_share_one_entry(origin: Origin) -> None:
    kept = ResponseCache(origin, 1_000_000)
    async with through(kept) as client:
        for spelling in ("/a?x=1&y=2", "/a?y=2&x=1"):
            await client.get(spelling)
            await client.get(spelling)
    assert len(origin.asked) == 2
    assert kept.size < 2 * len(BODY) + 3 * OVERHEAD


@pytest.mark.parametrize(
    "refusing",
    [
        Origin(status=404), Origin(status=500), Origin(status=308), Origin(headers={b"cache-control": b"no-store"}),
        Origin(headers={b"vary": b"Accept, Cookie"}), Origin(headers={b"vary": b"*"}),
    ],
)  # fmt: skip
async def test_errors_and_what_varies_otherwise_are_not_kept(refusing: Origin) -> None:
    kept = ResponseCache(refusing, 1_000_000)
    async with through(kept) as client:
        for _ in range(2):
            answer = await client.get("/a")
            assert (answer.status_code, answer.content) == (refusing.status, BODY)
        assert (await client.head("/a")).content == b""
    assert (len(refusing.asked), kept.size) == (3, 0)


async def test_an_answer_that_breaks_off_is_not_kept(origin: Origin) -> None:
    origin.breaks = True
    kept = ResponseCache(origin, 1_000_000)
    async with through(kept) as client:
        await client.get("/a")
        origin.breaks = False
        assert (await client.get("/a")).content == BODY
    assert len(origin.asked) == 2


async def test_too_large_an_answer_passes_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LARGEST", 1_500)
    large = Origin()
    kept = ResponseCache(large, 1_000_000)
    async with through(kept) as client:
        assert (await client.get("/a")).content == BODY
        assert (await client.head("/a")).content == b""
        unchanged = await client.get("/a", headers={"if-none-match": '"one"'})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        at_once = await asyncio.gather(*(client.get("/a") for _ in range(4)))
        assert {answer.content for answer in at_once} == {BODY}
    assert kept.size == 0


@pytest.mark.parametrize("largest", [LARGEST, 1_500])
async def test_what_is_returned_is_answered_as_what_is_sent(monkeypatch: pytest.MonkeyPatch, largest: int) -> None:
    monkeypatch.setattr(cache, "LARGEST", largest)
    answers: list[list[tuple[int, list[tuple[str, str]], bytes]]] = []
    for app in (Origin(), Returning()):
        async with through(ResponseCache(app, 1_000_000)) as client:
            given = [
                await client.request(method, path, headers=headers)
                for path in ("/a", "/b", "/a")
                for method in ("HEAD", "GET")
                for headers in ({}, {"accept-encoding": "br"}, {"if-none-match": '"one"'}, {"if-none-match": '"two"'})
            ]
            given += await asyncio.gather(*(client.get("/c") for _ in range(4)))
        answers.append([(one.status_code, sorted(one.headers.items()), one.content) for one in given])
        assert (len(app.asked) == 3) is (largest == LARGEST)
    assert answers[0] == answers[1]


async def test_a_stream_of_distinct_requests_stays_within_the_bound() -> None:
    class Distinct(Origin):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            self.headers[b"etag"] = b'"%b"' % scope["query_string"]
            await super().__call__(scope, receive, send)

    kept = ResponseCache(Distinct(), 50_000)
    async with through(kept) as client:
        for number in range(300):
            coding = ("identity", "br", "gzip")[number % 3]
            await client.get(f"/a?{number}", headers={"accept-encoding": coding})
            assert kept.size <= 50_000
            assert kept.size == sum(entry.size for entry in kept._entries.values())
    assert 0 < len(kept._entries) < 30
    assert len(kept._spellings) == sum(len(entry.spellings) for entry in kept._entries.values())


async def test_an_answer_that_does_not_fit_leaves_the_others(origin: Origin) -> None:
    kept = ResponseCache(origin, 2 * OVERHEAD + 500)
    async with through(kept) as client:
        origin.body, origin.headers[b"etag"] = b"{}", b'"small"'
        await client.get("/small")
        origin.body, origin.headers[b"etag"] = BODY * 2, b'"large"'
        assert (await client.get("/large")).content == BODY * 2
        assert (await client.get("/small")).content == b"{}"
    assert origin.asked == [("GET", "/small"), ("GET", "/large")]
    assert kept.evictions == 0


async def test_other_methods_and_lifespan_pass() -> None:
    sent: list[Message] = []

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": scope["type"]})

    async def keep(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        return {"type": "http.request"}

    await ResponseCache(app, 1)({"type": "lifespan"}, nothing, keep)
    await ResponseCache(app, 1)({"type": "http", "method": "POST"}, nothing, keep)
    assert sent == [{"type": "lifespan"}, {"type": "http"}]


PATHS = st.sampled_from(
    [
        "/",
        "/docs",
        "/openapi.json",
        "/v1",
        "/v1/Treaties",
        "/v1/cite?url=/v1/treaties/dawn-treaty",
        "/v1/treaties",
        "/v1/treaties/dawn-treaty",
        "/v1/treaties/nope",
        "/v1/treaties?format=csv",
        "/v1/treaties?limit=2",
        "/v1/treaties?x=1",
    ]
)
METHODS = st.sampled_from(["GET", "HEAD"])
ACCEPTS = st.sampled_from(["*/*", "text/csv", "text/html", "x/y"])
CODINGS = st.sampled_from(["identity", "br", "gzip"])
ASKED = st.lists(st.tuples(PATHS, METHODS, ACCEPTS, CODINGS, st.booleans()), min_size=1, max_size=12)
READ = ("content-type", "link", "location", "cache-control", "dataset-version", "access-control-allow-origin")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ASKED)
async def test_the_cache_changes_nothing_that_a_client_reads(
    app: ResponseCache, asked: list[tuple[str, str, str, str, bool]]
) -> None:
    async with through(app.app) as plain, through(ResponseCache(app.app, 200_000)) as kept:
        for path, method, accept, coding, conditional in asked:
            sent = {"accept": accept, "accept-encoding": coding}
            if conditional:
                sent["if-none-match"] = (await plain.get(path, headers=sent)).headers.get("etag", '"none"')
            expected, found = [await client.request(method, path, headers=sent) for client in (plain, kept)]
            assert (found.status_code, found.content) == (expected.status_code, expected.content)
            assert [found.headers.get(name) for name in READ] == [expected.headers.get(name) for name in READ]
