"""Search: the records whose words match, ranked, and what of each matched. A name outranks a mention."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, select

from app.folding import loosely, tokens, words
from app.store.conditions import NONE, Condition, Matches, Shape, parts, record, where
from app.store.dialects.statement import Statement, leading
from app.store.dialects.words import Matching, Rank, wording_index
from app.store.query import Page, Query, Store
from app.store.tables import WordingRow
from app.store.vocabulary import Vocabulary
from app.store.wanted import Wanted, wanted
from app.store.wording import BETWEEN, Passage, read

MOST_RANKED = 1_000  # records ranked at most
MOST_MATCHES = 5  # matches shown of a record
FEW = 3  # hits: with fewer, another spelling is looked for
KINDS = ("name", "alias", "summary", "text", "mention")

wording = WordingRow.metadata.tables["wording"]


@lru_cache(maxsize=256)
def _ranktext(shapes: tuple[Shape, ...], *, one: bool) -> Statement:
    """Matches with their names and rank, in the order of the index, as many as asked for.

    The index of words stays in the lead: asked again for each record, it would be slow.
    """
    number: Any = wording_index.c.rowid
    found = leading(leading(wording_index, record, record.c.number == number), wording, wording.c.number == number)
    shown = (wording.c.is_evidence, wording.c.names, wording.c.loose_names)
    rows = select(number, record.c.collection, record.c.id, *shown, Rank(bindparam("wanted"))).select_from(found)
    rows = rows.where(Matching(bindparam("wanted")), where(shapes, one=one))
    if one:
        rows = rows.where(number.between(bindparam("lowest"), bindparam("highest")))
    return Statement(rows.limit(bindparam("most")).offset(NONE))


@lru_cache(maxsize=256)
def _gettext(column: str, count: int) -> Statement:
    chosen = {"body": record.c.body, "shown": wording.c.shown, "passages": wording.c.passages}[column]
    numbers: list[Any] = [bindparam(f"n{n}") for n in range(count)]
    number = chosen.table.c.number
    return Statement(select(number, chosen).where(number.in_(numbers)))


_RANGE = Statement(
    select(func.min(record.c.number), func.max(record.c.number)).where(record.c.collection == bindparam("collection"))
)


@dataclass(frozen=True, slots=True)
class Match:
    """A passage that matched, and where in it, in code points."""

    passage: Passage
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: how it is shown (JSON), and what of it matched, the best first."""

    shown: bytes
    matches: tuple[Match, ...]


def _tier(asked: Wanted, names: str, loose_names: str) -> int:
    """0 where the words are a name, 1 where they are all in one name, 2 elsewhere."""
    tier = 2
    for strict, loose in zip(names.split(BETWEEN), loose_names.split(BETWEEN), strict=True):
        name, other = strict.split(" "), loose.split(" ")
        if asked.is_name(name, other):
            return 0
        if asked.is_in_name(name, other):
            tier = 1
    return tier


def matches(asked: Wanted, found: list[Passage]) -> tuple[Match, ...]:
    """The passages that match best: those with most of the words, names before mentions."""
    ranked = []
    for place, passage in enumerate(found):
        strict = words(passage.text)
        loose = [loosely(word) for word in strict]
        met = [set(term.places(strict, loose)) for term in asked.terms]
        if any(met):
            ranked.append((-sum(map(bool, met)), KINDS.index(passage.kind), place, set().union(*met)))
    best = sorted(ranked, key=lambda r: r[:3])[:MOST_MATCHES]
    return tuple(Match(found[place], _ranges(found[place].text, places)) for *_, place, places in best)


