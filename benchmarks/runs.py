"""A run: the rows in turn, each in rounds; progress and the time that is left go to standard error."""

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.load import Load, LoadError, measure
from benchmarks.samples import Sample
from benchmarks.servers import Server, Serving

OVERHEAD = 0.15  # seconds that a measuring window takes beside its own


@dataclass(frozen=True)
class Window:
    """What is measured once a round: a case of a row, by a subject."""

    case: str
    subject: str
    server: Server
    load: Load
    seconds: int = 0  # if not those of the run


@dataclass
class Run:
    """What a run may do, and what it has measured."""

    wrk: Path
    stores: dict[str, Path]  # by size, the smallest first; the first is the real data
    rounds: int = 5
    seconds: int = 1
    samples: list[Sample] = field(default_factory=list)
    left: float = 0.0  # seconds expected for the rows that are still to come

    @property
    def real(self) -> Path:
        """The store of the real data."""
        return next(iter(self.stores.values()))

    @property
    def largest(self) -> tuple[str, Path]:
        """The size and the store of the most records."""
        return list(self.stores.items())[-1]

    def say(self, what: str) -> None:
        """Tell what is being done."""
        print(f"{time.strftime('%H:%M:%S')}  {what}", file=sys.stderr, flush=True)

    def started(self, stack: ExitStack, servings: Iterable[Serving]) -> list[Server]:
        """Servers, ready, until the stack is left."""
        return [stack.enter_context(Server(serving)) for serving in servings]

    def keep(self, row: str, case: str, subject: str, number: int, figures: dict[str, float]) -> None:
        """Keep a measurement."""
        self.samples.append(Sample(row, case, subject, number, figures))

    def in_rounds(self, row: str, windows: Sequence[Window], *, warm: bool = True) -> None:
        """Measure every window once a round; what warms up before the first is not kept."""
        whole = sum(max(window.seconds, self.seconds) + OVERHEAD for window in windows)
        for number in range(0 if warm else 1, self.rounds + 1):
            for done, window in enumerate(windows):
                if done % 20 == 0:
                    left = self.left + whole * (self.rounds + 1 - number - done / len(windows))
                    self.say(
                        f"{row}: {f'round {number} of {self.rounds}' if number else 'warming up'}; {about(left)} left"
                    )
                turn = number * 7919  # each round begins elsewhere among the targets
                found = self._measured(row, window, turn)
                if number and found:
                    self.keep(row, window.case, window.subject, number, found)

    def _measured(self, row: str, window: Window, turn: int) -> dict[str, float] | None:
        """Measure a window; where nothing came of it, once more and longer; None where nothing comes of that."""
        seconds = max(window.seconds, self.seconds)
        for longer in (1, 4):
            try:
                return measure(self.wrk, window.server, window.load, seconds * longer, turn)
            except LoadError as error:
                self.say(f"{row}: {window.case} by {window.subject}: {error}")
        return None

    def repeated(self, row: str, what: Callable[[int], None]) -> None:
        """Do something once a round."""
        for number in range(1, self.rounds + 1):
            self.say(f"{row}: round {number} of {self.rounds}")
            what(number)


def about(seconds: float) -> str:
    """A time left, as people say it."""
    return f"about {seconds / 60:.0f} min" if seconds >= 90 else f"about {max(5, round(seconds / 5) * 5)} s"
