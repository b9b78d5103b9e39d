"""Reading a request, and writing it back in its canonical form."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import Response

from app.api import paging
from app.api.parameters import Parameter, read
from app.api.problems import Mistake, ProblemError, closest, mistake, moved, query_of
from app.store.query import Store
from app.store.render import encode
from app.values import LONGEST_SLUG

LONGEST_QUERY = 8_000
PASSING = frozenset({"cursor", "limit", "format"})  # parameters that say which part of an answer is asked for, and how
T = TypeVar("T")
_plain = re.compile(r"[A-Za-z0-9_.~,/:-]*").fullmatch


def sent_parameters(request: Request) -> list[tuple[str, str]]:
    """The query as pairs of name and value, in order."""
    raw = request.scope["query_string"]
    if not raw:
        return []
    if len(raw) > LONGEST_QUERY:
        raise ProblemError(414, f"the query has {len(raw):,} bytes; at most {LONGEST_QUERY:,} are read")
    text = raw.decode("latin-1")
    if text.isascii() and "%" not in text and "+" not in text:  # as most are: nothing in it stands for something else
        return [(name, value) for name, _, value in [pair.partition("=") for pair in text.split("&") if pair]]
    return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace")


def refuse(mistakes: list[Mistake]) -> None:
    """Refuse a request that has mistakes."""
    if mistakes:
        raise ProblemError(400, "; ".join(f"{m.parameter}: {m.detail}" for m in mistakes[:5]), mistakes)


def without_parameters(request: Request) -> None:
    """Refuse a request that has any parameter, where none is known."""
    refuse(read({}, sent_parameters(request))[2])


def written(path: str, texts: Mapping[str, Iterable[str]]) -> str:
    """A path with a query, parameters sorted: the canonical way to write a request."""
    return address(path, pairs(texts))


def pairs(texts: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Each parameter of a query as an address has it. The names are ours, and plain."""
    return {name: f"{name}={quoted(','.join(values))}" for name, values in texts.items()}


def address(path: str, written_pairs: Mapping[str, str]) -> str:
    """A path with the parameters of a query in the order of their names, whose letters all come after `=`."""
    return f"{path}?{'&'.join(sorted(written_pairs.values()))}" if written_pairs else path


def quoted(text: str) -> str:
    """A value as a query has it; most need nothing."""
    return text if _plain(text) else quote(text, safe=",/:")


def canonical(
    declared: Mapping[str, Parameter], values: Mapping[str, Any], texts: Mapping[str, list[str]], **defaults: Any
) -> dict[str, list[str]]:
    """The texts of a query without what would hold anyway, so that two ways to ask one thing are one request.

    `defaults` are those that depend on the rest of the query.
    """
    found: dict[str, list[str]] = {}
    for name, several in texts.items():
        schema = declared[name].schema if name in declared else {}
        whole = schema.get("type") == "integer" and not declared[name].many
        value = values.get(name)
        if value is None or value != defaults.get(name, schema.get("default")):
            found[name] = [str(value)] if whole and value is not None else several
    return found


def understood(declared: Mapping[str, Parameter], texts: Mapping[str, list[str]]) -> dict[str, Any]:
    """The query as `meta` repeats it: every condition, in the order of the alphabet."""
    kept = sorted(lasting(texts).items())
    return {name: several if declared[name].many else several[0] for name, several in kept}


def lasting(texts: Mapping[str, T]) -> dict[str, T]:
    """What of a query holds for every page and format of its answer."""
    return {name: several for name, several in texts.items() if name not in PASSING}


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
    own = pairs(texts)
    return links_of_page(version, path, own, address(path, own), after)


def links_of_page(version: str, path: str, own: dict[str, str], whole: str, after: int | None) -> dict[str, str | None]:
    """The same, of a query whose parameters are written already, as its `whole` address is."""
    following = None
    if after is not None:
        fixed = whole if PASSING.isdisjoint(own) else address(path, lasting(own))
        following = address(path, {**own, "cursor": f"cursor={paging.cursor(version, fixed, after)}"})
    first = {name: pair for name, pair in own.items() if name != "cursor"} if "cursor" in own else None
    return {"self": whole, "first": whole if first is None else address(path, first), "next": following}


def next_link(following: str | None) -> dict[str, str]:
    """The Link header entry of the next page, where there is one."""
    return {following: 'rel="next"'} if following else {}


def absent(request: Request, store: Store, collection: str, identifier: str, below: str = "") -> Response:
    """Answer for a record that is not served (or what is `below` it): moved, withdrawn, or never there."""
    path, retired = f"/v1/{collection}", store.retired(collection, identifier)
    if retired is None:
        named = identifier if len(identifier) <= LONGEST_SLUG else identifier[:LONGEST_SLUG] + "…"
        meant = closest(identifier, store.ids(collection, identifier))
        hint = f"; did you mean {path}/{meant}{below}?" if meant else ""
        raise ProblemError(404, f"no record {named!r} in {collection}; {path} lists them{hint}")
    new, reason = retired
    if new is None:
        raise ProblemError(410, f"{collection}/{identifier} was withdrawn: {reason}")
    return moved(f"/v1/{new}{below}{query_of(request)}")


def listed(bodies: Iterable[bytes], opening: bytes = b"[", closing: bytes = b"]") -> list[bytes]:
    """A JSON list in parts that commas join, so that it is copied once however long it is."""
    parts = list(bodies)
    if not parts:
        return [opening + closing]
    parts[0] = opening + parts[0]
    parts[-1] += closing
    return parts


def envelope(data: Sequence[bytes], meta: Mapping[str, Any], links: Mapping[str, Any]) -> bytes:
    """Every answer: data, in parts that commas join, what is about it, where to go from it."""
    first, *others = data
    return b",".join((b'{"data":' + first, *others, b'"meta":' + encode(meta), b'"links":%b}' % encode(links)))
