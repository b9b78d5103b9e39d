"""The OpenAPI document, by FastAPI: loaded when the document is first asked for, since no other answer needs it."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from app.api.problems import Problem
from app.api.routes import Operation, Route
from app.api.schemas import opened
from app.resource import Resource


def described(
    version: str, routes: Iterable[Route], resources: Iterable[Resource], about: Mapping[str, Any]
) -> dict[str, Any]:
    """The OpenAPI 3.1 document of a version of the API, open for keys to come."""
    app, shown = FastAPI(), dict[str, Operation]()
    for route in routes:
        if route.operation:
            shown[route.path] = _declared(app, route, route.operation())
    document = get_openapi(
        title=about["name"],
        version=version,
        description=f"{about['description']}\n\n{about['source']}\n\n{about['pages']}",
        routes=app.routes,
        license_info={"name": about["licences"]["data"]["name"], "url": about["licences"]["data"]["url"]},
        servers=[{"url": "/"}],
        tags=[
            *({"name": r.name, "description": (r.model.__doc__ or "").strip()} for r in resources),
            {"name": "dataset", "description": "What the dataset is, and how to cite it."},
            {"name": "search", "description": "Records by words and by the beginnings of names."},
            {"name": "timeline", "description": "Everything dated, in order, and the state of affairs on a day."},
            {"name": "discovery", "description": "Where to begin."},
            {"name": "graph", "description": "What is said to join records, each time with its source."},
            {"name": "provenance", "description": "What rests on what: by work, page, citation and note."},
            {"name": "citing", "description": "Ready citations of every answer and of the pages that it rests on."},
            {"name": "health", "description": "Probes for operators."},
        ],
    )
    _, definitions = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= definitions["$defs"]
    document["components"]["schemas"] = opened(document["components"]["schemas"])
    document["security"] = []
    for path, operation in shown.items():
        _examples(document["paths"][path]["get"]["responses"], operation.responses)
    return document


def _declared(app: FastAPI, route: Route, operation: Operation) -> Operation:
    """Tell the framework of a route."""
    parameters = {} if operation.parameters is None else {"parameters": operation.parameters}
    app.add_api_route(
        route.path,
        route.endpoint,
        operation_id=operation.id,
        tags=[operation.tag],
        summary=operation.summary,
        description=operation.description,
        response_model=None,
        responses=operation.responses,
        openapi_extra=parameters,
    )
    return operation


def _examples(shown: dict[str, Any], given: Mapping[int | str, Any]) -> None:
    """Put the examples of a route back whole: the framework leaves nulls out of the document, and ours are data."""
    for status, response in given.items():
        for media_type, content in response.get("content", {}).items():
            for key in {"example", "examples"} & set(content):
                shown[str(status)]["content"][media_type][key] = content[key]
