"""What a query asks for in words: plain words, "phrases", -excluded ones, beginnings*; all else is space."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from app.folding import is_syllable, loosely, words

Within = Literal["names", "own", "any"]  # where words are: in names, in what the record says itself, or mentions too

MOST_WORDS = 32
MOST_SYLLABLES = 128  # kana and Han characters, which are written without spaces

_SIGNS = {
    **dict.fromkeys([*range(32), *map(ord, "!#$%&()+,/:;<=>?@[\\]^_`{|}~")], " "),  # not - ' . that join words, nor *
    **dict.fromkeys(map(ord, "“”„‟«»「」『』＂"), '"'),
}
_PIECE = re.compile(r'(?P<minus>(?<!\S)-+)?(?:"(?P<phrase>[^"]*)"(?P<begins>\*)?|(?P<word>[^\s"]+))')


class TooManyWordsError(ValueError):
    """A query of more words than are looked for at once."""


@dataclass(frozen=True)
class Term:
    """Words that must follow one another; one word, unless they were quoted or written together."""

    words: tuple[str, ...]
    begins: bool  # the last word may go on
    quoted: bool  # as written: no other romanisation
    others: tuple[tuple[str, ...], ...] = ()  # words that do as well

    @cached_property
    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """The words as written; what was written with hyphens also as one word (Chang-ku-feng, Changkufeng)."""
        joined = not self.quoted and len(self.words) > 1 and not any(map(is_syllable, self.words))
        return (self.words, *([("".join(self.words),)] if joined else ()), *self.others)

    @cached_property
    def strict(self) -> tuple[tuple[str, ...], ...]:
        """The spellings to be found as written: none where the loose ones find as much, since equal words are alike."""
        return self.spellings if self.quoted or self.begins else ()

    @cached_property
    def loose(self) -> tuple[tuple[str, ...], ...]:
        """The spellings without the habits of romanisation."""
        spelt = (tuple(map(loosely, spelling)) for spelling in self.spellings)
        return () if self.quoted else tuple(dict.fromkeys(spelt))

    def places(self, strict: Sequence[str], loose: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Where the term stands among the folded tokens of a text: (first token, token after the last)."""
        for spellings, text in ((self.strict, strict), (self.loose, loose)):
            for spelling in spellings:
                if not self.begins and spelling[-1] not in text:
                    continue
                for start in range(len(text) - len(spelling) + 1):
                    if self._stands(spelling, text, start):
                        yield start, start + len(spelling)

    def _stands(self, spelling: tuple[str, ...], text: Sequence[str], start: int) -> bool:
        *before, last = spelling
        end = start + len(before)
        if text[end] != last and not (self.begins and text[end].startswith(last)):
            return False
        return all(word == text[start + n] for n, word in enumerate(before))


@dataclass(frozen=True)
class Wanted:
    """A query in words, understood."""

    text: str
    terms: tuple[Term, ...]
    excluded: tuple[Term, ...]
    within: Within = "any"  # where each term is to be

    @property
    def reason(self) -> str | None:
        """Why nothing can be found, where that is plain from the query alone."""
        if self.terms:
            return None
        if self.excluded:
            return "the query only excludes; write at least one word to look for"
        return "the query has no letter or digit to look for"

    def is_in_name(self, strict: Sequence[str], loose: Sequence[str]) -> bool:
        """Whether all the words are in one name."""
        return all(any(True for _ in term.places(strict, loose)) for term in self.terms)


def wanted(text: str) -> Wanted:
    """Read a query; every text is one. TooManyWordsError where it is too long."""
    terms: list[Term] = []
    excluded: list[Term] = []
    for piece in _PIECE.finditer(text.translate(_SIGNS)):
        quoted = piece["phrase"] is not None
        written = piece["phrase"] if quoted else piece["word"]
        found = tuple(words(written))
        if found:
            begins = bool(piece["begins"]) or (not quoted and re.search(r"\w\*\W*$", written) is not None)
            (excluded if piece["minus"] else terms).append(Term(found, begins, quoted))
    every = [word for term in (*terms, *excluded) for word in term.words]
    syllables = sum(map(is_syllable, every))
    if len(every) - syllables > MOST_WORDS or syllables > MOST_SYLLABLES:
        raise TooManyWordsError(f"{len(every):,} words; at most {MOST_WORDS} are looked for at once")
    return Wanted(text, tuple(dict.fromkeys(terms)), tuple(dict.fromkeys(excluded)))