def _ranges(text: str, places: set[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Places among the tokens of a text as ranges of its code points."""
    stand = tokens(text)
    return tuple(_merged(sorted((stand[first].start, stand[after - 1].end) for first, after in places)))


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that overlap, as one."""
    first, last = spans[0]
    for start, end in spans[1:]:
        if start > last:
            yield first, last
            first, last = start, end
        last = max(last, end)
    yield first, last


class Search:
    """Search in a store."""

    def __init__(self, store: Store) -> None:
        """Keep the newest rankings, so that the pages of one search rank once."""
        self.store, self.vocabulary = store, Vocabulary(store)
        self._ranked = lru_cache(maxsize=128)(self._rank)

    def ranked(self, asked: Wanted, conditions: tuple[Condition, ...], collection: str | None = None) -> list[int]:
        """The numbers of the matching records under the other conditions, the best first, at most MOST_RANKED."""
        others = tuple(condition for condition in conditions if not isinstance(condition, Matches))
        return list(self._ranked(asked, others, collection))

    def _rank(self, asked: Wanted, conditions: tuple[Condition, ...], collection: str | None) -> tuple[int, ...]:
        if asked.reason:
            return ()
        shapes, values = parts(conditions)
        sql = _ranktext(shapes, one=collection is not None)
        if collection is not None:
            lowest, highest = self.store.run(_RANGE, collection=collection)[0]
            values |= {"collection": collection, "lowest": lowest, "highest": highest}
        rows: dict[int, tuple[Any, ...]] = {}
        for looked_for in (asked, replace(asked, in_names=True)):
            for found in self.store.run(sql, **values, wanted=looked_for, most=MOST_RANKED):
                rows.setdefault(found[0], found)  # those named come in even where the others are too many
        ranked = sorted(
            (_tier(asked, names, loose_names), is_evidence, round(score, 6), collection_, identifier, number)
            for number, collection_, identifier, is_evidence, names, loose_names, score in rows.values()
        )
        return tuple(number for *_, number in ranked[:MOST_RANKED])

    def _get(self, column: str, numbers: list[int]) -> list[bytes]:
        """A column of the records of these numbers, in their order."""
        if not numbers:
            return []
        values = {f"n{n}": number for n, number in enumerate(numbers)}
        found: dict[int, bytes] = dict(self.store.run(_gettext(column, len(numbers)), **values))
        return [found[number] for number in numbers]

    def hits(self, asked: Wanted, numbers: list[int]) -> list[Hit]:
        """What is shown of the records of these numbers, with what matched."""
        shown, passages = self._get("shown", numbers), self._get("passages", numbers)
        return [Hit(one, matches(asked, read(blob))) for one, blob in zip(shown, passages, strict=True)]

    def meant(self, asked: Wanted, conditions: tuple[Condition, ...], collection: str | None = None) -> str | None:
        """What the query may have meant, where a word occurs nowhere or little is found; it finds something."""
        found, known = len(self.ranked(asked, conditions, collection)), self.vocabulary.knows(asked)
        if asked.reason or (known and found >= FEW):
            return None
        respelt = self.vocabulary.respelt(asked, all_words=known)
        if respelt is None:
            return None
        better = len(self.ranked(wanted(respelt), conditions, collection))
        return respelt if better > found or (better == found > 0 and not known) else None

    def page(self, query: Query, asked: Wanted) -> tuple[Page, int]:
        """One page of a list in the order of rank, and how many records are ranked."""
        numbers = self.ranked(asked, query.conditions, query.collection)
        begin = query.after or 0
        end = begin + query.limit
        bodies = self._get("body", numbers[begin:end])
        after = end if query.limit and end < len(numbers) else None
        counted = self.store.page(replace(query, limit=0))
        return replace(counted, bodies=tuple(bodies), after=after), len(numbers)

    def all(self, query: Query, asked: Wanted) -> Iterator[bytes]:
        """Every body of a list in the order of rank; in the collection's own where there are too many to rank."""
        numbers = self.ranked(asked, query.conditions, query.collection)
        if len(numbers) >= MOST_RANKED:
            yield from self.store.all(query)
            return
        for begin in range(0, len(numbers), 100):
            yield from self._get("body", numbers[begin : begin + 100])
