"""`/v1/search`: every collection at once, by words, the best match first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from orjson import Fragment
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.api.conditional import answer, etag
from app.api.facets import (
    DECADE,
    EXACT_COUNTS,
    FACETS,
    LEFT_OUT,
    CountedValue,
    Faceted,
    FacetValue,
    allowed,
    facet_parameter,
    labels,
)
from app.api.filters import SHARED, conditions, page_without_work, shared_parameters
from app.api.negotiation import JSON
from app.api.parameters import Parameter, paging_parameters, read
from app.api.problems import documented
from app.api.requests import (
    canonical,
    envelope,
    listed,
    next_link,
    page_links,
    page_start,
    refuse,
    sent_parameters,
    understood,
    written,
)
from app.api.routes import Operation, Route
from app.api.schemas import ListLinks, kept
from app.api.threads import apart
from app.api.words import MEANT, RANKED, REASON, Respelling, reason, respelling, words_parameter
from app.resource import Resource
from app.store.query import Condition, Of, Span
from app.store.render import encode
from app.store.search import MOST_COUNTED, Found, Search
from app.store.suggestions import most_named
from app.store.wanted import Wanted
from app.store.wording import MOST_MATCHES
from app.values import Date, Face, Reference

PATH = "/v1/search"
USUAL = 25  # hits: a page of no more may be quick


class MatchShown(Face):
    """A text that matched."""

    pointer: str = Field(
        description="JSON pointer in the record: to the text; to the reference, where the text is another name of it."
    )
    language: str | None = Field(description="Language of a name (BCP 47); null where it is English or romanised.")
    text: str = Field(description="The text, whole.")
    ranges: tuple[tuple[int, ...], ...] = Field(
        description="What of it matched: [start, end], in code points; the end is the place after the last."
    )


class SearchHit(Face):
    """A record that was found."""

    record: Reference = Field(description="The record.")
    collection: str = Field(description="Its collection.")
    date: Date | None = Field(description="Its date.")
    summary: str | None = Field(description="What it is, in one line.")
    matches: tuple[MatchShown, ...] = Field(description=f"What matched, the best first, at most {MOST_MATCHES}.")


class SearchMeta(Face):
    """About a search."""

    dataset_version: str = Field(description="Version of the dataset that answered.")
    total: int = Field(description="Records that match; a lower bound where total_is_exact is false.")
    total_is_exact: bool = Field(description="Whether total is the exact number.")
    limit: int = Field(description="Hits a page.")
    undated_excluded: int = Field(description="Records left out of a search filtered by date for want of one.")
    query: dict[str, Any] = Field(description="The query as understood.")
    ranked: int = Field(description=RANKED)
    reason: str | None = Field(description=REASON)
    did_you_mean: Respelling | None = Field(description=MEANT)
    counts: dict[str, tuple[CountedValue, ...]] = Field(
        description=f"All that match, by collection, decade, actor and topic: at most {MOST_COUNTED} values each."
    )
    facets: dict[str, tuple[FacetValue, ...]] = Field(description=FACETS)
    facet_values_left_out: dict[str, int] = Field(description=LEFT_OUT)
    counts_are_exact: bool = Field(description=EXACT_COUNTS)


class SearchList(Face):
    """A page of hits."""

    data: tuple[SearchHit, ...] = Field(description="The hits, the best first.")
    meta: SearchMeta = Field(description="About the search.")
    links: ListLinks = Field(description="Where to go from here.")


@dataclass(frozen=True)
class Asked:
    """A search, understood."""

    words: Wanted
    conditions: tuple[Condition, ...]
    after: int
    limit: int
    texts: Mapping[str, list[str]]
    values: Mapping[str, Any]


class SearchRoute:
    """The search as it is served."""

    path = PATH

    def __init__(self, search: Search, resources: Mapping[str, Resource]) -> None:
        """Declare what may be asked; the example is a name that most records refer to."""
        self.search, self.store = search, search.store
        self.facets = allowed(SHARED)
        self._counted = lru_cache(maxsize=128)(self._count)  # for the pages of a search
        self._begun = lru_cache(maxsize=4096)(self._begin)  # a search counts some sixty values
        self.example = most_named(self.store) or "Japan"
        self.parameters: dict[str, Parameter] = {
            "q": words_parameter(required=True, example=self.example),
            **shared_parameters(self.store, resources),
            "facet": facet_parameter(self.facets),
            **paging_parameters("Hits"),
        }

    def understand(self, sent: Iterable[tuple[str, str]]) -> Asked:
        """Read a search, or refuse it with every mistake named."""
        values, texts, mistakes = read(self.parameters, sent)
        mistakes += page_without_work(values, texts)
        texts = canonical(self.parameters, values, texts)
        after, wrong = page_start(self.store.version, PATH, texts)
        refuse(mistakes + wrong)
        having = tuple(conditions(SHARED, values))
        if "collection" in values:
            having += (Of(tuple(values["collection"])),)
        return Asked(values["q"], having, after or 0, values.get("limit", 25), texts, values)

    def page(self, asked: Asked) -> tuple[bytes, str | None]:
        """The JSON of a page of hits, and the path of the next."""
        found = self.search.found(asked.words, asked.conditions)
        end = asked.after + asked.limit
        hits = self.search.hits(asked.words, found.ranked[asked.after : end])
        following = end if asked.limit and end < len(found.ranked) else None
        links = page_links(self.store.version, PATH, asked.texts, following)
        meta = {
            "dataset_version": self.store.version,
            "total": found.total,
            "total_is_exact": found.are_all,
            "limit": asked.limit,
            "undated_excluded": self._undated(asked),
            "query": self._understood(asked),
            "ranked": len(found.ranked),
            "reason": reason(asked.words, found.total),
            "did_you_mean": respelling(self.search.meant(asked.words, asked.conditions), PATH, asked.texts),
            **self._counts(asked, found),
        }
        return envelope(listed(hits), meta, links), links["next"]

    def _undated(self, asked: Asked) -> int:
        timeless = tuple(c for c in asked.conditions if not isinstance(c, Span))
        return self.search.undated(asked.words, timeless) if len(timeless) < len(asked.conditions) else 0

    def _counts(self, asked: Asked, of: Found) -> dict[str, Any]:
        values, are_exact = self._counted(asked.words, asked.conditions)
        faceted = Faceted(self.store, PATH, asked.conditions, asked.texts)
        meta = faceted.meta(self.facets[name] for name in asked.values.get("facet", []))
        return {"counts": values, **meta, "counts_are_exact": of.are_all and meta["counts_are_exact"] and are_exact}

    def _count(self, words: Wanted, conditions: tuple[Condition, ...]) -> tuple[dict[str, Fragment], bool]:
        """What is counted, in JSON, and whether the values are those that most have."""
        known = self.search.known(words, conditions)
        return {name: self._values(name, found) for name, found in known.counts.items()}, known.are_exact

    def _values(self, name: str, found: Mapping[str, int]) -> Fragment:
        """Values as `CountedValue`, in JSON."""
        values = sorted(found) if name == DECADE else found
        return Fragment(b"[%b]" % b",".join([b"%b%d}" % (self._begun(name, value), found[value]) for value in values]))

    def _begin(self, name: str, value: str) -> bytes:
        """The JSON of a value that is counted, up to the number."""
        label = labels(self.store, self.facets[name], [value]).get(value, value)
        return encode({"value": value, "label": label, "count": 0})[: -len("0}")]

    def _understood(self, asked: Asked) -> dict[str, Any]:
        shown = understood(self.parameters, asked.texts)
        return shown | ({"date_match": "possible"} if "date" in shown and "date_match" not in shown else {})

    async def answer(self, request: Request) -> Response:
        """One page of hits, found off the event loop unless that is quick."""
        asked = self.understand(sent_parameters(request))
        is_small = asked.limit <= USUAL and "facet" not in asked.values and self.search.is_quick(asked.words)
        body, following = self.page(asked) if is_small else await apart(self.page, asked)
        tag = etag(self.store.version, written(PATH, asked.texts), JSON)
        return answer(request, tag, next_link(following), JSON, body, varies=False)

    def routes(self) -> list[Route]:
        """The route."""
        return [Route(PATH, self.answer, self._operation)]

    def _operation(self) -> Operation:
        example, _ = self.page(self.understand([("q", self.example), ("limit", "1")]))
        return Operation(
            id="search",
            tag="search",
            summary="Search every collection",
            description=(
                "Find records of every collection by words, under any name in any language, the best match first: "
                "what the words name, then what has them all in one name, then the rest. Says what matched, counts "
                "all that match, and offers another spelling where little is found. At most 1,000 records are ranked."
            ),
            responses={**kept("search", "A page of hits.", SearchList, example, {}), **documented(400, 414)},
            parameters=[p.documented() for p in self.parameters.values()],
        )
