"""The names that matter most among those that begin with a letter: too many to look through while one types."""

from collections import defaultdict
from collections.abc import Iterator
from heapq import heappush, heappushpop

from sqlmodel import SQLModel

from app.store.build import Row
from app.store.tables import HeadRow

LETTERS = 1  # typed so far: of more, the first of the alphabet are looked at
MOST = 30  # names kept of a collection

Begin = tuple[str, bool, str]
Head = tuple[bool, int, bool, bool, int, int]


class Heads:
    """Sees the start of every name once; then has the first of each beginning."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        self._kept: dict[Begin, list[tuple[Head, int, Row]]] = defaultdict(list)
        self._seen = 0

    def see(self, start: Row) -> None:
        """Keep the start of a name while it is among the first."""
        begin = start["text"][:LETTERS]
        is_whole, is_first = start["text"] == begin and start["word"] == 0, start["word"] == 0
        head = (is_whole, start["weight"], is_first, not start["is_alias"], -len(start["name"]), -start["record"])
        kept = self._kept[start["collection"], start["loose"], begin]
        self._seen += 1
        if len(kept) < MOST:
            heappush(kept, (head, -self._seen, start))
        elif head > kept[0][0]:
            heappushpop(kept, (head, -self._seen, start))

    def rows(self) -> Iterator[tuple[type[SQLModel], Row]]:
        """The starts kept."""
        for (_, _, begin), kept in self._kept.items():
            for _, _, start in sorted(kept, reverse=True):
                yield HeadRow, {**start, "begin": begin}
