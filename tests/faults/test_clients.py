"""Clients that are slow, that leave, that are many, that send too much: the others are served."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from tests.faults.site import PATIENCE, Server, Site, until

MEGABYTE = 1_000_000


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(server.address, timeout=PATIENCE) as client:
        yield client


def request(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode()


def whole(client: socket.socket) -> bytes:
    """Everything until the server closes."""
    received = b""
    try:
        while more := client.recv(65_536):
            received += more
    except ConnectionResetError:  # it closed while we were still sending
        pass
    return received


def is_well(server: Server) -> None:
    """It answers another client."""
    assert server.get("/v1/people/anna-berg").json()["data"]["name"] == "Anna Berg"


def test_a_thousand_idle_connections_keep_nobody_out(server: Server) -> None:
    before = server.memory
    with ExitStack() as idle:
        for _ in range(1_000):
            idle.enter_context(connected(server))
        until(lambda: server.descriptors > 1_000)
        is_well(server)
        assert server.memory - before < 20 * MEGABYTE
    until(lambda: server.descriptors < 200)
    is_well(server)


def test_a_head_that_comes_letter_by_letter_keeps_nobody_out(server: Server) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(server)) for _ in range(50)]
        for letter in request("/v1/people/anna-berg", "Connection: close"):
            for client in slow:
                client.send(bytes([letter]))
        is_well(server)
        assert all(b"Anna Berg" in whole(client) for client in slow)


def test_a_head_that_does_not_come_is_given_up(site: Site) -> None:
    site.built()
    hasty = "import app.api.connections; app.api.connections.SLOWEST_HEAD = 0.2"
    with site.serving(before=hasty) as server, connected(server) as silent, connected(server) as slow:
        slow.send(b"GET / HTTP/1.1\r\nHost:")
        assert whole(silent).startswith(b"HTTP/1.1 408 ")
        assert whole(slow).startswith(b"HTTP/1.1 408 ")
        is_well(server)


def test_a_client_that_does_not_read_takes_a_bounded_share(server: Server) -> None:
    path = "/openapi.json"
    size = len(server.get(path, **{"accept-encoding": "identity"}).content)
    before = server.memory
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(server)) for _ in range(20)]
        for client in slow:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            client.sendall(request(path) * 10)  # and not a byte of the answers is taken
        is_well(server)
        assert server.memory - before < len(slow) * 2 * size + 10 * MEGABYTE  # the answer begun, and the next
    until(lambda: server.descriptors < 200)
    is_well(server)


def test_thousands_of_requests_at_once_are_refused(server: Server) -> None:
    before = server.memory
    with connected(server) as client:
        client.sendall(request("/health/live") * 4_000)
        assert b"HTTP/1.1 400 " in whole(client)
    is_well(server)
    assert server.memory - before < 10 * MEGABYTE


def test_a_few_requests_at_once_are_answered_in_order(server: Server) -> None:
    paths = [f"/v1/people?limit={number}" for number in range(1, 11)]
    with connected(server) as client:
        client.sendall(b"".join(map(request, paths[:-1])) + request(paths[-1], "Connection: close"))
        received = whole(client)
    assert [int(limit) for limit in re.findall(rb'"limit":(\d+)', received)] == list(range(1, 11))


def test_clients_that_leave_leave_nothing_behind(server: Server) -> None:
    for number in range(200):
        with connected(server) as client:
            client.send(request(f"/v1/search?q=treaty&limit={number % 100 + 1}"))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # gone, without a goodbye
    until(lambda: server.descriptors < 200)
    is_well(server)


def test_one_that_leaves_does_not_take_the_answer_from_those_who_wait(server: Server) -> None:
    path = "/v1/graph?collection=treaties"
    with connected(server) as stays:
        with connected(server) as leaves:
            leaves.send(request(path))
            stays.send(request(path, "Connection: close"))
        assert whole(stays).startswith(b"HTTP/1.1 200 ")


def test_a_flood_of_headers_is_refused(server: Server) -> None:
    before = server.memory
    with connected(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-Flood: 0123456789\r\n" * 5_000)
        assert whole(client).startswith(b"HTTP/1.1 431 ")
    with connected(server) as client, suppress(BrokenPipeError, ConnectionResetError):
        client.sendall(b"GET / HTTP/1.1\r\nX-Flood: " + b"x" * 50 * MEGABYTE)
    is_well(server)
    assert server.memory - before < 20 * MEGABYTE


def test_what_is_no_http_is_a_problem_document(server: Server) -> None:
    with connected(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\x00b\r\n\r\n")
        head, _, body = whole(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == 400
    is_well(server)


def test_an_address_of_a_megabyte_is_refused(server: Server) -> None:
    for path in ("/v1/treaties?q=" + "x" * MEGABYTE, "/" + "x" * MEGABYTE):
        with connected(server) as client:
            with suppress(BrokenPipeError, ConnectionResetError):
                client.sendall(request(path))
            assert re.match(rb"HTTP/1\.1 414 |$", whole(client))
    is_well(server)


def test_a_long_address_that_comes_at_once_is_refused_with_what_is_allowed(server: Server) -> None:
    answer = server.get("/v1/treaties?q=" + "x" * 20_000)
    assert answer.status_code == 414
    assert "at most 8,000" in answer.json()["detail"]
    is_well(server)
