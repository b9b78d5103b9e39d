"""What is wrong with the data, said so that a curator can mend it: file, line, field, what is allowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Problem:
    """One error in a data file."""

    file: str
    line: int
    field: str
    detail: str

    def __str__(self) -> str:
        """`data/treaties/x.yaml:12: parties.0.actor: …`, which editors and terminals can follow."""
        return f"{self.file}:{self.line}: {self.field or 'file'}: {self.detail}"


class DataError(Exception):
    """The data does not hold; carries every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order of files and lines."""
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def suggestion(value: str, allowed: Iterable[str]) -> str:
    """` did you mean …?` where something close is allowed, else nothing."""
    close = get_close_matches(value, list(allowed), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""
