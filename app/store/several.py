"""Rows by their numbers, many at once: statements of few sizes, so that their texts are few."""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlmodel import SQLModel

from app.store.dialects.database import Database
from app.store.dialects.statement import Statement

SIZES = (25, 100, 500)  # rows asked for at once: the least that holds them; a longer statement takes longer to read
NAMES = tuple(f"n{place}" for place in range(SIZES[-1]))


def several(size: int) -> list[BindParameter[int]]:
    """So many parameters of a statement."""
    return [bindparam(name) for name in NAMES[:size]]


def chunks(numbers: Iterable[int]) -> Iterator[dict[str, int]]:
    """Numbers as parameters of a statement, so many at once; the last are filled up with one that nothing has."""
    wanted = list(numbers)
    size = next((size for size in SIZES if len(wanted) <= size), SIZES[-1])
    for start in range(0, len(wanted), size):
        some = wanted[start : start + size]
        yield dict(zip(NAMES, some + [-1] * (size - len(some)), strict=False))


@lru_cache(maxsize=64)
def _rows(name: str, columns: tuple[str, ...], by: str, size: int) -> Statement:
    table = SQLModel.metadata.tables[name]
    chosen = select(*(table.c[column] for column in columns))
    return Statement(chosen.where(table.c[by].in_(several(size))))


@cache
def key_of(table: str) -> str:
    """The column that numbers the rows of a table."""
    (key,) = SQLModel.metadata.tables[table].primary_key.columns
    return str(key.name)


def rows(
    database: Database, table: str, columns: tuple[str, ...], by: str, numbers: Iterable[int]
) -> Iterator[tuple[Any, ...]]:
    """The rows of a table that have some numbers in a column, in no order."""
    for some in chunks(numbers):
        yield from database.run(_rows(table, columns, by, len(some)), some)


def in_order(database: Database, table: str, numbers: Iterable[int], columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Some columns of rows, in the order of their numbers as asked."""
    wanted, key = list(numbers), key_of(table)
    found = {row[0]: row[1:] for row in rows(database, table, (key, *columns), key, wanted)}
    return [found[number] for number in wanted]
