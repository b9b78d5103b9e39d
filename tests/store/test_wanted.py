"""What a query asks for in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store.query import Store
from app.store.search import Search
from app.store.wanted import MOST_WORDS, Term, TooManyWordsError, wanted


def terms(query: str) -> list[tuple[str, ...]]:
    return [term.words for term in wanted(query).terms]


def test_words_phrases_exclusions_and_beginnings_are_told_apart() -> None:
    found = wanted('Soviet "Neutrality Pact" -Japan -"Axis powers" fish*')
    assert found.terms == (
        Term(("soviet",), begins=False, quoted=False),
        Term(("neutrality", "pact"), begins=False, quoted=True),
        Term(("fish",), begins=True, quoted=False),
    )
    assert found.excluded == (
        Term(("japan",), begins=False, quoted=False),
        Term(("axis", "powers"), begins=False, quoted=True),
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Khalkin-Gol", [("khalkin", "gol")]),  # what is written together stays together
        ("gentlemen's", [("gentlemen", "s")]),
        ("Togo,Litvinov;pact", [("togo",), ("litvinov",), ("pact",)]),
        ("(a) OR b:c", [("a",), ("or",), ("b",), ("c",)]),
        ("a\0b", [("a",), ("b",)]),
        ('"lone quote', [("lone",), ("quote",)]),
        ("“Lake Khasan”", [("lake", "khasan")]),
        ("張鼓峰", [("張", "鼓", "峰")]),
        ("pact pact PACT", [("pact",)]),
    ],
)
def test_punctuation_is_space_or_joins(query: str, expected: list[tuple[str, ...]]) -> None:
    assert terms(query) == expected


@pytest.mark.parametrize(("query", "said"), [("***", "letter"), ('- "" ()', "letter"), ("-japan", "only excludes")])
def test_a_query_that_can_find_nothing_says_why(query: str, said: str) -> None:
    assert said in str(wanted(query).reason)


def test_as_many_words_as_are_looked_for_and_no_more() -> None:
    assert len(wanted(" ".join(f"w{n}" for n in range(MOST_WORDS))).terms) == MOST_WORDS
    with pytest.raises(TooManyWordsError):
        wanted(" ".join(f"w{n}" for n in range(MOST_WORDS + 1)))
    with pytest.raises(TooManyWordsError):
        wanted("東" * 200)


@given(st.text(max_size=60) | st.text(alphabet='ab"*-()^:+{}~張 ', max_size=60))
def test_every_text_is_a_query_that_the_index_understands(store: Store, query: str) -> None:
    try:
        found = wanted(query)
    except TooManyWordsError:
        return
    ranked = Search(store).found(found, ()).ranked
    assert not (ranked and found.reason)
