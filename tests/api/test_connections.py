"""An answer that stands ready is written by the connection itself: the same bytes as by way of ASGI, in less time."""

import asyncio
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from typing import Any, BinaryIO
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import ServerState

from app.api.cache import ResponseCache
from app.api.connections import MOST_WAITING, BoundedConnection
from tests.support import listening

RECORD = "/v1/treaties/dawn-treaty"
CLOSES = re.compile(rb"(?mi)^connection: close\r$")
PATIENCE = 30  # seconds after which an answer that does not come has failed


class Server:
    """A server in this process, which counts what reaches its application by way of ASGI."""

    def __init__(self, url: str, counted: "Counted") -> None:
        self.port, self.counted = int(url.rpartition(":")[2]), counted

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield client

    def answers(self, sent: list[bytes]) -> list[bytes]:
        """The answers to requests that are sent one after the other, on one connection as long as it stands."""
        found: list[bytes] = []
        while len(found) < len(sent):
            with self.connected() as client, client.makefile("rb") as received:
                for request in sent[len(found) :]:
                    client.sendall(request)
                    found.append(answer(received, has_body=not request.startswith(b"HEAD")))
                    if not found[-1] or CLOSES.search(found[-1]):
                        assert received.read() == b""
                        break
        return found

    def at_once(self, sent: list[bytes]) -> bytes:
        """What comes of requests that are sent all at once, the last of which must end the connection."""
        with self.connected() as client:
            client.sendall(b"".join(sent))
            return same(whole(client))


class Counted(ResponseCache):
    """A cache that knows what came to it by way of ASGI, and what it sent so."""

    came = sent = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.came += scope["type"] == "http"

        async def counted(message: Message) -> None:
            self.sent += scope["type"] == "http"
            await send(message)

        await super().__call__(scope, receive, counted)


def same(answers: bytes) -> bytes:
    """Without what differs from second to second, from request to request, and with whether a stream is made anew."""
    answers = answers.replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"")
    return re.sub(rb"(?m)^(date|x-request-id): .*\r$", rb"\1: -", answers)


def answer(received: BinaryIO, *, has_body: bool = True) -> bytes:
    """One answer, to its last byte and no further; nothing where the server closes instead."""
    head = b"".join(takewhile(lambda line: line not in {b"", b"\r\n"}, iter(received.readline, None)))
    if head.startswith(b"HTTP/1.1 100 "):
        return answer(received, has_body=has_body)
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)\r\n", head)
    left = int(length[1]) if length and has_body else 0
    body = received.read(left)
    assert len(body) == left, "it broke off"
    return same(head) + body


def whole(client: socket.socket) -> bytes:
    """Everything until the server closes."""
    received = b""
    while more := client.recv(65_536):
        received += more
    return received


def request(target: str, *headers: str, method: str = "GET", version: str = "1.1", body: bytes = b"") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/{version}", "Host: localhost", *headers, "", ""]).encode() + body


@contextmanager
def serving(app: ASGIApp, *, short: bool, **options: Any) -> Iterator[Server]:
    """A server whose connections find the cache, or do not because something stands before it."""
    counted = Counted(app, 64_000_000)

    async def before(scope: Scope, receive: Receive, send: Send) -> None:
        await counted(scope, receive, send)

    given = {"http": BoundedConnection, "proxy_headers": False, "access_log": False, **options}
    with listening(counted if short else before, **given) as url:
        yield Server(url, counted)


@pytest.fixture(scope="module")
def short(app: ResponseCache) -> Iterator[Server]:
    with serving(app.app, short=True) as server:
        yield server


@pytest.fixture(scope="module")
def long(app: ResponseCache) -> Iterator[Server]:
    with serving(app.app, short=False) as server:
        yield server


@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_was_answered_before_is_given_without_asgi(short: Server, method: str, coding: str) -> None:
    (first,) = short.answers([request(RECORD, f"Accept-Encoding: {coding}", method=method)])
    tag = re.search(rb"\r\netag: (.*)\r\n", first)
    assert tag
    on_condition = request(RECORD, f"Accept-Encoding: {coding}", f"If-None-Match: {tag[1].decode()}", method=method)
    came, hits = short.counted.came, short.counted.hits
    again, unchanged = short.answers([request(RECORD, f"Accept-Encoding: {coding}", method=method), on_condition])
    assert again == first
    assert unchanged.startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert (short.counted.came - came, short.counted.hits - hits) == (0, 2)


@pytest.mark.parametrize("headers", [(), ("Accept-Encoding: br",), ("If-None-Match: *",), ("Expect: 100-continue",)])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_answer_made_for_the_first_time_is_given_whole(
    app: ResponseCache, method: str, headers: tuple[str, ...]
) -> None:
    ask = request(RECORD, *headers, method=method)
    with serving(app.app, short=True) as short, serving(app.app, short=False) as long:
        assert short.answers([ask]) == long.answers([ask])
        assert (short.counted.came, short.counted.sent, short.counted.misses) == (1, 0, 1)
        assert (long.counted.came, long.counted.sent, long.counted.misses) == (1, 2, 1)


