"""The outermost layer: finished answers, kept in memory up to a bound and given before the framework is asked.

The store never changes under a server, so an answer is good for as long as the server lives. Two spellings of one
request meet in one entry, because the strong tag of an answer names its canonical request.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from app.api.entry import NOTHING, WHOLE, Answer, Entry, Headers, Key, Layer, Ready

GIVE = "sjr.give"  # the extension of ASGI by which a connection hands on what it has read, and takes an answer whole
NO_EXTENSIONS: Mapping[str, Any] = {}
Asked = tuple[Key, bytes, bytes]
LARGEST = 4_000_000  # bytes above which an answer is passed on as it comes, and not kept


def read(scheme: str, target: bytes, headers: Headers) -> Asked:
    """Of a GET what its answer depends on, with Accept-Encoding and If-None-Match."""
    asked = {b"host": b"", b"accept": b"", b"accept-encoding": b"", b"if-none-match": b""}
    for name, value in headers:
        if name in asked:
            asked[name] = asked[name] + b"," + value if asked[name] else value
    host, accept, accepted, condition = asked.values()
    return (scheme, host, target, accept), accepted, condition


class Capture:
    """Stands in for a client while an answer is made; lets it through once it proves not to be for keeping."""

    entry: Entry | None = None  # the answer, once it is whole, unless it was let through
    _start: Message = NOTHING
    _begun: Answer | None = None
    _size = 0
    _through = _answered = False

    def __init__(self, send: Send, method: str, condition: bytes) -> None:
        """Stand before the `send` of a client that asked by a method, perhaps on condition (If-None-Match)."""
        self._send, self._head, self._condition = send, method == "HEAD", condition
        self._parts: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        """Take one message of the answer."""
        if self._through:
            await self._pass(message)
        elif message["type"] == "http.response.start":
            self._start, self._begun = message, Answer.begun(message)
            if self._begun is None:
                self._through = True
                await self._pass(message)
        elif self._begun and message["type"] == "http.response.body":
            body = message.get("body", b"")
            self._parts.append(body)
            self._size += len(body)
            if self._size > LARGEST:
                await self._let_through(self._begun, message)
            elif not message.get("more_body", False):
                self.entry = Entry(self._begun, b"".join(self._parts))

    async def _pass(self, message: Message) -> None:
        if message["type"] == "http.response.body" and self._head:
            message = {**message, "body": b""}
        if not self._answered:
            await self._send(message)

    async def _let_through(self, begun: Answer, message: Message) -> None:
        """Send what was captured of an answer that proves too large: 304 where the client has it."""
        entry, self._through = Entry(begun, b""), True
        if self._condition and entry.is_had(self._condition):
            await self._send(entry.unchanged(b"").start)
            await self._send(NOTHING)
            self._answered = True
        else:
            await self._send(self._start)
            await self._pass({**message, "body": b"".join(self._parts)})
        self._parts.clear()


class ResponseCache:
    """Gives from memory what was answered before; asks the application once, however many ask at once."""

    def __init__(self, app: Layer, most: int) -> None:
        """Stand before an application, keeping at most `most` bytes."""
        self.app, self.most, self.size = app, most, 0
        self.hits = self.misses = self.evictions = 0
        self._spellings: dict[Key, Entry] = {}
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()  # by tag, the least recently used first
        self._flights: dict[Key, asyncio.Future[Entry | None] | None] = {}  # what others wait for, where they do

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        handed = scope.get("extensions", NO_EXTENSIONS).get(GIVE)
        if handed:
            (key, accepted, condition), give = handed
        else:
            target, query = scope.get("raw_path") or scope["path"].encode(), scope["query_string"]
            target = target + b"?" + query if query else target
            (key, accepted, condition), give = read(scope["scheme"], target, scope["headers"]), None
        entry = self._spellings.get(key)
        if entry is not None:
            self.hits += 1
        else:
            self.misses += 1
            entry = await self._fetched(key, condition, scope, receive, send)
            if entry is None:
                return
        coding = entry.coding(accepted)
        if coding not in entry.codings:
            await self._represent(entry, coding)
        ready = self._chosen(entry, coding, condition)
        if give and give(scope, ready):
            return
        await send(ready.start)
        await send({"type": "http.response.body", "body": ready.body if scope["method"] == "GET" else b""})

    def ready(self, asked: Asked) -> Ready | None:
        """The answer to a GET or HEAD, where it is kept as it is to be sent; it counts as given."""
        key, accepted, condition = asked
        entry = self._spellings.get(key)
        if entry is None:
            return None
        coding = entry.coding(accepted)
        if coding not in entry.codings:
            return None
        self.hits += 1
        return self._chosen(entry, coding, condition)

    def _chosen(self, entry: Entry, coding: bytes, condition: bytes) -> Ready:
        """What of an entry is to be sent; it was asked for last."""
        if entry.tag in self._entries:
            self._entries.move_to_end(entry.tag)
        return entry.unchanged(coding) if condition and entry.is_had(condition) else entry.codings[coding]

    async def _represent(self, entry: Entry, coding: bytes) -> None:
        """Have an entry in a content coding that it was not given in before."""
        more = await entry.represented(coding)
        if more and self._entries.get(entry.tag) is entry:
            self.size += more
            self._evict()

    async def _fetched(self, key: Key, condition: bytes, scope: Scope, receive: Receive, send: Send) -> Entry | None:
        """The answer of the application; None where the client has had it already."""
        if key in self._flights:
            flight = self._flights[key] = self._flights[key] or asyncio.get_running_loop().create_future()
            found: Entry | None = await asyncio.shield(flight)
            if found is None:
                await self.app(scope, receive, send)
            return found
        self._flights[key] = entry = None
        try:
            capture = Capture(send, scope["method"], condition)
            inner = scope
            scope.setdefault("extensions", {})[WHOLE] = True
            if condition or scope["method"] != "GET":  # asked for the whole: this client has it, the next may not
                headers = [header for header in scope["headers"] if header[0] != b"if-none-match"]
                inner = {**scope, "method": "GET", "headers": headers}
            response = await self.app(inner, receive, capture)
            if response is not None and len(response.body) > LARGEST:
                await response(inner, receive, capture)
                response = None
            entry = self._keep(key, Entry(response.answer, response.body) if response else capture.entry)
        finally:
            waited_for = self._flights.pop(key)
            if waited_for:
                waited_for.set_result(entry)
        return entry

    def _keep(self, key: Key, entry: Entry | None) -> Entry | None:
        """Keep an answer under this spelling of its request, where it fits; that of another spelling is the same."""
        if entry is None or entry.size > self.most:
            return entry
        kept = self._entries.setdefault(entry.tag, entry)
        more = kept.spell(key)
        self.size += entry.size if kept is entry else more
        self._spellings[key] = kept
        if self.size > self.most:
            self._evict()
        return kept

    def _evict(self) -> None:
        """Drop what was asked for least recently until the rest fits."""
        while self.size > self.most and self._entries:
            _, dropped = self._entries.popitem(last=False)
            self.size -= dropped.size
            self.evictions += 1
            for key in dropped.spellings:
                del self._spellings[key]
