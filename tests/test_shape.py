"""How a record is built: the shape of its fields, the walk over its values, pointers and references."""

import json
import re
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from app.shape import own_sources, references, shape_at, shapes, values_at, walk
from app.values import EDITORIAL, Actor, AnyRecord, Edtf, Face, Part, Relation, Text


class Leaf(Part):
    actor: Actor | None = None
    text: Text
    about: tuple[AnyRecord, ...] = ()


class Branch(Face):
    label: Annotated[str, EDITORIAL]
    leaves: tuple[Leaf, ...] = ()


class Tree(Face):
    id: str
    kind: Literal["oak", "elm"] = "oak"
    planted: Edtf | None = None
    owner: Actor | None = None
    branches: tuple[Branch, ...] = ()
    crown: Leaf | None = None
    given_name: str | None = Field(None, alias="given-name")


TREE = Tree.model_validate(
    {
        "id": "t",
        "owner": "northland",
        "planted": "1925",
        "branches": [
            {"label": "low"},
            {
                "label": "high",
                "leaves": [
                    {"text": "first", "cite": ["a"]},
                    {"actor": "southland", "text": "second", "uncited": "4", "about": ["treaties/x", "events/y"]},
                ],
            },
        ],
        "crown": {"text": "top", "noted": ["n"]},
    }
)


def test_a_shape_says_what_a_field_holds() -> None:
    found = shapes(Tree)
    assert (found["owner"].ref.collection, found["owner"].many) == ("actors", False)
    assert (found["branches"].part, found["branches"].many) == (Branch, True)
    assert (found["crown"].part, found["crown"].many) == (Leaf, False)
    assert found["planted"].is_date
    assert not found["owner"].is_date
    assert found["kind"].choices == ("oak", "elm")
    assert shapes(Branch)["label"].editorial
    assert not shapes(Leaf)["text"].editorial
    assert (found["given_name"].name, found["given_name"].key) == ("given_name", "given-name")


def test_a_list_of_references_is_told_apart_from_one() -> None:
    about = shapes(Leaf)["about"]
    assert (about.many, about.ref.collection, about.part) == (True, None, None)


def test_what_curators_write_as_provenance_is_no_part_of_the_shape() -> None:
    assert set(shapes(Leaf)) == {"actor", "text", "about"}


def test_the_shape_at_a_dotted_path() -> None:
    assert shape_at(Tree, "branches.leaves.actor").ref.collection == "actors"
    assert shape_at(Tree, "planted").is_date


@pytest.mark.parametrize("path", ["", "leaves", "branches.actor", "owner.name", "branches.leaves.cite", "branches."])
def test_a_path_that_the_model_lacks_is_named(path: str) -> None:
    with pytest.raises(KeyError, match=f"Tree has no {re.escape(path)}"):
        shape_at(Tree, path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("id", ["t"]),
        ("branches.label", ["low", "high"]),
        ("branches.leaves.text", ["first", "second"]),
        ("branches.leaves.actor", ["southland"]),
        ("branches.leaves.about", ["treaties/x", "events/y"]),
        ("crown.text", ["top"]),
        ("crown.actor", []),
    ],
)
def test_values_at_a_path_are_flat_and_leave_out_what_is_absent(path: str, expected: list[str]) -> None:
    assert list(values_at(TREE, path)) == expected


def test_a_walk_meets_every_value_and_part_in_order() -> None:
    assert [visit.pointer for visit in walk(TREE)] == [
        "/id",
        "/kind",
        "/planted",
        "/owner",
        "/branches/0",
        "/branches/0/label",
        "/branches/1",
        "/branches/1/label",
        "/branches/1/leaves/0",
        "/branches/1/leaves/0/text",
        "/branches/1/leaves/1",
        "/branches/1/leaves/1/actor",
        "/branches/1/leaves/1/text",
        "/branches/1/leaves/1/about/0",
        "/branches/1/leaves/1/about/1",
        "/crown",
        "/crown/text",
    ]


def test_a_walk_says_which_parts_hold_a_value() -> None:
    visit = next(v for v in walk(TREE) if v.pointer == "/branches/1/leaves/0/text")
    assert visit.holders == (TREE, TREE.branches[1], TREE.branches[1].leaves[0])


def resolve(document: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def test_every_pointer_of_a_walk_resolves_in_what_is_served() -> None:
    served = json.loads(TREE.model_dump_json())
    for visit in walk(TREE):
        found = resolve(served, visit.pointer)
        if visit.shape.ref:
            assert found["id"] == visit.shape.ref.key(visit.value)[1]
        elif not visit.shape.part and not visit.shape.is_date:
            assert found == visit.value


def test_references_name_collection_and_id_where_they_stand() -> None:
    assert list(references(TREE)) == [
        ("/owner", ("actors", "northland")),
        ("/branches/1/leaves/1/actor", ("actors", "southland")),
        ("/branches/1/leaves/1/about/0", ("treaties", "x")),
        ("/branches/1/leaves/1/about/1", ("events", "y")),
    ]


def test_a_part_says_what_it_rests_on_itself() -> None:
    first, second = TREE.branches[1].leaves
    assert own_sources(first) == (("a",), None, ())
    assert own_sources(second) == ((), 4, ())
    assert own_sources(TREE.crown) == ((), None, ("n",))
    assert own_sources(TREE.branches[1]) == ((), None, ())


def test_a_relations_paragraph_counts_as_uncited_only_where_it_has_no_citation() -> None:
    plain = {"type": "led_to", "target": "treaties/x", "paragraph": "26"}
    assert own_sources(Relation.model_validate(plain)) == ((), 26, ())
    assert own_sources(Relation.model_validate({**plain, "cite": ["a"]})) == (("a",), None, ())
