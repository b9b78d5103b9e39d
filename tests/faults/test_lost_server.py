"""A PostgreSQL server that is slow, killed and started again, under the application."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import psycopg
import pytest

from app.api.application import create_app
from app.resources import RESOURCES
from app.store.query import Store
from app.store.server import Server
from tests.postgres import Postgres, postgres
from tests.support import FIXTURE, serving

KEPT, OTHER = "/v1/treaties/dawn-treaty", "/v1/treaties?form=treaty"
SOON = 20  # seconds in which what is to happen happens


@pytest.fixture(scope="module")
def running() -> Iterator[Postgres]:
    with postgres() as found:
        yield found


@pytest.fixture(scope="module")
def place(running: Postgres) -> Server:
    server = Server(running.url, 1, 3)
    server.build(FIXTURE, RESOURCES)
    return server


@pytest.fixture
async def client(place: Server) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application, of which one answer is kept already."""
    reader = place.open()
    async with serving(create_app(Store(reader))) as found:
        assert (await found.get(KEPT)).status_code == 200
        yield found
    reader.close()


@pytest.fixture
def blocked(place: Server) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Every list waits for a lock."""
    connection = place.address.connect()
    connection.autocommit = False
    found = connection.execute("SELECT schema FROM sjr.store").fetchone()
    assert found
    connection.execute(f"LOCK TABLE {found[0]}.record, {found[0]}.bitmap".encode())
    yield connection
    connection.close()


async def waits(place: Server) -> None:
    """Until a statement waits for a lock."""
    with place.address.connect() as connection:
        async with asyncio.timeout(SOON):
            while not connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                await asyncio.sleep(0.01)


def is_a_problem(answer: httpx.Response) -> bool:
    """Whether an answer says that the store cannot be asked now, and nothing of where it is."""
    assert answer.status_code == 503, answer.text
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["type"] == "/problems/unavailable" and "host=" not in answer.text


async def recovered(client: httpx.AsyncClient) -> httpx.Response:
    """The first answer that is no refusal."""
    async with asyncio.timeout(SOON):
        while (answer := await client.get(OTHER)).status_code == 503:
            await asyncio.sleep(0.05)
    return answer


async def test_a_statement_that_takes_too_long_is_a_503_and_nothing_else_waits(
    place: Server, client: httpx.AsyncClient, blocked: psycopg.Connection[tuple[object, ...]]
) -> None:
    slow = asyncio.create_task(client.get(OTHER))
    await waits(place)
    assert (await client.get(KEPT)).status_code == 200
    assert (await client.get("/health/live")).status_code == 200
    assert not slow.done()
    assert is_a_problem(await slow)
    blocked.rollback()
    assert (await client.get(OTHER)).status_code == 200


async def test_more_requests_than_connections_all_get_their_answer(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(client.get(f"/v1/treaties?limit={n}") for n in range(1, 31)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_server_killed_in_the_middle_of_a_request_is_found_again(
    running: Postgres, place: Server, client: httpx.AsyncClient, blocked: psycopg.Connection[tuple[object, ...]]
) -> None:
    slow = asyncio.create_task(client.get(OTHER))
    await waits(place)
    running.kill()
    assert blocked.pgconn
    assert is_a_problem(await slow)
    assert is_a_problem(await client.get(OTHER))
    assert is_a_problem(await client.get("/v1/treaties?format=csv"))
    ready = await client.get("/health/ready")
    assert is_a_problem(ready)
    assert "PostgreSQL" in ready.json()["detail"]
    assert (await client.get(KEPT)).status_code == 200
    assert (await client.get("/health/live")).status_code == 200
    running.start()
    answer = await recovered(client)
    assert answer.status_code == 200
    assert answer.json()["meta"]["total"] > 0
    assert (await client.get("/health/ready")).status_code == 200


async def test_a_server_started_again_between_two_requests_is_not_even_noticed(
    running: Postgres, client: httpx.AsyncClient
) -> None:
    assert (await client.get("/v1/battles")).status_code == 200
    running.kill()
    running.start()
    assert (await client.get(OTHER)).status_code == 200
