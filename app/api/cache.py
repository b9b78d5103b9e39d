"""The outermost layer: finished answers, kept in memory up to a bound and given before the framework is asked.

The store never changes under a server, so an answer is good for as long as the server lives. Two spellings of one
request meet in one entry, because the strong tag of an answer names its canonical request.
"""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import brotli
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]
Key = tuple[bytes, ...]  # scheme, host, path, query, Accept: all that an answer that is kept may depend on

SMALL = 1_000  # bytes below which compression gains nothing
LARGEST = 4_000_000  # bytes above which an answer is passed on as it comes, and not kept
OVERHEAD = 2_000  # bytes that an entry, or a spelling of one, is reckoned to take beside its texts
COMPRESSED = (b"application/json", b"application/problem+json", b"application/schema+json", b"text/")
COMPRESS: Mapping[bytes, Callable[[bytes], bytes]] = {
    b"br": lambda body: brotli.compress(body, quality=5),
    b"gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
NOTHING: Message = {"type": "http.response.body", "body": b""}


@dataclass(frozen=True)
class Representation:
    """An answer in one content coding, ready to send."""

    start: Message
    body: Message
    unchanged: Message  # the 304


@dataclass(eq=False)
class Entry:
    """A finished answer, whole and in the content codings that were asked for."""

    headers: Headers
    tag: bytes
    body: bytes
    codings: dict[bytes, Representation] = field(default_factory=dict)
    spellings: list[Key] = field(default_factory=list)
    making: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def size(self) -> int:
        """Bytes that it is reckoned to take."""
        bodies = sum(len(found.body["body"]) for coding, found in self.codings.items() if coding)
        spelled = sum(OVERHEAD + sum(map(len, key)) for key in self.spellings)
        return OVERHEAD + len(self.body) + bodies + spelled

    @property
    def gains(self) -> bool:
        """Whether compression makes it smaller."""
        media_type = dict(self.headers).get(b"content-type", b"")
        return len(self.body) >= SMALL and media_type.startswith(COMPRESSED)

    async def represented(self, coding: bytes) -> int:
        """Have the answer in a content coding, made once, off the event loop; returns the bytes that it takes more."""
        async with self.making:
            if coding in self.codings:
                return 0
            body = await run_in_threadpool(COMPRESS[coding], self.body) if coding else self.body
            self.codings[coding] = self.represent(coding, body)
            return len(body) if coding else 0

    def represent(self, coding: bytes, body: bytes) -> Representation:
        """The answer with a body in a content coding, which is a representation with a tag of its own."""
        tag = self.tag[:-1] + b"-" + coding + b'"' if coding else self.tag
        kept = [(n, v) for n, v in self.headers if n not in {b"content-length", b"etag", b"vary"}]
        varies = [v for n, v in self.headers if n == b"vary"]
        kept += [(b"etag", tag), (b"vary", b", ".join([*varies, b"Accept-Encoding"]))]
        whole = [*kept, (b"content-length", b"%d" % len(body))]
        whole += [(b"content-encoding", coding)] if coding else []
        bare = [(n, v) for n, v in kept if n not in {b"content-type", b"content-disposition"}]
        return Representation(
            {"type": "http.response.start", "status": 200, "headers": whole},
            {"type": "http.response.body", "body": body},
            {"type": "http.response.start", "status": 304, "headers": bare},
        )


def coding_of(accepted: bytes) -> bytes:
    """The content coding to answer in, as Accept-Encoding allows: br, gzip, or none (identity)."""
    allowed: dict[bytes, bool] = {}
    for part in accepted.lower().split(b","):
        name, *options = (piece.strip() for piece in part.split(b";"))
        refused = any(o.startswith(b"q=") and not o[2:].strip(b"0.") for o in options)
        allowed[name] = not refused
    return next((coding for coding in COMPRESS if allowed.get(coding, allowed.get(b"*", False))), b"")


def matches(condition: bytes, tag: bytes) -> bool:
    """Whether If-None-Match names the answer, in whichever content coding."""
    tags = {part.strip().removeprefix(b"W/") for part in condition.split(b",")}
    own = {tag, *(tag[:-1] + b"-" + coding + b'"' for coding in COMPRESS)}
    return b"*" in tags or not own.isdisjoint(tags)


def keepable(start: Message) -> bool:
    """Whether an answer is for keeping: found, tagged, and varying by nothing that the key lacks."""
    headers = {bytes(n).lower(): bytes(v).lower() for n, v in start["headers"]}
    varies = {part.strip() for part in headers.get(b"vary", b"").split(b",")} - {b""}
    return (
        start["status"] == 200
        and b"etag" in headers
        and b"no-store" not in headers.get(b"cache-control", b"")
        and varies <= {b"accept", b"accept-encoding", b"host"}
    )


class Capture:
    """Stands in for a client while an answer is made; lets it through once it proves not to be for keeping."""

    def __init__(self, send: Send, method: str, condition: bytes) -> None:
        """Stand before the `send` of a client that asked by a method, perhaps on condition (If-None-Match)."""
        self._send, self._head, self._condition = send, method == "HEAD", condition
        self._start: Message | None = None
        self._parts: list[bytes] = []
        self._through = self._whole = self._answered = False

    async def __call__(self, message: Message) -> None:
        """Take one message of the answer."""
        if self._through:
            await self._pass(message)
        elif message["type"] == "http.response.start":
            self._start = message
            self._through = not keepable(message)
            if self._through:
                await self._pass(message)
        elif message["type"] == "http.response.body":
            self._parts.append(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if sum(map(len, self._parts)) > LARGEST:
                await self._let_through(message)

    async def _pass(self, message: Message) -> None:
        if message["type"] == "http.response.body" and self._head:
            message = {**message, "body": b""}
        if not self._answered:
            await self._send(message)

    async def _let_through(self, message: Message) -> None:
        """Send what was captured of an answer that proves too large: 304 where the client has it."""
        self._through = True
        entry = self._captured()
        if self._condition and matches(self._condition, entry.tag):
            await self._send(entry.represent(b"", b"").unchanged)
            await self._send(NOTHING)
            self._answered = True
        elif self._start:
            await self._send(self._start)
            await self._pass({**message, "body": entry.body})
        self._parts.clear()

    def entry(self) -> Entry | None:
        """The answer as an entry; None where it was let through or broke off."""
        return None if self._through or not self._whole else self._captured()

    def _captured(self) -> Entry:
        headers = [(bytes(n).lower(), bytes(v)) for n, v in (self._start or {})["headers"]]
        return Entry(headers, dict(headers)[b"etag"], b"".join(self._parts))


class ResponseCache:
    """Gives from memory what was answered before; asks the application once, however many ask at once."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        """Stand before an application, keeping at most `most` bytes."""
        self.app, self.most, self.size = app, most, 0
        self._spellings: dict[Key, Entry] = {}
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()  # by tag, the least recently used first
        self._flights: dict[Key, asyncio.Future[Entry | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        asked = {b"host": b"", b"accept": b"", b"accept-encoding": b"", b"if-none-match": b""}
        for name, value in scope["headers"]:
            if name in asked:
                asked[name] = asked[name] + b"," + value if asked[name] else value
        path = scope.get("raw_path") or scope["path"].encode()
        key = (scope["scheme"].encode(), asked[b"host"], path, scope["query_string"], asked[b"accept"])
        entry = self._spellings.get(key)
        if entry is None:
            entry = await self._fetched(key, asked[b"if-none-match"], scope, receive, send)
            if entry is None:
                return
        await self._give(entry, asked[b"accept-encoding"], asked[b"if-none-match"], scope["method"], send)

    async def _give(self, entry: Entry, accepted: bytes, condition: bytes, method: str, send: Send) -> None:
        """Send an entry: 304 where the client has it, else the body in a coding that it takes."""
        coding = coding_of(accepted) if accepted and entry.gains else b""
        if coding not in entry.codings:
            more = await entry.represented(coding)
            if self._entries.get(entry.tag) is entry:
                self.size += more
                self._evict()
        found = entry.codings[coding]
        if entry.tag in self._entries:
            self._entries.move_to_end(entry.tag)
        unchanged = condition and matches(condition, entry.tag)
        await send(found.unchanged if unchanged else found.start)
        await send(NOTHING if unchanged or method == "HEAD" else found.body)

    async def _fetched(self, key: Key, condition: bytes, scope: Scope, receive: Receive, send: Send) -> Entry | None:
        """The answer of the application; None where the client has had it already."""
        flight = self._flights.get(key)
        if flight is not None:
            entry = await asyncio.shield(flight)
            if entry is None:
                await self.app(scope, receive, send)
            return entry
        flight = self._flights[key] = asyncio.get_running_loop().create_future()
        entry = None
        try:
            capture = Capture(send, scope["method"], condition)
            # asked for the whole: what this client has already, the next may not have
            headers = [(n, v) for n, v in scope["headers"] if n != b"if-none-match"]
            await self.app({**scope, "method": "GET", "headers": headers}, receive, capture)
            entry = self._keep(key, capture.entry())
        finally:
            del self._flights[key]
            flight.set_result(entry)
        return entry

    def _keep(self, key: Key, entry: Entry | None) -> Entry | None:
        """Keep an answer under this spelling of its request; that of another spelling is the same."""
        if entry is None:
            return None
        kept = self._entries.setdefault(entry.tag, entry)
        before = 0 if kept is entry else kept.size
        kept.spellings.append(key)
        self._spellings[key] = kept
        self.size += kept.size - before
        self._evict()
        return kept

    def _evict(self) -> None:
        """Drop what was asked for least recently until the rest fits."""
        while self.size > self.most and self._entries:
            _, dropped = self._entries.popitem(last=False)
            self.size -= dropped.size
            for key in dropped.spellings:
                del self._spellings[key]
