"""The bitmaps of a store: gathered from the rows as they are written."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate, chain
from operator import itemgetter

from pyroaring import BitMap

from app.edtf import MAX, MIN
from app.resource import MENTIONS
from app.store.bitmaps import ALL, BUSY, DATED, JOINED, UNDATED
from app.store.build import Row
from app.store.days import BOUNDS, compared
from app.store.decades import FIELD as DECADE
from app.store.facts import KINDS
from app.store.spelling import letters
from app.store.wording import BETWEEN

RECORD, EDGE, FACT = "record", "edge", "fact"
COUNTED = {*MENTIONS, "work", DECADE}
MANY_EDGES = 50  # at one end of a record: with more, it is busy
OF_RECORDS: dict[str, str] = {"moment": "position", "undated": "number", "standing": "position"}
VALUES: dict[str, tuple[str, ...]] = {  # columns by whose values rows are found
    "moment": ("collection", "kind", "year", "decade"),
    "undated": ("collection", "kind"),
    "standing": ("collection",),
}


def standings(row: Row) -> dict[str, str]:
    """How much a record matters beside others, by its wording, as texts that sort so.

    Evidence comes after what it is for; what is referred to twice as much comes first; where a name is looked for, what
    has fewer words in its name comes before that.
    """
    after, weight = int(row["is_evidence"]), f"{99 - row['weight'].bit_length()}"
    words = min(9, row["names"].partition(BETWEEN)[0].count(" ") + 1)
    return {"standing": f"{after} {weight}", "standing in names": f"{after} {words} {weight}"}


_bounds = itemgetter(*BOUNDS)  # of a date


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
        self._dates: dict[str, dict[tuple[str, ...], BitMap]] = defaultdict(lambda: defaultdict(BitMap))  # by table
        self._rows: dict[str, _Rows] = {table: _Rows() for table in OF_RECORDS}
        self._edges = {"source": _Rows(), "target": _Rows()}
        self._take: dict[str, Callable[[Row], None]] = {
            "record": self._record,
            "term": self._term,
            "wording": self._wording,
            "word": self._word,
            "span": self._span,
            "node": self._node,
            "edge": self._edge,
            "fact": self._fact,
            "fact_citation": self._fact_citation,
            **{table: partial(self._of_record, table) for table in OF_RECORDS},
        }

    def see(self, table: str, row: Row) -> None:
        """Take from a row what it is found by."""
        if take := self._take.get(table):
            take(row)

    def _add(self, number: int, of: str, field: str, value: str = "") -> None:
        self._sets[of, field, value].add(number)

    def _record(self, row: Row) -> None:
        number = row["number"]
        self._add(number, RECORD, "collection", row["collection"])
        self._add(number, RECORD, ALL)

    def _term(self, row: Row) -> None:
        if row["field"] in COUNTED:
            self._add(row["record"], RECORD, row["field"], row["value"])

    def _wording(self, row: Row) -> None:
        for field, value in standings(row).items():
            self._add(row["number"], RECORD, field, value)

    def _word(self, row: Row) -> None:
        number, word = row["number"], row["word"]
        for some in letters(word):
            self._add(number, "word", "letters", some)
        self._add(number, "word", "length", str(len(word)))

    def _span(self, row: Row) -> None:
        if row["field"] == "date":
            self._add(row["record"], RECORD, DATED)
            self._dates[RECORD][_bounds(row)].add(row["record"])

    def _node(self, row: Row) -> None:
        if (row["begins"], row["ends"]) == (MIN, MAX):
            self._add(row["record"], RECORD, UNDATED)

    def _edge(self, row: Row) -> None:
        self._add(row["number"], EDGE, "type", row["type"])
        for end, edges in self._edges.items():
            self._add(row[end], RECORD, end, row["type"])
            self._add(row[end], RECORD, JOINED)
            edges.add(row[end], row["number"])

    def _of_record(self, table: str, row: Row) -> None:
        of, number = table, row[OF_RECORDS[table]]
        self._rows[of].add(row["record"], number)
        self._add(number, of, ALL)
        for name in VALUES[table]:
            self._add(number, of, name, str(row[name]))
        if table == "standing":
            self._add(number, of, "state", f"{row['collection']} {row['state']}")
        if table == "moment":
            for day in {row["begins_on"], row["ends_on"]} - {None}:
                self._add(number, of, "on", day)
        if table != "undated":
            self._dates[of][_bounds(row)].add(number)

    def _fact(self, row: Row) -> None:
        number = row["number"]
        self._add(number, FACT, ALL)
        self._add(number, FACT, "collection", row["collection"])
        if row["paragraph"] is not None:
            self._add(number, FACT, "paragraph", str(row["paragraph"]))
        for kind, (_, is_so) in KINDS.items():
            if is_so(row):
                self._add(number, FACT, "kind", kind)

    def _fact_citation(self, row: Row) -> None:
        self._add(row["fact"], FACT, "paragraph", str(row["paragraph"]))

    def _highest(self) -> int:
        """The highest number of a record."""
        every = self._sets[RECORD, ALL, ""]
        return every.max() if every else 0

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Every bitmap."""
        every = chain(self._of_values(), self._of_dates(), self._of_busy())
        for (of, field, value), found in every:
            found.run_optimize()
            yield "bitmap", {"of": of, "field": field, "value": value, "body": found.serialize()}

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

    def _of_dates(self) -> Iterator[tuple[tuple[str, str, str], BitMap]]:
        """What is compared of the dates."""
        for of, dates in self._dates.items():
            for place, bound in enumerate(BOUNDS):
                by_day = defaultdict[str, list[BitMap]](list)
                for four, found in dates.items():
                    by_day[four[place]].append(found)
                sets = {day: BitMap.union(*found) for day, found in by_day.items()}
                for field, value, found in compared(bound, sets):
                    yield (of, field, value), found

    def _of_busy(self) -> Iterator[tuple[tuple[str, str, str], BitMap]]:
        """The records that have many edges at one end, and all edges of each."""
        highest = self._highest()
        ends = {end: edges.by_record(highest) for end, edges in self._edges.items()}
        busy = BitMap(
            n for begin, _ in ends.values() for n in range(1, highest + 1) if begin[n + 1] - begin[n] > MANY_EDGES
        )
        yield (RECORD, BUSY, ""), busy
        for number in busy:
            every = (ordered[begin[number] : begin[number + 1]] for begin, ordered in ends.values())
            yield (EDGE, BUSY, str(number)), BitMap(chain.from_iterable(every))
