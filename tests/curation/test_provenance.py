"""What each value rests on: gathered from parts and maps, completed for the derived date, counted over the whole."""

from typing import Any

import pytest

from app.curation.coverage import coverage
from app.curation.load import load
from app.curation.provenance import complete, factual_values, gather
from app.resource import Record, SourcedRecord
from app.resources import RESOURCES
from app.resources.treaties import Treaty
from tests.support import FIXTURE

RECORDS = load(FIXTURE, RESOURCES)[0].records
P10_1, P10_2 = "harbour-1960-p10-1", "harbour-1960-p10-2"


def fixture(name: str) -> Record:
    collection, identifier = name.split("/")
    return RECORDS[(collection, identifier)]


def sourced(name: str) -> SourcedRecord:
    record = fixture(name)
    assert isinstance(record, SourcedRecord)
    return record


def treaty(**fields: Any) -> Treaty:
    return Treaty.model_validate({"id": "t", "name": "T", "form": "pact", "status": "concluded"} | fields)


# --- gathering ------------------------------------------------------------------------------------


def test_every_pointer_that_rests_on_a_citation_is_gathered_in_the_order_of_the_record() -> None:
    found = gather(fixture("treaties/dawn-treaty"))
    assert dict(found.citations) == {
        P10_1: [
            *("/status", "/signed", "/in_force"),
            *("/parties/0", "/parties/1", "/signatories/0", "/provisions/0", "/provisions/1"),
        ],
        P10_2: ["/ended", "/provisions/1", "/relations/0"],
    }
    assert found.uncited == [("/signed_at", 2), ("/duration", 2), ("/places/0", 2)]
    assert dict(found.notes) == {}


def test_sources_of_deep_parts_are_gathered() -> None:
    found = gather(fixture("battles/hill-clash"))
    assert found.citations["harbour-1960-p20-25"][:4] == [
        "/date",
        "/sides/0/belligerents/0",
        "/sides/0/formations/0",
        "/sides/0/commanders/0",
    ]
    assert ("/sides/0/losses/0", 4) in found.uncited
    assert dict(found.notes) == {"two-counts-of-men": ["/sides/0/strength/0"]}


def test_a_relation_without_a_citation_is_uncited_in_its_paragraph() -> None:
    assert ("/relations/0", 4) in gather(fixture("battles/hill-clash")).uncited
    assert not [p for p, _ in gather(fixture("treaties/hill-truce")).uncited if p.startswith("/relations")]


def test_a_note_on_the_whole_record_points_to_the_whole() -> None:
    assert dict(gather(fixture("events/transfer-of-men")).notes) == {"two-counts-of-men": [""]}


def test_notes_hang_on_fields_and_parts_alike() -> None:
    assert dict(gather(fixture("treaties/grey-pact")).notes) == {"pact-may-be-of-1938": ["/signed", "/ended"]}


@pytest.mark.parametrize("name", ["citations/harbour-1960-p30", "works/harbour-1960", "topics/fisheries"])
def test_evidence_works_and_topics_rest_on_nothing(name: str) -> None:
    found = gather(fixture(name))
    assert (found.citations, found.uncited, found.notes) == ({}, [], {})


# --- the derived date -----------------------------------------------------------------------------


def test_a_date_comes_from_the_signature_with_its_sources_and_notes() -> None:
    written = treaty(signed="1936", cite={"signed": ["a"]}, noted={"signed": ["n"]})
    found = complete(written, RESOURCES["treaties"])
    assert found.date == written.signed
    assert gather(found).citations == {"a": ["/date", "/signed"]}
    assert gather(found).notes == {"n": ["/date", "/signed"]}


def test_a_date_comes_from_an_uncited_signature_too() -> None:
    found = complete(treaty(signed="1936", uncited={"signed": "5"}), RESOURCES["treaties"])
    assert gather(found).uncited == [("/date", 5), ("/signed", 5)]


