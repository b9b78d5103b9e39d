"""Records → a store: every row, in batches."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from sqlmodel import SQLModel

from app.curation.dataset import Redirects
from app.store import decades, edges, facts, index, moments, wording
from app.store.dialects.database import Writer
from app.store.index import Build, Row
from app.store.render import Renderer
from app.store.tables import DocumentRow, RetiredRow

BATCH = 1000
INDEXES: tuple[Callable[[Build], Iterator[tuple[type[SQLModel], Row]]], ...] = (
    index.rows,
    decades.rows,
    moments.rows,
    edges.rows,
    facts.rows,
    wording.rows,
)


def write(
    writer: Writer,
    renderer: Renderer,
    redirects: Redirects,
    documents: Mapping[str, bytes],
    progress: Callable[[str], None],
) -> None:
    """Fill an empty store."""
    writer.create()
    batches: dict[type[SQLModel], list[Row]] = defaultdict(list)

    def flush(table: type[SQLModel]) -> None:
        if batches[table]:
            writer.add(table, batches.pop(table))

    build = Build.of(renderer)
    every = (found for rows in INDEXES for found in rows(build))
    for count, (table, row) in enumerate(every, start=1):
        batches[table].append(row)
        if len(batches[table]) >= BATCH:
            flush(table)
        if count % (20 * BATCH) == 0:
            progress(f"{count:,} rows written")
    batches[RetiredRow] += [{"old": old, "new": new, "reason": None} for old, new in redirects.moved.items()]
    batches[RetiredRow] += [{"old": old, "new": None, "reason": why} for old, why in redirects.withdrawn.items()]
    batches[DocumentRow] += [{"name": name, "body": body} for name, body in documents.items()]
    for table in list(batches):
        flush(table)
    writer.finish()
