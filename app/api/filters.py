"""The parameters of filters: of one collection, and those that hold over all collections."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from app.api.facets import allowed, facet_parameter
from app.api.parameters import (
    EDTF,
    ID,
    Parameter,
    ParameterError,
    box,
    foreign,
    format_parameter,
    known_id,
    known_record,
    one_of,
    paging_parameters,
    span,
    whole,
)
from app.api.problems import Mistake, mistake
from app.api.words import words_parameter
from app.resource import MENTIONS, Covers, Equals, Filter, Mentions, Overlaps, Refers, Resource, RestsOn, Within
from app.store.found import NO_VALUES, Values
from app.store.query import Box, Condition, Matches, Rests, Span, Store, Terms
from app.values import FOREIGN_ID, SLUG

RELEVANCE = "relevance"  # the order of a list looked for in words


def occurs(store: Store, collection: str, field: str, value: str) -> str:
    """A value that some record has."""
    if not store.occurs(collection, field, value):
        known = list(store.values(collection)[field].values)
        raise ParameterError(f"no record has it; /v1/{collection}/schema lists values", known, closed=True)
    return value


def _equals(name: str, path: str, resource: Resource, store: Store, occurring: Values) -> Parameter:
    shape = resource.shape(path)
    if name == "same_as":
        schema: dict[str, Any] = {"type": "string", "pattern": FOREIGN_ID}
        text = "The same thing elsewhere: wikidata:Q… or geonames:…"
        return Parameter(name, text, schema, foreign, many=True, example="wikidata:Q15180")
    described = resource.model.model_fields[path].description if path in resource.model.model_fields else None
    text, example = f"{described or f'Value of {path}.'}", next(iter(occurring.values), None)
    if occurring.others and not shape.choices:  # too many to list
        reading = partial(occurs, store, resource.name, name)
        return Parameter(name, text, {"type": "string"}, reading, many=True, example=example)
    allowed = shape.choices or tuple(
        sorted(occurring.values, key=lambda v: (not v.isdigit(), v.rjust(6, "0") if v.isdigit() else v))
    )
    schema = {"type": "string", "enum": list(allowed)}
    return Parameter(name, text, schema, partial(one_of, allowed), many=True, example=example)


def _id(store: Store, collection: str, known: Container[str]) -> Callable[[str], str]:
    """Reads the id of a record of a collection; those that are known are not looked up."""
    return partial(known_id, store, collection, occurring=known)


def of_filter(name: str, condition: Filter, resource: Resource, store: Store, occurring: Values) -> Parameter:
    """The parameter of a filter; `occurring` are the values that the collection has."""
    known, example = occurring.values, next(iter(occurring.values), None)
    schema: Mapping[str, Any]
    match condition:
        case Equals(path=path):
            return _equals(name, path, resource, store, occurring)
        case Mentions(collection=collection):
            text = f"Anything in the record refers to one of these {collection}."
            return Parameter(name, text, ID, _id(store, collection, known), many=True, example=example)
        case Refers(path=path):
            ref = resource.shape(path).ref
            if ref is None or ref.collection is None:
                schema = {"type": "string", "pattern": f"^[a-z]+/{SLUG}$"}
                text = f"The record's {path} names one of these (collection/id)."
                return Parameter(name, text, schema, partial(known_record, store), many=True, example=example)
            text = f"The record's {path} names one of these {ref.collection}."
            return Parameter(name, text, ID, _id(store, ref.collection, known), many=True, example=example)
        case Overlaps():
            text = "The record's date overlaps this date or span (EDTF: 1939, 1938-07/1938-08, ../1925)."
            return Parameter(name, text, EDTF, span, example="1938/1939")
        case Covers(path=path):
            text = f"The record's {path} covers this day (EDTF)."
            return Parameter(name, text, EDTF, span, example="1940-06-01")
        case Within():
            text = "The record, or a place that it names, lies in this box: west,south,east,north in degrees."
            return Parameter(name, text, {"type": "string"}, box, example="125,40,150,55")
        case RestsOn() if name == "page":
            text = "With `work`: the record rests on a citation of the work with this page."
            schema = {"type": "integer", "minimum": 1, "maximum": 99999}
            return Parameter(name, text, schema, partial(whole, 1, 99999), example=store.cited(resource.name)[1])
        case _:
            text = "The record rests on one of these works."
            cited, _ = store.cited(resource.name)
            return Parameter(name, text, ID, _id(store, "works", known), many=True, example=cited)


def date_match_parameter() -> Parameter:
    """How dates are matched."""
    text = "possible: the dates may meet; certain: they must (uncertain dates never do)."
    choices = ("possible", "certain")
    schema = {"type": "string", "enum": list(choices), "default": "possible"}
    return Parameter("date_match", text, schema, partial(one_of, choices))


def parameters(
    resource: Resource, store: Store, occurring: Mapping[str, Values], formats: Iterable[str]
) -> dict[str, Parameter]:
    """Every parameter of a collection's list by name; `occurring` are the values that it has, by filter."""
    found = {n: of_filter(n, c, resource, store, occurring.get(n, NO_VALUES)) for n, c in resource.conditions.items()}
    if resource.date:
        found["date_match"] = date_match_parameter()
    sorts = [prefix + sort for sort in resource.sorts for prefix in ("", "-")] + [RELEVANCE]
    found |= {
        "q": words_parameter(),
        "facet": facet_parameter(allowed(resource.conditions, resource)),
        "sort": Parameter(
            "sort",
            "Order; - descends. Undated records come last either way. With q the best match comes first (relevance).",
            {"type": "string", "enum": sorts, "default": sorts[0]},
            partial(one_of, sorts),
        ),
        **paging_parameters("Records"),
        "format": format_parameter(formats),
    }
    return found


