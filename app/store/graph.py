"""Questions to the graph: what lies around a record, what of the whole meets conditions. All of it bounded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, compress, islice
from operator import itemgetter
from typing import Any, NamedTuple

from pyroaring import BitMap, FrozenBitMap

from app.store.adjacency import FAN, FAR, LAYOUT, Ends, column, of_types, unpacked
from app.store.bitmaps import BUSY, JOINED, UNDATED, joined
from app.store.conditions import Condition, Span
from app.store.dialects.statement import Statement
from app.store.query import Store

MOST_HOPS = 4_000  # edges looked at for one answer
MOST_EDGES = 10_000  # edges in one answer
AT_ONCE = 100  # records that are not busy whose edges are read at once
RECORD, EDGE, NODE = "record", "edge", "node"


class Hop(NamedTuple):
    """An edge between the numbers of two records."""

    number: int
    type: str
    source: int
    target: int


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


_INVERSE = Statement("SELECT inverse FROM edge WHERE number = :number")


class Graph:
    """The graph of a store, for one question."""

    def __init__(self, store: Store, types: Sequence[str]) -> None:
        """Look at edges of these types only."""
        self.store, self.types = store, frozenset(types)
        self.looked = 0
        self.fanned = False  # whether some record had more edges than are followed
        self._kinds = sorted(store.bitmaps.values(RECORD, "source"))
        self._places = {place for place, kind in enumerate(self._kinds) if kind in self.types}
        self._is_whole = len(self._places) == len(self._kinds)
        self._busy = store.bitmaps.of(RECORD, BUSY)
        self._known: dict[int, Ends] = {}
        self._hops: dict[int, list[Hop]] = {}
        self._lasting: dict[int, tuple[Any, ...]] = {}

    def hops(self, number: int) -> list[Hop]:
        """The edges of a record in the order of their numbers; of a busy one no more than are followed."""
        if number not in self._hops:
            if number not in self._known:
                self._fetch([number])
            outgoing, incoming = self._known[number]
            kinds = self._kinds
            hops = [Hop(edge, kinds[kind], number, far) for kind, far, edge in LAYOUT.iter_unpack(outgoing)]
            hops += [Hop(edge, kinds[kind], far, number) for kind, far, edge in LAYOUT.iter_unpack(incoming)]
            self._hops[number] = sorted(hops)
        return self._hops[number]

    def _followed(self, body: bytes) -> bytes:
        """The edges in one direction that are looked at."""
        wanted = body if self._is_whole else of_types(body, self._places)
        most = FAN * LAYOUT.size
        self.fanned = self.fanned or len(wanted) > most
        return wanted[:most]

    def _fetch(self, numbers: Sequence[int]) -> None:
        """Get to know the edges of some records."""
        found = self.store.adjacency.of(numbers)
        sizes = [*map(len, chain.from_iterable(found))]
        if not self._is_whole or max(sizes, default=0) > FAN * LAYOUT.size:
            found = [(self._followed(outgoing), self._followed(incoming)) for outgoing, incoming in found]
            sizes = [*map(len, chain.from_iterable(found))]
        self._known.update(zip(numbers, found, strict=True))
        self.looked += sum(sizes) // LAYOUT.size

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

    def inverse(self, hop: Hop) -> str:
        """The words of an edge, read from its target."""
        return str(self.store.run(_INVERSE, number=hop.number)[0][0])

    def _admitted(self, choice: Choice, numbers: BitMap) -> BitMap:
        """Those of some records that belong."""
        bitmaps, found = self.store.bitmaps, BitMap()
        carried = (((name,), conditions) for name, conditions in choice.carried.items())
        for names, conditions in ((choice.judged, choice.conditions), *carried):
            some = numbers & bitmaps.among(RECORD, "collection", names)
            found |= some & bitmaps.meeting(RECORD, conditions) if conditions else some
        return found

    def _undated(self, sets: Sequence[FrozenBitMap], choice: Choice) -> int:
        """How many of the records that are in all of some sets do not belong only for want of a date."""
        timeless = tuple(c for c in choice.conditions if not isinstance(c, Span))
        if len(timeless) == len(choice.conditions):
            return 0
        undated = joined([*sets, self.store.bitmaps.of(RECORD, UNDATED)])
        return len(self._admitted(replace(choice, conditions=timeless), BitMap(undated)))

    def _joined(self, numbers: BitMap, section: Section) -> BitMap:
        """What edges join to some records, without these."""
        if self.fetch(numbers, MOST_HOPS):
            section.cut.append(f"edges looked at: {MOST_HOPS:,}")
        known = filter(None, map(self._known.get, numbers))
        return BitMap(column(chain.from_iterable(known), FAR)) - numbers

    def around(self, root: int, depth: int, choice: Choice, limit: int) -> Section:
        """What lies within `depth` steps of a record, whichever way its edges read; the nearest first."""
        section, kept, frontier, left = Section(total=1), [root], BitMap([root]), BitMap()
        for _ in range(depth):
            reached = self._joined(frontier, section) - BitMap(kept)
            frontier = self._admitted(choice, reached)
            left |= reached - frontier
            section.total += len(frontier)
            kept += islice(frontier, limit - len(kept))
            if section.total > len(kept) or section.cut:
                break
        section.undated_excluded = self._undated([FrozenBitMap(left)], choice)
        return self._closed(section, kept, limit)

    def _having_edges(self) -> FrozenBitMap:
        """The records that an edge joins to another."""
        bitmaps = self.store.bitmaps
        if self._is_whole:
            return bitmaps.of(RECORD, JOINED)
        return bitmaps.among(RECORD, "source", self.types) | bitmaps.among(RECORD, "target", self.types)

    def overview(self, choice: Choice, limit: int) -> Section:
        """Every record that meets the conditions, in the order of the collections, then what edges join to those."""
        bitmaps, section = self.store.bitmaps, Section()
        sets = [self._having_edges(), bitmaps.among(RECORD, "collection", choice.judged)]
        found = joined([*sets, bitmaps.meeting(RECORD, choice.conditions)])
        kept, section.total = list(islice(found, limit)), len(found)
        section.undated_excluded = self._undated(sets, replace(choice, carried={}))
        if choice.carried and section.total <= limit:  # else there is no room for one of them
            others = self._admitted(replace(choice, judged=()), self._joined(BitMap(kept), section))
            section.total += len(others)
            kept += islice(others, limit - len(kept))
        return self._closed(section, kept, limit)

    def _between(self, kept: Sequence[int]) -> list[int]:
        """Every edge between two of some records: of those that these state, the ones that lead to one of them."""
        among, bitmaps = BitMap(kept), self.store.bitmaps
        stated = self.store.stated.of(list(among))
        to_busy, others = (unpacked(map(itemgetter(place), stated)) for place in range(2))
        every, found = FrozenBitMap(to_busy), BitMap()
        for edges in bitmaps.each(EDGE, BUSY, map(str, among & self._busy)):
            found |= every & edges
        found.update(compress(others[1::2], map(set(kept).__contains__, others[::2])))
        return list(found if self._is_whole else found & bitmaps.among(EDGE, "type", self.types))

    def _closed(self, section: Section, kept: list[int], limit: int) -> Section:
        """The nodes kept with every edge between two of them, and what was left out."""
        if section.total > len(kept):
            section.cut.append(f"limit: {limit:,} nodes")
        if self.fanned:
            section.cut.append(f"edges of one record: {FAN:,}")
        numbers = self._between(kept)
        if len(numbers) > MOST_EDGES:
            section.cut.append(f"edges: {MOST_EDGES:,}")
        section.nodes = self.store.nodes.of(kept)
        section.edges = self.store.edges.of(numbers[:MOST_EDGES])
        return section


def first_edge(store: Store, kind: str) -> tuple[int, int] | None:
    """The ends of an edge of a type, from the first record that has one: something to show as an example."""
    having = store.bitmaps.of(RECORD, "source", kind)
    if not having:
        return None
    hop = Graph(store, [kind]).hops(having.min())[0]
    return hop.source, hop.target
