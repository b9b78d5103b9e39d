"""CSV: one row a record, one column a leaf of its schema; lists are joined with ` | `, lists within lists with `; `."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from app.formats.format import Format
from app.resource import Resource
from app.shape import Shape, shapes
from app.values import Face

JOIN = " | "
WITHIN = "; "  # in an item of a list, so that the items of all columns of the list stay side by side
CHUNK = 16_384  # characters sent at once: each piece costs a change of threads
Column = tuple[str, Callable[[Any], list[str]]]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _below(name: str, inner: Callable[[Any], list[str]], *, many: bool) -> Callable[[Any], list[str]]:
    """The values of an inner column under a field; in a list each item keeps its place, empty or not."""

    def read(holder: Any) -> list[str]:
        value = holder.get(name)
        if value is None:
            return []
        if not many:
            return inner(value)
        return [WITHIN.join(inner(item)) for item in value]

    return read


def _identity(value: Any) -> list[str]:
    return [_text(value)]


def _id(value: Any) -> list[str]:
    return [value["id"]]


def _path(value: Any) -> list[str]:
    return [value["url"].removeprefix("/v1/")]


def _dates(end: str) -> Callable[[Any], list[str]]:
    return lambda value: [_text(value[end])]


def _is_reference(model: type[Face]) -> bool:
    return {"id", "url"} <= set(model.model_fields)


def _leaves(name: str, shape: Shape, *, top: bool) -> Iterator[Column]:
    """The columns of one field."""
    if shape.ref:
        yield name, _below(shape.key, _id if shape.ref.collection else _path, many=shape.many)
    elif shape.is_date:
        yield name, _below(shape.key, _dates("edtf"), many=shape.many)
        if top:
            yield f"{name}.earliest", _below(shape.key, _dates("earliest"), many=False)
            yield f"{name}.latest", _below(shape.key, _dates("latest"), many=False)
    elif shape.part and _is_reference(shape.part):
        yield name, _below(shape.key, _id if shape.many else _path, many=shape.many)
    elif shape.part:
        for inner in shapes(shape.part).values():
            for column, read in _leaves(f"{name}.{inner.key}", inner, top=False):
                yield column, _below(shape.key, read, many=shape.many)
    else:
        yield name, _below(shape.key, _identity, many=shape.many)


@cache
def columns(model: type[Face]) -> tuple[Column, ...]:
    """The columns of a served model, in its order."""
    return tuple(column for name, shape in shapes(model).items() for column in _leaves(name, shape, top=True))


def write(resource: Resource, bodies: Iterable[bytes]) -> Iterator[bytes]:
    """A header line, then a line for each record (RFC 4180, UTF-8)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    plan = columns(resource.served)
    writer.writerow([name for name, _ in plan])
    for body in bodies:
        record = json.loads(body)
        writer.writerow([JOIN.join(read(record)) for _, read in plan])
        if buffer.tell() >= CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


FORMAT = Format(
    name="csv",
    media_type="text/csv",
    description="One row a record; lists are joined with ` | `, lists within them with `; `, references given by id.",
    write=write,
)
