"""What was measured, and what follows: a ratio is taken within a round, and its median over the rounds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Sample:
    """One measurement: of a row's case, by a subject, in a round."""

    row: str
    case: str
    subject: str
    round: int
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Spread:
    """A median, and the least and greatest that it is the median of."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread | None":
        """The spread of some values; None of none."""
        found = list(values)
        return cls(median(found), min(found), max(found)) if found else None


class Samples:
    """The measurements of a run, found by row, case, subject and figure."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        """Index measurements by what they are of."""
        self._found: dict[tuple[str, str, str], dict[int, dict[str, float]]] = {}
        for sample in samples:
            key = (sample.row, sample.case, sample.subject)
            self._found.setdefault(key, {})[sample.round] = sample.figures

    def cases(self, row: str) -> list[str]:
        """The cases of a row, in the order in which they were measured."""
        return list(dict.fromkeys(case for of, case, _ in self._found if of == row))

    def subjects(self, row: str, case: str) -> list[str]:
        """Who was measured in a case."""
        return [subject for of, which, subject in self._found if (of, which) == (row, case)]

    def by_round(self, row: str, case: str, subject: str, figure: str) -> dict[int, float]:
        """A figure, round by round."""
        rounds = self._found.get((row, case, subject), {})
        return {number: figures[figure] for number, figures in rounds.items() if figure in figures}

    def spread(self, row: str, case: str, subject: str, figure: str) -> Spread | None:
        """A figure over the rounds."""
        return Spread.of(self.by_round(row, case, subject, figure).values())

    def ratio(self, row: str, over: tuple[str, str], under: tuple[str, str], figure: str) -> Spread | None:
        """One (case, subject) over another, each round by itself."""
        above = self.by_round(row, *over, figure)
        beneath = self.by_round(row, *under, figure)
        return Spread.of(above[n] / beneath[n] for n in above if beneath.get(n))
