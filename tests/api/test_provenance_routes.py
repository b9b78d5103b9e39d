"""What rests on what: on the fixture counted by hand off its files, on the real data counted off the essay."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.resources import RESOURCES


async def ask(client: httpx.AsyncClient, query: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/provenance?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def pointers(client: httpx.AsyncClient, query: str) -> list[str]:
    """record/pointer of every statement, in order."""
    found = await ask(client, f"limit=200&{query}")
    return [f"{row['record']['id']}{row['pointer']}" for row in found["data"]]


async def test_every_statement_of_a_record_in_its_order_with_its_kind_of_source(client: httpx.AsyncClient) -> None:
    found = await ask(client, "record=treaties/dawn-treaty")
    assert [row["pointer"] for row in found["data"]] == [
        "/status", "/date", "/signed", "/signed_at", "/in_force", "/ended", "/duration", "/parties/0", "/parties/1",
        "/signatories/0", "/provisions/0", "/provisions/1", "/places/0", "/relations/0",
    ]  # fmt: skip
    assert found["meta"]["counts"] == {
        "by_kind": {"cited": 11, "single": 10, "uncited": 3, "noted": 0},
        "by_collection": {"treaties": 14},
    }
    uncited = await pointers(client, "record=treaties/dawn-treaty&kind=uncited")
    assert uncited == ["dawn-treaty/signed_at", "dawn-treaty/duration", "dawn-treaty/places/0"]


async def test_a_statement_says_what_stands_there_and_what_it_rests_on(client: httpx.AsyncClient) -> None:
    found = await ask(client, "record=treaties/dawn-treaty&citation=harbour-1960-p10-2&kind=single")
    ended, relation = found["data"]
    assert ended["value"]["how"] == "expired"
    assert ended["value"]["date"]["edtf"] == "1936-12-31"
    assert (ended["paragraph"], ended["notes"]) == (None, [])
    assert ended["citations"] == [
        {
            "id": "harbour-1960-p10-2",
            "name": "Harbour 1960, p. 10",
            "url": "/v1/citations/harbour-1960-p10-2",
            "work": {"id": "harbour-1960", "name": "Harbour 1960", "url": "/v1/works/harbour-1960"},
            "pages": "10",
            "paragraph": 3,
        }
    ]
    assert relation["value"]["target"]["id"] == "dawn-fishery-convention"


async def test_a_page_holds_every_citation_that_has_it(client: httpx.AsyncClient) -> None:
    eleven = await ask(client, "work=harbour-1960&page=11")  # only the range 10-12 has it
    assert eleven["meta"]["counts"]["by_collection"] == {"figures": 1, "negotiations": 10}
    assert (await ask(client, "work=harbour-1960&page=22"))["meta"]["total"] == 0  # between two pages, not in a range
    several = await ask(client, "work=harbour-1960&page=22-25")
    assert several["meta"]["total"] == (await ask(client, "citation=harbour-1960-p20-25"))["meta"]["total"]


async def test_alone_is_on_nothing_else(client: httpx.AsyncClient) -> None:
    both = await pointers(client, "record=treaties/dawn-treaty&citation=harbour-1960-p10-1")
    alone = await pointers(client, "record=treaties/dawn-treaty&citation=harbour-1960-p10-1&alone=true")
    assert set(both) - set(alone) == {"dawn-treaty/provisions/1"}
    named = "record=treaties/dawn-treaty&citation=harbour-1960-p10-1,harbour-1960-p10-2&alone=true"
    assert "dawn-treaty/provisions/1" in await pointers(client, named)


async def test_alone_on_a_page_takes_no_citation_that_reaches_beyond_it(client: httpx.AsyncClient) -> None:
    ten = await ask(client, "work=harbour-1960&page=10")
    alone = await ask(client, "work=harbour-1960&page=10&alone=true")
    reaching = await ask(client, "work=harbour-1960&page=11")
    assert ten["meta"]["total"] == alone["meta"]["total"] + reaching["meta"]["total"]
    assert (await ask(client, "work=harbour-1960&page=20&alone=true"))["meta"]["total"] == 0  # all rest on 25 as well
    whole = await ask(client, "work=harbour-1960&page=20-25&alone=true")
    assert whole["meta"]["total"] == (await ask(client, "work=harbour-1960&page=25"))["meta"]["total"]


async def test_what_has_a_note_against_it(client: httpx.AsyncClient) -> None:
    assert await pointers(client, "note=pact-may-be-of-1938") == [
        "grey-pact/date", "grey-pact/signed", "grey-pact/ended",
    ]  # fmt: skip
    assert sorted(await pointers(client, "note=two-counts-of-men")) == [
        "hill-clash/sides/0/strength/0", "hill-truce/relations/0", "transfer-of-men",
    ]  # fmt: skip
    (whole,) = (await ask(client, "record=events/transfer-of-men&kind=noted"))["data"]
    assert (whole["pointer"], whole["value"], whole["citations"]) == ("", None, [])


async def test_a_paragraph_states_with_a_citation_or_without(client: httpx.AsyncClient) -> None:
    found = await pointers(client, "paragraph=4&record=battles/hill-clash")
    assert len(found) == 12  # the date, 5 parts of one side, 2 of the other, 2 phases, the outcome, the relation
    uncited = await pointers(client, "paragraph=4&kind=uncited&collection=battles")
    assert uncited == [
        "hill-clash/sides/0/losses/0", "hill-clash/sides/1/formations/0", "hill-clash/phases/1",
        "hill-clash/relations/0",
    ]  # fmt: skip


@pytest.mark.parametrize("collection", sorted(RESOURCES))
async def test_the_statements_are_the_pointers_and_values_of_the_records(
    real_client: httpx.AsyncClient, collection: str
) -> None:
    """What the records say of themselves and what provenance says of them is one and the same."""
    records: dict[str, Any] = {}
    following: str | None = f"/v1/{collection}?limit=200"
    while following:
        answer = (await real_client.get(following)).json()
        records |= {record["id"]: record for record in answer["data"]}
        following = answer["links"]["next"]
    said = {
        (identifier, pointer, kind, name)
        for identifier, record in records.items()
        for kind, uses in (
            ("citation", [(p, c["id"]) for c in record.get("citations", ()) for p in c["supports"]]),
            ("paragraph", [(u["pointer"], u["paragraph"]) for u in record.get("uncited", ())]),
            ("note", [(p, n["id"]) for n in record.get("notes", ()) for p in n["pointers"]]),
        )
        for pointer, name in uses
    }
    found = set()
    following = f"/v1/provenance?collection={collection}&limit=200"
    while following:
        answer = (await real_client.get(following)).json()
        for row in answer["data"]:
            identifier, pointer = row["record"]["id"], row["pointer"]
            value = records[identifier]
            for step in pointer.split("/")[1:]:
                value = value[int(step)] if isinstance(value, list) else value[step]
            assert row["value"] == (value if pointer else None)
            found |= {(identifier, pointer, "citation", c["id"]) for c in row["citations"]}
            found |= {(identifier, pointer, "note", n["id"]) for n in row["notes"]}
            if row["paragraph"]:
                found.add((identifier, pointer, "paragraph", row["paragraph"]))
        following = answer["links"]["next"]
    assert found == said


async def test_what_rests_on_march_page_223(real_client: httpx.AsyncClient) -> None:
    """The essay cites it seven times: five times in paragraph 32 (once as 222-223) and twice in paragraph 33."""
    found = await ask(real_client, "work=march-1996&page=223&limit=200")
    cited = {
        (c["id"], c["pages"], c["paragraph"])
        for row in found["data"]
        for c in row["citations"]
        if c["work"]["id"] == "march-1996" and c["pages"] in {"223", "222-223"}
    }
    assert sorted(p for _, _, p in cited) == [32] * 5 + [33] * 2
    assert [pages for _, pages, _ in cited].count("222-223") == 1
    stated = {f"{row['collection']}/{row['record']['id']}{row['pointer']}": row["value"] for row in found["data"]}
    assert stated["battles/attack-on-pearl-harbor/date"]["edtf"] == "1941-12-07"
    assert stated["negotiations/imperial-conference-july-1941/date"]["edtf"] == "1941-07-02"
    alone = await ask(real_client, "work=march-1996&page=223&alone=true&limit=200")
    assert 0 < alone["meta"]["total"] < found["meta"]["total"]
    assert {c["pages"] for row in alone["data"] for c in row["citations"]} == {"223"}


async def test_a_book_page_by_page(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/works/harbour-1960/pages")).json()
    assert [page["page"] for page in answer["data"]] == [10, 11, 12, 20, 25, 30, 31, 32]
    ten, eleven = answer["data"][:2]
    assert [c["id"] for c in ten["citations"]] == ["harbour-1960-p10-1", "harbour-1960-p10-12", "harbour-1960-p10-2"]
    assert ten["citations"][0]["claim"] == "The Dawn Treaty opened relations."
    assert [r["record"]["id"] for r in eleven["records"]] == ["price-of-the-railway", "railway-sale"]
    assert eleven["records"][0]["pointers"] == ["/value"]
    assert (await client.get(eleven["url"])).json()["meta"]["total"] == 11


async def test_the_pages_of_a_book_are_paged(client: httpx.AsyncClient) -> None:
    found, following = [], "/v1/works/harbour-1960/pages?limit=3"
    while following:
        answer = (await client.get(following)).json()
        found.append([page["page"] for page in answer["data"]])
        following = answer["links"]["next"]
    assert found == [[10, 11, 12], [20, 25, 30], [31, 32]]


async def test_page_178_of_jones_is_cited_ten_times(real_client: httpx.AsyncClient) -> None:
    """Citations 1 to 10 of the essay, in paragraphs 2 to 6; page 180 is in 179-180 and twice on its own."""
    answer = (await real_client.get("/v1/works/jones-1954/pages?limit=200")).json()
    pages = {page["page"]: page for page in answer["data"]}
    assert [c["paragraph"] for c in pages[178]["citations"]] == [2, 2, 2, 2, 3, 3, 4, 4, 5, 6]
    assert sorted(c["pages"] for c in pages[180]["citations"]) == ["179-180", "180", "180"]
    assert 324 not in pages  # "323 & 329" is two pages
    assert {323, 329} <= set(pages)


async def test_a_work_that_no_citation_names_a_page_of_says_why(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/works/grey-papers-2/pages")).json()
    assert answer["data"] == []
    assert answer["meta"]["reason"].startswith("no citation names a page of it")
    assert (await client.get("/v1/notes?work=grey-papers-2")).json()["meta"]["total"] == 1


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/v1/provenance?page=10", 400, "a page needs its book"),
        ("/v1/provenance?alone=true", 400, "give work or citation"),
        ("/v1/provenance?work=harbour-1960&page=12-10", 400, "180 or 179-181"),
        ("/v1/provenance?work=harbour-1960&page=10,20", 400, "180 or 179-181"),
        ("/v1/provenance?work=harbour-1960&page=1-9999999999", 400, "99999"),
        ("/v1/provenance?work=harbour-1960&page=10&page=11", 400, "more than once"),
        ("/v1/provenance?work=harbor-1960", 400, "no such id in works"),
        ("/v1/provenance?record=dawn-treaty", 400, "no such record"),
        ("/v1/provenance?kind=double", 400, "not an allowed value"),
        ("/v1/provenance?paragraph=39", 400, "1 to 38"),
        ("/v1/provenance?cursor=x", 400, "/v1/provenance"),
        ("/v1/provenance?colour=red", 400, "unknown parameter"),
        ("/v1/works/harbour/pages", 404, "did you mean /v1/works/harbour-1960/pages?"),
        ("/v1/works/harbour-1960/pages?page=3", 400, "unknown parameter"),
        ("/v1/treaties/dawn-treaty/pages", 404, "no resource"),
    ],
)
async def test_what_cannot_be_asked_is_said(client: httpx.AsyncClient, path: str, status: int, said: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert said in answer.json()["detail"]


async def test_a_page_range_may_be_written_with_a_dash(client: httpx.AsyncClient) -> None:
    total = (await ask(client, "work=harbour-1960&page=10-12"))["meta"]["total"]
    assert (await ask(client, f"work=harbour-1960&page={quote('10–12')}"))["meta"]["total"] == total


queries = st.fixed_dictionaries(
    {},
    optional={
        "work": st.sampled_from(["harbour-1960", "harbour-1960,grey-papers-2"]),
        "kind": st.sampled_from(["cited", "single", "uncited", "noted", "single,noted"]),
        "collection": st.sampled_from(["treaties", "treaties,battles,events"]),
        "paragraph": st.sampled_from(["2", "3,4"]),
        "note": st.just("two-counts-of-men"),
        "citation": st.sampled_from(["harbour-1960-p30", "harbour-1960-p10-12,harbour-1960-p20-25"]),
    },
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(query=queries, limit=st.integers(1, 9))
async def test_the_pages_together_are_the_whole_and_its_counts(
    client: httpx.AsyncClient, query: dict[str, str], limit: int
) -> None:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    whole = await ask(client, f"limit=200&{asked}")
    rows, following = [], f"/v1/provenance?limit={limit}&{asked}"
    while following:
        page = await client.get(following)
        answer = page.json()
        rows += answer["data"]
        following = answer["links"]["next"]
        assert page.headers.get("link") == (f'<{following}>; rel="next"' if following else None)
    assert rows == whole["data"]
    counts = whole["meta"]["counts"]
    assert len(rows) == whole["meta"]["total"] == sum(counts["by_collection"].values())
    assert counts["by_kind"] == {
        "cited": sum(bool(row["citations"]) for row in rows),
        "single": sum(len(row["citations"]) == 1 for row in rows),
        "uncited": sum(row["paragraph"] is not None for row in rows),
        "noted": sum(bool(row["notes"]) for row in rows),
    }
