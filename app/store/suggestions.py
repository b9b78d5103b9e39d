"""Type-ahead: the names that have a word starting as what was typed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import FromClause, bindparam, func, literal_column, select

from app.folding import loosely, words
from app.store.conditions import NONE
from app.store.dialects.statement import Statement
from app.store.heads import LETTERS
from app.store.query import Store
from app.store.tables import HeadRow, StartRow

start, head = (model.metadata.tables[str(model.__tablename__)] for model in (StartRow, HeadRow))
MOST_READ = 50  # names read at most of a collection, in the order of the alphabet
LAST = "\U0010ffff"  # after every text that starts alike


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A record, and the name of it that matched."""

    collection: str
    id: str
    name: str
    matched: str
    language: str | None
    years: str | None


def _columns(table: FromClause) -> list[Any]:
    names = ("record", "text", "word", "name", "language", "is_alias", "weight", "is_evidence")
    return [table.c[name] for name in names]


_STARTS = Statement(
    select(*_columns(start))
    .where(
        start.c.collection == bindparam("collection"),
        start.c.loose == bindparam("loose"),
        start.c.text >= bindparam("begin"),
        start.c.text < bindparam("end"),
    )
    .order_by(start.c.text, start.c.word, start.c.record)
    .limit(literal_column(str(MOST_READ)))
    .offset(NONE)
)
_HEADS = Statement(
    select(*_columns(head)).where(
        head.c.collection == bindparam("collection"),
        head.c.loose == bindparam("loose"),
        head.c.begin == bindparam("begin"),
    )
)

_MOST_NAMED = Statement(
    select(func.min(start.c.record)).where(start.c.weight == select(func.max(start.c.weight)).scalar_subquery())
)


def most_named(store: Store) -> str | None:
    """The name of the record that most others refer to."""
    found = store.run(_MOST_NAMED)
    return str(store.rows("record", [found[0][0]], ("name",))[0][0]) if found[0][0] is not None else None


@dataclass(frozen=True, slots=True)
class Start:
    """The start of a name that begins as what was typed."""

    record: int
    text: str
    word: int
    name: str
    language: str | None
    is_alias: bool
    weight: int
    is_evidence: bool

    def rank(self, begin: str) -> tuple[Any, ...]:
        """The likeliest sorts first."""
        whole = self.word == 0 and self.text == begin
        name = self.word > 0, bool(self.is_alias), len(self.name), self.name
        return not whole, self.is_evidence, -self.weight, *name, self.record


def _begun(store: Store, collection: str, begin: str, *, loose: bool) -> Iterator[Start]:
    """Names that begin so: of a letter those that matter most, of more the first of the alphabet."""
    values: dict[str, Any] = {"collection": collection, "loose": loose, "begin": begin}
    few = len(begin) <= LETTERS
    rows = store.run(_HEADS, **values) if few else store.run(_STARTS, **values, end=begin + LAST)
    return (Start(*row) for row in rows)


def suggestions(store: Store, typed: str, collections: Iterable[str], limit: int) -> list[Suggestion]:
    """The best names for what was typed, one a record.

    The whole of a name comes first, then what happened and who was there before the evidence for it, then what is most
    referred to, then the start of a name before a word within it.
    """
    spelt = words(typed)
    if not spelt:
        return []
    every, chosen = list(collections), dict[int, Start]()
    for loose in (False, True):
        begin = " ".join(map(loosely, spelt) if loose else spelt)
        found = [start for collection in every for start in _begun(store, collection, begin, loose=loose)]
        for one in sorted(found, key=lambda start: start.rank(begin)):
            chosen.setdefault(one.record, one)
        if len(chosen) >= limit:
            break
    best = list(chosen)[:limit]
    records = store.rows("record", best, ("collection", "id", "name"))
    years = store.rows("wording", best, ("years",))
    told = zip((chosen[number] for number in best), records, years, strict=True)
    return [
        Suggestion(collection, identifier, name, one.name, one.language, dates)
        for one, (collection, identifier, name), (dates,) in told
    ]
