"""Rows by their numbers, many at once: statements of few sizes, so that their texts are few."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from app.store.dialects.database import Database
from app.store.dialects.statement import Statement

SIZES = (25, 50, 100, 500)  # rows asked for at once: the least that holds them, since a longer statement costs more
NAMES = tuple(f"n{place}" for place in range(SIZES[-1]))


KEYS = {"node": "record", "moment": "position", "standing": "position"}  # table → what numbers its rows; else `number`


def parameters(names: Iterable[str]) -> str:
    """Parameters of a statement, in brackets."""
    return f"({', '.join(f':{name}' for name in names)})"


def several(size: int) -> str:
    """So many parameters for numbers."""
    return parameters(NAMES[:size])


def chunks(numbers: Iterable[int]) -> Iterator[dict[str, int]]:
    """Numbers as parameters of a statement, so many at once; the last are filled up with one that nothing has."""
    wanted = list(numbers)
    size = next((size for size in SIZES if len(wanted) <= size), SIZES[-1])
    for start in range(0, len(wanted), size):
        some = wanted[start : start + size]
        yield dict(zip(NAMES, some + [-1] * (size - len(some)), strict=False))


@lru_cache(maxsize=64)
def _rows(name: str, columns: tuple[str, ...], by: str, size: int) -> Statement:
    return Statement(f"SELECT {', '.join(columns)} FROM {name} WHERE {by} IN {several(size)}")


def key_of(table: str) -> str:
    """The column that numbers the rows of a table."""
    return KEYS.get(table, "number")


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
