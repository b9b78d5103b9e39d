"""What one connection may cost: how long and how slow the head of a request may be, and how many may wait."""

import asyncio
import json
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 65_536  # bytes of request line and headers
MOST_WAITING = 32  # requests that wait for an answer to one before them
SLOWEST_HEAD = 20.0  # seconds until they are there


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
        told: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value}
        told["detail"] = f"{status.description}; a request line with its headers has at most {LONGEST_HEAD:,} bytes"
        body = json.dumps(told | ({"detail": "The request did not come"} if status.value == 408 else {})).encode()
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/problem+json\r\n"
        head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self.transport.write(head.encode() + body)
        self.transport.close()
