"""Questions about what rests on what. Statements are written once a shape, as those of lists are."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal_column, not_, or_, select

from app.store.conditions import NONE, record
from app.store.dialects.statement import Statement
from app.store.facts import FactCitationRow, FactNoteRow, FactRow, WorkPageRow
from app.store.query import EXACT, Store

fact, cited, noted, work_page = (
    model.metadata.tables[str(model.__tablename__)] for model in (FactRow, FactCitationRow, FactNoteRow, WorkPageRow)
)
KINDS: dict[str, tuple[str, ColumnElement[bool]]] = {
    "cited": ("rests on a citation or more", fact.c.cited > literal_column("0")),
    "single": ("rests on exactly one citation", fact.c.cited == literal_column("1")),
    "uncited": ("stated by the essay without a citation", fact.c.paragraph.is_not(None)),
    "noted": ("has an editorial note against it", fact.c.noted > literal_column("0")),
}
COMMON = 100_000  # rows above which a list of all that match costs more than looking each statement up


@dataclass(frozen=True)
class Wanted:
    """What statements are asked for. What is empty asks nothing; `pages` is a range of the works."""

    works: tuple[str, ...] = ()
    pages: tuple[int, int] | None = None
    citations: tuple[str, ...] = ()
    alone: bool = False  # rests on nothing beyond the works, pages and citations
    kinds: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    records: tuple[str, ...] = ()  # as collection/id
    paragraphs: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> "Shape":
        """What changes the text of a statement, as against the values bound to it."""
        sizes = tuple(
            map(len, (self.works, self.citations, self.collections, self.records, self.paragraphs, self.notes))
        )
        return Shape(sizes, self.pages is not None, self.alone, self.kinds)

    @property
    def bound(self) -> dict[str, Any]:
        """The values to bind."""
        several = {"w": self.works, "c": self.citations, "o": self.collections, "p": self.paragraphs, "n": self.notes}
        found = {f"{letter}{n}": value for letter, values in several.items() for n, value in enumerate(values)}
        for n, name in enumerate(self.records):
            found[f"rc{n}"], _, found[f"ri{n}"] = name.partition("/")
        return found | (dict(zip(("lo", "hi"), self.pages, strict=True)) if self.pages else {})


@dataclass(frozen=True)
class Shape:
    """The shape of a question."""

    sizes: tuple[int, ...]
    pages: bool
    alone: bool
    kinds: tuple[str, ...]
    common: bool = False  # so much rests on what is named that statements are read in order and each is looked up


@dataclass(frozen=True)
class Found:
    """Statements, with how many there are of each kind and in each collection."""

    bodies: tuple[bytes, ...]
    after: int | None
    total: int
    total_is_exact: bool
    by_kind: dict[str, int]
    by_collection: dict[str, int]


def _names(letter: str, size: int) -> list[Any]:
    return [bindparam(f"{letter}{n}") for n in range(size)]


def _sources(shape: Shape) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """Conditions on one citation of a statement: that it touches what is named, and that it lies within it."""
    works, citations, *_ = shape.sizes
    named: list[ColumnElement[bool]] = []
    if works:
        named.append(cited.c.work.in_(_names("w", works)))
    if citations:
        named.append(cited.c.citation.in_(_names("c", citations)))
    if not shape.pages:
        return named, named
    lo: Any = bindparam("lo")
    hi: Any = bindparam("hi")
    touching = [cited.c.first_page <= hi, cited.c.last_page >= lo]
    return [*named, *touching], [*named, cited.c.first_page >= lo, cited.c.last_page <= hi]


def _where(shape: Shape) -> list[ColumnElement[bool]]:
    _, _, collections, records, paragraphs, notes = shape.sizes
    having: list[ColumnElement[bool]] = []
    touching, within = _sources(shape)
    if touching and shape.common:
        having.append(select(cited.c.number).where(cited.c.fact == fact.c.number, *touching).exists())
    elif touching:
        having.append(fact.c.number.in_(select(cited.c.fact).where(*touching)))
    if shape.alone:
        beyond = select(cited.c.number).where(cited.c.fact == fact.c.number, not_(and_(*within)))
        having.append(not_(beyond.exists()))
    if shape.kinds:
        having.append(or_(*(KINDS[kind][1] for kind in shape.kinds)))
    if collections:
        having.append(fact.c.collection.in_(_names("o", collections)))
    if records:
        named = [
            and_(record.c.collection == bindparam(f"rc{n}"), record.c.id == bindparam(f"ri{n}")) for n in range(records)
        ]
        having.append(fact.c.record.in_(select(record.c.number).where(or_(*named))))
    if paragraphs:
        held = select(cited.c.fact).where(cited.c.paragraph.in_(_names("p", paragraphs)))
        having.append(or_(fact.c.paragraph.in_(_names("p", paragraphs)), fact.c.number.in_(held)))
    if notes:
        having.append(fact.c.number.in_(select(noted.c.fact).where(noted.c.note.in_(_names("n", notes)))))
    return having


@lru_cache(maxsize=256)
def _listtext(shape: Shape) -> Statement:
    rows = select(fact.c.number, fact.c.body).where(*_where(shape), fact.c.number > bindparam("after"))
    return Statement(rows.order_by(fact.c.number).limit(bindparam("limit")).offset(NONE))


@lru_cache(maxsize=256)
def _counttext(shape: Shape) -> Statement:
    flags = [
        case((condition, literal_column("1")), else_=literal_column("0")).label(n)
        for n, (_, condition) in KINDS.items()
    ]
    rows = select(fact.c.collection, *flags).where(*_where(shape)).order_by(fact.c.number)
    bounded = rows.limit(literal_column(str(EXACT + 1))).offset(NONE).subquery()
    sums = [func.sum(bounded.c[name]) for name in KINDS]
    return Statement(select(bounded.c.collection, func.count(), *sums).group_by(bounded.c.collection))


@lru_cache(maxsize=256)
def _commontext(shape: Shape) -> Statement:
    """Whether very many citations of statements are those named."""
    touching, _ = _sources(shape)
    return Statement(
        select(cited.c.number).where(*touching).limit(literal_column("1")).offset(literal_column(str(COMMON)))
    )


_PAGES = Statement(
    select(work_page.c.page, work_page.c.body)
    .where(work_page.c.work == bindparam("work"), work_page.c.page > bindparam("after"))
    .order_by(work_page.c.page)
    .limit(bindparam("limit"))
    .offset(NONE)
)
_PAGECOUNT = Statement(select(func.count()).select_from(work_page).where(work_page.c.work == bindparam("work")))


def statements(store: Store, wanted: Wanted, after: int, limit: int) -> Found:
    """A page of the statements asked for, in the order of the records, with counts."""
    shape, bound = wanted.shape, wanted.bound
    if wanted.works or wanted.citations:
        shape = replace(shape, common=bool(store.run(_commontext(shape), **bound)))
    rows = store.run(_listtext(shape), **bound, after=after, limit=limit + 1) if limit else []
    counts = store.run(_counttext(shape), **bound)
    total = sum(row[1] for row in counts)
    return Found(
        bodies=tuple(body for _, body in rows[:limit]),
        after=rows[limit - 1][0] if len(rows) > limit > 0 else None,
        total=min(total, EXACT),
        total_is_exact=total <= EXACT,
        by_kind={name: sum(row[2 + n] for row in counts) for n, name in enumerate(KINDS)},
        by_collection={row[0]: row[1] for row in sorted(counts)},
    )


def pages(store: Store, work: str, after: int, limit: int) -> tuple[list[tuple[int, bytes]], bool, int]:
    """(rows of page and body, whether more follow, number of pages) of a work."""
    rows = store.run(_PAGES, work=work, after=after, limit=limit + 1) if limit else []
    total = int(store.run(_PAGECOUNT, work=work)[0][0])
    return rows[:limit], len(rows) > limit > 0, total
