"""The decades in which a record may lie, as terms, so that a list can be counted by them."""

from collections.abc import Iterator

from sqlmodel import SQLModel

from app.edtf import Edtf
from app.store.index import Build, Row, dated
from app.store.tables import TermRow

FIELD = "decade"


def _stated(date: Edtf) -> Iterator[int]:
    """The decades of the ends that a date states."""
    for end in (date.earliest, date.latest):
        if end:
            yield int(end[:3])


def rows(build: Build) -> Iterator[tuple[type[SQLModel], Row]]:
    """A term for each decade that a record's date may touch: those in which the filter by date finds it.

    A date without an end runs to the last decade that any record states, one without a start from the first.
    """
    resources = build.renderer.resources
    dates = {key: dated(record, resources[key[0]]) for key, record in build.renderer.records.items()}
    stated = [decade for date in dates.values() if date for decade in _stated(date)]
    lowest, highest = min(stated, default=0), max(stated, default=0)
    for key, date in dates.items():
        if date is None:
            continue
        first, second = build.positions[key]
        begin, end = int(date.span.earliest_start[:3]), int(date.span.latest_end[:3])
        for decade in range(max(begin, lowest), min(end, highest) + 1):
            row = {"first": first, "second": second, "record": build.numbers[key]}
            yield TermRow, {"collection": key[0], "field": FIELD, "value": f"{decade}0", **row}
