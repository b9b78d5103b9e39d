"""The rows of the budget: what each measures, and about how long a round of it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks.rows import growth, once, peers, repeated
from benchmarks.runs import Run


@dataclass(frozen=True)
class Row:
    """A row: how it is measured, seconds expected for a round and beside the rounds, and whether peers are in it."""

    measure: Callable[[Run], None]
    round: float
    beside: float = 5
    peers: bool = False


ROWS = {
    "repeated": Row(repeated.repeated, 21, 25),
    "compressed": Row(repeated.compressed, 10.5, 13),
    "not-modified": Row(repeated.unchanged, 7, 10),
    "record": Row(partial(peers.measure, peers.RECORD), 8, 20, peers=True),
    "list": Row(partial(peers.measure, peers.LIST), 8, 20, peers=True),
    "search": Row(partial(peers.measure, peers.SEARCH), 7, 20, peers=True),
    "growth": Row(growth.growth, 100, 60),
    "interference": Row(growth.interference, 5, 20),
    "single-flight": Row(once.single_flight, 1, 20),
    "start": Row(once.start, 6),
    "build": Row(once.build, 3),
}
