"""The budget's goals, and what a line of the table says: a value over rounds, against a goal."""

from dataclasses import dataclass

from benchmarks.samples import Spread


@dataclass(frozen=True)
class Goal:
    """A bound that a median is held against."""

    bound: float
    at_least: bool
    unit: str = ""

    def met(self, value: float) -> bool:
        """Whether a value keeps to it."""
        return value >= self.bound if self.at_least else value <= self.bound

    def margin(self, value: float) -> float:
        """How well a value keeps to it: above 1 it does, the more the better."""
        return value / self.bound if self.at_least else self.bound / max(value, 1e-9)

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}{self.unit}"


@dataclass(frozen=True)
class Line:
    """A case, what was measured of it, and the goal of its row of the budget."""

    budget: str  # the row of the budget, the same for all its cases
    case: str
    figures: str  # what the value is made of, for people
    value: Spread | None  # None where there was no answer to measure
    goal: Goal | None = None
    cpu: Spread | None = None  # the same ratio, by the server's CPU for each request

    @property
    def met(self) -> bool | None:
        """Whether the median keeps to the goal; None without a goal."""
        return None if self.goal is None else self.value is not None and self.goal.met(self.value.median)

    @property
    def margin(self) -> float:
        """How well it keeps to its goal; what has no value comes worst."""
        return self.goal.margin(self.value.median) if self.goal and self.value else 0.0


LIMIT = {
    "repeated": Goal(0.90, at_least=True, unit=" of bare"),
    "not-modified": Goal(0.92, at_least=True, unit=" of bare"),
    "record": Goal(0.35, at_least=True, unit=" of bare"),
    "list": Goal(0.22, at_least=True, unit=" of bare"),
    "search": Goal(0.12, at_least=True, unit=" of bare"),
}
PEERS = {
    ("record", "datasette"): Goal(5, at_least=True, unit="×"),
    ("record", "json-server"): Goal(3, at_least=True, unit="×"),
    ("list", "datasette"): Goal(10, at_least=True, unit="×"),
    ("list", "json-server"): Goal(6, at_least=True, unit="×"),
    ("search", "datasette"): Goal(6, at_least=True, unit="×"),
}
COMPRESSED = Goal(1.0, at_least=True, unit=" of identity")
GROWTH = {"p50": Goal(2, at_least=False, unit="×"), "p99": Goal(2.5, at_least=False, unit="×")}
LAST_PAGE = Goal(2, at_least=False, unit="×")
INTERFERENCE = Goal(5, at_least=False, unit="×")
ONE_RUN = Goal(1, at_least=False, unit=" run")
START = Goal(4, at_least=False, unit="× bare")
MEMORY = Goal(110, at_least=False, unit=" MB")
BUILD = Goal(3, at_least=False, unit=" s")
