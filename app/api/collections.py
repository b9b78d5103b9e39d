"""The routes that every collection has: its list, a record, its schema."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from app.api import paging
from app.api.conditional import answer, etag, headers, unchanged
from app.api.filters import conditions, page_without_work, parameters
from app.api.negotiation import JSON, negotiate
from app.api.parameters import Parameter, format_parameter, read
from app.api.problems import ProblemError, closest, documented, mistake, moved
from app.api.requests import envelope, refuse, sent_parameters, without_parameters, written
from app.api.schemas import list_responses, record_responses, schema_document, schema_responses
from app.formats.format import Format
from app.resource import Resource
from app.store.query import Query, Span, Store
from app.store.render import encode


@dataclass(frozen=True)
class Asked:
    """A request for a list, understood."""

    query: Query
    texts: Mapping[str, list[str]]
    values: Mapping[str, Any]
    fixed: str  # the canonical request without cursor, limit and format: what a cursor is bound to


@dataclass(frozen=True)
class Collection:
    """A collection as it is served."""

    resource: Resource
    store: Store
    formats: Mapping[str, Format]

    @property
    def path(self) -> str:
        """Path of the list."""
        return f"/v1/{self.resource.name}"

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """What may be asked of the list."""
        return parameters(self.resource, self.store, self.formats)

    @cached_property
    def media_types(self) -> dict[str, str]:
        """Format → media type, JSON first."""
        return {"json": JSON, **{name: found.media_type for name, found in self.formats.items()}}

    def understand(self, request: Request) -> Asked:
        """Read the query of a list, or refuse it with every mistake named."""
        values, texts, mistakes = read(self.parameters, sent_parameters(request))
        mistakes += page_without_work(values, texts)
        fixed = written(self.path, {n: t for n, t in texts.items() if n not in {"cursor", "limit", "format"}})
        after = None
        if "cursor" in values:
            after = paging.position(self.store.version, fixed, values["cursor"])
            if after is None:
                first = written(self.path, {n: t for n, t in texts.items() if n != "cursor"})
                detail = f"this cursor is of another query or another version of the data; begin again at {first}"
                mistakes.append(mistake("cursor", values["cursor"], detail, meant=first))
        refuse(mistakes)
        sort = values.get("sort") or self.resource.sorts[0]
        name = sort.removeprefix("-")
        query = Query(
            collection=self.resource.name,
            conditions=tuple(conditions(self.resource.conditions, values)),
            by="first" if name == self.resource.sorts[0] else "second",
            descending=sort.startswith("-"),
            dated_only=name == "date",
            after=after,
            limit=values.get("limit", 25),
        )
        return Asked(query, texts, values, fixed)

    def links(self, asked: Asked, after: int | None) -> dict[str, str | None]:
        """self, first and next of a page."""
        first = {name: texts for name, texts in asked.texts.items() if name != "cursor"}
        following = None
        if after is not None:
            following = written(self.path, {**first, "cursor": [paging.cursor(self.store.version, asked.fixed, after)]})
        return {"self": written(self.path, asked.texts), "first": written(self.path, first), "next": following}

    def alternates(self, texts: Mapping[str, Iterable[str]], path: str, chosen: str) -> dict[str, str]:
        """Link header entries of the other formats."""
        kept = {name: values for name, values in texts.items() if name not in {"format", "cursor"}}
        return {
            written(path, {**kept, "format": [name]}): f'rel="alternate"; type="{media_type}"'
            for name, media_type in self.media_types.items()
            if name != chosen
        }

    async def list_(self, request: Request) -> Response:
        """One page of the collection, or all of it in a file format."""
        asked = self.understand(request)
        chosen = negotiate(request, self.media_types, asked.values.get("format"))
        without = {name: texts for name, texts in asked.texts.items() if name != "format"}
        tag = etag(self.store.version, written(self.path, without), self.media_types[chosen])
        alternates = self.alternates(asked.texts, self.path, chosen)
        if chosen != "json":
            return self._file(request, asked, chosen, tag, alternates)
        page = self.store.page(asked.query)
        links = self.links(asked, page.after)
        meta = {
            "dataset_version": self.store.version,
            "total": page.total,
            "total_is_exact": page.total_is_exact,
            "limit": asked.query.limit,
            "undated_excluded": page.undated_excluded,
            "query": self._understood(asked),
        }
        body = envelope(b"[%b]" % b",".join(page.bodies), meta, links)
        following = {links["next"]: 'rel="next"'} if links["next"] else {}
        return answer(request, tag, {**following, **alternates}, JSON, body)

    def _understood(self, asked: Asked) -> dict[str, Any]:
        """The query as understood: every condition, the order, and how dates were matched."""
        shown: dict[str, Any] = {}
        for name, texts in asked.texts.items():
            if name not in {"cursor", "limit", "format"}:
                shown[name] = texts if self.parameters[name].many else texts[0]
        shown.setdefault("sort", self.resource.sorts[0])
        if any(isinstance(condition, Span) for condition in asked.query.conditions):
            shown.setdefault("date_match", "possible")
        return shown

    def _file(self, request: Request, asked: Asked, chosen: str, tag: str, links: Mapping[str, str]) -> Response:
        """Every matching record in a file format, read off the event loop."""
        found = headers(tag, links)
        if unchanged(request, tag):
            return Response(status_code=304, headers=found)
        written_by = self.formats[chosen]
        found["Content-Disposition"] = f'attachment; filename="{self.resource.name}.{chosen}"'
        query = Query(**{**asked.query.__dict__, "after": None})
        chunks = written_by.write(self.resource, self.store.all(query))
        return StreamingResponse(chunks, headers=found, media_type=written_by.media_type)

    async def record(self, request: Request) -> Response:
        """One record."""
        values, texts, mistakes = read({"format": format_parameter(self.formats)}, sent_parameters(request))
        refuse(mistakes)
        chosen = negotiate(request, self.media_types, values.get("format"))
        identifier = request.path_params["id"]
        path = f"{self.path}/{quote(identifier, safe='')}"
        body = self.store.body(self.resource.name, identifier)
        if body is None:
            return self._absent(request, identifier)
        tag = etag(self.store.version, path, self.media_types[chosen])
        alternates = self.alternates(texts, path, chosen)
        if chosen != "json":
            written_by = self.formats[chosen]
            chunks = await run_in_threadpool(lambda: b"".join(written_by.write(self.resource, [body])))
            return answer(request, tag, alternates, written_by.media_type, chunks)
        meta = {"dataset_version": self.store.version}
        links = {"self": path, "collection": self.path, "schema": f"{self.path}/schema"}
        return answer(request, tag, alternates, JSON, envelope(body, meta, links))

    def _absent(self, request: Request, identifier: str) -> Response:
        retired = self.store.retired(self.resource.name, identifier)
        if retired is None:
            named = identifier if len(identifier) <= 80 else identifier[:80] + "…"
            meant = closest(identifier, self.store.ids(self.resource.name))
            hint = f"; did you mean {self.path}/{meant}?" if meant else ""
            raise ProblemError(404, f"no record {named!r} in {self.resource.name}; {self.path} lists them{hint}")
        new, reason = retired
        if new is None:
            raise ProblemError(410, f"{self.resource.name}/{identifier} was withdrawn: {reason}")
        query = f"?{request.url.query}" if request.url.query else ""
        return moved(f"/v1/{new}{query}")

    async def schema(self, request: Request) -> Response:
        """The JSON Schema of a record, with the values that occur."""
        without_parameters(request)
        path = f"{self.path}/schema"
        tag = etag(self.store.version, path, "application/schema+json")
        body = encode(schema_document(self.resource, self.store, self.parameters))
        return answer(request, tag, {}, "application/schema+json", body, varies=False)

    def router(self) -> APIRouter:
        """The three routes."""
        router = APIRouter(prefix=self.path, tags=[self.resource.name])
        name, described = self.resource.name, (self.resource.model.__doc__ or "").strip()
        router.add_api_route(
            "",
            self.list_,
            operation_id=f"list_{name}",
            summary=f"List {name}",
            description=f"{described} Filters combine: a comma or repetition means or, different names mean and.",
            response_model=None,
            responses={**list_responses(self), **documented(400, 406, 414)},
            openapi_extra={"parameters": [p.documented() for p in self.parameters.values()]},
        )
        router.add_api_route(
            "/schema",
            self.schema,
            operation_id=f"get_{name}_schema",
            summary=f"Schema of {name}",
            description="JSON Schema (2020-12) of a record as served, with the values that occur under each filter.",
            response_model=None,
            responses={**schema_responses(), **documented(400)},
        )
        router.add_api_route(
            "/{id}",
            self.record,
            operation_id=f"get_{self.resource.model.__name__.lower()}",
            summary=f"Get a {self.resource.model.__name__.lower()}",
            description=described,
            response_model=None,
            responses={**record_responses(self), **documented(400, 404, 406, 410)},
            openapi_extra={"parameters": [self.id_parameter(), format_parameter(self.formats).documented()]},
        )
        return router

    def id_parameter(self) -> dict[str, Any]:
        """The id in the path."""
        example = next(iter(self.store.ids(self.resource.name)), "some-id")
        return {
            "name": "id",
            "in": "path",
            "required": True,
            "description": "Permanent id of the record; a retired one is redirected.",
            "schema": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
            "example": example,
        }
