"""Citations: their printed form is made of the work's name and the pages."""

import pytest

from app.resources.citations import RESOURCE, Citation

NAMES = {("works", "harbour-1960"): "Harbour 1960"}


@pytest.mark.parametrize(
    ("pages", "printed"),
    [
        ("365", "Harbour 1960, p. 365"),
        ("182-183", "Harbour 1960, pp. 182–183"),
        ("364, 385", "Harbour 1960, pp. 364, 385"),
        ("1, 3-5", "Harbour 1960, pp. 1, 3–5"),
    ],
)
def test_the_printed_form(pages: str, printed: str) -> None:
    citation = Citation.model_validate(
        {"id": "x", "work": "harbour-1960", "pages": pages, "paragraph": "2", "claim": "It is so."}
    )
    assert citation.display_name(NAMES) == printed


def test_a_file_holds_the_citations_of_one_work() -> None:
    assert RESOURCE.file_field == "work"
