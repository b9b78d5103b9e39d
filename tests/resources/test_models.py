"""The models of the collections: what each accepts, and how it is then served."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from app.resources import RESOURCES
from app.resources.battles import Battle
from app.resources.events import Event
from app.resources.figures import Figure
from app.resources.negotiations import Negotiation
from app.resources.places import Place
from app.resources.treaties import Treaty

PACT = {"id": "p", "name": "P", "form": "pact", "status": "concluded"}
TALKS = {"id": "t", "name": "T", "form": "talks", "status": "agreed", "subject": "s"}


def served(record: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(record.model_dump_json())
    return found


def test_a_treaty_tells_who_it_binds_and_for_how_much() -> None:
    found = served(
        Treaty.model_validate(
            PACT
            | {
                "secret": "false",
                "duration": "P5Y",
                "provisions": [
                    {"article": "3", "binds": ["a", "b"], "text": "t", "quantities": [{"value": "5", "unit": "years"}]}
                ],
            }
        )
    )
    assert (found["secret"], found["duration"], found["ended"]) == (False, "P5Y", None)
    provision = found["provisions"][0]
    assert [actor["url"] for actor in provision["binds"]] == ["/v1/actors/a", "/v1/actors/b"]
    assert (provision["quantities"][0]["value"], provision["quantities"][0]["qualifier"]) == (5, None)


def test_an_offer_has_its_amount_and_instalments() -> None:
    amount = {"value": "67.5", "unit": "million rubles", "instalments": "4", "interval": "P6M"}
    talks = Negotiation.model_validate(TALKS | {"steps": [{"move": "offer", "text": "t", "amount": amount}]})
    found = served(talks)["steps"][0]["amount"]
    assert found == {
        "value": 67.5,
        "unit": "million rubles",
        "qualifier": None,
        "instalments": 4,
        "interval": "P6M",
    }


def test_a_side_has_forces_command_and_losses() -> None:
    side = {
        "key": "north",
        "name": "The north",
        "commanders": [{"person": "orlov", "since": "1938-07-31"}],
        "strength": [{"measure": "men", "value": "15000"}],
    }
    found = served(Battle.model_validate({"id": "b", "name": "B", "form": "battle", "sides": [side]}))["sides"][0]
    assert found["commanders"][0]["since"]["earliest"] == "1938-07-31"
    assert found["strength"][0]["value"] == 15000
    assert (found["losses"], found["formations"]) == ([], [])


def test_a_figure_is_a_number_with_a_unit() -> None:
    figure = {"id": "f", "name": "F", "measure": "share", "value": "80", "unit": "percent", "about": ["events/e"]}
    found = served(Figure.model_validate(figure))
    assert (found["value"], found["about"][0]["url"], found["date"]) == (80, "/v1/events/e", None)


def test_a_place_keeps_what_its_point_stands_on() -> None:
    point = {"lat": "43.1", "lon": "131.9", "basis": "invented"}
    found = served(Place.model_validate({"id": "p", "name": "P", "form": "city", "location": point}))
    assert found["location"] == {"name": None, "lat": 43.1, "lon": 131.9, "basis": "invented"}


@pytest.mark.parametrize(
    ("model", "record", "wrong"),
    [
        (Treaty, PACT, {"status": "signed"}),
        (Treaty, PACT, {"form": "entente"}),
        (Treaty, PACT, {"duration": "five years"}),
        (Treaty, PACT, {"parties": [{"role": "signatory"}]}),
        (Treaty, PACT, {"relations": [{"type": "caused", "target": "battles/b", "paragraph": "2"}]}),
        (Treaty, PACT, {"positions": [{"stance": "wish", "text": "t"}]}),
        (Negotiation, TALKS, {"steps": [{"move": "bribe", "text": "t"}]}),
        (Negotiation, TALKS, {"steps": [{"move": "offer", "text": "t", "amount": {"value": "1"}}]}),
        (Battle, {"id": "b", "name": "B", "form": "battle"}, {"outcome": {"result": "draw"}}),
        (Event, {"id": "e", "name": "E", "form": "aid"}, {"quantities": [{"value": "1", "qualifier": "roughly"}]}),
        (Figure, {"id": "f", "name": "F", "measure": "m", "unit": "u", "value": "1"}, {"value": "many"}),
    ],
)
def test_what_a_closed_list_or_a_needed_key_refuses(model: Any, record: dict[str, Any], wrong: dict[str, Any]) -> None:
    model.model_validate(record)
    with pytest.raises(ValidationError):
        model.model_validate(record | wrong)


@pytest.mark.parametrize("name", ["treaties", "battles", "negotiations", "events"])
def test_what_happened_is_sorted_by_date_and_asked_by_form(name: str) -> None:
    assert RESOURCES[name].sorts == ("date", "name")
    assert "form" in RESOURCES[name].filters


def test_a_treaty_is_dated_by_its_signature_first() -> None:
    assert RESOURCES["treaties"].date == ("signed", "date", "in_force")
