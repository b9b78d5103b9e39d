"""The JSON of records, nodes and edges by number, those read last in memory: pages of lists overlap, and graphs."""

from collections.abc import Sequence
from functools import lru_cache

from app.store.dialects.database import Database
from app.store.dialects.statement import Statement
from app.store.several import chunks, key_of, rows, several

KEPT = 4_000_000  # bytes of bodies in memory at most
PLACES = 5_000  # numbers by position in memory at most, of each collection


@lru_cache(maxsize=4)
def _placed(size: int) -> Statement:
    placed = f"collection = :collection AND second IN {several(size)}"
    return Statement(f"SELECT second, number FROM record WHERE {placed}")


class Bodies:
    """The bodies of the rows of a table."""

    def __init__(self, database: Database, table: str) -> None:
        """Read each when it is first asked for."""
        self._database, self._table, self._key = database, table, key_of(table)
        self._kept: dict[int, bytes] = {}
        self._bytes = 0
        self._numbers: dict[str, dict[int, int]] = {}  # of a collection, by position in its second order

    def of(self, numbers: Sequence[int]) -> list[bytes]:
        """The bodies of some rows, in their order."""
        kept = self._kept  # another thread may begin a new one meanwhile
        try:
            return [*map(kept.__getitem__, numbers)]
        except KeyError:
            missing = [number for number in numbers if number not in kept]
        found = dict(rows(self._database, self._table, (self._key, "body"), self._key, missing))
        bodies = [kept.get(number) or found[number] for number in numbers]
        self._keep(found)
        return bodies

    def placed(self, collection: str, positions: Sequence[int]) -> list[bytes]:
        """The bodies of records at some positions in the second order of a collection."""
        numbers = self._numbers.get(collection, {})
        try:
            return self.of([*map(numbers.__getitem__, positions)])
        except KeyError:
            missing = [position for position in positions if position not in numbers]
        if len(numbers) + len(missing) > PLACES:
            numbers = {position: numbers[position] for position in positions if position in numbers}
        for some in chunks(missing):
            numbers.update(self._database.run(_placed(len(some)), {"collection": collection, **some}))
        self._numbers[collection] = numbers
        return self.of([*map(numbers.__getitem__, positions)])

    def _keep(self, found: dict[int, bytes]) -> None:
        """Keep what was read; begin anew where that is too much, which costs less than to know what is asked least."""
        self._bytes += sum(map(len, found.values()))
        if self._bytes > KEPT:
            self._kept, self._bytes = {}, 0
        else:
            self._kept.update(found)
