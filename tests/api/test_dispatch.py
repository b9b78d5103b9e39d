"""The table of routes changes nothing that a client reads: the framework alone answers the same, byte for byte."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from app.api.conditional import EveryAnswer
from app.api.dispatch import Dispatcher, table
from app.api.problems import HANDLERS, ProblemError
from app.resources import RESOURCES
from tests.api.test_never_500 import headers, paths, queries, raw_queries
from tests.support import serving

METHODS = ["GET", "GET", "GET", "HEAD", "POST", "OPTIONS"]


@pytest.fixture(scope="session")
def dispatcher(app: ASGIApp) -> Dispatcher:
    """The dispatcher inside an application."""
    found = app
    while not isinstance(found, Dispatcher):
        found = found.app  # type: ignore[attr-defined]
    return found


@pytest.fixture(scope="session")
async def by_table(dispatcher: Dispatcher) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(EveryAnswer(dispatcher, "1")) as client:
        yield client


@pytest.fixture(scope="session")
async def by_framework(dispatcher: Dispatcher) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(EveryAnswer(dispatcher.app, "1")) as client:
        yield client


async def same(one: httpx.AsyncClient, other: httpx.AsyncClient, method: str, path: str, sent: dict[str, str]) -> None:
    """Both answer the same."""
    url = httpx.URL("http://test").copy_with(raw_path=path.encode())
    found, expected = [await client.request(method, url, headers=sent) for client in (one, other)]
    assert (found.status_code, found.headers.multi_items(), found.content) == (
        expected.status_code, expected.headers.multi_items(), expected.content,
    )  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [
        "/", "/v1", "/v1/", "/V1/Treaties", "/v1/treaties", "/v1/treaties/", "/v1//treaties", "/v1/treaties?limit=2",
        "/v1/treaties?format=csv", "/v1/treaties?limt=2", "/v1/treaties/dawn-treaty", "/v1/treaties/Dawn-Treaty",
        "/v1/treaties/dawn-treaty/", "/v1/treaties/%64awn-treaty", "/v1/treaties/dawn%2Dtreaty", "/v1/treaties/..",
        "/v1/treaties/%2e%2e", "/v1/treaties%2Fdawn-treaty", "/v1/treaties/dawn-treaty%0A", "/v1/treaties%0A",
        "/v1/treaties/schema", "/v1/treaties/schema%0A", "/v1/treaties/schema?x=1", "/v1/treaties/old-dawn-treaty",
        "/v1/treaties/nope", "/v1/treaties/dawn-treety", "/v1/treaties/-", "/v1/treaties/a--b",
        "/v1/treaties/dawn-treaty?format=csv", "/v1/treaties/dawn-treaty?format=xml", "/v1/treaties/%E5%BC%B5",
        "/v1/treaties/dawn-treaty/citation",
        "/v1/nothing", "/v1/nothing/dawn-treaty", "/v1/cite?url=/v1/treaties", "/v1/cite", "/v1/search?q=dawn",
        "/v1/search", "/v1/timeline?limit=1", "/v1/suggest?q=da", "/v1/graph?limit=3", "/health/live", "/health/ready",
        "/docs", "/docs/files", "/docs/files/swagger-ui.css", "/docs/files/nope", "/openapi.json", "/problems/gone",
        "/problems/nothing", "/v1/treaties?q=" + "a" * 9_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_the_table_answers_as_the_framework(
    by_table: httpx.AsyncClient, by_framework: httpx.AsyncClient, method: str, path: str
) -> None:
    for sent in ({}, {"accept": "text/csv"}, {"accept": "x/y"}, {"if-none-match": "*"}):
        await same(by_table, by_framework, method, path, sent)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(METHODS), paths, raw_queries, headers)
async def test_odd_paths_are_answered_as_by_the_framework(
    by_table: httpx.AsyncClient,
    by_framework: httpx.AsyncClient,
    method: str,
    path: str,
    query: str,
    sent: dict[str, str],
) -> None:
    await same(by_table, by_framework, method, f"{path}?{query}", sent)


ids = st.sampled_from(["dawn-treaty", "northland", "old-dawn-treaty", "schema", "nope"]) | st.text(max_size=8).map(
    lambda text: quote(text, safe="")
)


addresses = st.builds(
    "/v1/{}{}{}".format,
    st.sampled_from(sorted(RESOURCES)),
    st.just("") | ids.map("/{}".format),
    st.just("") | queries.map("?{}".format),
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(METHODS), addresses, headers)
async def test_collections_are_answered_as_by_the_framework(
    by_table: httpx.AsyncClient, by_framework: httpx.AsyncClient, method: str, address: str, sent: dict[str, str]
) -> None:
    await same(by_table, by_framework, method, address, sent)


def test_every_list_record_and_schema_is_in_the_table(dispatcher: Dispatcher) -> None:
    exact, below = table(dispatcher.app.routes)
    for name in RESOURCES:
        assert {f"/v1/{name}", f"/v1/{name}/schema"} <= exact.keys()
        assert below[f"/v1/{name}"][0] == "id"
    assert {"/", "/v1", "/v1/search", "/v1/timeline", "/v1/graph", "/v1/suggest", "/openapi.json"} <= exact.keys()


async def unasked(request: Request) -> Response:
    raise AssertionError(request.url)


def test_a_route_that_another_hides_is_left_to_the_framework() -> None:
    paths = ["/a/{id}", "/a/b", "/{any}/c", "/d/{id}", "/d/e/f"]
    exact, below = table([Route(path, unasked) for path in paths])
    assert (set(exact), set(below)) == ({"/d/e/f"}, {"/a", "/d"})


def failing(error: Exception) -> Starlette:
    """An application whose one route fails."""

    async def fails(_request: Request) -> Response:
        raise error

    return Starlette(routes=[Route("/fails", fails)], exception_handlers=HANDLERS)


@pytest.mark.parametrize("error", [ProblemError(404, "no"), HTTPException(405), HTTPException(418), KeyError("x")])
async def test_errors_are_answered_as_by_the_framework(error: Exception) -> None:
    app = failing(error)
    async with serving(Dispatcher(app)) as one, serving(app) as other:
        found, expected = await one.get("/fails"), await other.get("/fails")
    without_id = [{**answer.json(), "request_id": None} for answer in (found, expected)]
    assert (found.status_code, found.headers, without_id[0]) == (expected.status_code, expected.headers, without_id[1])


async def test_an_unforeseen_error_reaches_the_server_too() -> None:
    app = failing(KeyError("x"))
    transport = httpx.ASGITransport(Dispatcher(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        with pytest.raises(KeyError):
            await client.get("/fails")
