"""Records → a store: every row, in batches."""

import gc
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from app.curation.description import Redirects
from app.resource import Record, Resource
from app.store import adjacency, crosstabs, frequent, heads, positions, stated, supporting
from app.store.build import KEPT, Build, Entry, Row
from app.store.decades import Decades
from app.store.dialects.database import Writer
from app.store.dialects.statement import Statement
from app.store.edges import Edges
from app.store.facts import Facts
from app.store.index import Records
from app.store.moments import Timeline
from app.store.postings import Postings
from app.store.render import encode
from app.store.wording import Wordings

BATCH = 1000
SAID = 5.0  # seconds between two lines of progress

Progress = Callable[[str], None]
Read = Callable[[Statement, Mapping[str, Any]], Iterable[tuple[Any, ...]]]


class Maker(Protocol):
    """What makes rows of records."""

    def of(self, entry: Entry) -> Iterator[tuple[str, Row]]:
        """The rows of a record; the records come in order."""

    def last(self) -> Iterator[tuple[str, Row]]:
        """The rows that need all records to have been seen."""


MAKERS: tuple[Callable[[Build], Maker], ...] = (Records, Decades, Timeline, Edges, Facts, Wordings)
READERS: tuple[tuple[str, Callable[[Read], Iterator[tuple[str, Row]]]], ...] = (  # of rows that stand
    ("counting values", positions.rows),
    ("counting values together", crosstabs.rows),
    ("gathering statements", supporting.rows),
    ("gathering edges", adjacency.rows),
    ("gathering what states edges", stated.rows),
    ("choosing names", heads.rows),
    ("gathering frequent words", frequent.rows),
    ("answering frequent searches", frequent.searches),
)


@dataclass(frozen=True)
class Dataset:
    """What is compiled. The records of a collection come together, collections in the order of the resources."""

    version: str
    description: Mapping[str, Any]
    records: Iterable[tuple[str, Record]]  # with their collections
    size: int
    redirects: Redirects
    resources: Mapping[str, Resource]


def told(doing: str, things: Iterable[Any], size: int, progress: Progress) -> Iterator[Any]:
    """The things, with a line every few seconds on how far it has come and what is left."""
    begun = said = time.monotonic()
    for count, thing in enumerate(things, start=1):
        yield thing
        now = time.monotonic()
        if now - said >= SAID:
            said, rate = now, count / (now - begun)
            progress(
                f"{doing}: {count:,} of {size:,} records, {rate:,.0f} a second, {(size - count) / rate:,.0f} s left"
            )


def write(writer: Writer, dataset: Dataset, progress: Progress, kept: int = KEPT) -> None:
    """Fill an empty store; so many records are kept in memory."""
    with closing(Build(dataset.resources, kept)) as build, _uncollected():
        _write(writer, dataset, build, progress)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: no row is in one, and there are millions to search."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Rows:
    """Rows on their way to a writer, by table."""

    def __init__(self, writer: Writer) -> None:
        self.writer, self.postings = writer, Postings()
        self.waiting: dict[str, list[Row]] = defaultdict(list)

    def add(self, rows: Iterable[tuple[str, Row]]) -> None:
        for table, row in rows:
            self.postings.see(table, row)
            batch = self.waiting[table]
            batch.append(row)
            if len(batch) >= BATCH:
                self.writer.add(table, batch)
                batch.clear()

    def flush(self) -> None:
        for table, batch in self.waiting.items():
            if batch:
                self.writer.add(table, batch)
        self.waiting.clear()


def _write(writer: Writer, dataset: Dataset, build: Build, progress: Progress) -> None:
    for collection, record in told("reading", dataset.records, dataset.size, progress):
        build.add(collection, record)
    build.order()
    writer.create()
    rows, makers = _Rows(writer), [make(build) for make in MAKERS]
    for entry in told("writing", build.entries(), build.size, progress):
        for maker in makers:
            rows.add(maker.of(entry))
    progress("ordering")
    for maker in makers:
        rows.add(maker.last())
    rows.add(rows.postings.rows())
    rows.add(_about(dataset, build.coverage.told(build.resources)))
    rows.flush()
    progress("indexing")
    writer.index()
    for doing, made in READERS:
        progress(doing)
        rows.add(made(writer.read))
        rows.flush()
    writer.finish()


def _about(dataset: Dataset, coverage: dict[str, Any]) -> Iterator[tuple[str, Row]]:
    """What became of old ids, and what the dataset says of itself."""
    for old, new in dataset.redirects.moved.items():
        yield "retired", {"old": old, "new": new, "reason": None}
    for old, why in dataset.redirects.withdrawn.items():
        yield "retired", {"old": old, "new": None, "reason": why}
    yield "document", {"name": "version", "body": encode(dataset.version)}
    shown = {**dataset.description, "version": dataset.version, "coverage": coverage}
    yield "document", {"name": "dataset", "body": encode(shown)}
