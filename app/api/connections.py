"""What one connection may cost: how long and how slow the head of a request may be, and how many may wait."""

import asyncio
import json
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 65_536  # bytes of request line and headers
MOST_WAITING = 32  # requests that wait for an answer to one before them
SLOWEST_HEAD = 20.0  # seconds until they are there

TOO_LONG = f"a request line with its headers has at most {LONGEST_HEAD:,} bytes; ask with fewer values"
DETAILS = {
    HTTPStatus.BAD_REQUEST: f"this is no HTTP request, or more than {MOST_WAITING} at once",
    HTTPStatus.REQUEST_TIMEOUT: f"no whole request came within {SLOWEST_HEAD:g} seconds",
    HTTPStatus.REQUEST_URI_TOO_LONG: TOO_LONG,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: TOO_LONG,
}


class BoundedConnection(HttpToolsProtocol):
    """A connection of the server that is closed when the head of a request is too long or too slow."""

    _received = 0  # bytes of a head that is not whole yet
    _slow: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the class above
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; refuse a head that grows too long."""
        self._received += len(data)
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
        if len(self.pipeline) >= MOST_WAITING:  # each takes some 5 KB; the parser stops at an error
            raise ValueError("too many requests at once")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """What comes after a head is not of it."""
        self._received = 0
        super().on_body(body)

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
