"""Type-ahead: the names that have a word starting as what was typed."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, literal_column, select

from app.folding import loosely, words
from app.store.conditions import NONE, record
from app.store.dialects.statement import Statement
from app.store.query import Store
from app.store.tables import StartRow, WordingRow

start, wording = (model.metadata.tables[str(model.__tablename__)] for model in (StartRow, WordingRow))
MOST_READ = 200  # names read at most of a collection, in the order of the alphabet
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


_STARTS = Statement(
    select(
        start.c.text, start.c.word, start.c.name, start.c.language, start.c.is_alias, start.c.weight,
        record.c.collection, record.c.id, record.c.name, wording.c.years, wording.c.is_evidence,
    )
    .join_from(start, record, record.c.number == start.c.record)
    .join(wording, wording.c.number == start.c.record)
    .where(
        start.c.collection == bindparam("collection"),
        start.c.loose == bindparam("loose"),
        start.c.text >= bindparam("begin"),
        start.c.text < bindparam("end"),
    )
    .order_by(start.c.text, start.c.record)
    .limit(literal_column(str(MOST_READ)))
    .offset(NONE)
)  # fmt: skip

_MOST_NAMED = Statement(
    select(record.c.name)
    .join_from(start, record, record.c.number == start.c.record)
    .order_by(start.c.weight.desc(), record.c.number)
    .limit(literal_column("1"))
    .offset(NONE)
)


def most_named(store: Store) -> str | None:
    """The name of the record that most others refer to."""
    found = store.run(_MOST_NAMED)
    return str(found[0][0]) if found else None


def suggestions(store: Store, typed: str, collections: Iterable[str], limit: int) -> list[Suggestion]:
    """The best names for what was typed, one a record.

    The whole of a name comes first, then what happened and who was there before the evidence for it, then what is most
    referred to, then the start of a name before a word within it.
    """
    spelt = words(typed)
    if not spelt:
        return []
    chosen: dict[tuple[str, str], Suggestion] = {}
    for loose in (False, True):
        begin = " ".join(map(loosely, spelt) if loose else spelt)
        found = []
        for collection in collections:
            values = {"collection": collection, "loose": loose, "begin": begin, "end": begin + LAST}
            for text_, word, matched, language, is_alias, weight, *record_ in store.run(_STARTS, **values):
                whole = word == 0 and text_ == begin
                rank = (not whole, record_[4], -weight, word > 0, is_alias, len(matched), matched, *record_[:2])
                found.append((rank, Suggestion(record_[0], record_[1], record_[2], matched, language, record_[3])))
        for _, suggestion in sorted(found, key=lambda f: f[0]):
            chosen.setdefault((suggestion.collection, suggestion.id), suggestion)
        if len(chosen) >= limit:
            break
    return list(chosen.values())[:limit]
