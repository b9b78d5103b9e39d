"""The edges that each record states: one of its ends states an edge, so those between some records are among these.

Made from the rows of a store when they are all written.
"""

import struct
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from pyroaring import BitMap

from app.store.adjacency import Read
from app.store.bitmaps import BUSY
from app.store.build import Row
from app.store.dialects.statement import Statement

COLUMNS = ("to_busy", "to_others")
TO_BUSY, TO_OTHERS = struct.Struct("<I"), struct.Struct("<2I")  # number of the edge; record at the other end before it

_EDGES = Statement("SELECT stated_by, source, target, number FROM edge ORDER BY number")
_SET = Statement("SELECT body FROM bitmap WHERE of = :of AND field = :field AND value = :value")


def rows(run: Read) -> Iterator[tuple[str, Row]]:
    """A row for each record that states an edge.

    Edges of busy records are sets already (`app.store.postings`), so that of most of those to them the number will do.
    """
    sets = [body for (body,) in run(_SET, {"of": "record", "field": BUSY, "value": ""})]
    busy = BitMap.union(BitMap(), *map(BitMap.deserialize, sets))
    for record, of_record in groupby(run(_EDGES, {}), key=itemgetter(0)):
        to_busy, to_others = bytearray(), bytearray()
        for _, source, target, number in of_record:
            far = source + target - record
            if far in busy and record not in busy:
                to_busy += TO_BUSY.pack(number)
            else:
                to_others += TO_OTHERS.pack(far, number)
        yield "stated", {"record": record, "to_busy": bytes(to_busy), "to_others": bytes(to_others)}
