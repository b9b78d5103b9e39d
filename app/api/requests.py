"""Reading a request, and writing it back in its canonical form."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Request

from app.api.parameters import read
from app.api.problems import Mistake, ProblemError
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


def envelope(data: bytes, meta: Mapping[str, Any], links: Mapping[str, Any]) -> bytes:
    """Every answer: data, what is about it, where to go from it."""
    return b'{"data":%b,"meta":%b,"links":%b}' % (data, encode(meta), encode(links))
