"""What the records of a collection are found by, as bitmaps of their positions in each of its two orders.

Made from the rows of a store when they are all written, value by value, so that memory does not grow with them.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from pyroaring import BitMap

from app.store.bitmaps import BOUNDS, DATED, number_of
from app.store.build import Row
from app.store.charts import Place, written
from app.store.dialects.statement import Statement
from app.store.render import encode

MOST_VALUES = 500  # of a field are listed with their numbers of records, the most frequent
ORDERS = ("first", "second")
DEGREE = 10_000  # steps in which degrees are compared: coordinates have four decimals at most

Read = Callable[[Statement, Mapping[str, Any]], Iterable[tuple[Any, ...]]]
Table = tuple[str, Row]

_COLLECTIONS = Statement("SELECT collection, count(*), min(number) FROM record GROUP BY collection")
_TERMS = Statement("SELECT field, value, collection, first, second FROM term ORDER BY field, value, collection, first")
_PLACED = "record.number, record.first, record.second"
_SPANS = Statement(
    f"SELECT span.field, {_PLACED}, {', '.join(f'span.{bound}' for bound in BOUNDS)}"
    " FROM span JOIN record ON record.number = span.record WHERE span.collection = :collection"
    " ORDER BY span.field, record.number, span.number"
)
_POINTS = Statement(
    f"SELECT {_PLACED}, point.lat, point.lon FROM point JOIN record ON record.number = point.record"
    " WHERE point.collection = :collection ORDER BY record.number, point.number"
)


def place(collection: str, by: str, *within: str) -> str:
    """Of what bitmaps are: positions of a collection in an order; `within`: a field that is sliced, and a layer."""
    return "/".join((collection, by, *within))


def name_of(collection: str) -> str:
    """The name of the document that says how often the values of a collection occur."""
    return f"values/{collection}"


def numbers_of(part: str) -> str:
    """The field of the numbers that occur in what is sliced."""
    return f"{part} numbers"


def steps(degrees: float, least: int) -> Decimal:
    """Degrees above the least, in steps."""
    return (Decimal(str(degrees)) - least) * DEGREE


class Records:
    """Records, by their positions in both orders."""

    def __init__(self) -> None:
        """None yet."""
        self.first, self.second = array("I"), array("I")

    def extend(self, others: "Records") -> None:
        """Add records."""
        self.first.extend(others.first)
        self.second.extend(others.second)

    def sets(self, *, runs: bool = True) -> tuple[BitMap, BitMap]:
        """The positions in each order; with `runs`, neighbours are kept as runs: shorter, but slower to compare."""
        return BitMap(self.first, optimize=runs), BitMap(self.second, optimize=runs)


def _rows(sets: Iterable[BitMap], collection: str, within: tuple[str, ...], field: str, value: str) -> Iterator[Table]:
    """A row for each order."""
    for order, found in zip(ORDERS, sets, strict=True):
        body = found.serialize()
        yield "bitmap", {"of": place(collection, order, *within), "field": field, "value": value, "body": body}


class Field:
    """A field of a collection: which records have it, and how many have each value."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.having = (BitMap(), BitMap())
        self.distinct = 0
        self.most: list[tuple[int, str]] = []  # (less than nothing by the number of records, value)

    def count(self, value: str, records: int) -> None:
        """Keep a value while it is among the most frequent; of two as frequent, that which comes first."""
        self.distinct += 1
        self.most.append((-records, value))
        if len(self.most) > 2 * MOST_VALUES:
            self.most = sorted(self.most)[:MOST_VALUES]

    def counted(self) -> dict[str, Any]:
        """The values and their numbers, the most frequent first; how many others there are."""
        most = sorted(self.most)[:MOST_VALUES]
        return {"values": {value: -records for records, value in most}, "others": self.distinct - len(most)}


