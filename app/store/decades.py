"""The decades of dated records, as terms, so that a list can be counted by them."""

from collections.abc import Iterator

from app.store.build import Build, Entry, Row

FIELD = "decade"


class Decades:
    """A term for each decade that a record's date may touch: those in which the filter by date finds it.

    A date without an end runs to the last decade that any record states, one without a start from the first.
    """

    def __init__(self, build: Build) -> None:
        """Know the first and last decade."""
        self.lowest, self.highest = min(build.decades, default=0), max(build.decades, default=0)

    def of(self, entry: Entry) -> Iterator[tuple[str, Row]]:
        """The decades of a record."""
        if entry.date is None:
            return
        span, collection = entry.date.span, entry.key[0]
        begin, end = int(span.earliest_start[:3]), int(span.latest_end[:3])
        row = {"first": entry.first, "second": entry.second, "record": entry.number}
        for decade in range(max(begin, self.lowest), min(end, self.highest) + 1):
            yield "term", {"collection": collection, "field": FIELD, "value": f"{decade}0", **row}

    def last(self) -> Iterator[tuple[str, Row]]:
        """Nothing is left."""
        yield from ()
