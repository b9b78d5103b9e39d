"""What a client may ask of a collection: each parameter with its schema, and the reading of what was sent."""

import math
import re
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from app import edtf
from app.api.problems import Mistake, closest, mistake
from app.store.query import Store
from app.values import FOREIGN_ID, SLUG

MOST_VALUES = 50
MOST_ROWS = 200


class ParameterError(ValueError):
    """A value that is not allowed: why, and what is (a closed list, from which to guess, or examples of the form)."""

    def __init__(
        self, detail: str, allowed: Iterable[str] = (), *, closed: bool = False, meant: str | None = None
    ) -> None:
        """Say what is wrong, what is allowed, and what was meant, where that is known without a guess by spelling."""
        super().__init__(detail)
        self.detail, self.allowed, self.closed, self.meant = detail, list(allowed), closed, meant


@dataclass(frozen=True)
class Parameter:
    """One query parameter."""

    name: str
    description: str
    schema: Mapping[str, Any]  # JSON Schema of one value
    read: Callable[[str], Any]  # text → value; ParameterError where it is not allowed
    many: bool = False  # comma or repetition = or
    example: Any = None
    required: bool = False
    most: int = MOST_VALUES  # values at once, where it takes several
    ordered: bool = False  # whether the order of several values means something

    def documented(self) -> dict[str, Any]:
        """The parameter as OpenAPI shows it."""
        schema = dict(self.schema)
        if self.many:
            schema = {"type": "array", "items": schema, "maxItems": self.most}
        shown = {
            "name": self.name,
            "in": "query",
            "required": self.required,
            "description": self.description,
            "schema": schema,
        }
        if self.many:
            shown |= {"style": "form", "explode": True}
        if self.example is not None:
            shown["example"] = [self.example] if self.many else self.example
        return shown


def one_of(allowed: Collection[str], value: str) -> str:
    """One of a closed list."""
    if value not in allowed:
        raise ParameterError("not an allowed value", allowed, closed=True)
    return value


def whole(lowest: int, highest: int, value: str) -> int:
    """A whole number in a range."""
    if not (value.isascii() and value.isdigit() and len(value) < 10 and lowest <= int(value) <= highest):
        raise ParameterError(f"a whole number from {lowest} to {highest} is needed", [f"{lowest}..{highest}"])
    return int(value)


def foreign(value: str) -> str:
    """An id elsewhere."""
    if not re.fullmatch(FOREIGN_ID, value):
        raise ParameterError("write wikidata:Q… or geonames:…", ["wikidata:Q959", "geonames:2013348"])
    return value


def known_id(store: Store, collection: str, value: str, occurring: Container[str] = ()) -> str:
    """The id of a record that exists; those that are known to occur are not looked up."""
    if value not in occurring and store.number(f"{collection}/{value}") is None:
        raise ParameterError(
            f"no such id in {collection}; /v1/{collection} lists them", store.ids(collection, value), closed=True
        )
    return value


def known_record(store: Store, value: str) -> str:
    """collection/id of a record that exists."""
    collection, _, identifier = value.partition("/")
    if store.number(value) is None:
        near = [f"{collection}/{known}" for known in store.ids(collection, identifier)]
        raise ParameterError("no such record; write collection/id, e.g. treaties/tripartite-pact", near, closed=True)
    return value


def span(value: str) -> tuple[str, str]:
    """The first and last day of a date or span in EDTF."""
    try:
        bounds = edtf.parse(value).span
    except edtf.EdtfError as error:
        raise ParameterError(
            str(error), ["1939", "1938-07", "1938-07-29", "1938-07/1938-08", "../1925", "1941/.."]
        ) from None
    return bounds.earliest_start, bounds.latest_end


def box(value: str) -> tuple[float, float, float, float]:
    """west,south,east,north in degrees."""
    form = "write west,south,east,north in degrees; west above east crosses the 180th meridian"
    try:
        if "_" in value or not value.isascii():  # which Python would take for digits
            raise ValueError
        west, south, east, north = (float(part) for part in value.split(","))
    except ValueError:
        raise ParameterError(form, ["125,40,150,55"]) from None
    if not (all(map(math.isfinite, (west, south, east, north))) and -180 <= west <= 180 and -180 <= east <= 180):
        raise ParameterError(f"longitudes run from -180 to 180; {form}", ["125,40,150,55"])
    if not -90 <= south <= north <= 90:
        raise ParameterError(f"latitudes run from -90 to 90, south first; {form}", ["125,40,150,55"])
    return west, south, east, north


ID: Mapping[str, Any] = {"type": "string", "pattern": f"^{SLUG}$"}
EDTF: Mapping[str, Any] = {"type": "string", "format": "edtf"}


def format_parameter(formats: Iterable[str]) -> Parameter:
    """The parameter that chooses the format; it wins over Accept."""
    choices = ("json", *formats)
    schema = {"type": "string", "enum": list(choices)}
    return Parameter("format", "Format of the answer; wins over the Accept header.", schema, partial(one_of, choices))


def paging_parameters(rows: str) -> dict[str, Parameter]:
    """How many rows, and from where."""
    schema = {"type": "integer", "minimum": 0, "maximum": MOST_ROWS, "default": 25}
    text = f"{rows} a page, at most {MOST_ROWS}; 0 gives the counts only."
    cursor = Parameter("cursor", "Where the page begins: take it from links.next.", {"type": "string"}, str)
    return {"limit": Parameter("limit", text, schema, partial(whole, 0, MOST_ROWS), example=5), "cursor": cursor}


def read(
    declared: Mapping[str, Parameter], sent: Iterable[tuple[str, str]]
) -> tuple[dict[str, Any], dict[str, list[str]], list[Mistake]]:
    """(values, texts, mistakes) of the parameters sent: values as read, texts as canonical links repeat them."""
    given: dict[str, list[str]] = {}
    for name, text in sent:
        given.setdefault(name, []).append(text)
    values: dict[str, Any] = {}
    texts: dict[str, list[str]] = {}
    mistakes: list[Mistake] = []
    for name, several in given.items():
        parameter = declared.get(name)
        if parameter is None:
            mistakes.append(mistake(name, several[0], "unknown parameter", sorted(declared), closest(name, declared)))
            continue
        if not parameter.many and len(several) > 1:
            mistakes.append(mistake(name, ", ".join(several), "given more than once; give it once"))
            continue
        items = several if not parameter.many else [item for text in several for item in text.split(",")]
        if len(items) > parameter.most:
            mistakes.append(mistake(name, None, f"{len(items)} values; at most {parameter.most} at once"))
            continue
        found: dict[str, Any] = {}
        written = items if len(items) == 1 else list(dict.fromkeys(items))
        for item in written:
            try:
                found[item] = parameter.read(item)
            except ParameterError as wrong:
                meant = wrong.meant or (closest(item, wrong.allowed) if wrong.closed else None)
                mistakes.append(mistake(name, item, wrong.detail, wrong.allowed, meant))
        texts[name] = written = written if parameter.ordered else sorted(written)
        if parameter.many:
            values[name] = [found[item] for item in written if item in found]
        else:
            values[name] = found.get(written[0])
    needed = [parameter for parameter in declared.values() if parameter.required and parameter.name not in given]
    mistakes += [mistake(parameter.name, None, f"is needed. {parameter.description}") for parameter in needed]
    return values, texts, mistakes
