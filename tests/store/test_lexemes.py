"""Words as PostgreSQL takes them: asked of a server, since only it can say whether it understands."""

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store.dialects.lexemes import LAST, LONGEST, query, vector
from app.store.server import Server
from app.store.wanted import Term, Wanted, wanted
from app.store.wording import BETWEEN

COLUMNS = ("names", "summary", "text", "mentions", "loose_names", "loose_texts", "loose_mentions")
MOST = 256  # places of one word that a vector holds
ODD = st.characters(exclude_categories=("Cs", "Zs", "Zl", "Zp", "Cc"), exclude_characters=BETWEEN)
WORDS = st.text(ODD | st.sampled_from("'\\:*&|!<>()~"), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[psycopg.Connection[tuple[bool]]]:
    with psycopg.connect(server.address.conninfo, autocommit=True) as found:
        yield found


def finds(connection: psycopg.Connection[tuple[bool]], asked: Wanted, **texts: str) -> bool:
    """Whether a record of these texts is found."""
    row = {**dict.fromkeys(COLUMNS, ""), **texts}
    found = connection.execute("SELECT %s::tsvector @@ %s::tsquery", [vector(row), query(asked)]).fetchone()
    assert found
    return found[0]


def exactly(*words: str, begins: bool = False) -> Wanted:
    """Words one after the other, as they are written."""
    return Wanted("", (Term(words, begins, quoted=True),), ())


@given(words=st.lists(WORDS, min_size=1, max_size=4, unique=True), data=st.data())
def test_a_word_of_any_characters_is_found_as_it_is(
    connection: psycopg.Connection[tuple[bool]], words: list[str], data: st.DataObject
) -> None:
    text = " ".join(words)
    assert finds(connection, exactly(*words), text=text)
    word = data.draw(st.sampled_from(words))
    assert finds(connection, exactly(word[: data.draw(st.integers(1, len(word)))], begins=True), summary=text)
    other = data.draw(WORDS.filter(lambda drawn: drawn not in words))
    assert not finds(connection, exactly(other), text=text)
    assert not finds(connection, Wanted("", exactly(word).terms, exactly(words[0]).terms), text=text)


def test_a_phrase_does_not_run_from_one_passage_into_the_next(connection: psycopg.Connection[tuple[bool]]) -> None:
    texts = {"names": BETWEEN.join(["red sea", "north port"]), "summary": "fleet"}
    assert finds(connection, exactly("north", "port"), **texts)
    assert not finds(connection, exactly("sea", "north"), **texts)
    assert not finds(connection, exactly("port", "fleet"), **texts)


def test_a_loose_form_is_no_word(connection: psycopg.Connection[tuple[bool]]) -> None:
    assert finds(connection, wanted("khalkhin"), loose_names="kalkin")
    assert not finds(connection, exactly("kalkin"), loose_names="kalkin")


def test_words_after_the_last_place_are_found_and_phrases_of_them_are_not(
    connection: psycopg.Connection[tuple[bool]],
) -> None:
    text = " ".join(f"w{n}" for n in range(1, LAST + 100))
    assert finds(connection, exactly(f"w{LAST - 3}", f"w{LAST - 2}"), names=text)
    assert finds(connection, exactly(f"w{LAST + 50}"), names=text)
    assert not finds(connection, exactly(f"w{LAST + 50}", f"w{LAST + 51}"), names=text)
    assert not finds(connection, exactly(f"w{LAST - 2}", f"w{LAST + 50}"), names=text)


def test_a_word_is_found_by_its_first_places_only(connection: psycopg.Connection[tuple[bool]]) -> None:
    text = " ".join(f"the w{n}" for n in range(1, MOST + 10))
    assert finds(connection, exactly("the", f"w{MOST}"), text=text)
    assert not finds(connection, exactly("the", f"w{MOST + 1}"), text=text)
    assert finds(connection, exactly(f"w{MOST + 1}"), text=text)


def test_a_word_of_any_length_is_found(connection: psycopg.Connection[tuple[bool]]) -> None:
    word = "張" * LONGEST * 3
    assert finds(connection, exactly(word), text=f"a {word} b")
    assert not finds(connection, exactly(word[: LONGEST - 1]), text=f"a {word} b")