@pytest.mark.parametrize("unkept", ["/v1/treaties/nope", "/health/live", "/metrics"])
def test_what_is_not_for_keeping_is_sent_by_the_server(short: Server, unkept: str) -> None:
    sent = short.counted.sent
    assert short.answers([request(unkept)])[0]
    assert short.counted.sent - sent == 2


@pytest.mark.parametrize(
    "unusual",
    [
        request(RECORD, "Connection: close"), request(RECORD, version="1.0"),
        request(RECORD, "Connection: keep-alive", version="1.0"), request(RECORD, method="POST"),
        request(RECORD, "Connection: upgrade", "Upgrade: websocket"), request(RECORD + "#fragment"),
    ],
)  # fmt: skip
def test_what_is_out_of_the_ordinary_goes_by_asgi(short: Server, unusual: bytes) -> None:
    short.answers([request(RECORD)])
    came = short.counted.came
    short.answers([unusual])
    assert short.counted.came - came == 1


@pytest.mark.parametrize(
    "options", [{"proxy_headers": True}, {"root_path": "/x"}, {"limit_concurrency": 100}, {"access_log": True}]
)
def test_what_a_server_does_to_requests_is_done(app: ResponseCache, options: dict[str, Any]) -> None:
    with serving(app.app, short=True, **options) as server:
        assert len(set(server.answers([request(RECORD)] * 3))) == 1
        assert server.counted.came == 3


HEADERS = st.sampled_from(
    [
        "Accept: */*", "Accept: text/html", "Accept: application/json", "ACCEPT: text/csv", "Accept-Encoding: br",
        "accept-encoding: gzip;q=0.5, br;q=0", "Accept-Encoding: identity", "Accept-Encoding:", "User-Agent: \xe9\t",
        "Connection: keep-alive", "Connection: close", "Connection: upgrade", "Upgrade: h2c", "Upgrade: websocket",
        "Expect: 100-continue", "If-None-Match: *", 'If-None-Match: "none", W/"none"', "Host: elsewhere",
        "X-Forwarded-Proto: https", "X-Forwarded-For: 192.0.2.1", "Range: bytes=0-9", "X-Request-ID: mine",
        "Cookie: a=b", "Cache-Control: no-cache", "If-None-Match: {tag}", "If-None-Match: {tag}, W/{tag}",
    ]
)  # fmt: skip
TARGETS = st.sampled_from(
    [
        RECORD, RECORD, RECORD, "/v1", "/v1?", "/v1/treaties", "/v1/treaties?limit=2", "/v1/treaties?limit=2#there",
        "http://localhost/v1/treaties?limit=2", "//v1/treaties", "/v1/Treaties", "/v1/treaties/nope", "/v1?x=1",
        "/v1/treaties%2Fdawn-treaty", "/v1/treaties?format=csv", "/openapi.json", "/health/live", "*", "/?a?b",
    ]
)  # fmt: skip
BODIES = st.sampled_from([((), b""), ((), b""), (("Content-Length: 3",), b"abc"), (("Content-Length: 0",), b""),
                          (("Transfer-Encoding: chunked",), b"3\r\nabc\r\n0\r\n\r\n")])  # fmt: skip
METHODS = st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "OPTIONS"])


@st.composite
def requests(draw: st.DrawFn, tag: str) -> bytes:
    """A request as some client might send it."""
    more, body = draw(BODIES)
    headers = [header.replace("{tag}", tag) for header in draw(st.lists(HEADERS, max_size=4))]
    version = draw(st.sampled_from(["1.1"] * 5 + ["1.0"]))
    return request(draw(TARGETS), *headers, *more, method=draw(METHODS), version=version, body=body)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_bytes_are_those_of_the_way_through_asgi(short: Server, long: Server, data: st.DataObject) -> None:
    (first,) = short.answers([request(RECORD)])
    tag = re.search(rb"\r\netag: (.*)\r\n", first)
    assert tag
    sent = data.draw(st.lists(requests(tag[1].decode()), min_size=1, max_size=6))
    sent = [one for one in sent for _ in range(3)]
    assert short.answers(sent) == long.answers(sent)
    last = request(RECORD, "Connection: close")
    assert short.at_once([*sent, last]) == long.at_once([*sent, last])


