"""Search in a store: the order of hits, what of them matched, the vocabulary, decades."""

import json
from typing import Any

import pytest

from app.folding import loosely, tokens
from app.store import hits
from app.store.counts import counts
from app.store.dialects.statement import Statement
from app.store.query import Matches, Of, Store, Terms
from app.store.search import Search
from app.store.vocabulary import Vocabulary
from app.store.wanted import wanted
from app.store.wording import BETWEEN, MOST_MATCHES


@pytest.fixture(scope="session")
def search(store: Store) -> Search:
    return Search(store)


def found(search: Search, query: str, *conditions: Any) -> list[str]:
    asked = wanted(query)
    hits = search.hits(asked, search.found(asked, conditions).ranked)
    return [json.loads(hit)["record"]["url"].removeprefix("/v1/") for hit in hits]


def test_the_thing_itself_comes_before_what_has_the_words_in_its_name_and_that_before_mentions(search: Search) -> None:
    hits = found(search, "Northland")
    assert hits[0] == "actors/northland"
    assert "treaties/dawn-treaty" in hits  # a party by that name
    fishery = found(search, "fishery convention")
    assert set(fishery[:2]) == {"treaties/dawn-fishery-convention", "treaties/draft-fishery-convention"}
    assert "negotiations/fishery-talks-1936" in fishery[2:]  # on their renewal


def test_a_record_is_found_by_another_name_and_so_is_what_refers_to_it(search: Search) -> None:
    assert found(search, "暁条約")[0] == "treaties/dawn-treaty"
    assert found(search, "Договор Зари")[0] == "treaties/dawn-treaty"
    assert found(search, "森健二") == ["people/kenji-mori", "negotiations/railway-sale"]  # he mediated it


def test_conditions_hold_together_with_words(search: Search) -> None:
    assert found(search, "fishery", Of(("negotiations",))) == ["negotiations/fishery-talks-1936"]


def test_exclusion_takes_away_and_beginnings_add(search: Search) -> None:
    both = found(search, "fishery convention")
    drafts = {"treaties/draft-fishery-convention", "negotiations/fishery-talks-1936"}  # which led to the draft
    assert set(found(search, "fishery convention -draft")) == set(both) - drafts
    assert set(both) <= set(found(search, "fish* conv*"))


def test_matches_are_few_the_best_first_and_name_where_they_stand(search: Search) -> None:
    asked = wanted("hill")
    matches = json.loads(search.hits(asked, search.found(asked, (), "battles").ranked)[0])["matches"]
    assert (matches[0]["pointer"], matches[0]["ranges"]) == ("/name", [[0, 4]])
    assert any(match["text"] == "The hill is taken." and match["ranges"] == [[4, 8]] for match in matches)
    assert len(matches) <= MOST_MATCHES


def test_what_matches_a_word_is_all_that_is_so_folded(search: Search) -> None:
    rows = search.store.run(Statement("SELECT number, passages, loose_names FROM wording"))
    for number, passages, names in rows:
        for word in set(names.split()) - {BETWEEN.strip()}:
            hit = json.loads(search.hits(wanted(word), [number])[0])
            assert hit["matches"] == standing(word, passages)[:MOST_MATCHES]


def standing(word: str, passages: bytes) -> list[dict[str, Any]]:
    """The passages with a word, and where it stands in each."""
    found = []
    for passage in map(json.loads, passages.splitlines()):
        ranges: list[list[int]] = []
        for token in tokens(passage["text"]):
            if loosely(token.text) == loosely(word):
                if ranges and ranges[-1][1] == token.start:  # single Han characters that are repeated
                    ranges[-1][1] = token.end
                else:
                    ranges.append([token.start, token.end])
        if ranges:
            found.append({**passage, "ranges": ranges})
    return found


def test_words_in_memory_are_bounded_and_show_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = wanted("northland")
    searched = Search(store)
    ranked = searched.found(asked, ()).ranked
    shown = searched.hits(asked, ranked)
    assert searched.hits(asked, ranked) == shown  # from memory
    monkeypatch.setattr(hits, "KEPT", 3_000)
    bounded = Search(store)
    for number, hit in zip(ranked, shown, strict=True):
        assert bounded.hits(asked, [number]) == [hit]
        assert sum(worded.size for worded in bounded._wordings._kept.values()) <= 3_000


def test_a_phrase_never_runs_from_one_text_into_the_next(search: Search) -> None:
    # The names of the treaty are "Dawn Treaty", "Договор Зари" and "暁条約", in this order.
    assert found(search, '"treaty договор"') == []
    assert found(search, '"dawn treaty"')[0] == "treaties/dawn-treaty"


def test_a_ranked_page_begins_where_the_one_before_ended(search: Search) -> None:
    asked = wanted("northland")
    every = search.found(asked, ()).ranked
    assert len(every) == len(set(every)) > 3
    assert search.found(asked, ()).ranked == every


@pytest.mark.parametrize(
    ("query", "meant"),
    [("Nothland", "Northland"), ("Fishry convention", "Fishery convention"), ("zzzzzzz", None), ("Northland", None)],
)
def test_a_misspelt_word_has_a_near_one_and_the_rest_stays(search: Search, query: str, meant: str | None) -> None:
    assert search.meant(wanted(query), ()) == meant


def test_another_spelling_is_only_offered_where_it_finds_something(search: Search) -> None:
    assert search.meant(wanted("Nothland"), (Terms("form", ("island",)),)) is None


def test_the_words_of_names_come_before_other_words(real_store: Store) -> None:
    vocabulary = Vocabulary(real_store)
    assert vocabulary.nearest("portsmuth") == "Portsmouth"
    assert vocabulary.nearest("khalkin") == "Khalkhin"
    assert vocabulary.nearest("molotof") == "Molotov"


def test_a_record_lies_in_each_decade_that_its_date_may_touch(store: Store) -> None:
    # 1925, 1925-01-20, 1928-01, 1936-11-20, 1937~, 1938-08-11, and one with no date
    decades = counts(store, (), "decade", "treaties")
    assert (decades.values, decades.unknown) == ({"1920": 3, "1930": 3}, 1)
    assert decades.are_exact


def test_counts_are_of_the_records_that_match(store: Store) -> None:
    forms = counts(store, (Matches(wanted("fishery")),), "form", "treaties")
    assert forms.values == {"convention": 2, "treaty": 1}  # the treaty led to a fishery convention
    by_collection = counts(store, (Matches(wanted("fishery")),), "collection")
    assert by_collection.values["treaties"] == 3


def test_the_very_name_comes_first_however_many_match(real_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, bound in (("search.MOST_RANKED", 10), ("search.EXACT", 20), ("occurrences.CHUNK", 20)):
        monkeypatch.setattr(f"app.store.{place}", bound)
    found = Search(real_store).found(wanted('"Chinese Eastern Railway"'), ())
    assert not found.are_all
    assert real_store.rows("record", found.ranked[:1], ("name",)) == [("Chinese Eastern Railway",)]
    assert set(found.ranked) <= set(found.numbers)


@pytest.mark.parametrize(
    ("query", "is_quick"),
    [("northland", True), ("dawn -treaty", True), ("north*", False), ("a b c d", False), ("ab" * 2_000, False)],
)
def test_only_what_is_short_keeps_others_waiting(search: Search, query: str, *, is_quick: bool) -> None:
    assert search.is_quick(wanted(query)) is (is_quick and search.store.is_local)
