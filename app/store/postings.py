"""The bitmaps of a store: gathered from the rows as they are written."""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import accumulate, chain
from operator import itemgetter
from typing import Any

from pyroaring import BitMap
from sqlmodel import SQLModel

from app.edtf import MAX, MIN
from app.resource import MENTIONS
from app.store.bitmaps import ALL, BITS, BOUNDS, BUSY, DATED, UNDATED, number_of
from app.store.build import Row
from app.store.decades import FIELD as DECADE
from app.store.moments import MomentRow, StandingRow, UndatedRow
from app.store.spelling import letters
from app.store.tables import BitmapRow, EdgeRow, NodeRow, RecordRow, SpanRow, TermRow, WordingRow, WordRow
from app.store.wording import BETWEEN

RECORD = "record"
COUNTED = {*MENTIONS, "work", DECADE}
MANY_EDGES = 50  # at one end of a record: with more, it is busy
OF_RECORDS: dict[type[SQLModel], str] = {MomentRow: "position", UndatedRow: "number", StandingRow: "position"}
VALUES: dict[type[SQLModel], tuple[str, ...]] = {  # columns by whose values rows are found
    MomentRow: ("collection", "kind", "year", "decade"),
    UndatedRow: ("collection", "kind"),
    StandingRow: ("collection",),
}


def standings(row: Row) -> dict[str, str]:
    """How much a record matters beside others, by its wording, as texts that sort so.

    Evidence comes after what it is for; what is referred to twice as much comes first; where a name is looked for, what
    has fewer words in its name comes before that.
    """
    after, weight = int(row["is_evidence"]), f"{99 - row['weight'].bit_length()}"
    words = min(9, row["names"].partition(BETWEEN)[0].count(" ") + 1)
    return {"standing": f"{after} {weight}", "standing in names": f"{after} {words} {weight}"}


class _Rows:
    """The rows of a table that are of records: which are of which."""

    def __init__(self) -> None:
        self._records, self._numbers = array("I"), array("I")

    def add(self, record: int, number: int) -> None:
        self._records.append(record)
        self._numbers.append(number)

    def by_record(self, highest: int) -> "tuple[array[int], array[int]]":
        """(where the rows of each record begin, all rows in the order of their records)."""
        counts = array("I", bytes(4 * (highest + 2)))
        for record in self._records:
            counts[record + 1] += 1
        begin = array("I", accumulate(counts))
        ordered, free = array("I", bytes(4 * len(self._numbers))), array("I", begin)
        for record, number in zip(self._records, self._numbers, strict=True):
            ordered[free[record]] = number
            free[record] += 1
        return begin, ordered