def _terms(read: Read, fields: dict[str, dict[str, Field]]) -> Iterator[Table]:
    """Which records have each value; what is to be known of whole fields is gathered by the way."""
    for (name, value), rows in groupby(read(_TERMS, {}), key=itemgetter(0, 1)):
        for collection, of_collection in groupby(rows, key=itemgetter(2)):
            found = Records()
            for row in of_collection:
                found.first.append(row[3])
                found.second.append(row[4])
            field = fields[collection].setdefault(name, Field())
            field.count(value, len(found.first))
            for having, some in zip(field.having, sets := found.sets(), strict=True):
                having |= some  # noqa: PLW2901 (in place)
            yield from _rows(sets, collection, (), name, value)


def _sliced(collection: str, field: str, rows: Iterable[tuple[int, int, int, dict[str, int]]]) -> Iterator[Table]:
    """Days by their bits, so that they can be compared; the second number of a record is in the second layer.

    `rows` are (record, first, second, part → number), record by record.
    """
    layers: list[dict[str, dict[int, Records]]] = []
    for _, of_record in groupby(rows, key=itemgetter(0)):
        for depth, (_, first, second, numbers) in enumerate(of_record):
            if depth == len(layers):
                layers.append({part: defaultdict(Records) for part in numbers})
            for part, number in numbers.items():
                found = layers[depth][part][number]
                found.first.append(first)
                found.second.append(second)
    for depth, layer in enumerate(layers):
        within = (field, str(depth))
        for part, by_number in layer.items():
            every, slices = _bits(by_number)
            for bit, ones in slices.items():
                yield from _rows(ones.sets(runs=False), collection, within, part, str(bit))
            occurring = BitMap(by_number)
            yield from _rows((occurring, occurring), collection, within, numbers_of(part), "")
        yield from _rows(every.sets(runs=False), collection, within, DATED, "")


def _bits(by_number: Mapping[int, Records]) -> tuple[Records, dict[int, Records]]:
    """All records, and bit by bit those whose number has it: its place among the numbers that occur, from 1."""
    every, slices = Records(), defaultdict[int, Records](Records)
    for rank, number in enumerate(sorted(by_number), start=1):
        found = by_number[number]
        every.extend(found)
        for bit in range(rank.bit_length()):
            if rank >> bit & 1:
                slices[bit].extend(found)
    return every, slices


def _spans(read: Read, collection: str) -> Iterator[Table]:
    for field, rows in groupby(read(_SPANS, {"collection": collection}), key=itemgetter(0)):
        placed = ((*row[1:4], dict(zip(BOUNDS, map(number_of, row[4:]), strict=True))) for row in rows)
        yield from _sliced(collection, field, placed)


def _points(read: Read, collection: str) -> Iterator[Table]:
    """Where the records lie, in each order."""
    places: dict[Place, Records] = defaultdict(Records)
    for _, first, second, lat, lon in read(_POINTS, {"collection": collection}):
        found = places[round(steps(lat, -90)), round(steps(lon, -180))]
        found.first.append(first)
        found.second.append(second)
    yield "chart", {"of": place(collection, "first"), "body": written({at: of.first for at, of in places.items()})}
    yield "chart", {"of": place(collection, "second"), "body": written({at: of.second for at, of in places.items()})}


def rows(read: Read) -> Iterator[Table]:
    """The bitmaps of every collection, and what says how often values occur."""
    collections = sorted(read(_COLLECTIONS, {}))
    fields: dict[str, dict[str, Field]] = {collection: {} for collection, *_ in collections}
    yield from _terms(read, fields)
    for collection, records, lowest in collections:
        for name, field in fields[collection].items():
            yield from _rows(field.having, collection, (), name, "")
        yield from _spans(read, collection)
        yield from _points(read, collection)
        counted = {name: field.counted() for name, field in fields[collection].items()}
        body = encode({"records": records, "lowest": lowest, "fields": counted})
        yield "document", {"name": name_of(collection), "body": body}
