"""The 135 citations of the essay: none missing, none added, each as printed, each with what rests on it."""

from typing import Any

import pytest

from tests.real.conftest import table

CITATIONS = table("citations.csv")
Served = dict[str, dict[str, Any]]


def resolve(document: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def test_the_table_has_the_135_citations() -> None:
    assert [int(row["n"]) for row in CITATIONS] == list(range(1, 136))
    assert len({row["id"] for row in CITATIONS}) == 135


def test_no_citation_is_missing_and_none_added(served: Served) -> None:
    found = {name.removeprefix("citations/") for name in served if name.startswith("citations/")}
    expected = {row["id"] for row in CITATIONS}
    assert expected - found == set(), "missing"
    assert found - expected == set(), "added"


@pytest.mark.parametrize("row", CITATIONS, ids=lambda row: f"{row['n']}-{row['id']}")
def test_a_citation_is_as_printed_and_supports_something(row: dict[str, str], served: Served) -> None:
    citation = served[f"citations/{row['id']}"]
    assert citation["work"]["id"] == row["work"]
    assert citation["pages"] == row["pages"]
    assert citation["paragraph"] == int(row["paragraph"])
    assert citation["claim"]
    assert citation["supports"]
    for support in citation["supports"]:
        record = served[support["record"]["url"].removeprefix("/v1/")]
        assert support["pointers"]
        back = {use["id"]: use["supports"] for use in record["citations"]}
        assert back[row["id"]] == support["pointers"]
        for pointer in support["pointers"]:
            assert resolve(record, pointer) not in (None, [], ""), f"{support['record']['url']} {pointer}"


def test_every_citation_supports_a_fact_of_its_own_paragraph_or_one_that_recalls_it(served: Served) -> None:
    """A relation rests on citations of its own paragraph only."""
    paragraph = {row["id"]: int(row["paragraph"]) for row in CITATIONS}
    for name, record in served.items():
        for link in record.get("linked", []):
            cited = {paragraph[citation["id"]] for citation in link["citations"]}
            assert not cited or link["paragraph"] in cited, f"{name}: {link['label']} {link['record']['url']}"


def test_every_paragraph_from_2_to_37_has_data(served: Served) -> None:
    paragraph = {row["id"]: int(row["paragraph"]) for row in CITATIONS}
    found: set[int] = set()
    for record in served.values():
        found |= {paragraph[use["id"]] for use in record.get("citations", [])}
        found |= {use["paragraph"] for use in record.get("uncited", [])}
    assert set(range(2, 38)) <= found


def test_introduction_and_conclusion_have_data(served: Served) -> None:
    found = {use["paragraph"] for record in served.values() for use in record.get("uncited", [])}
    assert {1, 38} <= found


def test_every_note_hangs_on_something_and_says_who_says_so(served: Served) -> None:
    notes = {name: record for name, record in served.items() if name.startswith("notes/")}
    for name, note in notes.items():
        assert note["supports"], f"{name} hangs nowhere"
        assert note["sources"] or note["paragraphs"], f"{name} has no source"
        for support in note["supports"]:
            record = served[support["record"]["url"].removeprefix("/v1/")]
            for pointer in support["pointers"]:
                resolve(record, pointer)
