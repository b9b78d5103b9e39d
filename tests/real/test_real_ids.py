"""Identifiers are for ever: none is dropped; foreign ones and coordinates are those that were verified."""

from typing import Any

import pytest

from app.curation.dataset import read_redirects
from tests.real.conftest import HERE, table
from tests.support import DATA

IDS = HERE / "ids.txt"
LONGEST = 45  # words in a text
Served = dict[str, dict[str, Any]]


def published() -> list[str]:
    return IDS.read_text(encoding="utf-8").split()


def test_no_published_id_is_ever_dropped(served: Served) -> None:
    redirects = read_redirects(DATA)
    answered = {*served, *redirects.moved, *redirects.withdrawn}
    lost = [name for name in published() if name not in answered]
    assert not lost, f"{lost} were published; add them to data/redirects.yaml, under moved or withdrawn"


def test_every_served_id_is_known_as_published(served: Served, request: pytest.FixtureRequest) -> None:
    known = published() if IDS.exists() else []
    new = sorted(served.keys() - set(known))
    if new and request.config.getoption("--bless"):
        IDS.write_text("\n".join(sorted({*known, *new})) + "\n", encoding="utf-8")
        new = []
    assert not new, f"{new} are new, and permanent once published; if their names are right: pytest tests/real --bless"


def test_foreign_ids_are_those_that_were_verified(served: Served) -> None:
    allowed = {
        row["record"]: {
            *([f"wikidata:{row['wikidata']}"] if row["wikidata"] else []),
            *([f"geonames:{row['geonames']}"] if row["geonames"] else []),
        }
        for row in table("identifiers.csv")
    }
    found = {name: set(record["same_as"]) for name, record in served.items() if record["same_as"]}
    beyond = {name: ids - allowed.get(name, set()) for name, ids in found.items() if ids - allowed.get(name, set())}
    unused = {name: ids - found.get(name, set()) for name, ids in allowed.items() if ids - found.get(name, set())}
    assert not beyond, "verify them, then write them into tests/real/identifiers.csv"
    assert not unused, "verified, but not served"


def points(place: dict[str, Any]) -> list[tuple[str, float, float]]:
    location = [{**place["location"], "name": None}] if place["location"] else []
    return [(point["name"] or "", point["lat"], point["lon"]) for point in (*location, *place["stations"])]


def test_coordinates_are_those_that_were_verified(served: Served) -> None:
    expected: dict[str, list[tuple[str, float, float]]] = {}
    for row in table("coordinates.csv"):
        point = (row["point"], float(row["lat"]), float(row["lon"]))
        expected.setdefault(f"places/{row['place']}", []).append(point)
    found = {name: points(record) for name, record in served.items() if name.startswith("places/") and points(record)}
    assert found == expected


def test_every_coordinate_says_what_it_stands_on(served: Served) -> None:
    basis = {f"places/{row['place']}": row["basis"].partition(" ")[0] for row in table("coordinates.csv")}
    for name, record in served.items():
        if name.startswith("places/"):
            for point in (*([record["location"]] if record["location"] else []), *record["stations"]):
                assert point["basis"].startswith(basis[name]), name


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, item in value.items() if key not in {"claim", "established"} for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def test_a_text_is_one_sentence_not_an_essay(served: Served) -> None:
    long = [(name, text) for name, record in served.items() for text in texts(record) if len(text.split()) > LONGEST]
    assert not long


def test_summaries_of_what_happened_are_there(served: Served) -> None:
    bare = [
        name
        for name, record in served.items()
        if name.partition("/")[0] in {"treaties", "battles", "negotiations", "events"} and not record["summary"]
    ]
    assert not bare


@pytest.mark.parametrize("name", ["citations.csv", "identifiers.csv", "coordinates.csv"])
def test_a_table_has_no_row_twice(name: str) -> None:
    rows = [tuple(row.values()) for row in table(name)]
    assert len(set(rows)) == len(rows)
