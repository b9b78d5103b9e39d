"""The routes that every collection has: its list, a record, its schema."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.api.conditional import answer, etag, headers, not_modified, unchanged
from app.api.facets import Facet, Faceted, allowed
from app.api.filters import RELEVANCE, conditions, page_without_work, parameters, relevance_without_words
from app.api.negotiation import JSON, negotiate
from app.api.parameters import ID, Parameter, format_parameter, read
from app.api.problems import documented
from app.api.requests import (
    absent,
    address,
    canonical,
    envelope,
    lasting,
    links_of_page,
    listed,
    next_link,
    page_start,
    pairs,
    refuse,
    sent_parameters,
    understood,
    without_parameters,
)
from app.api.routes import Operation, Route
from app.api.schemas import list_responses, record_responses, schema_document, schema_responses
from app.api.threads import apart
from app.api.words import reason, respelling
from app.formats.format import Format
from app.resource import Filter, Resource
from app.store.found import Values
from app.store.query import Query, Span, Store
from app.store.render import encode
from app.store.search import Search
from app.store.wanted import Wanted


class Asked(NamedTuple):
    """A request for a list, understood."""

    query: Query
    texts: Mapping[str, list[str]]
    values: Mapping[str, Any]
    path: str
    sort: str
    words: Wanted | None  # what is looked for
    pairs: dict[str, str]  # its parameters as an address has them
    whole: str  # the canonical request

    @property
    def fixed(self) -> str:
        """The same without cursor, limit and format."""
        return address(self.path, lasting(self.pairs))


@dataclass(frozen=True)
class Collection:
    """A collection as it is served."""

    resource: Resource
    store: Store
    formats: Mapping[str, Format]
    search: Search

    @cached_property
    def path(self) -> str:
        """Path of the list."""
        return f"/v1/{self.resource.name}"

    @cached_property
    def values(self) -> dict[str, Values]:
        """Filter → how many records have each value."""
        return self.store.values(self.resource.name)

    @cached_property
    def filters(self) -> dict[str, Filter]:
        """Every filter by parameter name."""
        return self.resource.conditions

    @cached_property
    def facets(self) -> dict[str, Facet]:
        """What the list may be counted by."""
        return allowed(self.filters, self.resource)

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """What may be asked of the list."""
        return parameters(self.resource, self.store, self.values, self.formats)

    @cached_property
    def _of_a_record(self) -> dict[str, Parameter]:
        """What may be asked of a record."""
        return {"format": format_parameter(self.formats)}

    @cached_property
    def media_types(self) -> dict[str, str]:
        """Format → media type, JSON first."""
        return {"json": JSON, **{name: found.media_type for name, found in self.formats.items()}}

    @cached_property
    def _relations(self) -> dict[str, str]:
        """Format → how a Link header says what it is."""
        return {name: f'rel="alternate"; type="{media_type}"' for name, media_type in self.media_types.items()}

    def understand(self, sent: Iterable[tuple[str, str]]) -> Asked:
        """Read the query of a list, or refuse it with every mistake named."""
        values, texts, mistakes = read(self.parameters, sent)
        mistakes += page_without_work(values, texts) + relevance_without_words(values)
        usual = RELEVANCE if "q" in values else self.resource.sorts[0]
        texts = canonical(self.parameters, values, texts, sort=usual, format="json")
        after, wrong = page_start(self.store.version, self.path, texts)
        refuse(mistakes + wrong)
        sort = values.get("sort") or usual
        name = sort.removeprefix("-")
        query = Query(
            collection=self.resource.name,
            conditions=tuple(conditions(self.filters, values)),
            by="first" if name in {self.resource.sorts[0], RELEVANCE} else "second",
            descending=sort.startswith("-"),
            dated_only=name == "date",
            after=after,
            limit=values.get("limit", 25),
        )
        own = pairs(texts)
        return Asked(query, texts, values, self.path, sort, values.get("q"), own, address(self.path, own))

    def alternates(self, path: str, own: Mapping[str, str], chosen: str) -> dict[str, str]:
        """Link header entries of the other formats; a file has no pages, so cursor and limit stay behind."""
        kept = lasting(own)
        return {
            address(path, {**kept, "format": f"format={name}"}): relation
            for name, relation in self._relations.items()
            if name != chosen
        }

    async def list_(self, request: Request) -> Response:
        """One page of the collection, or all of it in a file format."""
        asked = self.understand(sent_parameters(request))
        chosen = negotiate(request, self.media_types, asked.values.get("format"))
        whole = asked.whole if chosen == "json" else asked.fixed  # a page's links repeat all of it
        tag = etag(self.store.version, whole, self.media_types[chosen])
        alternates = self.alternates(self.path, asked.pairs, chosen)
        if chosen != "json":
            return await self._file(request, asked, chosen, tag, alternates)
        grows = not {"q", "facet", "bbox"}.isdisjoint(asked.values)
        body, following = await apart(self.page, asked) if grows else self.page(asked)
        return answer(request, tag, {**next_link(following), **alternates}, JSON, body)

    def page(self, asked: Asked) -> tuple[bytes, str | None]:
        """The JSON of a page, and the path of the next."""
        ranked = None
        if asked.words and asked.sort == RELEVANCE:
            page, ranked = self.search.page(asked.query, asked.words)
        else:
            page = self.store.page(asked.query)
        links = links_of_page(self.store.version, self.path, asked.pairs, asked.whole, page.after)
        meta = {
            "dataset_version": self.store.version,
            "total": page.total,
            "total_is_exact": page.total_is_exact,
            "limit": asked.query.limit,
            "undated_excluded": page.undated_excluded,
            "query": self._understood(asked),
        }
        if asked.words:
            meant = self.search.meant(asked.words, asked.query.conditions, self.resource.name)
            meta |= {"ranked": ranked, "reason": reason(asked.words, page.total)}
            meta["did_you_mean"] = respelling(meant, self.path, asked.texts)
        if "facet" in asked.values:
            faceted = Faceted(self.store, self.path, asked.query.conditions, asked.texts, self.resource.name)
            meta |= faceted.meta(self.facets[name] for name in asked.values["facet"])
        return envelope(listed(page.bodies), meta, links), links["next"]

    def _understood(self, asked: Asked) -> dict[str, Any]:
        """The query as understood: every condition, the order, and how dates were matched."""
        shown = understood(self.parameters, asked.texts)
        shown.setdefault("sort", asked.sort)
        if any(isinstance(condition, Span) for condition in asked.query.conditions):
            shown.setdefault("date_match", "possible")
        return shown

    async def _file(self, request: Request, asked: Asked, chosen: str, tag: str, links: Mapping[str, str]) -> Response:
        """Every matching record in a file format, read off the event loop."""
        found = headers(tag, links)
        if unchanged(request, tag):
            return not_modified(found)
        written_by = self.formats[chosen]
        found.append((b"content-disposition", f'attachment; filename="{self.resource.name}.{chosen}"'.encode()))
        query = asked.query._replace(after=None)
        ranked = asked.words if asked.sort == RELEVANCE else None
        bodies = self.search.all(query, ranked) if ranked else self.store.all(query)
        first = await apart(list, islice(bodies, 1))  # a store that cannot be read is told before anything is sent
        chunks = written_by.write(self.resource, chain(first, bodies))
        response = StreamingResponse(chunks, media_type=written_by.media_type)
        response.raw_headers[:0] = found
        return response

    async def record(self, request: Request) -> Response:
        """One record."""
        values, texts, mistakes = read(self._of_a_record, sent_parameters(request))
        refuse(mistakes)
        chosen = negotiate(request, self.media_types, values.get("format"))
        identifier = request.path_params["id"]
        body = self.store.body(self.resource.name, identifier)
        if body is None:
            return absent(request, self.store, self.resource.name, identifier)
        path = f"{self.path}/{identifier}"
        tag = etag(self.store.version, path, self.media_types[chosen])
        alternates = self.alternates(path, pairs(texts), chosen)
        if chosen != "json":
            written_by = self.formats[chosen]
            chunks = await apart(lambda: b"".join(written_by.write(self.resource, [body])))
            return answer(request, tag, alternates, written_by.media_type, chunks)
        return answer(request, tag, alternates, JSON, self.document(path, body))

    def document(self, path: str, body: bytes) -> bytes:
        """A record in the envelope of every answer."""
        links = {
            "self": path,
            "collection": self.path,
            "schema": f"{self.path}/schema",
            "citation": f"{path}/citation",
        }
        return envelope([body], {"dataset_version": self.store.version}, links)

    @cached_property
    def example(self) -> tuple[str, bytes]:
        """The path of a record, to show what one is like, and what is served there."""
        identifier = next(iter(self.store.ids(self.resource.name)), "some-id")
        path = f"{self.path}/{identifier}"
        return path, self.document(path, self.store.body(self.resource.name, identifier) or b"{}")

    async def schema(self, request: Request) -> Response:
        """The JSON Schema of a record, with the values that occur."""
        without_parameters(request)
        path = f"{self.path}/schema"
        tag = etag(self.store.version, path, "application/schema+json")
        return answer(request, tag, {}, "application/schema+json", self.schema_body, varies=False)

    @cached_property
    def schema_body(self) -> bytes:
        """The schema, written when it is first asked for."""
        return encode(schema_document(self.resource, self.values, self.parameters))

    def routes(self) -> list[Route]:
        """The three routes."""
        return [
            Route(self.path, self.list_, self._operation),
            Route(f"{self.path}/schema", self.schema, self._operation_of_schema),
            Route(f"{self.path}/{{id}}", self.record, self._operation_of_record),
        ]

    @property
    def described(self) -> str:
        """What the collection holds."""
        return (self.resource.model.__doc__ or "").strip()

    def _operation(self) -> Operation:
        return Operation(
            id=f"list_{self.resource.name}",
            tag=self.resource.name,
            summary=f"List {self.resource.name}",
            description=f"{self.described} Filters combine: a comma or repetition means or, different names mean and.",
            responses={**list_responses(self), **documented(400, 406, 414)},
            parameters=[p.documented() for p in self.parameters.values()],
        )

    def _operation_of_schema(self) -> Operation:
        return Operation(
            id=f"get_{self.resource.name}_schema",
            tag=self.resource.name,
            summary=f"Schema of {self.resource.name}",
            description="JSON Schema (2020-12) of a record as served, with the values that occur under each filter.",
            responses={**schema_responses(), **documented(400)},
        )

    def _operation_of_record(self) -> Operation:
        name = self.resource.model.__name__.lower()
        return Operation(
            id=f"get_{name}",
            tag=self.resource.name,
            summary=f"Get a {name}",
            description=self.described,
            responses={**record_responses(self), **documented(400, 404, 406, 410)},
            parameters=[self.id_parameter(), self._of_a_record["format"].documented()],
        )

    def id_parameter(self) -> dict[str, Any]:
        """The id in the path."""
        return {
            "name": "id",
            "in": "path",
            "required": True,
            "description": "Permanent id of the record; a retired one is redirected.",
            "schema": dict(ID),
            "example": self.example[0].rpartition("/")[2],
        }
