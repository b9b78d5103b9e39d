"""Questions to the graph: what lies around a record, what of the whole meets conditions. All of it bounded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from sqlalchemy import BindParameter, bindparam, exists, func, literal_column, or_, select

from app.edtf import MAX, MIN
from app.store.conditions import DATE, NONE, Condition, Shape, Span, parts, record, span, where
from app.store.dialects.statement import Statement
from app.store.query import EXACT, Store
from app.store.tables import EdgeRow, NodeRow

FAN = 2_000  # edges followed from one record in one direction
MOST_HOPS = 50_000  # edges looked at for one answer
MOST_EDGES = 10_000  # edges in one answer
CHUNKS = (20, 500)  # records asked for at once: the least that holds them; a longer statement takes longer to read

edge, node = (model.metadata.tables[str(model.__tablename__)] for model in (EdgeRow, NodeRow))


@dataclass(frozen=True)
class Hop:
    """An edge between the numbers of two records."""

    number: int
    type: str
    source: int
    target: int


@dataclass(frozen=True)
class Choice:
    """Which records and edges are wanted.

    `judged` are the collections that the conditions hold for; records of `carried`, each collection with conditions of
    its own, are in where an edge joins them to one that is in.
    """

    judged: tuple[str, ...]
    carried: Mapping[str, tuple[Condition, ...]]
    conditions: tuple[Condition, ...]
    types: tuple[str, ...]


@dataclass
class Section:
    """Part of the graph, and what is known of the rest."""

    nodes: list[bytes] = field(default_factory=list)
    edges: list[bytes] = field(default_factory=list)
    total: int = 0  # nodes that are known to belong to it
    cut: list[str] = field(default_factory=list)  # each bound that left something out
    undated_excluded: int = 0


def _several(size: int) -> list[BindParameter[int]]:
    return [bindparam(f"n{place}") for place in range(size)]


@lru_cache(maxsize=64)
def _hops(end: str, types: int) -> Statement:
    """The edges of given types at one end of which a record is, in the order of their index."""
    near, far = (edge.c.source, edge.c.target) if end == "source" else (edge.c.target, edge.c.source)
    among = edge.c.type.in_([bindparam(f"t{place}") for place in range(types)])
    ordered = select(edge.c.number, edge.c.type, edge.c.source, edge.c.target).where(near == bindparam("near"), among)
    return Statement(ordered.order_by(edge.c.type, far, edge.c.number).limit(bindparam("limit")).offset(NONE))


@lru_cache(maxsize=256)
def _matching(shapes: tuple[Shape, ...], types: int, asked: str) -> Statement:
    """Records of :collection under conditions that an edge of the types joins: listed, counted, or only the undated."""
    among: list[BindParameter[str]] = [bindparam(f"t{place}") for place in range(types)]
    ends = [exists().where(end == record.c.number, edge.c.type.in_(among)) for end in (edge.c.source, edge.c.target)]
    found = select(record.c.number).where(where(shapes), or_(*ends))
    if asked == "listed":
        return Statement(found.order_by(record.c.first).limit(bindparam("limit")).offset(NONE))
    if asked == "undated":
        dated = select(span.c.record).where(span.c.collection == bindparam("collection"), span.c.field == DATE)
        found = found.where(record.c.number.not_in(dated))
    bounded = found.limit(literal_column(str(EXACT + 1))).offset(NONE).subquery()
    return Statement(select(func.count()).select_from(bounded))


@lru_cache(maxsize=256)
def _admitted(shapes: tuple[Shape, ...], size: int) -> Statement:
    """Which of so many records are of :collection and meet conditions."""
    return Statement(select(record.c.number).where(record.c.number.in_(_several(size)), where(shapes)))


@lru_cache(maxsize=16)
def _bodies(table: str, size: int) -> Statement:
    """The JSON of so many nodes or edges."""
    rows, key = (edge, edge.c.number) if table == "edge" else (node, node.c.record)
    return Statement(select(key, rows.c.body).where(key.in_(_several(size))))


_INVERSE = Statement(select(edge.c.inverse).where(edge.c.number == bindparam("number")))
_LASTING = Statement(select(node.c.begins, node.c.ends).where(node.c.record == bindparam("record")))
_FIRST = Statement(
    select(edge.c.source, edge.c.target)
    .where(edge.c.type == bindparam("type"))
    .order_by(edge.c.number)
    .limit(literal_column("1"))
    .offset(NONE)
)


def chunks(numbers: Iterable[int]) -> Iterator[dict[str, int]]:
    """Numbers as parameters of a statement, so many at once; the last are filled up with one that nothing has."""
    wanted = list(numbers)
    size = next((size for size in CHUNKS if len(wanted) <= size), CHUNKS[-1])
    for start in range(0, len(wanted), size):
        some = wanted[start : start + size]
        yield {f"n{place}": number for place, number in enumerate(some + [-1] * (size - len(some)))}


class Graph:
    """The graph of a store, for one question."""

    def __init__(self, store: Store, types: Sequence[str]) -> None:
        """Look at edges of these types only."""
        self.store = store
        self.types = {f"t{place}": name for place, name in enumerate(types)}
        self.looked = 0
        self.fanned = False  # whether some record had more edges than are followed
        self._known: dict[int, list[Hop]] = {}
        self._lasting: dict[int, tuple[str, str]] = {}

    def hops(self, number: int) -> list[Hop]:
        """The edges of a record, those that it is the source of first."""
        if number not in self._known:
            found: list[Hop] = []
            for end in ("source", "target"):
                rows = self.store.run(_hops(end, len(self.types)), near=number, limit=FAN + 1, **self.types)
                self.fanned = self.fanned or len(rows) > FAN
                found += (Hop(*row) for row in rows[:FAN])
            self.looked += len(found)
            self._known[number] = found
        return self._known[number]

    def lasting(self, number: int) -> tuple[str, str]:
        """The first day on which a record can have begun, and the last on which it can have ended."""
        if number not in self._lasting:
            begins, ends = self.store.run(_LASTING, record=number)[0]
            self._lasting[number] = (begins, ends)
        return self._lasting[number]

    def bodies(self, table: str, numbers: Iterable[int]) -> list[bytes]:
        """The JSON of nodes or edges, in the order asked."""
        wanted = list(numbers)
        found: dict[int, bytes] = {}
        for some in chunks(wanted):
            found.update((number, body) for number, body in self.store.run(_bodies(table, len(some)), **some))
        return [found[number] for number in wanted]

    def inverse(self, hop: Hop) -> str:
        """The words of an edge, read from its target."""
        return str(self.store.run(_INVERSE, number=hop.number)[0][0])

    def admitted(self, numbers: Iterable[int], choice: Choice) -> list[int]:
        """Which of some records belong, in their order."""
        found: list[int] = []
        judged = dict.fromkeys(choice.judged, choice.conditions)
        for some in chunks(sorted(numbers)):
            for collection, conditions in {**judged, **choice.carried}.items():
                shapes, values = parts(conditions)
                rows = self.store.run(_admitted(shapes, len(some)), collection=collection, **some, **values)
                found += (int(row[0]) for row in rows)
        return sorted(found)

    def _undated(self, numbers: Iterable[int], choice: Choice) -> int:
        """How many of some records do not belong only for want of a date."""
        timeless = tuple(c for c in choice.conditions if not isinstance(c, Span))
        if len(timeless) == len(choice.conditions):
            return 0
        others = self.admitted(numbers, replace(choice, conditions=timeless))
        return sum(self.lasting(number) == (MIN, MAX) for number in others)

    def around(self, root: int, depth: int, choice: Choice, limit: int) -> Section:
        """What lies within `depth` steps of a record, whichever way its edges read; the nearest first."""
        section, kept, frontier, left = Section(total=1), {root: None}, [root], set[int]()
        for _ in range(depth):
            reached: set[int] = set()
            for number in frontier:
                if self.looked > MOST_HOPS:
                    section.cut.append(f"edges looked at: {MOST_HOPS:,}")
                    break
                reached.update(end for hop in self.hops(number) for end in (hop.source, hop.target))
            frontier = self.admitted(reached - kept.keys(), choice)
            left |= reached - set(frontier)
            section.total += len(frontier)
            kept.update(dict.fromkeys(frontier[: limit - len(kept)]))
            if section.total > len(kept) or section.cut:
                break
        section.undated_excluded = self._undated(left - kept.keys(), choice)
        return self._closed(section, list(kept), limit)

    def overview(self, choice: Choice, limit: int) -> Section:
        """Every record that meets the conditions, in the order of the collections, then what edges join to those."""
        section, kept = Section(), list[int]()
        shapes, values = parts(choice.conditions)
        timeless = tuple(c for c in choice.conditions if not (isinstance(c, Span) and c.field == "date"))
        untimed, unvalues = parts(timeless)
        for collection in choice.judged:
            asked = {"collection": collection, **self.types}
            listed = _matching(shapes, len(self.types), "listed")
            kept += (int(row[0]) for row in self.store.run(listed, **asked, **values, limit=limit - len(kept)))
            counted = _matching(shapes, len(self.types), "counted")
            section.total += int(self.store.run(counted, **asked, **values)[0][0])
            if len(timeless) < len(choice.conditions):
                undated = _matching(untimed, len(self.types), "undated")
                section.undated_excluded += int(self.store.run(undated, **asked, **unvalues)[0][0])
        if choice.carried:
            reached = {end for number in kept for hop in self.hops(number) for end in (hop.source, hop.target)}
            joined = self.admitted(reached - set(kept), replace(choice, judged=()))
            section.total += len(joined)
            kept += joined[: limit - len(kept)]
        return self._closed(section, kept, limit)

    def _closed(self, section: Section, kept: list[int], limit: int) -> Section:
        """The nodes kept with every edge between two of them, and what was left out."""
        if section.total > len(kept):
            section.cut.append(f"limit: {limit:,} nodes")
        if self.fanned:
            section.cut.append(f"edges of one record: {FAN:,}")
        among = set(kept)
        numbers = {
            hop.number for number in kept for hop in self.hops(number) if hop.source in among and hop.target in among
        }
        if len(numbers) > MOST_EDGES:
            section.cut.append(f"edges: {MOST_EDGES:,}")
        section.nodes = self.bodies("node", kept)
        section.edges = self.bodies("edge", sorted(numbers)[:MOST_EDGES])
        return section


def first_edge(store: Store, kind: str) -> tuple[int, int] | None:
    """The ends of the first edge of a type: something to show as an example."""
    found = store.run(_FIRST, type=kind)
    return (int(found[0][0]), int(found[0][1])) if found else None
