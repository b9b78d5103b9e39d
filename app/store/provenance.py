"""Questions about what rests on what: sets of statements, joined, counted and paged as those of records are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from pyroaring import BitMap, FrozenBitMap

from app.store.bitmaps import ALL, HIGHEST, joined
from app.store.dialects.statement import Statement
from app.store.facts import KINDS
from app.store.query import EXACT, Store
from app.store.several import SIZES, chunks, parameters, several
from app.store.supporting import FACT, PAGE, WORK, page_of

FEW = 10  # pages whose sets are joined at once, and kept in memory as others are


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
    def is_bounded(self) -> bool:
        """Whether little is read to answer, however much there is: sets of what is named, and a page."""
        few_pages = self.pages is None or self.pages[1] - self.pages[0] < FEW
        return few_pages and not (self.alone or self.citations or self.records or self.notes)

    @property
    def shape(self) -> "Shape":
        """What changes the text of a statement about citations, as against the values bound to it."""
        return Shape(len(self.works), len(self.citations), self.pages is not None)

    @property
    def bound(self) -> dict[str, Any]:
        """The values to bind."""
        pages = dict(zip(("lo", "hi"), self.pages, strict=True)) if self.pages else {}
        return _values("w", self.works) | _values("c", self.citations) | pages


@dataclass(frozen=True)
class Shape:
    """How many works and citations a question names, and whether pages."""

    works: int
    citations: int
    pages: bool


@dataclass(frozen=True)
class Found:
    """Statements, with how many there are of each kind and in each collection."""

    bodies: tuple[bytes, ...]
    after: int | None
    total: int
    total_is_exact: bool
    by_kind: dict[str, int]
    by_collection: dict[str, int]


def _names(letter: str, size: int) -> str:
    return parameters(f"{letter}{n}" for n in range(size))


def _values(letter: str, values: Iterable[str]) -> dict[str, Any]:
    return {f"{letter}{n}": value for n, value in enumerate(values)}


def _named(shape: Shape) -> list[str]:
    """Conditions on one citation of a statement: that it is of the works, and among those named."""
    works = [f"work IN {_names('w', shape.works)}"] if shape.works else []
    return works + ([f"citation IN {_names('c', shape.citations)}"] if shape.citations else [])


@lru_cache(maxsize=64)
def _citing(shape: Shape) -> Statement:
    """The statements that rest on one of the citations, where it has one of the pages."""
    touching = ["first_page <= :hi", "last_page >= :lo"] if shape.pages else []
    return Statement(f"SELECT fact FROM fact_citation WHERE {' AND '.join([*_named(shape), *touching])}")


@lru_cache(maxsize=64)
def _beyond(shape: Shape, size: int) -> Statement:
    """Of so many statements those that rest on something beyond the works, citations and pages."""
    within = ["first_page >= :lo", "last_page <= :hi"] if shape.pages else []
    named = " AND ".join([*_named(shape), *within])
    return Statement(f"SELECT fact FROM fact_citation WHERE fact IN {several(size)} AND NOT ({named})")


@lru_cache(maxsize=16)
def _stating(records: int) -> Statement:
    """The statements of so many records."""
    named = " OR ".join(f"(collection = :o{n} AND id = :i{n})" for n in range(records))
    return Statement(f"SELECT number FROM fact WHERE record IN (SELECT number FROM record WHERE {named})")


@lru_cache(maxsize=16)
def _against(notes: int) -> Statement:
    """The statements that one of so many notes is against."""
    return Statement(f"SELECT fact FROM fact_note WHERE note IN {_names('e', notes)}")


_TOUCHING = Statement(
    "SELECT body FROM bitmap WHERE of = :of AND field = :field AND value >= :lowest AND value <= :highest"
)
_PAGES = Statement("SELECT page, body FROM work_page WHERE work = :work AND page > :after ORDER BY page LIMIT :limit")
_PAGECOUNT = Statement("SELECT count(*) FROM work_page WHERE work = :work")


def _numbers(rows: Iterable[tuple[Any, ...]]) -> FrozenBitMap:
    return FrozenBitMap(row[0] for row in rows)


def _touching(store: Store, works: Iterable[str], pages: tuple[int, int]) -> FrozenBitMap:
    """The statements that rest on one of some pages of works."""
    if pages[1] - pages[0] < FEW:
        named = [page_of(work, page) for work in works for page in range(pages[0], pages[1] + 1)]
        return store.bitmaps.among(FACT, PAGE, named)
    found = [BitMap()]
    for work in works:
        lowest, highest = (page_of(work, page) for page in pages)
        rows = store.run(_TOUCHING, of=FACT, field=PAGE, lowest=lowest, highest=highest)
        found += [BitMap.deserialize(body) for (body,) in rows]
    return FrozenBitMap(BitMap.union(*found))


def _sets(store: Store, wanted: Wanted) -> Iterator[FrozenBitMap]:
    """The statements that meet each condition."""
    among = store.bitmaps.among
    if wanted.citations:
        yield _numbers(store.run(_citing(wanted.shape), **wanted.bound))
    elif wanted.works:
        yield _touching(store, wanted.works, wanted.pages) if wanted.pages else among(FACT, WORK, wanted.works)
    if wanted.kinds:
        yield among(FACT, "kind", wanted.kinds)
    if wanted.collections:
        yield among(FACT, "collection", wanted.collections)
    if wanted.records:
        names = [name.partition("/") for name in wanted.records]
        values = _values("o", (name for name, _, _ in names)) | _values("i", (name for _, _, name in names))
        yield _numbers(store.run(_stating(len(names)), **values))
    if wanted.paragraphs:
        yield among(FACT, "paragraph", map(str, wanted.paragraphs))
    if wanted.notes:
        yield _numbers(store.run(_against(len(wanted.notes)), **_values("e", wanted.notes)))


def _alone(store: Store, wanted: Wanted, found: FrozenBitMap) -> Iterator[int]:
    """Of statements those that rest on nothing beyond what is named: looked up, so many at once."""
    for start in range(0, len(found), SIZES[-1]):
        some = list(found[start : start + SIZES[-1]])
        (numbers,) = chunks(some)
        beyond = {row[0] for row in store.run(_beyond(wanted.shape, len(numbers)), **numbers, **wanted.bound)}
        yield from (number for number in some if number not in beyond)


def statements(store: Store, wanted: Wanted, after: int, limit: int) -> Found:
    """A page of the statements asked for, in the order of the records, with counts."""
    bitmaps = store.bitmaps
    found = joined(list(_sets(store, wanted)) or [bitmaps.of(FACT, ALL)])
    begin, most = found.rank(min(after, HIGHEST)), limit + 1 if limit else 0
    if wanted.alone:
        numbers = list(islice(_alone(store, wanted, FrozenBitMap(found[begin:])), most))
        found = FrozenBitMap(islice(_alone(store, wanted, found), EXACT + 1))
    else:
        numbers = list(found[begin : begin + most])
    collections = {name: found.intersection_cardinality(of) for name, of in bitmaps.values(FACT, "collection").items()}
    total_is_exact = not wanted.alone or len(found) <= EXACT
    return Found(
        bodies=tuple(body for (body,) in store.rows(FACT, numbers[:limit])),
        after=numbers[limit - 1] if len(numbers) > limit > 0 else None,
        total=len(found) if total_is_exact else EXACT,
        total_is_exact=total_is_exact,
        by_kind={kind: found.intersection_cardinality(bitmaps.of(FACT, "kind", kind)) for kind in KINDS},
        by_collection={name: size for name, size in sorted(collections.items()) if size},
    )


def pages(store: Store, work: str, after: int, limit: int) -> tuple[list[tuple[int, bytes]], bool, int]:
    """(rows of page and body, whether more follow, number of pages) of a work."""
    rows = store.run(_PAGES, work=work, after=after, limit=limit + 1) if limit else []
    total = int(store.run(_PAGECOUNT, work=work)[0][0])
    return rows[:limit], len(rows) > limit > 0, total
