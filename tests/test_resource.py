"""What a collection is: it refuses paths that its model lacks, and its model has two faces."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.resource import (
    COMPILED,
    DatedRecord,
    Equals,
    EvidenceRecord,
    Filter,
    Record,
    Refers,
    Resource,
    RestsOn,
    SourcedRecord,
    Within,
    key_order,
    served,
)
from app.resources import RESOURCES
from app.resources.battles import Battle
from app.resources.treaties import Treaty
from app.shape import PROVENANCE, shapes
from app.values import Actor, Face, Part, Text

HEAD = ("id", "name", "aliases", "summary", "same_as")
TAIL = ("places", "people", "topics", "positions", "relations")


class Oar(Part):
    wood: Text


class Boat(SourcedRecord):
    """A boat."""

    owner: Actor | None = None
    oars: tuple[Oar, ...] = ()


# --- paths are checked at import ------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"sorts": ("name", "length")},
        {"date": ("launched",)},
        {"filters": {"wood": Equals("oars.timber")}},
        {"filters": {"wood": Equals("wood")}},
        {"filters": {"owner": Refers("ownr")}},
    ],
)
def test_a_resource_refuses_a_path_that_its_model_lacks(wrong: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match="Boat has no"):
        Resource(name="boats", model=Boat, **wrong)


def test_a_filter_by_reference_refuses_a_field_that_is_none() -> None:
    with pytest.raises(TypeError, match=r"boats: filter wood refers by oars\.wood"):
        Resource(name="boats", model=Boat, filters={"wood": Refers("oars.wood")})


def test_a_resource_accepts_paths_that_its_model_has() -> None:
    boats = Resource(name="boats", model=Boat, filters={"wood": Equals("oars.wood"), "owner": Refers("owner")})
    assert boats.shape("oars.wood").name == "wood"


# --- what may be asked ----------------------------------------------------------------------------


def test_every_collection_can_be_asked_for_what_it_mentions_and_rests_on() -> None:
    shared = {"actor", "person", "place", "topic", "work", "page", "same_as"}
    for resource in RESOURCES.values():
        assert shared <= set(resource.conditions), resource.name


def test_dated_collections_can_be_asked_by_date() -> None:
    dated = {name for name, resource in RESOURCES.items() if "date" in resource.conditions}
    assert dated == {"treaties", "battles", "negotiations", "events", "figures", "actors"}


def test_collections_with_places_can_be_asked_by_box() -> None:
    found = {name for name, r in RESOURCES.items() if any(isinstance(c, Within) for c in r.conditions.values())}
    assert found == {"treaties", "battles", "negotiations", "events", "places"}


def test_a_collections_own_filters_come_before_the_shared_ones() -> None:
    treaties = list(RESOURCES["treaties"].conditions)
    assert treaties[:3] == ["form", "status", "secret"]
    assert treaties.index("in_force_on") < treaties.index("work")
    assert isinstance(RESOURCES["treaties"].conditions["page"], RestsOn)


def test_no_filter_of_a_collection_is_hidden_by_a_shared_one() -> None:
    for resource in RESOURCES.values():
        for name, condition in resource.filters.items():
            assert resource.conditions[name] == condition, f"{resource.name}: {name}"


def test_the_collections_are_the_twelve_of_the_contract() -> None:
    assert set(RESOURCES) == {
        *("treaties", "battles", "negotiations", "events"),
        *("citations", "works", "notes"),
        *("actors", "people", "places", "topics"),
        "figures",
    }
    assert all(resource.name == name for name, resource in RESOURCES.items())


def test_every_collection_and_filter_is_described() -> None:
    for resource in RESOURCES.values():
        assert (resource.model.__doc__ or "").strip(), resource.name
        assert all(isinstance(condition, Filter) for condition in resource.filters.values())


# --- the two faces --------------------------------------------------------------------------------


def test_keys_stand_in_the_order_of_the_house() -> None:
    assert key_order(Treaty) == (
        *HEAD,
        *("form", "status", "secret", "date", "signed", "signed_at", "in_force", "ended", "duration"),
        *("parties", "signatories", "provisions"),
        *TAIL,
        *("cite", "uncited", "noted"),
    )
    assert key_order(Boat) == (*HEAD, "owner", "oars", "cite", "uncited", "noted")


@pytest.mark.parametrize("name", RESOURCES)
def test_what_is_served_has_no_provenance_keys_of_curators(name: str) -> None:
    model = RESOURCES[name].served
    compiled = {"citations", "uncited", "notes", "linked", "supports", "url"}
    assert not set(model.model_fields) - compiled & PROVENANCE
    schema = model.model_json_schema(mode="serialization")
    parts = schema["$defs"] | {"": schema}
    for title, part in parts.items():
        keys = set(part.get("properties", {})) - ({"uncited"} if title == "" else set())
        assert not keys & PROVENANCE, f"{title} serves {keys & PROVENANCE}"


@pytest.mark.parametrize("name", RESOURCES)
def test_what_is_served_has_every_compiled_key_of_its_kind(name: str) -> None:
    model, kind = RESOURCES[name].served, RESOURCES[name].model
    expected = {"url"}
    if issubclass(kind, SourcedRecord):
        expected |= {"citations", "uncited", "notes"}
    if issubclass(kind, DatedRecord):
        expected |= {"linked"}
    if issubclass(kind, EvidenceRecord):
        expected |= {"supports"}
    assert set(model.model_fields) == set(shapes(kind)) | expected
    assert {key for _, key, _, _ in COMPILED} >= expected


@pytest.mark.parametrize("name", RESOURCES)
def test_every_served_key_is_required_and_described(name: str) -> None:
    schema = RESOURCES[name].served.model_json_schema(mode="serialization")
    for title, part in (schema["$defs"] | {name: schema}).items():
        properties = part.get("properties", {})
        assert set(part.get("required", [])) == set(properties), title
        bare = [key for key, value in properties.items() if not value.get("description")]
        assert not bare, f"{title} does not describe {bare}"


def test_the_served_model_of_a_collection_is_made_once_and_named_after_it() -> None:
    assert served(Treaty) is served(Treaty)
    assert served(Treaty).__name__ == "TreatyRecord"
    assert served(Treaty).__doc__ == Treaty.__doc__


@pytest.mark.parametrize("name", RESOURCES)
@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_both_faces_are_valid_json_schema(name: str, mode: Any) -> None:
    model: type[Face] = RESOURCES[name].model if mode == "validation" else RESOURCES[name].served
    Draft202012Validator.check_schema(model.model_json_schema(mode=mode))


def test_a_record_needs_little_and_forbids_what_it_does_not_know() -> None:
    battle = Battle.model_validate({"id": "x", "name": "X", "form": "battle"})
    assert (battle.sides, battle.summary, battle.relations) == ((), None, ())
    for wrong in ({"form": "skirmish"}, {"winner": "north"}, {"id": "X"}):
        with pytest.raises(ValueError, match="validation error"):
            Battle.model_validate({"id": "x", "name": "X", "form": "battle", **wrong})


def test_a_record_shows_its_own_name() -> None:
    assert Record(id="x", name="X").display_name({}) == "X"
