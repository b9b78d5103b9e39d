"""The edges of each record side by side, so that those of hundreds of records are read at once.

Made from the rows of a store when they are all written; those read last are in memory.
"""

import struct
import sys
from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

from app.store.build import Row
from app.store.dialects.database import Database
from app.store.dialects.statement import Statement
from app.store.several import rows as of_numbers

FAN = 500  # edges followed from one record in one direction
KEPT = 4_000_000  # bytes of edges in memory at most
OVERHEAD = 300  # bytes that those of a record take beside
LAYOUT = struct.Struct("<3I")  # place of the type among those that occur, record at the other end, number of the edge
FAR = 1  # which of these is that record

Ends = tuple[bytes, bytes]  # the edges of a record as a source, and those as a target
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


def unpacked(bodies: Iterable[bytes]) -> "array[int]":
    """The numbers that edges are written as."""
    every = array("I", b"".join(bodies))
    if sys.byteorder == "big":
        every.byteswap()
    return every


def column(bodies: Iterable[bytes], place: int) -> "array[int]":
    """One of the three numbers that each edge of some records is written as."""
    return unpacked(bodies)[place::3]


class Adjacency:
    """The edges of records, in two lists each; those read last in memory."""

    def __init__(self, database: Database, table: str, lists: tuple[str, str]) -> None:
        """Read those of a record when they are first asked for."""
        self._database, self._table, self._columns = database, table, ("record", *lists)
        self._kept: dict[int, Ends] = {}
        self._bytes = 0

    def of(self, numbers: Sequence[int]) -> list[Ends]:
        """The edges of some records, in their order."""
        kept = self._kept  # another thread may begin a new one meanwhile
        try:
            return [*map(kept.__getitem__, numbers)]
        except KeyError:
            missing = [number for number in numbers if number not in kept]
        found: dict[int, Ends] = dict.fromkeys(missing, (b"", b""))
        for number, *ends in of_numbers(self._database, self._table, self._columns, "record", missing):
            found[number] = ends[0], ends[1]
        every = [kept.get(number) or found[number] for number in numbers]
        self._bytes += sum(OVERHEAD + len(outgoing) + len(incoming) for outgoing, incoming in found.values())
        if self._bytes > KEPT:
            self._kept, self._bytes = {}, 0
        else:
            kept.update(found)
        return every


def _at(end: str, rows: Iterable[tuple[Any, ...]], places: Mapping[str, int]) -> Iterator[tuple[int, str, bytes]]:
    """The edges at one end of each record: of each type one more than are followed.

    Where all are followed they come as they are numbered, which makes sets of them quicker.
    """
    for near, of_record in groupby(rows, key=itemgetter(0)):
        first = (islice(of_type, FAN + 1) for _, of_type in groupby(of_record, key=itemgetter(1)))
        edges = list(chain.from_iterable(first))
        if len(edges) <= FAN:
            edges.sort(key=itemgetter(3))
        yield near, end, b"".join(LAYOUT.pack(places[kind], far, number) for _, kind, far, number in edges)


def rows(run: Read) -> Iterator[tuple[str, Row]]:
    """A row for each record that has an edge."""
    places = {kind: place for place, (kind,) in enumerate(run(_TYPES, {"of": "record", "field": "source"}))}
    ends = (_at("outgoing", run(_OUTGOING, {}), places), _at("incoming", run(_INCOMING, {}), places))
    for near, of_record in groupby(merge(*ends), key=itemgetter(0)):
        found = {"outgoing": b"", "incoming": b""} | {end: body for _, end, body in of_record}
        yield "adjacency", {"record": near, **found}