class Slow:
    """An application whose answers are kept, but where a path says otherwise; one of them is late."""

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        path = scope["path"].encode()
        if path == b"/late":
            await asyncio.sleep(0.3)
        body = path * (100_000 if path == b"/long" else 1)
        headers = [(b"content-length", b"%d" % len(body)), (b"etag", b'"%b"' % path)]
        if path == b"/split":
            headers.append((b"link", b"a\r\nset-cookie: b"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def slow() -> Iterator[Server]:
    with serving(Slow(), short=True) as server:
        yield server


def test_requests_at_once_are_answered_in_order_whether_kept_or_not(slow: Server) -> None:
    slow.answers([request("/a"), request("/b")])
    came = slow.at_once([*map(request, ["/a", "/new", "/b", "/newer"]), request("/a", "Connection: close")])
    assert re.findall(rb"\r\n\r\n(/[a-z]*)", came) == [b"/a", b"/new", b"/b", b"/newer", b"/a"]


def test_the_time_that_a_connection_may_be_idle_ends_with_the_next_request() -> None:
    with serving(Slow(), short=True, timeout_keep_alive=0.1) as server:
        server.answers([request("/a")])
        came = server.at_once([request("/a"), request("/late"), request("/a", "Connection: close")])
    assert re.findall(rb"\r\n\r\n(/[a-z]*)", came) == [b"/a", b"/late", b"/a"]


def test_an_answer_that_takes_longer_than_a_connection_may_be_idle_begins_that_time_anew() -> None:
    with serving(Slow(), short=True, timeout_keep_alive=0.1) as server:
        server.answers([request("/a")])
        with server.connected() as client:
            client.sendall(request("/a") + request("/late") + request("/a"))
            came = whole(client)
    assert re.findall(rb"\r\n\r\n(/[a-z]*)", came) == [b"/a", b"/late", b"/a"]


def test_a_connection_is_closed_when_it_has_been_idle_since_its_last_answer() -> None:
    loop, transport = Mock(), Mock(is_closing=Mock(return_value=False))
    config = Config(ResponseCache(Slow(), 0), log_config=None, timeout_keep_alive=5)
    connection = BoundedConnection(config, ServerState(), {}, loop)
    connection.connection_made(transport)
    loop.call_later.reset_mock()
    for loop.time.return_value in (0.0, 3.0):
        connection._unset_keepalive_if_required()
        connection.on_response_complete()
    loop.call_later.assert_called_once_with(5, connection.timeout_keep_alive_handler)
    loop.time.return_value = 5.0
    connection.timeout_keep_alive_handler()
    transport.close.assert_not_called()
    loop.call_later.assert_called_with(3.0, connection.timeout_keep_alive_handler)
    loop.time.return_value = 8.0
    connection.timeout_keep_alive_handler()
    transport.close.assert_called_once_with()


def test_a_request_behind_one_that_is_late_waits_its_turn(slow: Server) -> None:
    with slow.connected() as client, client.makefile("rb") as received:
        client.sendall(request("/late"))
        client.sendall(request("/a"))
        assert [answer(received)[-5:], answer(received)[-2:]] == [b"/late", b"/a"]


def test_what_was_being_made_for_a_client_that_has_gone_is_kept(slow: Server) -> None:
    missed = slow.counted.misses
    with slow.connected() as client:
        client.sendall(request("/late?gone"))
        while slow.counted.misses == missed:
            time.sleep(0.01)
    assert [one[-5:] for one in slow.answers([request("/late?gone")] * 2)] == [b"/late"] * 2


def test_what_is_being_answered_when_a_server_stops_is_answered_and_the_connection_closed() -> None:
    with socket.socket() as client:
        client.settimeout(PATIENCE)
        with serving(Slow(), short=True) as server:
            client.connect(("127.0.0.1", server.port))
            client.sendall(request("/late"))
            while not server.counted.misses:
                time.sleep(0.01)
        came = whole(client)
    assert CLOSES.search(came)
    assert came.endswith(b"/late")


def test_too_many_requests_at_once_are_refused_though_answers_stand_ready(slow: Server) -> None:
    slow.answers([request("/a")])
    assert b"HTTP/1.1 400 Bad Request\r\n" in slow.at_once([request("/a")] * (MOST_WAITING + 3))


def test_a_client_that_reads_late_gets_everything(slow: Server) -> None:
    (first,) = slow.answers([request("/long")])
    with slow.connected() as client, client.makefile("rb") as received:
        for _ in range(MOST_WAITING):
            client.sendall(request("/long"))
        assert {answer(received) for _ in range(MOST_WAITING)} == {first}


def test_a_client_that_never_reads_is_not_read_from_without_end(slow: Server) -> None:
    slow.answers([request("/long")])
    ask = request("/long", f"X-Long: {'x' * 16_000}")
    with slow.connected() as client:
        client.settimeout(1)
        with pytest.raises((TimeoutError, ConnectionError)):  # it is refused, or what lies between is full
            client.sendall(ask * 2_000)


def test_a_header_that_would_end_early_is_never_sent(slow: Server) -> None:
    for _ in range(3):
        (refused,) = slow.answers([request("/split")])
        assert not refused.startswith(b"HTTP/1.1 200 ")
        assert b"set-cookie" not in refused


def test_a_connection_that_is_idle_does_not_keep_a_server_from_stopping() -> None:
    with socket.socket() as client:
        client.settimeout(PATIENCE)
        with serving(Slow(), short=True) as server, client.makefile("rb") as received:
            client.connect(("127.0.0.1", server.port))
            for _ in range(2):
                client.sendall(request("/a"))
                assert answer(received)
            assert server.counted.came == 1  # and no task has been for the second
        assert whole(client) == b""
