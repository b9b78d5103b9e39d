"""How many of the records under some conditions have each value of a field."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, literal_column, select

from app.store.conditions import NONE, Condition, Shape, parts, record, term, where
from app.store.dialects.statement import Statement
from app.store.query import EXACT, Store

COLLECTION = "collection"  # counted like a field, though it is a column


@dataclass(frozen=True)
class Counts:
    """Value → number of records, the most frequent first; how many have none; whether all were counted."""

    values: dict[str, int]
    unknown: int
    are_exact: bool


def _found(shapes: tuple[Shape, ...], *, one: bool) -> Select[Any]:
    """The records counted: at most one more than are counted exactly."""
    chosen = select(record.c.number, record.c.collection).where(where(shapes, one=one))
    return chosen.limit(literal_column(str(EXACT + 1))).offset(NONE)


@lru_cache(maxsize=512)
def _valuetext(shapes: tuple[Shape, ...], *, one: bool) -> Statement:
    found = _found(shapes, one=one).subquery()
    counted: Any = select(term.c.value, func.count())
    counted = counted.select_from(found.join(term, term.c.record == found.c.number))
    return Statement(counted.where(term.c.field == bindparam("field")).group_by(term.c.value))


@lru_cache(maxsize=512)
def _collectiontext(shapes: tuple[Shape, ...], *, one: bool) -> Statement:
    found = _found(shapes, one=one).subquery()
    counted: Any = select(found.c.collection, func.count())
    return Statement(counted.group_by(found.c.collection))


@lru_cache(maxsize=512)
def _totaltext(shapes: tuple[Shape, ...], *, one: bool) -> Statement:
    found = _found(shapes, one=one).subquery()
    has = select(term.c.record).where(term.c.record == found.c.number, term.c.field == bindparam("field")).exists()
    having: Any = select(func.count(), func.coalesce(func.sum(has), NONE))
    return Statement(having.select_from(found))


def counts(store: Store, conditions: tuple[Condition, ...], field: str, collection: str | None = None) -> Counts:
    """The values of a field among the records under conditions, counted over the first EXACT of them at most."""
    one = collection is not None
    shapes, values = parts(conditions)
    if collection is not None:
        values[COLLECTION] = collection
    if field == COLLECTION:
        found = dict(store.run(_collectiontext(shapes, one=one), **values))
        total = having = sum(found.values())
    else:
        found = dict(store.run(_valuetext(shapes, one=one), **values, field=field))
        total, having = store.run(_totaltext(shapes, one=one), **values, field=field)[0]
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return Counts(dict(ordered), total - having, total <= EXACT)


@lru_cache(maxsize=64)
def _nametext(count: int) -> Statement:
    ids: list[Any] = [bindparam(f"v{n}") for n in range(count)]
    chosen = select(record.c.id, record.c.name)
    return Statement(chosen.where(record.c.collection == bindparam("collection"), record.c.id.in_(ids)))


def names(store: Store, collection: str, ids: Iterable[str]) -> dict[str, str]:
    """Id → display name of records of a collection."""
    values = {f"v{n}": identifier for n, identifier in enumerate(ids)}
    return dict(store.run(_nametext(len(values)), **values, collection=collection)) if values else {}
