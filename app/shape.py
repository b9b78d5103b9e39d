"""How a record is built: the shape of its fields, a walk over its values, and JSON pointers to them."""

import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import PlainSerializer
from pydantic.fields import FieldInfo

from app.values import Cited, Editorial, EdtfText, Face, Ref

PROVENANCE = frozenset({"cite", "uncited", "noted"})


@dataclass(frozen=True)
class Shape:
    """What one field of a model holds."""

    name: str
    key: str  # in YAML and JSON: the alias where there is one
    part: type[Face] | None
    ref: Ref | None
    is_date: bool
    many: bool
    editorial: bool
    choices: tuple[str, ...]
    is_code: bool  # an id, a tag, a duration: held to a pattern, and not words to be read
    annotation: Any


class Visit(NamedTuple):
    """One value (or part) met on a walk: where it is, what it is, and the parts that hold it, outermost first."""

    pointer: str
    shape: Shape
    value: Any
    holders: tuple[Face, ...]


def _shape(name: str, info: FieldInfo) -> Shape:
    metadata: list[Any] = list(info.metadata)
    annotation: Any = info.annotation
    many, choices = False, ()
    while True:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if hasattr(annotation, "__metadata__"):
            metadata += annotation.__metadata__
            annotation = annotation.__origin__
        elif origin in {Union, types.UnionType} and type(None) in arguments:
            annotation = Union[tuple(a for a in arguments if a is not type(None))]  # noqa: UP007 (built at run time)
        elif origin is tuple:
            annotation, many = arguments[0], True
        else:
            break
    if origin is Literal:
        choices = arguments
    is_part = isinstance(annotation, type) and issubclass(annotation, Face)
    return Shape(
        name=name,
        key=info.alias or name,
        part=annotation if is_part else None,
        ref=next((m for m in metadata if isinstance(m, Ref)), None),
        is_date=any(isinstance(m, EdtfText) for m in metadata)
        and not any(isinstance(m, PlainSerializer) for m in metadata),
        many=many,
        editorial=any(isinstance(m, Editorial) for m in metadata),
        choices=choices,
        is_code=any(getattr(m, "pattern", None) for m in metadata),
        annotation=annotation,
    )


@cache
def shapes(model: type[Face]) -> dict[str, Shape]:
    """The fields of a model by name, without the provenance that curators write."""
    return {name: _shape(name, info) for name, info in model.model_fields.items() if not info.exclude}


def shape_at(model: type[Face], path: str) -> Shape:
    """The field at a dotted path (`parties.actor`); KeyError, naming the path, where the model has none."""
    *parents, last = path.split(".")
    holder = model
    for name in parents:
        found = shapes(holder).get(name)
        if found is None or found.part is None:
            raise KeyError(f"{model.__name__} has no {path}")
        holder = found.part
    if last not in shapes(holder):
        raise KeyError(f"{model.__name__} has no {path}")
    return shapes(holder)[last]


def values_at(face: Face, path: str) -> Iterator[Any]:
    """Every value at a dotted path, lists flattened, absent values left out."""
    name, _, rest = path.partition(".")
    value = getattr(face, name)
    for item in value if isinstance(value, tuple) else (value,):
        if item is None:
            continue
        if rest:
            yield from values_at(item, rest)
        else:
            yield item


def walk(face: Face, pointer: str = "", holders: tuple[Face, ...] = ()) -> list[Visit]:
    """Every value and part of a record that is not empty, depth first in model order."""
    found: list[Visit] = []
    _walk(face, pointer, (*holders, face), found)
    return found


@cache
def _steps(model: type[Face]) -> tuple[tuple[str, str, Shape], ...]:
    return tuple((name, f"/{shape.key}", shape) for name, shape in shapes(model).items())


def _walk(face: Face, pointer: str, holders: tuple[Face, ...], found: list[Visit]) -> None:
    for name, step, shape in _steps(type(face)):
        value = getattr(face, name)
        if value is None or value == ():
            continue
        here = pointer + step
        items = [(f"{here}/{i}", v) for i, v in enumerate(value)] if shape.many else ((here, value),)
        for at, item in items:
            found.append(Visit(at, shape, item, holders))
            if shape.part:
                _walk(item, at, (*holders, item), found)


def references(face: Face) -> Iterator[tuple[str, tuple[str, str]]]:
    """Every reference to another record, as (pointer, (collection, id)); what only cites is not among them."""
    for visit in walk(face):
        if visit.shape.ref:
            yield visit.pointer, visit.shape.ref.key(visit.value)


def own_sources(face: Face) -> tuple[tuple[str, ...], int | None, tuple[str, ...]]:
    """What a part itself carries: its citations, the paragraph that states it uncited, its notes."""
    if not isinstance(face, Cited):
        return (), None, ()
    paragraph = getattr(face, "uncited", None)
    if paragraph is None and not face.cite:
        paragraph = getattr(face, "paragraph", None)
    return face.cite, paragraph, face.noted
