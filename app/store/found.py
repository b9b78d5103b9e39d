"""The records of a collection under conditions, as sets of their positions: paged and counted exactly at any size."""

import json
from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from math import ceil, floor
from typing import Literal

from pyroaring import FrozenBitMap

from app.store.bitmaps import DATED, Bitmaps, joined, united
from app.store.charts import Chart, written
from app.store.conditions import Box, Condition, Matches, Of, Rests, Span, Terms
from app.store.dialects.database import Database
from app.store.dialects.statement import Statement
from app.store.occurrences import Having, Occurrences
from app.store.positions import name_of, place, steps

Order = Literal["first", "second"]


@dataclass(frozen=True)
class Values:
    """The values of a field, the most frequent first, with how many records have each; how many others there are."""

    values: dict[str, int]
    others: int


NO_VALUES = Values({}, 0)


@dataclass(frozen=True)
class Occurring:
    """How many records a collection has, the lowest of their numbers, and how often the values of each field occur."""

    records: int
    lowest: int
    fields: dict[str, Values]


_SECONDS = Statement("SELECT second FROM record WHERE collection = :collection ORDER BY first")
_DOCUMENT = Statement("SELECT body FROM document WHERE name = :name")
_CHART = Statement("SELECT body FROM chart WHERE of = :of")


class Found:
    """Finds the records of a collection under conditions."""

    def __init__(self, database: Database, bitmaps: Bitmaps, words: Occurrences) -> None:
        """By the bitmaps and the words of a store."""
        self._database, self._bitmaps, self._words = database, bitmaps, words
        self.occurring = cache(self._occurring)
        self.everything = cache(self._everything)
        self._seconds = cache(self._read_seconds)
        self._chart = cache(self._read_chart)

    def _occurring(self, collection: str) -> Occurring:
        rows = self._database.run(_DOCUMENT, {"name": name_of(collection)})
        if not rows:
            return Occurring(0, 1, {})
        read = json.loads(rows[0][0])
        fields = {name: Values(**values) for name, values in read["fields"].items()}
        return Occurring(read["records"], read["lowest"], fields)

    def _everything(self, collection: str) -> FrozenBitMap:
        return FrozenBitMap(range(1, self.occurring(collection).records + 1))

    def dated(self, collection: str, by: Order) -> FrozenBitMap:
        """The records that have a date."""
        return self._bitmaps.of(place(collection, by, "date", "0"), DATED)

    def under(self, collection: str, conditions: Collection[Condition], by: Order = "first") -> FrozenBitMap:
        """The records under conditions, as their positions in an order."""
        return self.meeting(collection, conditions, by).numbers

    def meeting(self, collection: str, conditions: Collection[Condition], by: Order = "first") -> Having:
        """The same, and whether they are all: of very many words that begin alike only the most frequent count."""
        asked = [condition for condition in conditions if isinstance(condition, Matches)]
        if asked:
            found = self._in_words(collection, conditions, asked)
            if by == "first":
                return found
            return Having(FrozenBitMap(map(self._seconds(collection).__getitem__, found.numbers)), found.are_all)
        sets = [self._under(collection, condition, by) for condition in conditions]
        return Having(joined(sets) if sets else self.everything(collection))

    def _in_words(self, collection: str, conditions: Collection[Condition], asked: list[Matches]) -> Having:
        """With words to look for: in the first order, which is that of the numbers of records."""
        found = self.meeting(collection, [c for c in conditions if not isinstance(c, Matches)])
        before = self.occurring(collection).lowest - 1
        for condition in asked:
            having = self._words.matching(condition.wanted, found.numbers.shift(before))
            found = Having(having.numbers.shift(-before), found.are_all and having.are_all)
        return found

    def _read_seconds(self, collection: str) -> "array[int]":
        """The position of each record in the second order, by that in the first."""
        rows = self._database.run(_SECONDS, {"collection": collection})
        return array("I", [0, *(row[0] for row in rows)])

    def _read_chart(self, collection: str, by: Order) -> Chart:
        rows = self._database.run(_CHART, {"of": place(collection, by)})
        return Chart(rows[0][0] if rows else written({}))

    def everywhere(self, conditions: Collection[Condition]) -> Having:
        """The numbers of the records of every collection under conditions that hold over all; whether they are all."""
        of = [c.collections for c in conditions if isinstance(c, Of)]
        sets = [self._bitmaps.among("record", "collection", collections) for collections in of]
        others = [c for c in conditions if not isinstance(c, Of | Matches)]
        found = Having(joined([self._bitmaps.meeting("record", others), *sets]))
        for condition in conditions:
            if isinstance(condition, Matches):
                having = self._words.matching(condition.wanted, found.numbers)
                found = Having(having.numbers, found.are_all and having.are_all)
        return found

    def _under(self, collection: str, condition: Condition, by: Order) -> FrozenBitMap:
        match condition:
            case Terms(field=field, values=values) | Rests(field=field, values=values):
                return united([self.having(collection, field, value, by) for value in values])
            case Span(field=field, lo=lo, hi=hi, match=match):
                layers = self._layers(collection, by, field)
                return united(self._bitmaps.overlapping(of, lo, hi, match) for of in layers)
            case Box():
                return self._within(self._chart(collection, by), condition)
            case Of(collections=collections):
                return self.everything(collection) if collection in collections else FrozenBitMap()
            case Matches():
                raise AssertionError("words are looked for in their own index")

    def having(self, collection: str, field: str, value: str = "", by: Order = "first") -> FrozenBitMap:
        """The records that have a value in a field; without one, any value."""
        return self._bitmaps.of(place(collection, by), field, value)

    def having_each(self, collection: str, field: str, values: Iterable[str]) -> list[FrozenBitMap]:
        """For each of some values the records that have it, in the first order."""
        return self._bitmaps.each(place(collection, "first"), field, values)

    def _layers(self, collection: str, by: Order, field: str) -> Iterable[str]:
        """Where the dates of records are compared: the first of each record, the second, and so on."""
        depth = 0
        while self._bitmaps.of(of := place(collection, by, field, str(depth)), DATED):
            yield of
            depth += 1

    @staticmethod
    def _within(chart: Chart, box: Box) -> FrozenBitMap:
        """Those whose point lies in the box, its edges included."""
        south, north = ceil(steps(box.south, -90)), floor(steps(box.north, -90))
        west, east = ceil(steps(box.west, -180)), floor(steps(box.east, -180))
        if box.west <= box.east:
            return chart.within(south, west, north, east)
        round_earth = int(steps(180, -180))
        return chart.within(south, west, north, round_earth) | chart.within(south, 0, north, east)