def test_a_date_that_is_written_stays() -> None:
    written = treaty(date="1936", in_force="1937/", cite={"date": ["a"]})
    assert complete(written, RESOURCES["treaties"]) is written


def test_a_date_comes_from_what_the_collection_lists_last() -> None:
    found = complete(treaty(in_force="1937/", cite={"in_force": ["a"]}), RESOURCES["treaties"])
    assert found.date.text == "1937/"
    assert gather(found).citations == {"a": ["/date", "/in_force"]}


@pytest.mark.parametrize("name", ["treaties/border-understanding", "battles/long-war", "actors/northern-army"])
def test_what_has_no_other_date_is_left_as_it_is(name: str) -> None:
    record = fixture(name)
    assert complete(record, RESOURCES[name.partition("/")[0]]) is record


# --- factual values -------------------------------------------------------------------------------


def sourcing(name: str) -> dict[str, tuple[bool, bool, bool]]:
    return {v.visit.pointer: (v.cited, v.uncited, v.noted) for v in factual_values(sourced(name))}


def test_editorial_fields_are_no_factual_values() -> None:
    found = sourcing("treaties/dawn-treaty")
    for pointer in ("/id", "/name", "/summary", "/form", "/topics/0", "/aliases/0/name", "/relations/0/paragraph"):
        assert pointer not in found


def test_a_value_is_sourced_by_the_map_its_part_or_any_part_above() -> None:
    found = sourcing("treaties/dawn-treaty")
    assert found["/signed"] == (True, False, False)
    assert found["/duration"] == (False, True, False)
    assert found["/provisions/1/binds/0"] == (True, False, False)
    assert found["/provisions/1/quantities/0/value"] == (True, False, False)
    assert found["/places/0/role"] == (False, True, False)


def test_a_value_is_noted_by_its_part_or_by_the_whole_record() -> None:
    clash = sourcing("battles/hill-clash")
    assert clash["/sides/0/strength/0/value"] == (True, False, True)
    assert clash["/sides/0/losses/0/text"] == (False, True, False)
    assert all(noted for _, _, noted in sourcing("events/transfer-of-men").values())


def test_of_a_figure_only_value_and_date_are_factual() -> None:
    assert set(sourcing("figures/fishing-share-1928")) == {"/value", "/date"}


def test_a_place_needs_a_source_for_what_holds_it_not_for_its_point() -> None:
    assert set(sourcing("places/dawn-harbour")) == {"/part_of"}
    assert sourcing("places/middle-railway") == {}


# --- coverage -------------------------------------------------------------------------------------


def test_coverage_counts_what_the_fixture_holds() -> None:
    found = coverage(RECORDS, RESOURCES)
    assert found["records"]["treaties"] == 7
    assert found["records"]["citations"] == found["citations"] == 6
    assert found["records"]["total"] == len(RECORDS) == sum(found["records"][name] for name in RESOURCES)
    relations = [len(getattr(record, "relations", ())) for record in RECORDS.values()]
    assert found["relations"] == sum(relations) == 7
    assert found["paragraphs"] == {"of": 38, "with_data": [1, 2, 3, 4, 5, 6]}


def test_coverage_of_one_record() -> None:
    key = ("treaties", "grey-pact")
    found = coverage({key: RECORDS[key]}, RESOURCES)
    # status, signed, two parties, a role and a judgement cited; secret, in_force, the ending and a fear uncited
    assert found["values"]["factual"] == 12
    assert found["values"]["share_cited"] == 0.5
    assert found["values"]["share_uncited"] == 0.5
    assert found["values"]["share_noted"] == 0.25
    assert found["pointers"] == {"cited": 5, "uncited": 4, "noted": 2}


def test_coverage_of_nothing() -> None:
    found = coverage({}, RESOURCES)
    assert found["values"] == {"factual": 0, "share_cited": 0.0, "share_uncited": 0.0, "share_noted": 0.0}
    assert found["paragraphs"]["with_data"] == []
