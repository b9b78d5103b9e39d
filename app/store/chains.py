"""Chains: ways through the graph from one record to another, the shortest first, over a bounded search."""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from app.edges import LEADS
from app.store.graph import Graph, Hop

MOST_VISITS = 800  # records left for the next in one search
MOST_LOOKED = 3_000  # edges looked at on the way
THOROUGH = 250  # records left before a search stops measuring more than it needs
MOST_STEPS = 12


def leads(kind: str, out: bool) -> bool:
    """Whether a step along an edge goes from cause to consequence; an edge that is no relation leads as it reads."""
    way = LEADS.get(kind, "out")
    return way == "both" or (way == "out") == out


class Move(NamedTuple):
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
        """Whether it goes from cause to consequence."""
        return leads(self.hop.type, self.out)

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
    cut: bool  # whether a bound ended it, so that there may be more


@dataclass(frozen=True)
class Leg:
    """The number of moves to a stop from the records around it, and the least that it is from any other.

    `beyond` is None where no other record reaches the stop, as far as is asked.
    """

    distances: Mapping[int, int]
    beyond: int | None

    def remaining(self, number: int) -> int | None:
        """The least number of moves from a record to the stop; None where there is no way."""
        return self.distances.get(number, self.beyond)


class Search:
    """A search for chains through `stops`, in their order, no record twice."""

    def __init__(self, graph: Graph, stops: tuple[int, ...], *, forward: bool, depth: int) -> None:
        """Measure the legs between the stops."""
        self.graph, self.stops, self.forward, self.depth = graph, stops, forward, depth
        self.visits, self.looked, self.cut = 0, 0, False
        self._legs = [self._leg(begin, stop) for begin, stop in pairwise(stops)]

    def moves(self, number: int, *, back: bool = False) -> Iterator[Move]:
        """The moves that leave a record, or with `back` those that reach it; of equal ones the first."""
        self.visits += 1
        hops = self.graph.hops(number)
        self.looked += len(hops)
        seen: set[tuple[int, str, bool]] = set()
        for hop in hops:
            _, kind, source, target = hop
            out = (source == number) != back
            same = (source if target == number else target, kind, out)
            if source != target and same not in seen and (not self.forward or leads(kind, out)):
                seen.add(same)
                yield Move(hop, out)

    def _spent(self) -> bool:
        """Whether one search has done all that it may."""
        return self.visits >= MOST_VISITS or self.looked > MOST_LOOKED

    def _next(self, level: list[int], known: dict[int, int], *, back: bool) -> list[int]:
        """The records not known yet that one more move reaches, or with `back` that reach a level by one.

        Records that would be too much to look at are passed over, those of very many edges first.
        """
        found: list[int] = []
        some = level[: max(0, MOST_VISITS // 2 - self.visits)]
        left = set(self.graph.fetch(some, MOST_LOOKED // 2))
        self.cut = self.cut or bool(left) or len(some) < len(level)
        for number in some:
            for hop, out in self.moves(number, back=back) if number not in left else ():
                reached = hop.source if out == back else hop.target
                if reached not in known:
                    known[reached] = known[number] + 1
                    found.append(reached)
        return found

    def _leg(self, begin: int, stop: int) -> Leg:
        """Measure from both ends, breadth first, the narrower level first, until they meet; then a little farther."""
        ahead, back = {begin: 0}, {stop: 0}
        heads, tails = [begin], [stop]
        while heads and tails and not ahead.keys() & back.keys():
            if ahead[heads[0]] + back[tails[0]] >= self.depth:
                return Leg({}, None)
            if len(heads) < len(tails):
                heads = self._next(heads, ahead, back=False)
            else:
                tails = self._next(tails, back, back=True)
        if not heads or not tails:
            return Leg({}, None)
        while tails and back[tails[0]] < self.depth and self.visits + len(tails) <= min(THOROUGH, MOST_VISITS // 2):
            tails = self._next(tails, back, back=True)
        return Leg(back, back[tails[0]] + 1 if tails and back[tails[0]] < self.depth else None)

    def _remaining(self, number: int, stage: int) -> int | None:
        """The least number of moves from a record past every stop from `stage` on; None where there is no way."""
        total = 0
        for stop, leg in zip(self.stops[stage:], self._legs[stage - 1 :], strict=True):
            least = leg.remaining(number)
            if least is None:
                return None
            total += least
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
            if self._spent():
                self.cut = True
                break
            _, _, order, stage, chain = heapq.heappop(waiting)
            if stage == len(self.stops):
                found.append(chain)
                continue
            for move, reached, remaining in self._onward(chain, stage):
                longer = (*chain, move)
                estimate = len(longer) + remaining
                heapq.heappush(waiting, (estimate, -len(longer), (*order, move.hop.number), reached, longer))
        return Found(tuple(sorted(found, key=len)), self.visits, self.cut or self.graph.fanned)

    def _onward(self, chain: tuple[Move, ...], stage: int) -> Iterator[tuple[Move, int, int]]:
        """The moves with which a chain may go on, each with the stage that it reaches and what then remains."""
        past = [self.stops[0], *(move.to for move in chain)]
        shut = {*past, *self.stops[stage + 1 :]}
        found = []
        for move in self.moves(past[-1]):
            reached = stage + (move.to == self.stops[stage])
            remaining = self._remaining(move.to, reached)
            if move.to in shut or remaining is None or len(past) + remaining > self.depth:
                continue
            if not (self.forward and chain) or move.follows(chain[-1]):
                found.append((move, reached, remaining))
        if self.forward:
            self.graph.date([*past, *(move.to for move, _, _ in found)])
            begun = max(self.graph.lasting(number)[0] for number in past)
            found = [f for f in found if f[0].hop.type == "ended" or self.graph.lasting(f[0].to)[1] >= begun]
        yield from found
