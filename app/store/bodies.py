"""The JSON of records by number, those read last in memory: pages of lists overlap."""

from collections.abc import Sequence

from app.store.dialects.database import Database
from app.store.several import rows

KEPT = 4_000_000  # bytes of bodies in memory at most


class Bodies:
    """The bodies of the records of a store."""

    def __init__(self, database: Database) -> None:
        """Read each when it is first asked for."""
        self._database = database
        self._kept: dict[int, bytes] = {}
        self._bytes = 0

    def of(self, numbers: Sequence[int]) -> list[bytes]:
        """The bodies of some records, in their order."""
        kept = self._kept  # another thread may begin a new one meanwhile
        missing = [number for number in numbers if number not in kept]
        found = dict(rows(self._database, "record", ("number", "body"), "number", missing)) if missing else {}
        bodies = [kept.get(number) or found[number] for number in numbers]
        if found:
            self._keep(found)
        return bodies

    def _keep(self, found: dict[int, bytes]) -> None:
        """Keep what was read; begin anew where that is too much, which costs less than to know what is asked least."""
        self._bytes += sum(map(len, found.values()))
        if self._bytes > KEPT:
            self._kept, self._bytes = {}, 0
        else:
            self._kept.update(found)