class Postings:
    """Sees every row of a store once; then has the bitmaps."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        self._sets: dict[tuple[str, str, str], BitMap] = defaultdict(BitMap)
        self._days: dict[tuple[str, str, str], BitMap] = defaultdict(BitMap)  # table, bound, day
        self._rows: dict[str, _Rows] = {str(table.__tablename__): _Rows() for table in OF_RECORDS}
        self._edges = {"source": _Rows(), "target": _Rows()}

    def see(self, table: type[SQLModel], row: Row) -> None:
        """Take from a row what it is found by."""
        if table is RecordRow:
            self._add(RECORD, row["number"], {"collection": row["collection"], ALL: ""})
        elif table is TermRow:
            if row["field"] in COUNTED:
                self._add(RECORD, row["record"], {row["field"]: row["value"]})
        elif table in {WordRow, WordingRow}:
            self._of_words(table, row)
        elif table is SpanRow:
            if row["field"] == "date":
                self._date(RECORD, row["record"], row)
        elif table is NodeRow:
            if (row["begins"], row["ends"]) == (MIN, MAX):
                self._add(RECORD, row["record"], {UNDATED: ""})
        elif table is EdgeRow:
            for end, edges in self._edges.items():
                self._add(RECORD, row[end], {end: row["type"]})
                edges.add(row[end], row["number"])
        elif table in OF_RECORDS:
            self._of_record(table, row)

    def _of_words(self, table: type[SQLModel], row: Row) -> None:
        if table is WordingRow:
            self._add(RECORD, row["number"], standings(row))
            return
        for some in letters(row["word"]):
            self._add("word", row["number"], {"letters": some})
        self._add("word", row["number"], {"length": len(row["word"])})

    def _of_record(self, table: type[SQLModel], row: Row) -> None:
        of, number = str(table.__tablename__), row[OF_RECORDS[table]]
        self._rows[of].add(row["record"], number)
        self._add(of, number, {ALL: "", **{name: row[name] for name in VALUES[table]}})
        if table is StandingRow:
            self._add(of, number, {"state": f"{row['collection']} {row['state']}"})
        if table is MomentRow:
            for day in {row["begins_on"], row["ends_on"]} - {None}:
                self._add(of, number, {"on": day})
        if table is not UndatedRow:
            self._date(of, number, row)

    def _add(self, of: str, number: int, values: Mapping[str, Any]) -> None:
        for field, value in values.items():
            self._sets[of, field, str(value)].add(number)

    def _date(self, of: str, number: int, bounds: Row) -> None:
        self._add(of, number, {DATED: ""})
        for bound in BOUNDS:
            self._days[of, bound, bounds[bound]].add(number)

    def _highest(self) -> int:
        """The highest number of a record."""
        every = self._sets[RECORD, ALL, ""]
        return every.max() if every else 0

    def rows(self) -> Iterator[tuple[type[SQLModel], Row]]:
        """Every bitmap."""
        every = chain(self._of_values(), self._of_bits(), self._of_busy())
        for (of, field, value), found in every:
            found.run_optimize()
            yield BitmapRow, {"of": of, "field": field, "value": value, "body": found.serialize()}

    def _of_values(self) -> Iterator[tuple[tuple[str, str, str], BitMap]]:
        """The sets as seen, and what records are found by once more for the rows that are of records."""
        yield from sorted(self._sets.items(), key=itemgetter(0))  # in an order that does not change from run to run
        highest = self._highest()
        shared = [
            (field, value, found)
            for (of, field, value), found in self._sets.items()
            if of == RECORD and field in {*MENTIONS, "work"}
        ]
        for of, of_records in self._rows.items():
            begin, ordered = of_records.by_record(highest)
            for field, value, records in shared:
                numbers = array("I")
                for record in records:
                    numbers.extend(ordered[begin[record] : begin[record + 1]])
                if numbers:
                    yield (of, field, value), BitMap(numbers)

    def _of_bits(self) -> Iterator[tuple[tuple[str, str, str], BitMap]]:
        """Each bit of the days."""
        for of in (RECORD, *self._rows):
            for bound in BOUNDS:
                days = [(number_of(day), found) for (t, b, day), found in self._days.items() if (t, b) == (of, bound)]
                for bit in range(BITS):
                    ones = [found for day, found in days if day >> bit & 1]
                    if ones:
                        yield (of, bound, str(bit)), BitMap.union(*ones)

    def _of_busy(self) -> Iterator[tuple[tuple[str, str, str], BitMap]]:
        """The records that have many edges at one end, and those of their edges that join them to each other."""
        highest = self._highest()
        ends = {end: edges.by_record(highest) for end, edges in self._edges.items()}
        busy = BitMap(
            n for begin, _ in ends.values() for n in range(1, highest + 1) if begin[n + 1] - begin[n] > MANY_EDGES
        )
        yield (RECORD, BUSY, ""), busy
        of_busy = {
            end: {number: BitMap(ordered[begin[number] : begin[number + 1]]) for number in busy}
            for end, (begin, ordered) in ends.items()
        }
        between = BitMap.union(BitMap(), *of_busy["source"].values()) & BitMap.union(
            BitMap(), *of_busy["target"].values()
        )
        for end, records in of_busy.items():
            for number, edges in records.items():
                if joining := edges & between:
                    yield ("edge", end, str(number)), joining
