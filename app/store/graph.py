"""Questions to the graph: what lies around a record, what of the whole meets conditions. All of it bounded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from pyroaring import BitMap, FrozenBitMap
from sqlalchemy import ColumnElement, bindparam, select

from app.store.bitmaps import BUSY, NOTHING, UNDATED
from app.store.conditions import NONE, Condition, Span
from app.store.dialects.statement import Statement
from app.store.query import Store
from app.store.several import chunks, several
from app.store.tables import EdgeRow

FAN = 500  # edges followed from one record in one direction
MOST_HOPS = 4_000  # edges looked at for one answer
MOST_EDGES = 10_000  # edges in one answer
AT_ONCE = 100  # records that are not busy whose edges are read at once
RECORD, EDGE, NODE = "record", "edge", "node"

edge = EdgeRow.metadata.tables[EDGE]


class Hop(NamedTuple):
    """An edge between the numbers of two records."""

    number: int
    type: str
    source: int
    target: int


Row = tuple[Any, ...]  # of an edge, as it is read: what a hop is made of


@dataclass(frozen=True)
class Choice:
    """Which records and edges are wanted.

    `judged` are the collections that the conditions hold for; records of `carried`, each collection with conditions of
    its own, are in where an edge joins them to one that is in.
    """

    judged: tuple[str, ...]
    carried: Mapping[str, tuple[Condition, ...]]
    conditions: tuple[Condition, ...]
    types: tuple[str, ...]


@dataclass
class Section:
    """Part of the graph, and what is known of the rest."""

    nodes: list[bytes] = field(default_factory=list)
    edges: list[bytes] = field(default_factory=list)
    total: int = 0  # nodes that are known to belong to it
    cut: list[str] = field(default_factory=list)  # each bound that left something out
    undated_excluded: int = 0


def _ends(end: str) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return (edge.c.source, edge.c.target) if end == "source" else (edge.c.target, edge.c.source)


_HOP = select(edge.c.number, edge.c.type, edge.c.source, edge.c.target)


@lru_cache(maxsize=64)
def _fan(end: str, types: int) -> Statement:
    """The edges of given types at one end of which a record is, in the order of their index."""
    near, far = _ends(end)
    among = edge.c.type.in_([bindparam(f"t{place}") for place in range(types)])
    ordered = _HOP.where(near == bindparam("near"), among).order_by(edge.c.type, far, edge.c.number)
    return Statement(ordered.limit(bindparam("limit")).offset(NONE))


@lru_cache(maxsize=16)
def _all(end: str, size: int) -> Statement:
    """Every edge at one end of which one of so many records is, in no order."""
    return Statement(_HOP.where(_ends(end)[0].in_(several(size))))


_INVERSE = Statement(select(edge.c.inverse).where(edge.c.number == bindparam("number")))


class Graph:
    """The graph of a store, for one question."""

    def __init__(self, store: Store, types: Sequence[str]) -> None:
        """Look at edges of these types only."""
        self.store, self.types = store, frozenset(types)
        self.looked = 0
        self.fanned = False  # whether some record had more edges than are followed
        self._bound = {f"t{place}": name for place, name in enumerate(types)}
        self._busy = store.bitmaps.of(RECORD, BUSY)
        self._known: dict[int, list[Row]] = {}
        self._hops: dict[int, list[Hop]] = {}
        self._lasting: dict[int, tuple[Any, ...]] = {}

    def hops(self, number: int) -> list[Hop]:
        """The edges of a record in the order of their numbers; of a busy one no more than are followed."""
        if number not in self._hops:
            if number not in self._known:
                self._fetch([number])
            self._hops[number] = [Hop._make(row) for row in sorted(self._known[number])]
        return self._hops[number]

    def _fetch(self, numbers: Sequence[int]) -> None:
        """Get to know the edges of some records."""
        found: dict[int, list[Row]] = {number: [] for number in numbers}
        for end, near in (("source", 2), ("target", 3)):
            if len(numbers) == 1:
                rows = self.store.run(_fan(end, len(self.types)), near=numbers[0], limit=FAN + 1, **self._bound)
                self.fanned = self.fanned or len(rows) > FAN
                found[numbers[0]] += rows[:FAN]
                continue
            for some in chunks(numbers):
                for row in self.store.run(_all(end, len(some)), **some):
                    if row[1] in self.types:
                        found[row[near]].append(row)
        self.looked += sum(map(len, found.values()))
        self._known |= found

    def fetch(self, numbers: Iterable[int], most: int) -> list[int]:
        """Get to know the edges of records, those that are not busy first; answers those that the bound left out."""
        fresh = BitMap(numbers) - BitMap(self._known)
        quiet, busy = list(fresh - self._busy), list(fresh & self._busy)
        several = [quiet[start : start + AT_ONCE] for start in range(0, len(quiet), AT_ONCE)]
        waiting = [*several, *([number] for number in busy)]
        while waiting and self.looked <= most:
            self._fetch(waiting.pop(0))
        return [number for some in waiting for number in some]

    def date(self, numbers: Iterable[int]) -> None:
        """Get to know how long records lasted."""
        fresh = [number for number in dict.fromkeys(numbers) if number not in self._lasting]
        self._lasting |= zip(fresh, self.store.rows(NODE, fresh, ("begins", "ends")), strict=True)

    def lasting(self, number: int) -> tuple[Any, ...]:
        """Of a record so dated the first day on which it can have begun, and the last on which it can have ended."""
        return self._lasting[number]

    def bodies(self, table: str, numbers: Iterable[int]) -> list[bytes]:
        """The JSON of nodes or edges, in the order asked."""
        return [body for (body,) in self.store.rows(table, numbers)]

    def inverse(self, hop: Hop) -> str:
        """The words of an edge, read from its target."""
        return str(self.store.run(_INVERSE, number=hop.number)[0][0])

    def _admitted(self, choice: Choice) -> FrozenBitMap:
        """Every record that belongs."""
        bitmaps = self.store.bitmaps
        judged = dict.fromkeys(choice.judged, choice.conditions)
        found = NOTHING
        for collection, conditions in {**judged, **choice.carried}.items():
            found |= bitmaps.of(RECORD, "collection", collection) & bitmaps.meeting(RECORD, conditions)
        return found

    def _undated(self, numbers: Iterable[int] | FrozenBitMap, choice: Choice) -> int:
        """How many of some records do not belong only for want of a date."""
        timeless = tuple(c for c in choice.conditions if not isinstance(c, Span))
        if len(timeless) == len(choice.conditions):
            return 0
        undated = self.store.bitmaps.of(RECORD, UNDATED) & FrozenBitMap(numbers)
        return len(self._admitted(replace(choice, conditions=timeless)) & undated)

    def _joined(self, numbers: Iterable[int], section: Section) -> BitMap:
        """What edges join to some records."""
        asked = list(numbers)
        if self.fetch(asked, MOST_HOPS):
            section.cut.append(f"edges looked at: {MOST_HOPS:,}")
        rows = [row for number in asked for row in self._known.get(number, ())]
        return BitMap([row[2] for row in rows]) | BitMap([row[3] for row in rows])

    def around(self, root: int, depth: int, choice: Choice, limit: int) -> Section:
        """What lies within `depth` steps of a record, whichever way its edges read; the nearest first."""
        section, kept, frontier, left = Section(total=1), [root], [root], BitMap()
        admitted = self._admitted(choice)
        for _ in range(depth):
            reached = self._joined(frontier, section) - BitMap(kept)
            frontier = list(reached & admitted)
            left |= reached - admitted
            section.total += len(frontier)
            kept += frontier[: limit - len(kept)]
            if section.total > len(kept) or section.cut:
                break
        section.undated_excluded = self._undated(left, choice)
        return self._closed(section, kept, limit)

    def overview(self, choice: Choice, limit: int) -> Section:
        """Every record that meets the conditions, in the order of the collections, then what edges join to those."""
        bitmaps, section = self.store.bitmaps, Section()
        joined = bitmaps.among(RECORD, "source", self.types) | bitmaps.among(RECORD, "target", self.types)
        joined &= bitmaps.among(RECORD, "collection", choice.judged)
        found = joined & bitmaps.meeting(RECORD, choice.conditions)
        kept, section.total = list(found[:limit]), len(found)
        section.undated_excluded = self._undated(joined, replace(choice, carried={}))
        if choice.carried:
            others = self._joined(kept, section) - BitMap(kept) & self._admitted(replace(choice, judged=()))
            section.total += len(others)
            kept += others[: limit - len(kept)]
        return self._closed(section, kept, limit)

    def _between(self, kept: list[int]) -> Iterator[int]:
        """Every edge between two of some records."""
        among, busy = set(kept), BitMap(kept) & self._busy
        known = [number for number in kept if number not in busy and number in self._known]
        rows = [row for number in known for row in self._known[number]]
        for end in ("source", "target") if busy or known else ("source",):
            for some in chunks(among.difference(busy, known)):
                rows += self.store.run(_all(end, len(some)), **some)
        for number, kind, source, target in rows:
            if source in among and target in among and kind in self.types:
                yield number
        if len(busy) > 1:
            sources, targets = (self.store.bitmaps.among(EDGE, end, map(str, busy)) for end in ("source", "target"))
            for number, kind in self.store.rows(EDGE, sources & targets, ("number", "type")):
                if kind in self.types:
                    yield number

    def _closed(self, section: Section, kept: list[int], limit: int) -> Section:
        """The nodes kept with every edge between two of them, and what was left out."""
        if section.total > len(kept):
            section.cut.append(f"limit: {limit:,} nodes")
        if self.fanned:
            section.cut.append(f"edges of one record: {FAN:,}")
        numbers = sorted(set(self._between(kept)))
        if len(numbers) > MOST_EDGES:
            section.cut.append(f"edges: {MOST_EDGES:,}")
        section.nodes = self.bodies(NODE, kept)
        section.edges = self.bodies(EDGE, numbers[:MOST_EDGES])
        return section


def first_edge(store: Store, kind: str) -> tuple[int, int] | None:
    """The ends of an edge of a type, from the first record that has one: something to show as an example."""
    having = store.bitmaps.of(RECORD, "source", kind)
    if not having:
        return None
    hop = Graph(store, [kind]).hops(having.min())[0]
    return hop.source, hop.target
