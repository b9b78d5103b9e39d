"""How words that are spelt nearly alike are told from the rest: they have some letters in a row in common."""

from collections.abc import Iterator
from itertools import pairwise

SIZES = (2, 3)  # letters in a row
NEAR = 0.75  # one letter in four may differ


def letters(word: str) -> set[str]:
    """All pairs and triples of letters in a word."""
    return {word[start : start + size] for size in SIZES for start in range(len(word) - size + 1)}


def mistakes(word: str) -> int:
    """How many letters of a word may differ."""
    return max(1, int(len(word) * (1 - NEAR)))


def kept(word: str) -> Iterator[set[str]]:
    """Sets of letters in a row, one of which is whole in every word that is near.

    The word is cut into one piece more than mistakes are allowed. Two letters that changed places may lie on either
    side of a cut, so it is also cut at other places.
    """
    pieces = mistakes(word) + 1
    for shift in (0, 1):
        cuts = sorted({0, len(word), *(len(word) * piece // pieces + shift for piece in range(1, pieces))})
        for start, end in pairwise(cuts):
            if end - start >= SIZES[0]:
                yield {word[at : at + min(SIZES[-1], end - start)] for at in range(start, max(start + 1, end - 2))}
