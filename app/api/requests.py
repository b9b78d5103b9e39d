"""Reading a request, and writing it back in its canonical form."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Request

from app.api import paging
from app.api.parameters import read
from app.api.problems import Mistake, ProblemError, mistake
from app.store.render import encode

LONGEST_QUERY = 8_000


def sent_parameters(request: Request) -> list[tuple[str, str]]:
    """The query as pairs of name and value, in order."""
    raw = request.scope["query_string"]
    if len(raw) > LONGEST_QUERY:
        raise ProblemError(414, f"the query has {len(raw):,} bytes; at most {LONGEST_QUERY:,} are read")
    return parse_qsl(raw.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="replace")


def refuse(mistakes: list[Mistake]) -> None:
    """Refuse a request that has mistakes."""
    if mistakes:
        raise ProblemError(400, "; ".join(f"{m.parameter}: {m.detail}" for m in mistakes[:5]), mistakes)


def without_parameters(request: Request) -> None:
    """Refuse a request that has any parameter, where none is known."""
    refuse(read({}, sent_parameters(request))[2])


def written(path: str, texts: Mapping[str, Iterable[str]]) -> str:
    """A path with a query, parameters sorted: the canonical way to write a request."""
    pairs = [(name, ",".join(values)) for name, values in sorted(texts.items())]
    return f"{path}?{urlencode(pairs, safe=',/:', quote_via=quote)}" if pairs else path


def lasting(texts: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What of a query holds for every page and format of its answer."""
    return {name: several for name, several in texts.items() if name not in {"cursor", "limit", "format"}}


def page_start(version: str, path: str, texts: Mapping[str, list[str]]) -> tuple[int | None, list[Mistake]]:
    """The position after which the page asked for begins; a cursor is bound to its query and version."""
    if "cursor" not in texts:
        return None, []
    sent = texts["cursor"][0]
    after = paging.position(version, written(path, lasting(texts)), sent)
    if after is not None:
        return after, []
    first = written(path, {name: several for name, several in texts.items() if name != "cursor"})
    detail = f"this cursor is of another query or another version of the data; begin again at {first}"
    return None, [mistake("cursor", sent, detail, meant=first)]


def page_links(version: str, path: str, texts: Mapping[str, list[str]], after: int | None) -> dict[str, str | None]:
    """self, first and next of a page."""
    first = {name: several for name, several in texts.items() if name != "cursor"}
    following = None
    if after is not None:
        following = written(path, {**first, "cursor": [paging.cursor(version, written(path, lasting(texts)), after)]})
    return {"self": written(path, texts), "first": written(path, first), "next": following}


def envelope(data: bytes, meta: Mapping[str, Any], links: Mapping[str, Any]) -> bytes:
    """Every answer: data, what is about it, where to go from it."""
    return b'{"data":%b,"meta":%b,"links":%b}' % (data, encode(meta), encode(links))
