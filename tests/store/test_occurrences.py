"""Where words occur: what is kept as bitmaps and what is read from the index find the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.resources import RESOURCES
from app.store import frequent, occurrences, search, tally
from app.store.bitmaps import ALL
from app.store.counts import counts
from app.store.current import open_store
from app.store.engine import build
from app.store.query import Condition, Matches, Of, Query, Store, Terms
from app.store.search import Search
from app.store.wanted import wanted
from tests.support import FIXTURE

WORDS = ("northland", "southland", "fishery", "treaty", "treaties", "hill", "the", "of", "dawn", "1925", "зари", "rail")
BEGINNINGS = ("n", "no", "tre", "trea", "treaties", "fish", "s", "да")
PHRASES = ('"dawn treaty"', '"the treaty"', '"fishery convention"', "暁条約", "dawn-treaty")
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(BEGINNINGS).map(lambda begin: begin + "*"),
    st.sampled_from(PHRASES),
    st.sampled_from((*WORDS, *PHRASES)).map(lambda piece: "-" + piece),
)
QUERIES = st.lists(PIECES, min_size=1, max_size=4).map(" ".join)
CONDITIONS = st.sampled_from(((), (Of(("treaties", "events")),), (Terms("actor", ("northland",)),)))
SAME = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    """The fixture as if every word were frequent."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frequent, "FREQUENT", 1)
        patch.setattr(occurrences, "FREQUENT", 1)
        file: Path = build(FIXTURE, tmp_path_factory.mktemp("crowded"), RESOURCES)
        yield Search(Store(open_store(file)))


@given(query=QUERIES, conditions=CONDITIONS)
@SAME
def test_a_frequent_word_finds_what_a_rare_one_would(
    store: Store, crowded: Search, query: str, conditions: tuple[Condition, ...]
) -> None:
    asked = wanted(query)
    kept, read = crowded.found(asked, conditions), Search(store).found(asked, conditions)
    assert (kept.total, kept.are_all, kept.ranked) == (read.total, read.are_all, read.ranked)


@given(query=QUERIES, conditions=CONDITIONS)
@SAME
def test_the_index_is_read_some_at_a_time(store: Store, query: str, conditions: tuple[Condition, ...]) -> None:
    asked = wanted(query)
    whole = Search(store).found(asked, conditions)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(occurrences, "CHUNK", 2)
        assert Search(store).found(asked, conditions) == whole


def test_of_very_many_as_many_are_read_as_are_needed(store: Store) -> None:
    asked = wanted('"northland"')
    whole = store.words.matching(asked)
    some = store.words.matching(asked, None, 3)
    assert (whole.are_all, some.are_all) == (True, False)
    assert len(some.numbers) == 3 < len(whole.numbers)
    assert some.numbers <= whole.numbers


def test_of_very_many_words_that_begin_alike_the_most_frequent_count(
    crowded: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = crowded.store
    whole = store.words.matching(wanted("t*"))
    monkeypatch.setattr(occurrences, "SPREAD", 1)
    some = occurrences.Occurrences(store._database, store.bitmaps)
    found = some.matching(wanted("t*"))
    assert (whole.are_all, found.are_all) == (True, False)
    assert 0 < len(found.numbers) < len(whole.numbers)
    assert found.numbers <= whole.numbers
    without = some.matching(wanted("the -t*"))  # what is left out is left out wholly
    assert (without.are_all, len(without.numbers)) == (True, 0)


def test_a_list_says_where_not_all_words_that_begin_alike_count(
    crowded: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(crowded.store._database)
    begun = (Matches(wanted("t*")),)
    whole = store.page(Query("treaties", begun))
    monkeypatch.setattr(occurrences, "SPREAD", 1)
    store = Store(crowded.store._database)
    page = store.page(Query("treaties", begun))
    assert (whole.total_is_exact, page.total_is_exact) == (True, False)
    assert page.total <= whole.total
    assert not counts(store, begun, "actor", "treaties").are_exact
    assert not counts(store, begun, "actor").are_exact
    assert not counts(store, begun, "collection").are_exact
    assert counts(store, (Matches(wanted("treaty")),), "collection").are_exact


def test_what_is_most_frequent_in_a_sample_is_counted_exactly(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    every = store.words.matching(wanted("northland")).numbers
    exactly = store.tally.most_frequent(every, "actor", 1000)
    assert store.tally.likely(every, "actor", 1) == (dict([next(iter(exactly.items()))]), True)
    monkeypatch.setattr(tally, "SAMPLED", 0)
    found, is_exact = store.tally.likely(every, "actor", 1)
    assert (is_exact, len(found)) == (False, 1)
    assert found.items() <= exactly.items()


def test_records_are_counted_by_the_others_where_that_is_cheaper(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    every = store.bitmaps.of("record", ALL)
    for some in (every[:3], every[::7], every[5:9]):
        expected = {field: store.tally.most_frequent(some, field, 20) for field in ("collection", "decade", "actor")}
        with monkeypatch.context() as patch:
            patch.setattr(tally, "SAMPLED", 0)
            patch.setattr(tally, "DENSE", 4)
            assert {field: store.tally.most_frequent(some, field, 20) for field in expected} == expected


def test_of_a_phrase_no_more_are_found_than_are_ranked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {query: Search(store).found(wanted(query), ()) for query in ('"northland"', "northland")}
    monkeypatch.setattr(search, "MOST_RANKED", 2)
    phrase, word = (Search(store).found(wanted(query), ()) for query in whole)
    assert (phrase.total, phrase.are_all, len(phrase.ranked)) == (4, False, 2)  # three read, and what bears the name
    assert (word.total, word.are_all) == (whole["northland"].total, True)
    assert all(found.are_all for found in whole.values())


@pytest.mark.parametrize("word", ["northland", "treaty", "dawn", "fishery"])
@pytest.mark.parametrize("most", [1, 2, 3])
def test_those_that_are_ranked_are_the_first_of_all(
    store: Store, monkeypatch: pytest.MonkeyPatch, word: str, most: int
) -> None:
    every = Search(store).found(wanted(word), ()).ranked
    monkeypatch.setattr(search, "MOST_RANKED", most)
    assert Search(store).found(wanted(word), ()).ranked == every[:most]


@given(word=st.sampled_from(WORDS), conditions=CONDITIONS)
@SAME
def test_what_is_known_of_a_frequent_word_is_what_would_be_found(
    store: Store, crowded: Search, word: str, conditions: tuple[Condition, ...]
) -> None:
    asked = wanted(word)
    assert crowded.known(asked, conditions) == Search(store).known(asked, conditions)


def test_what_is_known_is_not_counted_anew(crowded: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = wanted("treaty")
    whole = Search(crowded.store).known(asked, (Matches(asked),))
    monkeypatch.setattr(tally.Tally, "likely", lambda *_: ({}, False))
    assert Search(crowded.store).known(asked, (Matches(asked),)) == whole  # as the route asks, with its own condition
    assert Search(crowded.store).known(asked, (Matches(asked), Of(("treaties",)))) != whole


def test_a_word_in_every_form_is_known_where_nothing_else_is_asked(crowded: Search) -> None:
    words = crowded.store.words
    assert words.frequent(wanted("Treaties")) == words.frequent(wanted("treaty")) is not None
    for query in ("treaty hill", "treaty -hill", "treat*", '"treaty"', "dawn-treaty", "qqqq", "-treaty"):
        assert words.frequent(wanted(query)) is None
