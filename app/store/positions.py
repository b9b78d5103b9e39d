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

from app.store.bitmaps import DATED
from app.store.build import Row
from app.store.charts import Place, written
from app.store.days import BOUNDS, compared
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
    """Of what bitmaps are: positions of a collection in an order; `within`: a field of dates, and a layer."""
    return "/".join((collection, by, *within))


def name_of(collection: str) -> str:
    """The name of the document that says how often the values of a collection occur."""
    return f"values/{collection}"


def steps(degrees: float, least: int) -> Decimal:
    """Degrees above the least, in steps."""
    return (Decimal(str(degrees)) - least) * DEGREE


class Records:
    """Records, by their positions in both orders."""

    def __init__(self) -> None:
        """None yet."""
        self.first, self.second = array("I"), array("I")

    def add(self, first: int, second: int) -> None:
        """Add a record."""
        self.first.append(first)
        self.second.append(second)

    def sets(self) -> tuple[BitMap, BitMap]:
        """The positions in each order."""
        return BitMap(self.first, optimize=True), BitMap(self.second, optimize=True)


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
            for _, _, _, first, second in of_collection:
                found.add(first, second)
            field = fields[collection].setdefault(name, Field())
            field.count(value, len(found.first))
            for having, some in zip(field.having, sets := found.sets(), strict=True):
                having |= some  # noqa: PLW2901 (in place)
            yield from _rows(sets, collection, (), name, value)


def _spans(read: Read, collection: str) -> Iterator[Table]:
    """What is compared of dates; the second date of a record is in the second layer, and so on."""
    for field, of_field in groupby(read(_SPANS, {"collection": collection}), key=itemgetter(0)):
        layers: list[list[dict[str, Records]]] = []  # of each, bound by bound, by day
        for _, of_record in groupby(of_field, key=itemgetter(1)):
            for depth, (_, _, first, second, *days) in enumerate(of_record):
                if depth == len(layers):
                    layers.append([defaultdict(Records) for _ in BOUNDS])
                for by_day, day in zip(layers[depth], days, strict=True):
                    by_day[day].add(first, second)
        for depth, layer in enumerate(layers):
            yield from _layer(collection, (field, str(depth)), layer)


def _layer(collection: str, within: tuple[str, ...], layer: list[dict[str, Records]]) -> Iterator[Table]:
    """What is compared of one date of each record, in both orders; and which records have it."""
    for bound, by_day in zip(BOUNDS, layer, strict=True):
        sets = {day: found.sets() for day, found in by_day.items()}
        first, second = (compared(bound, {day: both[order] for day, both in sets.items()}) for order in (0, 1))
        for (field, value, one), (_, _, other) in zip(first, second, strict=True):
            yield from _rows((one, other), collection, within, field, value)
    dated = (BitMap.union(*in_order) for in_order in zip(*sets.values(), strict=True))
    yield from _rows(dated, collection, within, DATED, "")


def _points(read: Read, collection: str) -> Iterator[Table]:
    """Where the records lie, in each order."""
    places: dict[Place, Records] = defaultdict(Records)
    for _, first, second, lat, lon in read(_POINTS, {"collection": collection}):
        places[round(steps(lat, -90)), round(steps(lon, -180))].add(first, second)
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
