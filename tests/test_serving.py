"""A real server process: told to stop, it finishes what is in flight; it believes the proxies that it is told to."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from tests.support import ROOT

LARGE = "/openapi.json"  # more than the buffers between the two hold, where the client's is small
Serve = Callable[..., tuple[subprocess.Popen[str], int]]


@pytest.fixture
def serve(store_file: Path) -> Iterator[Serve]:
    """Start a server over the fixture with some settings; it is gone when the test is over."""
    with ExitStack() as started:

        def start(**given: str) -> tuple[subprocess.Popen[str], int]:
            environment = {**os.environ, "SJR_STORE": str(store_file.parent), "SJR_PORT": "0", **given}
            command = [sys.executable, "-m", "app.cli", "serve", "--no-build"]
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            server = started.enter_context(subprocess.Popen(command, cwd=ROOT, env=environment, **pipes))
            started.callback(server.kill)
            assert server.stdout
            port = int(re.findall(r":(\d+)/", server.stdout.readline())[0])
            until(lambda: not refuses(port) or server.poll() is not None)
            assert server.poll() is None
            return server, port

        yield start


def until(holds: Callable[[], bool]) -> None:
    """Wait for what will be so before long."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def refuses(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def slow_client(port: int) -> socket.socket:
    """A client that has sent a request for much, and read the first of the answer."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(30)
    client.connect(("127.0.0.1", port))
    client.sendall(f"GET {LARGE} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
    assert client.recv(12) == b"HTTP/1.1 200"
    return client


def rest(client: socket.socket) -> bytes:
    """All that is still to come."""
    found = b""
    with suppress(ConnectionResetError):
        while piece := client.recv(65536):
            found += piece
    return found


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_what_is_in_flight_is_finished_and_nothing_new_is_taken(stop: signal.Signals, serve: Serve) -> None:
    server, port = serve(SJR_GRACE="60")
    whole = httpx.get(f"http://127.0.0.1:{port}{LARGE}", headers={"accept-encoding": "identity"}).content
    with slow_client(port) as client:
        server.send_signal(stop)
        until(lambda: refuses(port))
        assert server.poll() is None
        _, _, body = rest(client).partition(b"\r\n\r\n")
    assert body == whole
    assert server.wait(30) == 0
    assert "Traceback" not in server.communicate()[1]


def test_a_request_that_is_being_answered_is_finished(serve: Serve) -> None:
    server, port = serve(SJR_ACCESS_LOG="true", SJR_LOG_FORMAT="json")
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(f"GET {LARGE} HTTP/1.1\r\nHost: test\r\n\r\n".encode())  # made anew, which takes a while
        in_flight = "sjr_requests_in_flight 2.0"
        until(lambda: in_flight in httpx.get(f"http://127.0.0.1:{port}/metrics").text)
        server.terminate()
        head, _, body = rest(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert json.loads(body)["openapi"]
    assert server.wait(30) == 0
    logged = [json.loads(line) for line in server.communicate()[1].splitlines()]
    assert {"path": LARGE, "status": 200, "bytes": len(body)}.items() <= logged[-1].items()


def test_nobody_is_waited_for_for_ever(serve: Serve) -> None:
    server, port = serve(SJR_GRACE="1")
    with slow_client(port):
        server.terminate()
        assert server.wait(30) == 0


@pytest.mark.parametrize(("believed", "client"), [("127.0.0.1", "203.0.113.9"), ("10.0.0.0/8", "127.0.0.1")])
def test_a_proxy_is_believed_where_it_is_named(believed: str, client: str, serve: Serve) -> None:
    server, port = serve(SJR_PROXIES=believed, SJR_ACCESS_LOG="true", SJR_LOG_FORMAT="json")
    forwarded = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https", "host": "example.org"}
    path = "/v1/treaties/dawn-treaty/citation"
    answer = httpx.get(f"http://127.0.0.1:{port}{path}", headers=forwarded)
    scheme = "https" if client == "203.0.113.9" else "http"
    assert answer.json()["data"]["answer"]["url"] == f"{scheme}://example.org/v1/treaties/dawn-treaty"
    server.terminate()
    (line,) = [json.loads(line) for line in server.communicate()[1].splitlines() if path in line]
    assert line["client"] == client


def test_citations_name_the_address_that_is_set_whatever_was_asked(serve: Serve) -> None:
    _, port = serve(SJR_BASE_URL="https://sjr.example.org/")
    api = f"http://127.0.0.1:{port}"
    record = "https://sjr.example.org/v1/treaties/dawn-treaty"
    for asked in (f"{api}/v1/treaties/dawn-treaty", record, "/v1/treaties/dawn-treaty"):
        cited = httpx.get(f"{api}/v1/cite", params={"url": asked}).json()
        assert cited["data"]["answer"]["url"] == record
