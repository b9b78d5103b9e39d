"""An answer that is kept: what of its headers counts, and the content codings that it is given in."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import brotli
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.api.threads import apart

WHOLE = "sjr.whole"  # the extension of ASGI by which an answer that is whole is returned, rather than sent

Headers = list[tuple[bytes, bytes]]
Key = tuple[str, bytes, bytes, bytes]  # scheme, host, target, Accept: all that it may depend on

SMALL = 1_000  # bytes below which compression gains nothing
OVERHEAD = 3_000  # bytes that an entry, a spelling or a coding of one is reckoned to take beside its texts
COMPRESSED = (b"application/json", b"application/problem+json", b"application/schema+json", b"text/")
COMPRESS: Mapping[bytes, Callable[[bytes], bytes]] = {
    b"br": lambda body: brotli.compress(body, quality=5),
    b"gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
SUFFIXES = tuple(b"-" + coding + b'"' for coding in COMPRESS)
VARIES = frozenset({b"", b"accept", b"accept-encoding", b"host"})
OF_A_BODY = frozenset({b"content-type", b"content-disposition"})
USUAL = 200  # bytes of an Accept-Encoding that is worth remembering
NOTHING: Message = {"type": "http.response.body", "body": b""}


def _coding_of(accepted: bytes) -> bytes:
    """The content coding to answer in, as Accept-Encoding allows: br, gzip, or none (identity)."""
    allowed: dict[bytes, bool] = {}
    for part in accepted.lower().split(b","):
        name, *options = (piece.strip() for piece in part.split(b";"))
        refused = any(o.startswith(b"q=") and not o[2:].strip(b"0.") for o in options)
        allowed[name] = not refused
    return next((coding for coding in COMPRESS if allowed.get(coding, allowed.get(b"*", False))), b"")


_remembered = lru_cache(maxsize=256)(_coding_of)


def coding_of(accepted: bytes) -> bytes:
    """The same, remembered of what most clients send: short, and always the same."""
    return _remembered(accepted) if len(accepted) < USUAL else _coding_of(accepted)


@lru_cache(maxsize=64)
def _varying(varies: bytes) -> bytes | None:
    """Vary with what the cache adds to it; None where it names something that the key lacks."""
    if not {part.strip() for part in varies.lower().split(b",")} <= VARIES:
        return None
    return _with_coding(varies)


def _with_coding(varies: bytes) -> bytes:
    return varies + b", Accept-Encoding" if varies else b"Accept-Encoding"


class Answer(NamedTuple):
    """What the headers of an answer that is for keeping say."""

    tag: bytes
    varies: bytes
    media_type: bytes
    headers: Headers  # the others

    @classmethod
    def begun(cls, start: Message) -> "Answer | None":
        """Read the start of an answer; None where it is not for keeping: not found, not tagged, varying otherwise."""
        if start["status"] != 200:
            return None
        tag, named, media_type, others = b"", b"", b"", []
        for header in start["headers"]:
            name, value = header
            if name == b"etag":
                tag = value
            elif name == b"vary":
                named = named + b", " + value if named else value
            elif name != b"content-length":
                others.append(header)
                if name == b"content-type":
                    media_type = value
                elif name == b"cache-control" and b"no-store" in value.lower():
                    return None
        varies = _varying(named)
        return cls(tag, varies, media_type, others) if tag and varies else None


class Whole(Response):
    """An answer for keeping, its headers written already: `raw_headers` are those that `Answer` has as the others."""

    body: bytes

    def __init__(self, body: bytes, tag: bytes, varies: bytes, media_type: bytes, others: Headers) -> None:
        """Answer with a body, under a tag."""
        self.status_code, self.body, self.raw_headers, self.background = 200, body, others, None
        self._named = tag, varies, media_type

    @property
    def answer(self) -> Answer:
        """What its headers say."""
        tag, varies, media_type = self._named
        return Answer(tag, _with_coding(varies), media_type, self.raw_headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 (ASGI gives them)
        """Send it."""
        tag, varies, _ = self._named
        named = [(b"etag", tag), *([(b"vary", varies)] if varies else []), (b"content-length", b"%d" % len(self.body))]
        await send({"type": "http.response.start", "status": 200, "headers": [*named, *self.raw_headers]})
        await send({"type": "http.response.body", "body": self.body})


# Of ASGI, but that where it is asked to it returns what is whole.
Layer = Callable[[Scope, Receive, Send], Awaitable[Whole | None]]


class Ready:
    """An answer to be sent as it is; `head` is its headers in bytes, where a connection has written them."""

    __slots__ = ("body", "head", "headers", "status")

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        """Put it together."""
        self.status, self.headers, self.body, self.head = status, headers, body, b""

    @property
    def start(self) -> Message:
        """The message that begins it."""
        return {"type": "http.response.start", "status": self.status, "headers": self.headers}


class Entry:
    """A finished answer, whole and in the content codings that were asked for."""

    __slots__ = ("answer", "body", "codings", "gains", "had", "making", "size", "spellings", "tag", "tags")

    def __init__(self, answer: Answer, body: bytes) -> None:
        """Take an answer as the application sent it."""
        self.answer, self.tag, self.body = answer, answer.tag, body
        self.gains = len(body) >= SMALL and answer.media_type.startswith(COMPRESSED)  # if compression makes it smaller
        self.tags: tuple[bytes, ...] = ()  # that of every content coding, once it is asked for
        self.codings = {b"": self.represent(b"", body)}
        self.had: dict[bytes, Ready] = {}
        self.making: asyncio.Lock | None = None
        self.spellings: list[Key] = []
        self.size = OVERHEAD + len(body)  # bytes that it is reckoned to take

    def spell(self, key: Key) -> int:
        """Know the answer under one more spelling of its request; returns the bytes that it takes more."""
        self.spellings.append(key)
        more = OVERHEAD + sum(map(len, key))
        self.size += more
        return more

    def coding(self, accepted: bytes) -> bytes:
        """The content coding to give the answer in, as Accept-Encoding allows."""
        return coding_of(accepted) if accepted and self.gains else b""

    async def represented(self, coding: bytes) -> int:
        """Have the answer in a content coding, made once, off the event loop; returns the bytes that it takes more."""
        self.making = self.making or asyncio.Lock()
        async with self.making:
            if coding in self.codings:
                return 0
            body = await apart(COMPRESS[coding], self.body)
            self.codings[coding] = self.represent(coding, body)
            more = OVERHEAD + len(body)
            self.size += more
            return more

    def described(self, coding: bytes) -> Headers:
        """The headers of the answer in a content coding, which is a representation with a tag of its own."""
        tag = self.tag[:-1] + b"-" + coding + b'"' if coding else self.tag
        return [*self.answer.headers, (b"etag", tag), (b"vary", self.answer.varies)]

    def represent(self, coding: bytes, body: bytes) -> Ready:
        """The answer with a body in a content coding."""
        headers = self.described(coding)
        headers.append((b"content-length", b"%d" % len(body)))
        if coding:
            headers.append((b"content-encoding", coding))
        return Ready(200, headers, body)

    def unchanged(self, coding: bytes) -> Ready:
        """The 304 in place of a content coding."""
        if coding not in self.had:
            headers = [header for header in self.described(coding) if header[0] not in OF_A_BODY]
            self.had[coding] = Ready(304, headers, b"")
        return self.had[coding]

    def is_had(self, condition: bytes) -> bool:
        """Whether If-None-Match names the answer, in whichever content coding."""
        if not self.tags:
            self.tags = (self.tag, *[self.tag[:-1] + suffix for suffix in SUFFIXES])
        if condition in self.tags:
            return True
        sent = {part.strip().removeprefix(b"W/") for part in condition.split(b",")}
        return b"*" in sent or not sent.isdisjoint(self.tags)
