"""The answers as OpenAPI and JSON Schema show them: typed by collection, open for keys to come."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from app.api.facets import EXACT_COUNTS, FACETS, LEFT_OUT, FacetValue
from app.api.words import MEANT, RANKED, REASON, Respelling
from app.resource import Resource
from app.store.found import Values
from app.values import Face

if TYPE_CHECKING:
    from app.api.collections import Collection
    from app.api.parameters import Parameter

HEADERS = {
    "ETag": ("Strong tag of this representation; send it back as If-None-Match.", {"type": "string"}),
    "Dataset-Version": ("Version of the dataset that answered.", {"type": "string"}),
    "Link": ("Next page (lists) and the same in other formats.", {"type": "string"}),
    "Cache-Control": ("How long the answer may be kept.", {"type": "string"}),
}


class ListMeta(Face):
    """About a list. The last keys are there where `q` or `facet` was asked."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    dataset_version: str = Field(description="Version of the dataset that answered.")
    total: int = Field(description="Records that match; a lower bound where total_is_exact is false.")
    total_is_exact: bool = Field(description="Whether total is the exact number.")
    limit: int = Field(description="Records a page.")
    undated_excluded: int = Field(description="Records left out of a list filtered by date for want of one.")
    query: dict[str, Any] = Field(description="The query as understood.")
    ranked: int | None = Field(None, description=RANKED)
    reason: str | None = Field(None, description=REASON)
    did_you_mean: Respelling | None = Field(None, description=MEANT)
    facets: dict[str, tuple[FacetValue, ...]] | None = Field(None, description=FACETS)
    facet_values_left_out: dict[str, int] | None = Field(None, description=LEFT_OUT)
    counts_are_exact: bool | None = Field(None, description=EXACT_COUNTS)


class ListLinks(Face):
    """Where to go from a list."""

    self: str = Field(description="This page.")
    first: str = Field(description="The first page.")
    next: str | None = Field(description="The next page; null on the last.")


class RecordMeta(Face):
    """About a record."""

    dataset_version: str = Field(description="Version of the dataset that answered.")


class RecordLinks(Face):
    """Where to go from a record."""

    self: str = Field(description="This record.")
    collection: str = Field(description="Its collection.")
    schema_: str = Field(alias="schema", description="JSON Schema of the record.")
    citation: str = Field(description="Ready citations of the record and of the pages that it rests on.")


def headers(*names: str) -> dict[str, Any]:
    """Response headers for OpenAPI."""
    return {name: {"description": HEADERS[name][0], "schema": HEADERS[name][1]} for name in names or HEADERS}


def kept(
    name: str, description: str, model: type[BaseModel], example: bytes, others: Mapping[str, Any]
) -> dict[int | str, Any]:
    """The 200, 304 and 308 of a route whose answers may be kept."""
    return {
        200: {
            "description": description,
            "model": model,
            "headers": headers(),
            "content": {"application/json": {"example": json.loads(example)}, **others},
        },
        304: {"description": f"The {name} that the client has is the one served.", "headers": headers("ETag")},
        308: {
            "description": "The address has another spelling, or the record another id.",
            "headers": {"Location": {"description": "Where it is.", "schema": {"type": "string"}}},
        },
    }


def _files(collection: "Collection") -> dict[str, Any]:
    return {
        f.media_type: {"schema": {"type": "string", "description": f.description}} for f in collection.formats.values()
    }


def list_responses(collection: "Collection") -> dict[int | str, Any]:
    """The responses of a list, with its first record as the example."""
    resource, model = collection.resource, collection.resource.served
    name = resource.model.__name__
    page = create_model(
        f"{name}List",
        __base__=Face,
        __doc__=f"A page of {resource.name}.",
        data=(tuple[model, ...], Field(description="The records.")),  # type: ignore[valid-type]
        meta=(ListMeta, Field(description="About the list.")),
        links=(ListLinks, Field(description="Where to go from here.")),
    )
    example, _ = collection.page(collection.understand([("limit", "1")]))
    return kept("list", f"A page of {resource.name}.", page, example, _files(collection))


def record_responses(collection: "Collection") -> dict[int | str, Any]:
    """The responses of a record, with one as the example."""
    resource, model = collection.resource, collection.resource.served
    name = resource.model.__name__
    document = create_model(
        f"{name}Document",
        __base__=Face,
        __doc__=f"A {name.lower()}.",
        data=(model, Field(description="The record.")),
        meta=(RecordMeta, Field(description="About the answer.")),
        links=(RecordLinks, Field(description="Where to go from here.")),
    )
    _, example = collection.example
    return kept("record", f"A {name.lower()}.", document, example, _files(collection))


def schema_responses() -> dict[int | str, Any]:
    """The responses of a schema."""
    described = {
        "description": "JSON Schema of a record.",
        "headers": headers("ETag", "Dataset-Version", "Cache-Control"),
        "content": {"application/schema+json": {"schema": {"type": "object", "additionalProperties": True}}},
    }
    return {200: described, 304: {"description": "The schema that the client has is the one served."}}


def opened(schema: Any) -> Any:
    """A schema of answers without what would break old clients when a key or a value is added."""
    if isinstance(schema, list):
        return [opened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties"} if schema.get("additionalProperties") is False else set()
    if isinstance(schema.get("enum"), list):
        closed.add("enum")
    return {key: value if key == "example" else opened(value) for key, value in schema.items() if key not in closed}


def schema_document(
    resource: Resource, values: Mapping[str, Values], declared: Mapping[str, "Parameter"]
) -> dict[str, Any]:
    """JSON Schema (2020-12) of a record as served, with the values that occur under each filter and their counts.

    Of a filter with very many values the most frequent are shown, and the number of the others.
    """
    schema = opened(resource.served.model_json_schema(mode="serialization"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"/v1/{resource.name}/schema",
        **schema,
        "x-values": {name: values[name].values for name in declared if name in values},
        "x-values-left-out": {name: values[name].others for name in declared if name in values},
    }
