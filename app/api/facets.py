"""Facets: how many of the records found have each value, and the path that adds or removes it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import Field

from app.api.parameters import Parameter, one_of
from app.api.requests import address, pairs, quoted
from app.resource import Equals, Filter, Mentions, Overlaps, Refers, Resource
from app.store.counts import COLLECTION, Counts, counts, names
from app.store.query import Condition, Of, Span, Store, Terms
from app.values import Face

MOST_FACETS = 8
MOST_VALUES = 100
DECADE, DATE = "decade", "date"
# What meta says of facets.
FACETS = "The facets asked for: the values of each, then how many records have none."
LEFT_OUT = f"Of a facet with more than {MOST_VALUES} values, how many are not shown."
EXACT_COUNTS = (
    "Whether every record and value was counted. Where it is false, the records are not all that a phrase or a "
    "beginning finds, or the values are only those that are most frequent."
)


class CountedValue(Face):
    """A value and how many of the records found have it."""

    value: str = Field(description="The value, as a filter takes it; of a decade its first year.")
    label: str = Field(description="The value for people: the name of the record that it refers to.")
    count: int = Field(description="Number of records.")


class FacetValue(Face):
    """A value of a facet."""

    value: str | None = Field(description="The value, as the filter takes it; null: the records that have none.")
    label: str = Field(description="The value for people: the name of the record that it refers to.")
    count: int = Field(description="Records that have it, under all other filters.")
    selected: bool = Field(description="Whether the request filters by it.")
    url: str | None = Field(description="Path that adds it to the filter, or removes it; null where no filter can.")


@dataclass(frozen=True)
class Facet:
    """What can be counted: the field, the filter that narrows by it, and the collection that its values name."""

    name: str
    filter: str
    collection: str | None = None

    def is_own(self, condition: Condition) -> bool:
        """Whether a condition is of the facet's own filter."""
        match condition:
            case Terms(field=field) | Span(field=field):
                return field == self.filter
            case Of():
                return self.name == COLLECTION
        return False


def allowed(filters: Mapping[str, Filter], resource: Resource | None = None) -> dict[str, Facet]:
    """The facets that filters make: those by a value, and decades where there are dates; of one collection or all."""
    found = {} if resource else {COLLECTION: Facet(COLLECTION, COLLECTION)}
    for name, condition in filters.items():
        match condition:
            case Mentions(collection=collection):
                found[name] = Facet(name, name, collection)
            case Refers(path=path) if resource:
                ref = resource.shape(path).ref
                found[name] = Facet(name, name, ref.collection if ref else None)
            case Equals():
                found[name] = Facet(name, name)
            case Overlaps():
                found[DECADE] = Facet(DECADE, name)
    return found


def facet_parameter(facets: Iterable[str]) -> Parameter:
    """The parameter that asks for facets."""
    known = list(facets)
    described = (
        "Count the records found by the values of these fields, in meta.facets: each under all filters but its own, "
        f"most frequent first, decades in order, at most {MOST_VALUES} values each, then the records that have none."
    )
    schema = {"type": "string", "enum": known}
    read = partial(one_of, known)
    return Parameter("facet", described, schema, read, many=True, example=known[0], most=MOST_FACETS, ordered=True)


def span_of(decade: str) -> str:
    """A decade as the filter by date takes it."""
    return f"{decade}/{decade[:3]}9"


def labels(store: Store, facet: Facet, values: Iterable[str]) -> dict[str, str]:
    """Value → label."""
    every = list(values)
    if facet.name == DECADE:
        return {value: f"{value}s" for value in every}
    if facet.collection:
        return names(store, facet.collection, every)
    found: dict[str, str] = {value: value for value in every}
    referred: dict[str, list[str]] = {}
    for value in every:
        collection, slash, identifier = value.partition("/")
        if slash:
            referred.setdefault(collection, []).append(identifier)
    for collection, ids in referred.items():
        found |= {f"{collection}/{identifier}": name for identifier, name in names(store, collection, ids).items()}
    return found


@dataclass(frozen=True)
class Faceted:
    """The facets of a request over a list."""

    store: Store
    path: str
    conditions: tuple[Condition, ...]
    texts: Mapping[str, list[str]]
    collection: str | None = None

    def meta(self, facets: Iterable[Facet]) -> dict[str, Any]:
        """What `meta` says of them."""
        shown, left_out, exact = {}, {}, True
        for facet in facets:
            others = tuple(condition for condition in self.conditions if not facet.is_own(condition))
            found = counts(self.store, others, facet.name, self.collection)
            exact = exact and found.are_exact
            shown[facet.name] = self._values(facet, found)
            if len(found.values) + found.others > MOST_VALUES:
                left_out[facet.name] = len(found.values) + found.others - MOST_VALUES
        return {"facets": shown, "facet_values_left_out": left_out, "counts_are_exact": exact}

    def _values(self, facet: Facet, found: Counts) -> list[dict[str, Any]]:
        chosen, sizes = self._chosen(facet), found.values
        shown = (sorted(sizes) if facet.name == DECADE else list(sizes))[:MOST_VALUES]
        shown += [value for value in chosen if value not in shown]
        named = labels(self.store, facet, shown)
        described = [
            {
                "value": value,
                "label": named.get(value, value),
                "count": sizes.get(value, 0),
                "selected": value in chosen,
                "url": url,
            }
            for value, url in zip(shown, self._addresses(facet, shown, chosen), strict=True)
        ]
        none = {"value": None, "label": "unknown", "count": found.unknown, "selected": False, "url": None}
        return [*described, none]

    def _chosen(self, facet: Facet) -> list[str]:
        """The values that the request filters by."""
        given = self.texts.get(facet.filter, [])
        if facet.name != DECADE:
            return given
        return [text[:4] for text in given if len(text) == 9 and text[3] == "0" and text == span_of(text[:4])]

    def _addresses(self, facet: Facet, shown: Iterable[str], chosen: list[str]) -> Iterator[str]:
        """For each value the request with it added, or without it where it is chosen."""
        name, is_decade = facet.filter, facet.name == DECADE
        changing = {"cursor", "format", name, *({DATE, "date_match"} if is_decade else ())}
        others = pairs({other: several for other, several in self.texts.items() if other not in changing})
        before = "".join(f"{others[other]}&" for other in sorted(others) if other < name)
        after = "".join(f"&{others[other]}" for other in sorted(others) if other > name)
        begin = f"{self.path}?{before}{name}="
        for value in shown:
            if is_decade:
                left = [] if value in chosen else [span_of(value)]
            elif value in chosen:
                left = [other for other in chosen if other != value]
            else:
                left = sorted([*chosen, value])
            yield f"{begin}{quoted(','.join(left))}{after}" if left else address(self.path, others)
