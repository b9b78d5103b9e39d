"""Words that are spelt nearly alike have letters in a row in common."""

from hypothesis import assume, given
from hypothesis import strategies as st

from app.store.spelling import kept, letters, mistakes

WORD = st.text(alphabet="abcdefgxyzабв", min_size=4, max_size=14)
PLACE, LETTER = st.integers(0, 13), st.sampled_from("abcxyz")


def _changed(word: str, kind: str, at: int, letter: str) -> str:
    at %= len(word)
    if kind == "swap":
        return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    return word[:at] + ("" if kind == "drop" else letter) + word[at + (kind != "add") :]


@given(word=WORD, kind=st.sampled_from(("swap", "drop", "add", "change")), at=PLACE, letter=LETTER)
def test_one_mistake_leaves_letters_in_a_row(word: str, kind: str, at: int, letter: str) -> None:
    assume(kind != "swap" or len(word) > 4)  # with the two in the middle of four, nothing is left in a row
    near = letters(_changed(word, kind, at, letter))
    assert any(rows <= near for rows in kept(word))


@given(word=st.text(alphabet="abcdefgh", min_size=8, max_size=12), first=PLACE, second=PLACE, letter=LETTER)
def test_so_do_two_letters_changed_in_a_longer_word(word: str, first: int, second: int, letter: str) -> None:
    assert mistakes(word) >= 2
    changed = _changed(_changed(word, "change", first, letter), "change", second, letter)
    assert any(rows <= letters(changed) for rows in kept(word))
