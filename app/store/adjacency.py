"""The edges of each record side by side, so that those of hundreds of records are read at once.

Made from the rows of a store when they are all written.
"""

import struct
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from app.store.build import Row
from app.store.dialects.statement import Statement

FAN = 500  # edges followed from one record in one direction
LAYOUT = struct.Struct("<3I")  # place of the type among those that occur, record at the other end, number of the edge

Read = Callable[[Statement, Mapping[str, Any]], Iterable[tuple[Any, ...]]]

_OUTGOING, _INCOMING = (
    Statement(f"SELECT {near}, type, {far}, number FROM edge ORDER BY {near}, type, {far}, number")
    for near, far in (("source", "target"), ("target", "source"))
)
_TYPES = Statement("SELECT value FROM bitmap WHERE of = :of AND field = :field ORDER BY value")


def of_types(body: bytes, places: Container[int]) -> bytes:
    """Of the edges of records those whose types have some places."""
    edges = (body[start : start + LAYOUT.size] for start in range(0, len(body), LAYOUT.size))
    return b"".join(edge for edge in edges if LAYOUT.unpack(edge)[0] in places)


def columns(bodies: Iterable[bytes]) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The places of the types, the other ends and the numbers of the edges of records."""
    body = b"".join(bodies)
    every = struct.unpack(f"<{len(body) // 4}I", body)
    return every[0::3], every[1::3], every[2::3]


def _at(end: str, rows: Iterable[tuple[Any, ...]], places: Mapping[str, int]) -> Iterator[tuple[int, str, bytes]]:
    """The edges at one end of each record: of each type one more than are followed."""
    for near, of_record in groupby(rows, key=itemgetter(0)):
        first = (islice(of_type, FAN + 1) for _, of_type in groupby(of_record, key=itemgetter(1)))
        body = b"".join(LAYOUT.pack(places[kind], far, number) for some in first for _, kind, far, number in some)
        yield near, end, body


def rows(run: Read) -> Iterator[tuple[str, Row]]:
    """A row for each record that has an edge."""
    places = {kind: place for place, (kind,) in enumerate(run(_TYPES, {"of": "record", "field": "source"}))}
    ends = (_at("outgoing", run(_OUTGOING, {}), places), _at("incoming", run(_INCOMING, {}), places))
    for near, of_record in groupby(merge(*ends), key=itemgetter(0)):
        found = {"outgoing": b"", "incoming": b""} | {end: body for _, end, body in of_record}
        yield "adjacency", {"record": near, **found}
