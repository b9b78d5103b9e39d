"""Made-up words, names and dates. A word's rank is its frequency (Zipf): few are common, most are rare."""

import math
from functools import cache
from random import Random

COMMON = (  # the words of the first ranks, so that a reader who searches has something to type
    "the", "of", "and", "to", "in", "by", "with", "from", "for", "river", "railway", "garrison", "fishery", "border",
    "northern", "delegation", "company", "council", "harbour", "concession", "coal", "winter", "crossing", "regiment",
    "island", "proposal", "quota", "mission", "station", "payment", "patrol", "lease", "bridge",
)  # fmt: skip
ONSETS = "ktsnhmrgzdbpvly"
RIMES = ("a", "i", "u", "e", "o", "an", "in", "un", "ei", "ou", "ar", "or")
WORDS = 100_000  # different words; the rarest is one in about a million and a half of those written
STEEP = 1.3  # how much faster than 1/rank the frequency of a word falls
NATIVE = {"ja": (0x4E00, 0x9FA0), "ru": (0x0430, 0x044F)}  # language: letters that its names are made of
FIRST_YEAR, LAST_YEAR = 1905, 1945
MARKS = "~?%"


def ranked(random: Random, count: int, steep: float = 1.0) -> int:
    """A number below `count`; of two ranks, the one twice as far down is half as frequent, or less."""
    return int(math.exp(random.random() ** steep * math.log(count + 1))) - 1


@cache
def word(rank: int) -> str:
    """The word of a rank; no two ranks have the same."""
    if rank < len(COMMON):
        return COMMON[rank]
    syllables, rest = [], rank - len(COMMON) + len(ONSETS) * len(RIMES)  # from two syllables on
    while rest:
        rest, syllable = divmod(rest, len(ONSETS) * len(RIMES))
        syllables.append(ONSETS[syllable % len(ONSETS)] + RIMES[syllable // len(ONSETS)])
    return "".join(syllables)


def sentence(random: Random, shortest: int = 7, longest: int = 17) -> str:
    """Words as often as they are used, with a capital and a full stop."""
    found = " ".join(word(ranked(random, WORDS, STEEP)) for _ in range(random.randint(shortest, longest)))
    return f"{found[0].upper()}{found[1:]}."


def phrase(random: Random) -> str:
    """Two or three words."""
    return " ".join(word(ranked(random, WORDS, STEEP)) for _ in range(random.randint(2, 3)))


def proper(random: Random) -> str:
    """A word as a name, none of the commonest."""
    return word(len(COMMON) + ranked(random, WORDS - len(COMMON))).capitalize()


def native(random: Random, language: str) -> str:
    """A name in another script."""
    first, last = NATIVE[language]
    return "".join(chr(random.randint(first, last)) for _ in range(random.randint(3, 7)))


def _single(random: Random) -> str:
    year = random.randint(FIRST_YEAR, LAST_YEAR)
    match random.choices(("day", "month", "year", "season", "decade"), (55, 22, 14, 5, 4))[0]:
        case "day":
            return f"{year}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
        case "month":
            return f"{year}-{random.randint(1, 12):02d}"
        case "season":
            return f"{year}-{random.randint(21, 24)}"
        case "decade":
            return f"{year // 10}X"
        case _:
            return str(year)


def date(random: Random) -> str:
    """A date in EDTF, of any precision; one in sixteen is approximate or uncertain."""
    return _single(random) + (random.choice(MARKS) if random.random() < 1 / 16 else "")


def span(random: Random) -> str:
    """A span in EDTF, most of a few years; some have an open, an unknown or an unstated end."""
    start = random.randint(FIRST_YEAR, LAST_YEAR)
    stop = min(LAST_YEAR, start + ranked(random, LAST_YEAR - FIRST_YEAR))
    begins, ends = f"{start}-{random.randint(1, 6):02d}", f"{stop}-{random.randint(7, 12):02d}"
    shape = random.choices(("{}-15/{}-20", "{}/{}", "{}-15/", "{}-15/..", "../{1}", "/{1}"), (45, 25, 15, 8, 4, 3))[0]
    return shape.format(begins, ends)
