"""The OpenAPI document: valid, complete, and true of what is served."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.resources import RESOURCES

Operation = dict[str, Any]
BASIC = {
    "get_landing", "list_collections", "get_dataset", "get_health_live", "get_health_ready", "get_timeline",
}  # fmt: skip


@pytest.fixture(scope="module")
async def document(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    """Every (path, operation)."""
    for path, methods in document["paths"].items():
        assert set(methods) == {"get"}
        yield path, methods["get"]


def operation(document: dict[str, Any], name: str) -> tuple[str, Operation]:
    return next((path, op) for path, op in operations(document) if op["operationId"] == name)


def example_of(path: str, op: Operation) -> str:
    """The address of an operation with the examples of its path parameters."""
    for parameter in op.get("parameters", ()):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", parameter["example"])
    return path


def validator(document: dict[str, Any], schema: Any) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({**schema, "components": document["components"]})


def names() -> list[str]:
    """The operationIds that there are, of every collection and beside them."""
    per = [[f"list_{r.name}", f"get_{r.model.__name__.lower()}", f"get_{r.name}_schema"] for r in RESOURCES.values()]
    return sorted([*BASIC, *(name for three in per for name in three)])


async def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()


async def test_every_operation_has_its_own_id_a_tag_and_a_description(document: dict[str, Any]) -> None:
    found = [op["operationId"] for _, op in operations(document)]
    assert len(set(found)) == len(found)
    assert set(names()) <= set(found)
    tags = {tag["name"] for tag in document["tags"]}
    for _, op in operations(document):
        assert set(op["tags"]) <= tags
        assert op["summary"]
        assert op["description"]


async def test_names_of_parameters_sort_as_they_do_in_an_address(document: dict[str, Any]) -> None:
    named = {parameter["name"] for _, op in operations(document) for parameter in op.get("parameters", [])}
    assert all(re.fullmatch("[a-z_]+", name) for name in named)  # all these come after "="


async def test_every_schema_and_parameter_is_described(document: dict[str, Any]) -> None:
    for _, op in operations(document):
        for parameter in op.get("parameters", ()):
            assert parameter["description"], parameter["name"]
    for name, schema in document["components"]["schemas"].items():
        for field, shown in schema.get("properties", {}).items():
            assert shown.get("description") or "$ref" in shown, f"{name}.{field}"


@pytest.mark.parametrize("name", names())
async def test_the_example_of_an_operation_is_what_is_served(
    client: httpx.AsyncClient, document: dict[str, Any], name: str
) -> None:
    path, op = operation(document, name)
    content = op["responses"]["200"]["content"]
    for example in content.get("application/json", {}).get("examples", {}).values():  # each says where it is served
        answer = await client.get(example["value"]["links"]["self"])
        assert answer.json() == example["value"]
    address = example_of(path, op)
    if name.startswith("list_") and name != "list_collections":
        address += "?limit=1"
    answer = await client.get(address)
    media_type = answer.headers["content-type"].partition(";")[0]
    if "example" in content[media_type]:
        assert content[media_type]["example"] == answer.json()
    elif "examples" not in content[media_type]:
        assert media_type == "application/schema+json"


@pytest.mark.parametrize("name", names())
async def test_a_body_is_as_its_schema_says(
    client: httpx.AsyncClient, real_client: httpx.AsyncClient, document: dict[str, Any], name: str
) -> None:
    _, op = operation(document, name)
    for each in (client, real_client):
        shown = document if each is client else (await each.get("/openapi.json")).json()
        address = example_of(*operation(shown, name)) + ("?limit=200" if "limit" in str(op.get("parameters")) else "")
        answer = await each.get(address)
        assert answer.status_code == 200
        media_type = answer.headers["content-type"].partition(";")[0]
        validator(document, op["responses"]["200"]["content"][media_type]["schema"]).validate(answer.json())


@pytest.mark.parametrize("collection", list(RESOURCES))
async def test_the_example_of_every_parameter_is_accepted(
    client: httpx.AsyncClient, real_client: httpx.AsyncClient, collection: str
) -> None:
    for each in (client, real_client):
        _, op = operation((await each.get("/openapi.json")).json(), f"list_{collection}")
        examples = {p["name"]: p["example"] for p in op["parameters"] if "example" in p}
        for name, example in examples.items():
            asked = {name: example} | ({"work": examples["work"]} if name == "page" else {})
            answer = await each.get(f"/v1/{collection}?{urlencode(asked, doseq=True)}")
            assert answer.status_code == 200, (name, answer.text)


@pytest.mark.parametrize(
    ("name", "address", "headers", "status"),
    [
        ("list_treaties", "/v1/treaties?colour=red", {}, 400),
        ("list_treaties", "/v1/treaties", {"Accept": "image/png"}, 406),
        ("list_treaties", "/v1/treaties?form=" + "a" * 9000, {}, 414),
        ("list_treaties", "/v1/treaties", {"If-None-Match": "*"}, 304),
        ("list_treaties", "/v1/treaties/", {}, 308),
        ("get_treaty", "/v1/treaties/dawn-treaty?colour=red", {}, 400),
        ("get_treaty", "/v1/treaties/nothing", {}, 404),
        ("get_treaty", "/v1/treaties/dawn-treaty", {"Accept": "image/png"}, 406),
        ("get_treaty", "/v1/treaties/dawn-treaty", {"If-None-Match": "*"}, 304),
        ("get_treaty", "/v1/treaties/old-dawn-treaty", {}, 308),
        ("get_event", "/v1/events/phantom-fleet", {}, 410),
        ("get_treaties_schema", "/v1/treaties/schema", {"If-None-Match": "*"}, 304),
        ("get_treaties_schema", "/v1/treaties/schema?a=b", {}, 400),
        ("get_landing", "/", {"Accept": "image/png"}, 406),
        ("get_landing", "/", {"If-None-Match": "*"}, 304),
        ("list_collections", "/v1?a=b", {}, 400),
        ("get_dataset", "/v1/dataset", {"If-None-Match": "*"}, 304),
        ("get_health_live", "/health/live?a=b", {}, 400),
    ],
)
async def test_every_status_that_occurs_is_documented_with_its_body_and_headers(
    client: httpx.AsyncClient, document: dict[str, Any], name: str, address: str, headers: dict[str, str], status: int
) -> None:
    _, op = operation(document, name)
    answer = await client.get(address, headers=headers)
    assert answer.status_code == status
    described = op["responses"][str(status)]
    for header in described.get("headers", ()):
        assert header in answer.headers, header
    if status >= 400:
        schema = described["content"][answer.headers["content-type"]]["schema"]
        validator(document, schema).validate(answer.json())
    else:
        assert "content" not in described
        assert answer.content == b""


async def test_any_other_problem_is_documented_too(document: dict[str, Any]) -> None:
    for _, op in operations(document):
        shown = op["responses"]["default"]["content"]
        assert shown == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        assert "422" not in op["responses"]


async def test_the_headers_of_a_list_are_documented(client: httpx.AsyncClient, document: dict[str, Any]) -> None:
    _, op = operation(document, "list_treaties")
    answer = await client.get("/v1/treaties?limit=1")
    assert {"ETag", "Link", "Dataset-Version", "Cache-Control"} <= set(op["responses"]["200"]["headers"])
    for header in op["responses"]["200"]["headers"]:
        assert header in answer.headers


async def test_csv_is_documented_where_it_is_served(document: dict[str, Any]) -> None:
    for name in ("list_treaties", "get_treaty"):
        assert set(operation(document, name)[1]["responses"]["200"]["content"]) == {"application/json", "text/csv"}


async def test_closed_vocabularies_are_enums_of_parameters_only(document: dict[str, Any]) -> None:
    _, op = operation(document, "list_treaties")
    form = next(p for p in op["parameters"] if p["name"] == "form")
    assert "treaty" in form["schema"]["items"]["enum"]
    assert '"enum"' not in str(document["components"]).replace("'", '"')
    assert not re.search(r"'additionalProperties': False", str(document["components"]))


async def test_keys_that_are_always_there_are_required(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        if name.endswith(("Record", "List", "Document")) or name in {"Date", "Reference"}:
            assert set(schema["required"]) == set(schema["properties"]), name


async def test_no_two_models_share_a_name(document: dict[str, Any]) -> None:
    assert [name for name in document["components"]["schemas"] if "__" in name] == []
