"""The facts of the essay, taken from it by hand, are in the records, and rest on the paragraph that states them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.real.conftest import table

FACTS: list[list[Any]] = yaml.load(
    (Path(__file__).parent / "facts.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
PARAGRAPH_OF = {row["id"]: row["paragraph"] for row in table("citations.csv")}

Served = dict[str, dict[str, Any]]


def written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def holds(found: Any, expected: Any) -> bool:
    """Whether a served value is what the table says."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(holds(found.get(key), value) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(found, list) and all(any(holds(item, each) for item in found) for each in expected)
    values = [found, *(found.get(key) for key in ("id", "edtf") if isinstance(found, dict))]
    if expected.startswith("~"):
        return any(re.search(expected[1:], written(value), re.IGNORECASE) for value in values if value is not None)
    return expected in map(written, values)


def at(found: Any, path: list[str], pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every value at a path, with its pointer; of a list, each of its items."""
    if isinstance(found, list):
        for index, item in enumerate(found):
            yield from at(item, path, f"{pointer}/{index}")
    elif not path:
        yield pointer, found
    elif isinstance(found, dict):
        yield from at(found[path[0]], path[1:], f"{pointer}/{path[0]}")


def paragraphs(record: dict[str, Any], pointer: str) -> set[str]:
    """The paragraphs that a pointer, or what holds it, rests on."""
    resting = [(p, PARAGRAPH_OF[citation["id"]]) for citation in record["citations"] for p in citation["supports"]]
    resting += [(uncited["pointer"], str(uncited["paragraph"])) for uncited in record["uncited"]]
    return {paragraph for held, paragraph in resting if f"{pointer}/".startswith(f"{held}/")}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact[0]}-{fact[1]}-{fact[2]}")
def test_a_fact_of_the_essay_stands_in_its_field_and_rests_on_its_paragraph(fact: list[Any], served: Served) -> None:
    paragraph, name, path, expected = fact
    record = served[name]
    candidates = list(at(record, path.split(".")))
    found = [(pointer, value) for pointer, value in candidates if holds(value, expected)]
    assert found, f"{name} {path} has no {expected}, only {[value for _, value in candidates]}"
    resting = [paragraphs(record, pointer) for pointer, _ in found]
    assert any(paragraph in each for each in resting), f"{name} {path} rests on {resting}, not on [{paragraph}]"


def test_the_table_has_facts_of_every_paragraph_from_2_to_37() -> None:
    assert {int(fact[0]) for fact in FACTS} >= set(range(2, 38))


def test_no_fact_stands_in_the_table_twice() -> None:
    rows = [json.dumps(fact) for fact in FACTS]
    assert len(set(rows)) == len(rows)
