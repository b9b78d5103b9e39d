"""Words as PostgreSQL takes them: a `tsvector` of a record and a `tsquery` of what is wanted, both made by us.

The texts are folded already, so no dictionary of the server has a say. A loose form is a lexeme with a sign before it
that no word has: one vector, and one index, answer everything. Where a lexeme stands says in what (`WEIGHTS`): names
and loose names have weights of their own, since they are asked for alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.store.wanted import Term, Wanted, Within
from app.store.wording import BETWEEN

LOOSE = "~"  # before a loose form
STRICT_TEXTS = (("names", "A"), ("summary", "B"), ("text", "C"), ("mentions", "D"))
LOOSE_TEXTS = (("loose_names", "B"), ("loose_texts", "C"), ("loose_mentions", "D"))
WEIGHTS: dict[Within, tuple[str, str]] = {"names": ("A", "B"), "own": ("ABC", "BC"), "any": ("", "")}  # strict, loose

# The last place that a vector can tell. What comes after the last but two shares it: such words are found, and phrases
# of them are not. Nor is a phrase by an occurrence of its word after the 256th.
LAST = 16_383
LONGEST = 500  # characters of a lexeme, which has at most 2,046 bytes; words that go on after so many are one


def vector(wording: Mapping[str, Any]) -> str:
    """The words of a row of `wording`."""
    return " ".join((*_placed(wording, STRICT_TEXTS, ""), *_placed(wording, LOOSE_TEXTS, LOOSE)))


def _placed(wording: Mapping[str, Any], texts: Iterable[tuple[str, str]], sign: str) -> Iterator[str]:
    """Each word with its place and weight; a place is left free between passages, so that no phrase runs across."""
    place = 0
    for column, weight in texts:
        for passage in wording[column].split(BETWEEN):
            for word in passage.split():
                place += 1
                yield f"{_quoted(sign + word)}:{place if place < LAST - 1 else LAST}{weight}"
            place += 1


def query(wanted: Wanted) -> str:
    """What is looked for. An empty one finds nothing."""
    if not wanted.terms:
        return ""
    found = (_term(term, wanted.within) for term in wanted.terms)
    without = (f"!{_term(term, 'any')}" for term in wanted.excluded)
    return " & ".join((*found, *without))


def _term(term: Term, within: Within) -> str:
    strict, loose = WEIGHTS[within]
    return _either((*_strict(term, strict), *_loose(term, loose)))


def _either(phrases: Iterable[str]) -> str:
    return f"({' | '.join(dict.fromkeys(phrases))})"


def _strict(term: Term, weight: str) -> Iterator[str]:
    return (_phrase(spelling, term.begins, weight) for spelling in term.strict)


def _loose(term: Term, weight: str) -> Iterator[str]:
    return (_phrase(tuple(LOOSE + word for word in spelling), term.begins, weight) for spelling in term.loose)


def _phrase(words: tuple[str, ...], begins: bool, weight: str) -> str:
    *before, last = (_quoted(word) for word in words)
    followed = [f"{word}:{weight}" if weight else word for word in before]
    marks = "*" * begins + weight
    return f"({' <-> '.join((*followed, f'{last}:{marks}' if marks else last))})"


def _quoted(word: str) -> str:
    """A lexeme as both types write it."""
    return "'" + word[:LONGEST].replace("\\", "\\\\").replace("'", "''") + "'"
