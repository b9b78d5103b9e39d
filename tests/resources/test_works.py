"""Works: CSL-JSON as Zotero reads it."""

import json

import pytest

from app import edtf
from app.resources.works import Work, csl_date


def work(**csl: object) -> Work:
    return Work.model_validate(
        {"id": "x", "name": "X", "role": "source of notes", "csl": {"type": "book", "title": "T", **csl}}
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1954", [[1954]]),
        ("1938-10", [[1938, 10]]),
        ("1938-10-22", [[1938, 10, 22]]),
        ("1934/1935", [[1934], [1935]]),
        ("193X", [[1930], [1939]]),
        ("1941~", [[1941]]),
        ("1941/", [[1941]]),
    ],
)
def test_a_date_in_date_parts(text: str, parts: list[list[int]]) -> None:
    assert json.loads(csl_date(edtf.parse(text)).model_dump_json()) == {"date-parts": parts}


def test_csl_keys_are_written_and_served_with_hyphens_and_capitals() -> None:
    given = {"container-title": "Journal", "publisher-place": "Oslo", "DOI": "10.1/x", "issued": "1954"}
    served = json.loads(work(**given).model_dump_json())["csl"]
    assert {key: served[key] for key in given} == given | {"issued": {"date-parts": [[1954]]}}


def test_a_key_written_with_an_underscore_is_refused() -> None:
    with pytest.raises(ValueError, match="container_title"):
        work(container_title="Journal")


def test_a_body_and_a_person_are_names() -> None:
    served = json.loads(
        work(author=[{"family": "Harbour", "given": "E. L."}, {"literal": "The Office"}]).model_dump_json()
    )
    assert served["csl"]["author"] == [
        {"family": "Harbour", "given": "E. L.", "literal": None},
        {"family": None, "given": None, "literal": "The Office"},
    ]
