"""Cross tabulations: of each value that many records of a collection have, how often other values occur with it."""

from collections.abc import Iterator
from dataclasses import asdict

from app.store import decades
from app.store.build import Row
from app.store.conditions import Terms
from app.store.counts import COLLECTION, among, is_common, name_of
from app.store.query import Store
from app.store.render import encode
from app.store.written import Read, Written

NOT_COUNTED = {"work", "work_page"}  # no facet shows them
NOT_ASKED = {decades.FIELD}  # a list is filtered by a span of dates instead


def rows(read: Read) -> Iterator[tuple[str, Row]]:
    """A document for each such value and each field that a facet may show beside it, as it would be counted."""
    store = Store(Written(read))
    for collection in sorted(store.bitmaps.values("record", COLLECTION)):
        fields = store.values(collection)
        asked = sorted(fields.keys() - NOT_ASKED)
        common = [(of, value) for of in asked for value in fields[of].values if is_common(fields, of, value)]
        for field in sorted(fields.keys() - NOT_COUNTED):  # one after the other, so that its bitmaps stay in memory
            for of, value in common:
                if of != field:  # a facet is counted without its own filter
                    body = encode(asdict(among(store, (Terms(of, (value,)),), field, collection)))
                    yield "document", {"name": name_of(collection, field, of, value), "body": body}
