"""Connections: what one may cost (how long and slow a head, how many requests wait), and the short way of an answer.

An answer that stands ready in the cache is written at once, without the task and the messages of ASGI; one that has to
be made first is taken from the cache whole, and written the same way. Whatever is out of the ordinary goes the way of
the server, which gives the same bytes.
"""

import asyncio
import json
from http import HTTPStatus
from typing import Any

from starlette.types import Scope
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HEADER_VALUE_RE, STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from app.api.cache import GIVE, ResponseCache, read
from app.api.entry import Headers, Ready

LONGEST_HEAD = 65_536  # bytes of request line and headers
MOST_WAITING = 32  # requests that wait for an answer to one before them
SLOWEST_HEAD = 20.0  # seconds until they are there
CONTROLS = bytes(byte for byte in range(256) if HEADER_VALUE_RE.match(bytes([byte])))  # what no value may have

TOO_LONG = f"a request line with its headers has at most {LONGEST_HEAD:,} bytes; ask with fewer values"
DETAILS = {
    HTTPStatus.BAD_REQUEST: f"this is no HTTP request, or more than {MOST_WAITING} at once",
    HTTPStatus.REQUEST_TIMEOUT: f"no whole request came within {SLOWEST_HEAD:g} seconds",
    HTTPStatus.REQUEST_URI_TOO_LONG: TOO_LONG,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: TOO_LONG,
}


def written(headers: Headers) -> bytes:
    """Headers as they are sent, if they hold nothing that would end one; the server itself sees to this otherwise."""
    found = b"\r\n".join([*map(b": ".join, headers), b""])
    if len(found) - len(found.translate(None, CONTROLS)) != 2 * len(headers):  # more than the ends of lines
        raise RuntimeError("Invalid HTTP header value.")
    return found


class BoundedConnection(HttpToolsProtocol):
    """A connection that is closed when a head is too long or too slow, and that gives at once what stands ready."""

    _received = 0  # bytes of a head that is not whole yet
    _slow: asyncio.TimerHandle | None = None
    _is_first = False  # of the requests that came at once: the others go the way that bounds how many wait
    _idle_since: float | None = None  # when the last answer ended, where no request came after it

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Serve the application of a configuration; from its cache, where that is all that stands before it."""
        super().__init__(config, server_state, app_state, _loop)
        app = config.loaded_app
        does_more = config.access_log or config.root_path or config.limit_concurrency is not None
        self._kept = app if isinstance(app, ResponseCache) and not does_more else None
        self._own: Headers = []  # headers of the server, which puts others in their place each second
        self._own_written = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the class above
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        if self.timeout_keep_alive_task:
            self.timeout_keep_alive_task.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; refuse a head that grows too long."""
        self._received += len(data)
        self._is_first = True
        super().data_received(data)
        if self._received > LONGEST_HEAD:
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if self.headers else HTTPStatus.REQUEST_URI_TOO_LONG
            )
        elif self._received and self._slow is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """A head is whole."""
        self._received = 0
        if self._slow:
            self._wait_no_more()
        if self._is_first:
            self._is_first = False
            if self._kept and self._answered(self._kept):
                return
        else:
            self._unset_keepalive_if_required()  # set where the first was answered already
        if len(self.pipeline) >= MOST_WAITING:  # each takes some 5 KB; the parser stops at an error
            raise ValueError("too many requests at once")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """What comes after a head is not of it."""
        self._received = 0
        if self.cycle is not None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is whole; one that was answered at once has left nothing to do."""
        if self.cycle is not None:
            super().on_message_complete()

    def _answered(self, kept: ResponseCache) -> bool:
        """Whether a request was an ordinary one to an answer that stands ready, and has it."""
        parser = self.parser
        method = parser.get_method()
        if (
            method not in {b"GET", b"HEAD"}
            or self.flow.write_paused
            or (self.cycle is not None and not self.cycle.response_complete)  # type: ignore[redundant-expr]  # at first
            or not parser.should_keep_alive()
            or parser.should_upgrade()
            or parser.get_http_version() != "1.1"
        ):
            return False
        asked = read(self.scheme or "", self.url, self.headers)
        ready = kept.ready(asked)
        if ready is None:
            self.scope["extensions"] = {GIVE: (asked, self._give)}  # type: ignore[dict-item]  # no dict
            return False
        self._write(ready, method == b"GET")
        self.on_response_complete()
        return True

    def _give(self, scope: Scope, ready: Ready) -> bool:
        """Send the answer to the request that is being answered by way of ASGI; False where nothing is sent."""
        cycle = self.cycle
        if cycle.scope is not scope or cycle.disconnected or not cycle.keep_alive or self.flow.write_paused:
            return False
        cycle.response_started = True
        self._write(ready, scope["method"] == "GET")
        cycle.response_complete = True
        cycle.message_event.set()
        cycle.on_response()
        return True

    def _write(self, ready: Ready, whole: bool) -> None:
        """Write an answer at once, its head as the server would write it."""
        if self._own is not self.server_state.default_headers:
            self._own = self.server_state.default_headers
            self._own_written = written(self._own)
        if not ready.head:
            ready.head = written(ready.headers) + b"\r\n"
        head = STATUS_LINE[ready.status] + self._own_written + ready.head
        self.transport.writelines((head, ready.body if whole else b""))

    def on_response_complete(self) -> None:
        """Begin with the next request; without one the connection is idle."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._idle_since = self.loop.time()
            if self.timeout_keep_alive_task is None:
                self._end_idle_in(self.timeout_keep_alive)

    def _unset_keepalive_if_required(self) -> None:
        """A request comes. The timer goes on: one that begins and ends with each answer would cost more than it."""
        self._idle_since = None

    def _end_idle_in(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        """Close what has been idle for as long as it may; look again later at what has not."""
        self.timeout_keep_alive_task = None
        if self._idle_since is None:
            return  # the end of the answer begins anew
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._end_idle_in(left)
        else:
            super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (it always says the same)
        """Refuse what is no HTTP."""
        self._refuse(HTTPStatus.BAD_REQUEST)

    def _wait(self) -> None:
        self._slow = self.loop.call_later(SLOWEST_HEAD, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def _wait_no_more(self) -> None:
        if self._slow:
            self._slow.cancel()
            self._slow = None

    def _refuse(self, status: HTTPStatus) -> None:
        """Say why, and close; what is being answered is let go."""
        self._wait_no_more()
        self._received = 0
        if self.transport.is_closing():
            return
        told = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": DETAILS[status]}
        body = json.dumps(told).encode()
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/problem+json\r\n"
        head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self.transport.write(head.encode() + body)
        self.transport.close()
