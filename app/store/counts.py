"""How many of the records under some conditions have each value of a field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import orjson

from app.resource import MENTIONS
from app.store.conditions import Condition, Rests, Terms
from app.store.dialects.statement import Statement
from app.store.found import NO_VALUES, Values
from app.store.query import Store
from app.store.several import parameters

COLLECTION = "collection"  # counted like a field, though it is a column
MOST_READ = 1_000  # records whose values are read one by one
MOST_LISTED = 500  # values counted over all collections
MOST_NAMES = 5_000  # kept in memory
NAMED = (1, 10, 100)  # names asked for at once: the least that holds them

_KEPT = Statement("SELECT body FROM document WHERE name = :name")


@dataclass(frozen=True)
class Counts:
    """Value → number of records, the most frequent first; how many have none; whether all were counted."""

    values: dict[str, int]
    unknown: int
    others: int  # values that are not listed
    are_exact: bool


def counts(store: Store, conditions: tuple[Condition, ...], field: str, collection: str | None = None) -> Counts:
    """The values of a field among the records under conditions; of one collection, or of all."""
    if collection is not None:
        return _within(store, conditions, field, collection)
    having = store.found.everywhere(conditions)
    numbers, are_all = having.numbers, having.are_all
    sets = store.bitmaps.values("record", COLLECTION)
    sizes = {name: numbers.intersection_cardinality(of) for name, of in sets.items()}
    if field == COLLECTION:
        return Counts(_ordered(sizes), 0, 0, are_all)
    unknown = 0
    for name, size in sizes.items():
        before = store.found.occurring(name).lowest - 1
        unknown += size - numbers.intersection_cardinality(store.found.having(name, field).shift(before))
    if field in MENTIONS:
        listed = store.tally.most_frequent(numbers, field, MOST_LISTED)
        return Counts(listed, unknown, 0, are_all and len(listed) < MOST_LISTED)
    found: dict[str, int] = {}
    for name, size in sizes.items():
        before = store.found.occurring(name).lowest - 1
        for value in store.values(name).get(field, NO_VALUES).values if size else ():
            of_value = store.found.having(name, field, value).shift(before)
            found[value] = found.get(value, 0) + numbers.intersection_cardinality(of_value)
    return Counts(_ordered(found), unknown, 0, are_all)


def _ordered(found: Mapping[str, int]) -> dict[str, int]:
    return {value: -less for less, value in sorted((-count, value) for value, count in found.items() if count)}


def _within(store: Store, conditions: tuple[Condition, ...], field: str, collection: str) -> Counts:
    """In a collection: known where there is no condition, or only that of a value that many records have."""
    if not conditions:
        occurring = store.found.occurring(collection)
        values = occurring.fields.get(field, NO_VALUES)
        having = len(store.found.having(collection, field))
        return Counts(dict(values.values), occurring.records - having, values.others, True)
    return _kept(store, conditions, field, collection) or among(store, conditions, field, collection)


def name_of(collection: str, field: str, of: str, value: str) -> str:
    """The name of the document that says how often the values of a field occur with a value of another."""
    return f"crosstab/{collection}/{field}/{of}={value}"


def is_common(fields: Mapping[str, Values], of: str, value: str) -> bool:
    """Whether more records have a value than are read one by one: what occurs with it is counted at build."""
    return fields.get(of, NO_VALUES).values.get(value, 0) > MOST_READ


def _kept(store: Store, conditions: tuple[Condition, ...], field: str, collection: str) -> Counts | None:
    """What was counted at build."""
    match conditions:
        case (Terms(field=of, values=(value,)) | Rests(field=of, values=(value,)),):
            if is_common(store.values(collection), of, value):
                rows = store.run(_KEPT, name=name_of(collection, field, of, value))
                return Counts(**orjson.loads(rows[0][0])) if rows else None
    return None


def among(store: Store, conditions: tuple[Condition, ...], field: str, collection: str) -> Counts:
    """Of a field with very many values those of few records are read from the records.

    Where the records are many too, only the values that are most frequent in the collection are counted.
    """
    occurring = store.found.occurring(collection)
    values = occurring.fields.get(field, NO_VALUES)
    meeting = store.found.meeting(collection, conditions)
    found = meeting.numbers
    unknown = found.difference_cardinality(store.found.having(collection, field))
    if values.others and len(found) <= MOST_READ:
        held = store.tally.held((position + occurring.lowest - 1 for position in found), field)
        return Counts(_ordered(held), unknown, 0, meeting.are_all)
    sets = store.found.having_each(collection, field, values.values)
    sizes = {
        value: found.intersection_cardinality(of_value) for value, of_value in zip(values.values, sets, strict=True)
    }
    return Counts(_ordered(sizes), unknown, 0, meeting.are_all and not values.others)


@lru_cache(maxsize=4)
def _nametext(count: int) -> Statement:
    ids = parameters(f"v{n}" for n in range(count))
    return Statement(f"SELECT id, name FROM record WHERE collection = :collection AND id IN {ids}")


def names(store: Store, collection: str, ids: Iterable[str]) -> dict[str, str]:
    """Id → display name of records of a collection. Facets show the same again and again: some names are kept."""
    wanted = dict.fromkeys(ids)
    found = {identifier: name for identifier in wanted if (name := store.names.get((collection, identifier)))}
    missing = [identifier for identifier in wanted if identifier not in found]
    for start in range(0, len(missing), NAMED[-1]):
        some = missing[start : start + NAMED[-1]]
        size = next(size for size in NAMED if len(some) <= size)
        values = {f"v{n}": identifier for n, identifier in enumerate(some + some[-1:] * (size - len(some)))}
        read = dict(store.run(_nametext(size), **values, collection=collection))
        if len(store.names) + len(read) > MOST_NAMES:
            store.names.clear()
        store.names.update({(collection, identifier): name for identifier, name in read.items()})
        found |= read
    return found
