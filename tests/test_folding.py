"""How texts are compared: folding, loose folding, and where the tokens stand."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import folding
from app.folding import is_syllable, loosely, plain, tokens, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tōgō Shigenori", ["togo", "shigenori"]),
        ("TOGO", ["togo"]),
        (unicodedata.normalize("NFD", "Tōgō"), ["togo"]),
        ("Lüshunkou", ["lushunkou"]),
        ("Халхин-Гол", ["халхин", "гол"]),
        ("Алёшин Йод", ["алешин", "иод"]),  # ё and й as plain letters
        ("張鼓峰", ["張", "鼓", "峰"]),
        ("ノモンハン", ["ノ", "モ", "ン", "ハ", "ン"]),
        ("ﾉﾓﾝﾊﾝ", ["ノ", "モ", "ン", "ハ", "ン"]),  # half width
        ("３２年テーゼ", ["32", "年", "テ", "ー", "セ"]),  # full width
        ("gentlemen's agreement (1941)", ["gentlemen", "s", "agreement", "1941"]),
        ("a\0b_c", ["a", "b", "c"]),
        ("straße", ["strasse"]),
        ("soft\u00adhyphen", ["softhyphen"]),
        ("*** -- ()", []),
        ("", []),
    ],
)
def test_case_marks_and_width_do_not_matter_and_all_else_separates(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("khalkhin", "khalkin"),
        ("tokyo", "tokio"),
        ("tougou", "togo"),
        ("toogoo", "togo"),
        ("habbarovsk", "habarovsk"),
        ("ussuri", "usuri"),
        ("fisheries", "fishery"),
        ("battles", "battle"),
        ("treaties", "treaty"),
        ("голе", "гол"),
        ("маньчжурии", "маньчжурия"),
        ("张", "張"),
        ("満", "滿"),
        ("条", "條"),
    ],
)
def test_the_loose_fold_joins_spellings_of_one_word(one: str, other: str) -> None:
    assert loosely(one) == loosely(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("khasan", "hasan"), ("mukden", "muden"), ("tokyo", "kyoto"), ("bus", "bu"), ("того", "то"), ("東", "西")],
)
def test_the_loose_fold_keeps_other_words_apart(one: str, other: str) -> None:
    assert loosely(one) != loosely(other)


def test_tokens_stand_where_the_text_has_them() -> None:
    text = "Mr Tōgō (東郷), Tōgō"
    assert [(t.text, text[t.start : t.end]) for t in tokens(text)] == [
        ("mr", "Mr"),
        ("togo", "Tōgō"),
        ("東", "東"),
        ("郷", "郷"),
        ("togo", "Tōgō"),
    ]


def test_only_kana_and_han_characters_stand_alone() -> None:
    assert [is_syllable(c) for c in ("張", "ノ", "ー", "々", "a", "я", "1", "張鼓")] == [*[True] * 4, *[False] * 4]


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert words(" ".join(words(text))) == words(text)
    for word in words(text):
        assert loosely(loosely(word)) == loosely(word)


@given(st.text(alphabet="akhkhoouyies"))
def test_folding_loosely_again_changes_nothing(word: str) -> None:
    assert loosely(loosely(word)) == loosely(word)


@given(st.text())
def test_tokens_and_words_agree_and_stand_in_order(text: str) -> None:
    found = tokens(text)
    assert [t.text for t in found] == words(text)
    assert all(0 <= t.start < t.end <= len(text) for t in found)
    assert [t.start for t in found] == sorted(t.start for t in found)


@given(st.text())
def test_case_and_composition_never_matter(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


def test_every_character_that_there_is_takes_bounded_memory() -> None:
    for code in range(0x20, 0xD800):
        plain(chr(code))
    assert plain("Tōgō") == "togo"
    assert len(folding._FOLDED) <= folding.MOST_CHARACTERS