SHARED: Mapping[str, Filter] = {
    **{name: Mentions(collection=collection) for name, collection in MENTIONS.items()},
    "work": RestsOn(),
    "page": RestsOn(),
    "date": Overlaps("date"),
}


def shared_parameters(store: Store, resources: Mapping[str, Resource]) -> dict[str, Parameter]:
    """The filters that hold over all collections at once: collection, actor, person, place, topic, work, page, date."""
    described = "Records of these collections only."
    names = list(resources)
    schema = {"type": "string", "enum": names}
    found = {"collection": Parameter("collection", described, schema, partial(one_of, names), many=True)}
    some = next(iter(resources.values()))
    examples = {"actor": "soviet-union", "place": "manchuria"}
    for name, condition in SHARED.items():
        parameter = of_filter(name, condition, some, store, NO_VALUES)
        found[name] = replace(parameter, example=examples.get(name, parameter.example))
    found["date_match"] = date_match_parameter()
    return found


def conditions(filters: Mapping[str, Filter], values: Mapping[str, Any]) -> Iterator[Condition]:
    """The conditions of a request, out of its values as read."""
    match_: Literal["possible", "certain"] = values.get("date_match") or "possible"
    for name in [name for name in filters if name in values]:
        value, condition = values[name], filters[name]
        if value is None or name == "page":
            continue
        match condition:
            case Overlaps() | Covers():
                yield Span(name, value[0], value[1], match_)
            case Within():
                yield Box(*value)
            case RestsOn():
                yield Rests(tuple(value), values.get("page"))
            case _:
                yield Terms(name, tuple(value))
    if "q" in values:
        yield Matches(values["q"])


def relevance_without_words(values: Mapping[str, Any]) -> list[Mistake]:
    """The mistake of ordering by relevance with nothing looked for."""
    if values.get("sort") != RELEVANCE or "q" in values:
        return []
    return [mistake("sort", RELEVANCE, "relevance needs something looked for: give q as well", ["q"])]


def page_without_work(values: Mapping[str, Any], texts: Mapping[str, list[str]]) -> list[Mistake]:
    """The mistake of naming a page but no book."""
    if "page" not in values or values.get("work"):
        return []
    return [mistake("page", texts["page"][0], "a page needs its book: give work as well", ["work"])]
