"""Chains: ways through the graph from one record to another, the shortest first, over a bounded search."""

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from app.edges import LEADS
from app.store.graph import Graph, Hop

MOST_VISITS = 20_000  # records left for the next in one search
MOST_STEPS = 12


@dataclass(frozen=True)
class Move:
    """A step along an edge: out, as it is stated, or in, against that."""

    hop: Hop
    out: bool

    @property
    def to(self) -> int:
        """The record that it reaches."""
        return self.hop.target if self.out else self.hop.source

    @property
    def origin(self) -> int:
        """The record that it leaves."""
        return self.hop.source if self.out else self.hop.target

    @property
    def leads(self) -> bool:
        """Whether it goes from cause to consequence; an edge that is no relation leads as it reads."""
        way = LEADS.get(self.hop.type, "out")
        return way == "both" or (way == "out") == self.out

    def follows(self, before: "Move") -> bool:
        """Whether a chain of consequences goes on with this move after another.

        What was ended has no consequence of its ending, and one part of a whole none in its other parts.
        """
        if before.hop.type == "ended":
            return False
        return not (self.hop.type == before.hop.type == "part_of" and before.out and not self.out)


@dataclass(frozen=True)
class Found:
    """The chains found, and how far the search went."""

    chains: tuple[tuple[Move, ...], ...]
    visits: int
    cut: bool  # whether it ended at the bound, so that there may be more


class Search:
    """A search for chains through `stops`, in their order, no record twice."""

    def __init__(self, graph: Graph, stops: tuple[int, ...], *, forward: bool, depth: int) -> None:
        """Measure how far every record is from each stop but the first."""
        self.graph, self.stops, self.forward, self.depth = graph, stops, forward, depth
        self.visits, self.cut = 0, False
        self._distances = [self._distance(stop) for stop in stops[1:]]

    def moves(self, number: int, *, back: bool = False) -> Iterator[Move]:
        """The moves that leave a record, or with `back` those that reach it; of equal ones the first."""
        self.visits += 1
        seen: set[tuple[int, str, bool]] = set()
        for hop in self.graph.hops(number):
            for out in (True, False):
                move = Move(hop, out)
                here, there = (move.to, move.origin) if back else (move.origin, move.to)
                same = (there, hop.type, out)
                if here == number != there and same not in seen and (move.leads or not self.forward):
                    seen.add(same)
                    yield move

    def _distance(self, stop: int) -> dict[int, int]:
        """The number of moves from each record to a stop, breadth first from the stop."""
        found, waiting = {stop: 0}, deque([stop])
        while waiting:
            if self.visits >= MOST_VISITS // 2:
                self.cut = True
                break
            number = waiting.popleft()
            if found[number] == self.depth:
                continue
            for move in self.moves(number, back=True):
                if move.origin not in found:
                    found[move.origin] = found[number] + 1
                    waiting.append(move.origin)
        return found

    def _remaining(self, number: int, stage: int) -> int | None:
        """The least number of moves from a record past every stop from `stage` on; None where there is no way."""
        total = 0
        for stop, distances in zip(self.stops[stage:], self._distances[stage - 1 :], strict=True):
            if number not in distances:
                return None
            total += distances[number]
            number = stop
        return total

    def chains(self, most: int) -> Found:
        """At most so many chains, the shortest first, in an order that stays."""
        found: list[tuple[Move, ...]] = []
        start = self._remaining(self.stops[0], 1)
        waiting: list[tuple[int, int, tuple[int, ...], int, tuple[Move, ...]]] = []
        if start is not None and start <= self.depth:
            waiting = [(start, 0, (), 1, ())]
        while waiting and len(found) < most:
            if self.visits >= MOST_VISITS:
                self.cut = True
                break
            _, _, order, stage, chain = heapq.heappop(waiting)
            if stage == len(self.stops):
                found.append(chain)
                continue
            for move in self._onward(chain, stage):
                reached = stage + (move.to == self.stops[stage])
                remaining = self._remaining(move.to, reached)
                if remaining is not None and len(chain) + 1 + remaining <= self.depth:
                    longer = (*chain, move)
                    estimate = len(longer) + remaining
                    heapq.heappush(waiting, (estimate, -len(longer), (*order, move.hop.number), reached, longer))
        return Found(tuple(found), self.visits, self.cut)

    def _onward(self, chain: tuple[Move, ...], stage: int) -> Iterator[Move]:
        """The moves with which a chain may go on."""
        past = [self.stops[0], *(move.to for move in chain)]
        shut = {*past, *self.stops[stage + 1 :]}
        for move in self.moves(past[-1]):
            if move.to not in shut and (not self.forward or self._follows(move, chain, past)):
                yield move

    def _follows(self, move: Move, chain: tuple[Move, ...], past: list[int]) -> bool:
        """Whether a move can be a consequence of a chain: nothing leads to what was over before."""
        if chain and not move.follows(chain[-1]):
            return False
        begun = max(self.graph.lasting(number)[0] for number in past)
        return move.hop.type == "ended" or self.graph.lasting(move.to)[1] >= begun
