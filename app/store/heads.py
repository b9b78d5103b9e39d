"""The names that matter most among very many that begin alike: too many to look through while one types."""

from bisect import insort
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any, NamedTuple

from app.store.build import Row
from app.store.dialects.statement import Statement
from app.store.render import encode

MOST = 20  # names suggested at once
FEW = 50  # names that begin alike and are looked through when they are asked for
EVERY = ""  # names all collections

COLUMNS = ("number", "collection", "record", "text", "word", "name", "language", "is_alias", "weight", "is_evidence")
_IN_ORDER = Statement(f"SELECT {', '.join(COLUMNS)} FROM start WHERE loose = :loose ORDER BY text, word, record")

Read = Callable[[Statement, Mapping[str, Any]], Iterable[tuple[Any, ...]]]
Rank = tuple[Any, ...]


class Start(NamedTuple):
    """The start of a name."""

    number: int
    collection: str
    record: int
    text: str
    word: int
    name: str
    language: str | None
    is_alias: bool
    weight: int
    is_evidence: bool

    @property
    def rank(self) -> Rank:
        """The likeliest sorts first."""
        return (
            self.is_evidence,
            -self.weight,
            self.word > 0,
            bool(self.is_alias),
            len(self.name),
            self.name,
            self.record,
        )

    def is_whole(self, begin: str) -> bool:
        """Whether that is the whole of a name: it comes before the others."""
        return self.word == 0 and self.text == begin


@dataclass(slots=True)
class _First:
    """The starts that come first, one a record."""

    kept: list[tuple[Rank, int]] = field(default_factory=list)

    def takes(self, rank: Rank, number: int) -> bool:
        """Keep a start while it is among them; whether it is."""
        kept = self.kept
        if len(kept) == MOST and rank >= kept[-1][0]:
            return False
        for place, (other, _) in enumerate(kept):
            if other[-1] == rank[-1]:
                if other <= rank:
                    return False
                del kept[place]
                break
        insort(kept, (rank, number))
        del kept[MOST:]
        return True


@dataclass(slots=True)
class _Begun:
    """What begins alike, by collection: the names that are no more than that, and all."""

    begin: str
    whole: dict[str, _First] = field(default_factory=lambda: defaultdict(_First))
    any: dict[str, _First] = field(default_factory=lambda: defaultdict(_First))

    def rows(self, *, loose: bool) -> Iterator[tuple[str, Row]]:
        """What is kept of each collection, and of all. Nobody asks for what ends in a space."""
        if self.begin.endswith(" "):
            return
        for collection in (EVERY, *self.any):
            of = [collection] if collection else list(self.any)
            kept = [sorted(chain.from_iterable(by[name].kept for name in of)) for by in (self.whole, self.any)]
            first: dict[int, int] = {}
            for rank, number in chain(*kept):
                first.setdefault(rank[-1], number)
            starts = encode(list(first.values())[:MOST])
            yield "head", {"loose": loose, "begin": self.begin, "collection": collection, "starts": starts}


def rows(read: Read) -> Iterator[tuple[str, Row]]:
    """The heads of every beginning that more than FEW names have, from the starts of names once they have an index."""
    for loose in (False, True):
        yield from _heads(map(Start._make, read(_IN_ORDER, {"loose": loose})), loose=loose)


def _heads(starts: Iterable[Start], *, loose: bool) -> Iterator[tuple[str, Row]]:
    """Of starts in the order of the alphabet: what begins alike comes together, and begins longer and longer."""
    begun: list[_Begun] = []  # each a letter longer than the one before
    coming: deque[Start | None] = deque()
    for later in chain(starts, repeat(None, FEW)):
        coming.append(later)
        this = coming.popleft() if len(coming) > FEW else None
        if this is None:
            continue
        while begun and not this.text.startswith(begun[-1].begin):
            yield from begun.pop().rows(loose=loose)
        if later is not None:
            while len(begun) < len(this.text) and later.text.startswith(begin := this.text[: len(begun) + 1]):
                begun.append(_Begun(begin))
        if not begun:
            continue
        collection, rank, number = this.collection, this.rank, this.number
        if this.is_whole(begun[-1].begin):
            begun[-1].whole[collection].takes(rank, number)
        for of in reversed(begun):  # what does not come first among few does not among more
            if not of.any[collection].takes(rank, number):
                break
    while begun:
        yield from begun.pop().rows(loose=loose)
