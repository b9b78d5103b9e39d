"""Other spellings of an address, and ids that are no longer served."""

import httpx
import pytest


def asked(raw: str) -> httpx.URL:
    """An address with its path as it is, however odd."""
    return httpx.URL("http://test").copy_with(raw_path=raw.encode())


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/v1/treaties/", "/v1/treaties"),
        ("/V1/Treaties", "/v1/treaties"),
        ("/v1//treaties", "/v1/treaties"),
        ("//v1/treaties", "/v1/treaties"),
        ("/v1/treaties/Dawn-Treaty", "/v1/treaties/dawn-treaty"),
        ("/v1/treaties/dawn-treaty/", "/v1/treaties/dawn-treaty"),
        ("/v1/treaties/SCHEMA", "/v1/treaties/schema"),
        ("/v1/", "/v1"),
        ("/docs/", "/docs"),
        ("/OpenAPI.json", "/openapi.json"),
        ("/Health/Live", "/health/live"),
        ("/v1/treaties/?party=northland&form=a%20b", "/v1/treaties?party=northland&form=a%20b"),
        ("/V1/caf%C3%A9", "/v1/caf%C3%A9"),
        ("/v1/%E6%9A%81/", "/v1/%E6%9A%81"),
    ],
)
async def test_another_spelling_is_sent_to_the_right_one(client: httpx.AsyncClient, path: str, location: str) -> None:
    answer = await client.get(asked(path))
    assert answer.status_code == 308
    assert answer.headers["location"] == location


async def test_a_redirect_leads_to_an_answer_in_one_step(client: httpx.AsyncClient) -> None:
    answer = await client.get(asked("//V1///Treaties/DAWN-treaty//"), follow_redirects=True)
    assert answer.status_code == 200
    assert len(answer.history) == 1


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "//evil.example/", "///evil.example/", "//evil.example/%2f..", "/%2f/evil.example/",
        "/%2Fevil.example/", "/%5cevil.example/", "/%5c%5cevil.example/", "/\\evil.example/", "//evil.example:80/V1",
        "//user@evil.example/", "/.//evil.example/", "/%09//evil.example/", "/%0d%0aLocation:%20//evil.example/",
    ],
)  # fmt: skip
async def test_no_address_redirects_to_another_host(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(asked(path))
    assert answer.status_code in {308, 404}
    location = answer.headers.get("location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\r" not in location
    assert httpx.URL("http://test").join(location).host == "test"


async def test_a_retired_id_is_sent_to_the_record_that_it_is_now(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/treaties/old-dawn-treaty?format=csv")
    assert answer.status_code == 308
    assert answer.headers["location"] == "/v1/treaties/dawn-treaty?format=csv"
    answer = await client.get("/v1/treaties/old-dawn-treaty", follow_redirects=True)
    assert answer.json()["data"]["id"] == "dawn-treaty"


async def test_a_withdrawn_id_is_gone_and_says_why(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/events/phantom-fleet")
    assert answer.status_code == 410
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "events/phantom-fleet was withdrawn: It never sailed."


async def test_what_is_below_a_withdrawn_record_is_gone_with_it(client: httpx.AsyncClient) -> None:
    for below in ("", "/pages", "/citation"):
        answer = await client.get(f"/v1/works/forged-diary{below}")
        assert answer.status_code == 410
        assert answer.json()["detail"] == "works/forged-diary was withdrawn: It was forged."


async def test_a_retired_id_is_retired_in_its_own_collection_only(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/battles/old-dawn-treaty")).status_code == 404
    assert (await client.get("/v1/treaties/phantom-fleet")).status_code == 404
