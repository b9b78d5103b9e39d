"""Type-ahead: the names that have a word starting as what was typed."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from app.folding import loosely, words
from app.store.dialects.statement import Statement
from app.store.heads import COLUMNS, EVERY, FEW, Start
from app.store.query import Store

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


_HEADS = Statement("SELECT collection, starts FROM head WHERE loose = :loose AND begin = :begin")
_STARTS = Statement(
    f"SELECT {', '.join(COLUMNS)} FROM start WHERE loose = :loose AND text >= :begin AND text < :end"
    f" ORDER BY text, word, record LIMIT {FEW}"
)
_MOST_NAMED = Statement("SELECT min(record) FROM start WHERE weight = (SELECT max(weight) FROM start)")


def most_named(store: Store) -> str | None:
    """The name of the record that most others refer to."""
    found = store.run(_MOST_NAMED)
    return str(store.rows("record", [found[0][0]], ("name",))[0][0]) if found[0][0] is not None else None


def _begun(store: Store, begin: str, collections: Collection[str], limit: int, *, loose: bool) -> list[Start]:
    """The names that begin so, the likeliest first: where they are many, as many of each collection as may be shown."""
    values: dict[str, Any] = {"loose": loose, "begin": begin}
    kept = dict(store.run(_HEADS, **values))
    if kept:
        of = collections if collections else (EVERY,)
        numbers = [number for name in of if name in kept for number in json.loads(kept[name])[:limit]]
        rows = store.rows("start", numbers, COLUMNS)
    else:
        rows = store.run(_STARTS, **values, end=begin + LAST)
    found = [one for one in map(Start._make, rows) if not collections or one.collection in collections]
    return sorted(found, key=lambda one: (not one.is_whole(begin), one.rank))


def suggestions(store: Store, typed: str, collections: Collection[str], limit: int) -> list[Suggestion]:
    """The best names for what was typed, one a record, of some collections; of all where none is given.

    The whole of a name comes first, then what happened and who was there before the evidence for it, then what is most
    referred to, then the start of a name before a word within it.
    """
    spelt = words(typed)
    if not spelt:
        return []
    chosen = dict[int, Start]()
    for loose in (False, True):
        begin = " ".join(map(loosely, spelt) if loose else spelt)
        for one in _begun(store, begin, collections, limit, loose=loose):
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
