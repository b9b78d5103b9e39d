"""Read the small part of EDTF (Extended Date/Time Format) that the project accepts.

A single date is ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``YYYY-21`` to ``YYYY-24`` (spring, summer, autumn, and the
winter that ends in the next year) or a decade such as ``193X``. It may be followed by ``~`` (approximate), ``?``
(uncertain) or ``%`` (both). An interval is ``start/end``; one of its ends may be ``..`` (open) or empty (unknown).
Years run from 0001 to 9998. Nothing else is accepted, and nothing is guessed.
"""

import calendar
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

MIN = "0001-01-01"  # the earliest day a span can hold: no lower limit
MAX = "9999-12-31"  # the latest: no upper limit

Precision = Literal["day", "month", "season", "year", "decade"]
Qualifier = Literal["approximate", "uncertain", "approximate and uncertain"]

_COARSENESS: tuple[Precision, ...] = ("day", "month", "season", "year", "decade")
_MONTHS = (  # not calendar.month_name, which follows the locale
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SEASONS = {21: ("spring", 3), 22: ("summer", 6), 23: ("autumn", 9), 24: ("winter", 12)}
_BLANK = ("", "..")
_SINGLE = re.compile(
    r"(?:(?P<decade>[0-9]{3})X|(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?)(?P<mark>[~?%]?)"
)
_ALLOWED = (
    "write YYYY, YYYY-MM, YYYY-MM-DD, YYYY-21 to YYYY-24 (a season) or 193X (a decade), add ~ ? or % if needed, "
    "or join two as start/end (.. is open, empty is unknown), for example 1933-06-26/1934-09-19"
)
# Common slips, corrected one after another; a result is suggested only if it can be read.
_SLIPS = (
    (r"[\u2010-\u2015\u2212]", "-"),
    (r"^\s*(.+?)\s+(?:-|to|until)\s+(.+)$", r"\1/\2"),
    (r"(?:^|(?<=/))(?:circa|about|ca?\.?)\s*([^/]+)", r"\1~"),
    (r"\s+$|^\s+|\s+(?=/)|(?<=/)\s+", ""),
    (r"^(\d{4})-(\d{4})$", r"\1/\2"),
    (r"(?<!\d)(\d)(?![\dxu])", r"0\1"),
    (r"(?<!\d)(\d{4})([./ ]?)(\d\d)\2(\d\d)(?!\d)", r"\1-\3-\4"),
    (r"^(\d\d)[./](\d{4})$", r"\2-\1"),
    (r"(?<!\d)(\d{3})(?:0s|[xu])", r"\1X"),
    (r"(?<=/)(?:open|now|present)$", ".."),
    (r"([~?%])([\dX-]+)", r"\2\1"),
    (r"~\?|\?~", "%"),
)
# Slips that can be meant in two ways: day or month first, short end of an interval or month.
_READINGS = (
    (r"(?<!\d)(\d\d)([./-])(\d\d)\2(\d{4})(?!\d)", r"\4-\3-\1"),
    (r"(?<!\d)(\d\d)([./-])(\d\d)\2(\d{4})(?!\d)", r"\4-\1-\3"),
    (r"^(\d\d)(\d\d)[/-](\d\d)$", r"\1\2/\1\3"),
    (r"^(\d{4})[/.](\d\d)$", r"\1-\2"),
)


class EdtfError(ValueError):
    """A date that cannot be accepted; the message is one line, for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Span:
    """The earliest and latest days on which something may have started and ended.

    All four are ISO days as text, so that they sort; `MIN` and `MAX` mean "no limit".
    """

    earliest_start: str
    latest_start: str
    earliest_end: str
    latest_end: str


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date that has been read.

    `span` is for searching. `earliest` and `latest` are for people and clients: only as precise as the date itself,
    and None where an end is open or unknown. `precision` is the coarser of the two ends, `qualifier` joins what is
    said of either, `label` is English.
    """

    text: str
    span: Span
    earliest: str | None
    latest: str | None
    precision: Precision
    qualifier: Qualifier | None
    label: str

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Pickled as its text: shorter, and read as fast."""
        return parse, (self.text,)


@dataclass(frozen=True, slots=True)
class _Point:
    """A single date: its first and last day, and the same at its own precision."""

    first: str
    last: str
    earliest: str
    latest: str
    precision: Precision
    label: str
    approximate: bool = False
    uncertain: bool = False

    @property
    def qualified(self) -> bool:
        return self.approximate or self.uncertain


@lru_cache(maxsize=8192)
def parse(text: str) -> Edtf:
    """Read a date or an interval; raise `EdtfError` if it is not one that is accepted."""
    try:
        return _read(text)
    except EdtfError as error:
        found = _suggestions(text)
        if not found:
            raise
        message = f"{error} (did you mean {' or '.join(found)}?)"
    raise EdtfError(message)


def possible(span: Span, lo: str, hi: str) -> bool:
    """Whether it may have been going on at some time from day `lo` to day `hi`, inclusive."""
    return span.earliest_start <= hi and span.latest_end >= lo


def certain(span: Span, lo: str, hi: str) -> bool:
    """Whether it must have been going on at some time from day `lo` to day `hi`, inclusive."""
    return span.latest_start <= hi and span.earliest_end >= lo


def _read(text: str) -> Edtf:
    """Read a date or an interval; the error says what is wrong but suggests no correction."""
    parts = text.split("/")
    if len(parts) == 1:
        return _from_point(text, _point(text))
    if len(parts) == 2:
        return _from_ends(text, *parts)
    raise EdtfError(f"{_quoted(text)} has more than one /; {_ALLOWED}")


def _from_point(text: str, point: _Point) -> Edtf:
    latest_start, earliest_end = (MAX, MIN) if point.qualified else (point.last, point.first)
    span = Span(point.first, latest_start, earliest_end, point.last)
    qualifier = _qualifier(point.approximate, point.uncertain)
    return Edtf(text, span, point.earliest, point.latest, point.precision, qualifier, point.label)


def _from_ends(text: str, left: str, right: str) -> Edtf:
    if left in _BLANK and right in _BLANK:
        raise EdtfError(f"{_quoted(text)} needs a date at one end at least, for example ../1938")
    start = None if left in _BLANK else _point(left)
    end = None if right in _BLANK else _point(right)
    points = [point for point in (start, end) if point]
    return Edtf(
        text=text,
        span=_interval_span(start, end, left, right),
        earliest=start.earliest if start else None,
        latest=end.latest if end else None,
        precision=max((point.precision for point in points), key=_COARSENESS.index),
        qualifier=_qualifier(any(point.approximate for point in points), any(point.uncertain for point in points)),
        label=_interval_label(start, end, left, right),
    )


def _interval_span(start: _Point | None, end: _Point | None, left: str, right: str) -> Span:
    lowest = start.first if start else MIN
    highest = end.last if end else MAX
    if lowest > highest:
        raise EdtfError(f"'{left}/{right}' ends before it starts; put the earlier date first: {right}/{left}")
    # A start that is not given or is qualified is only known to be no later than the end, and such an end
    # no earlier than the start; but an open end is known to be still to come, and what is only said to be
    # before a date may have ended at any time before it.
    # A coarse end that holds the other says no more than the other does: 1938-07/1938 did not end before July.
    latest_start = min(start.last, highest) if start and not start.qualified else highest
    earliest_end = max(end.first, lowest) if end and not end.qualified and left != ".." else lowest
    return Span(lowest, latest_start, MAX if right == ".." else earliest_end, highest)


def _interval_label(start: _Point | None, end: _Point | None, left: str, right: str) -> str:
    if start and end:
        return f"{start.label} – {end.label}"
    if start:
        return f"from {start.label}" if right == ".." else f"{start.label} – (end unknown)"
    label = end.label if end else ""
    return f"before {label}" if left == ".." else f"until {label} (start unknown)".replace(") (", "; ")


def _qualifier(approximate: bool, uncertain: bool) -> Qualifier | None:
    if approximate and uncertain:
        return "approximate and uncertain"
    return "approximate" if approximate else "uncertain" if uncertain else None


def _point(text: str) -> _Point:
    """Read a single date with its mark, if it has one."""
    match = _SINGLE.fullmatch(text)
    if not match:
        raise EdtfError(f"{_quoted(text)} is not a date that can be read; {_ALLOWED}")
    decade, year, month, day, mark = match.group("decade", "year", "month", "day", "mark")
    start, stop = _years(text, decade, year)
    if month is None:
        first, last = f"{start:04d}", f"{stop:04d}"
        days = f"{first}-01-01", f"{last}-12-31"
        precision: Precision = "decade" if decade else "year"
        label = f"{first}s" if decade else first
    elif day is None and int(month) in _SEASONS:
        first, last, label = _season(start, int(month))
        days, precision = (f"{first}-01", f"{last}-{_length(last):02d}"), "season"
    else:
        first = last = text.removesuffix(mark)
        days, precision, label = _day_or_month(text, first)
    approximate, uncertain = mark in ("~", "%"), mark in ("?", "%")
    label = f"{'about ' * approximate}{label}{' (uncertain)' * uncertain}"
    return _Point(*days, first, last, precision, label, approximate, uncertain)


def _years(text: str, decade: str | None, year: str) -> tuple[int, int]:
    """The first and last year that a date names, if they are in range."""
    start, stop = (int(f"{decade}0"), int(f"{decade}9")) if decade else (int(year), int(year))
    if start < 1 or stop > 9998:
        limits = "decades run from 001X to 998X" if decade else "years run from 0001 to 9998"
        raise EdtfError(f"{_quoted(text)} is out of range; {limits}, for example 193X or 1937")
    return start, stop


def _season(year: int, number: int) -> tuple[str, str, str]:
    """The first and last month of a season, and its name."""
    name, month = _SEASONS[number]
    first = f"{year:04d}-{month:02d}"
    if name == "winter":
        return first, f"{year + 1:04d}-02", f"winter {year:04d}–{year + 1:04d}"
    return first, f"{year:04d}-{month + 2:02d}", f"{name} {year:04d}"


def _day_or_month(text: str, plain: str) -> tuple[tuple[str, str], Precision, str]:
    """The first and last day, the precision and the label of ``YYYY-MM`` or ``YYYY-MM-DD``."""
    year, month, *rest = plain.split("-")
    if not 1 <= int(month) <= 12:
        raise EdtfError(
            f"{_quoted(text)} has no possible month: {month} should be 01 to 12, "
            f"or 21 to 24 for a season and then without a day, for example {year}-02 or {year}-22"
        )
    length = _length(f"{year}-{month}")
    named = f"{_MONTHS[int(month) - 1]} {year}"
    if not rest:
        return (f"{plain}-01", f"{plain}-{length}"), "month", named
    if not 1 <= int(rest[0]) <= length:
        raise EdtfError(f"{_quoted(text)} does not exist; {named} runs from {plain[:7]}-01 to {plain[:7]}-{length}")
    return (plain, plain), "day", f"{int(rest[0])} {named}"


def _length(month: str) -> int:
    """The number of days in a month written ``YYYY-MM``."""
    return calendar.monthrange(int(month[:4]), int(month[5:]))[1]


def _quoted(text: str) -> str:
    """The text as it goes into a message: in quotes, on one line and not too long."""
    return repr(text if len(text) <= 40 else f"{text[:40]}...")


def _suggestions(text: str) -> list[str]:
    """Dates that can be read and that the writer of `text` is likely to have meant."""
    if len(text) > 40:
        return []
    tidy = text
    for pattern, replacement in _SLIPS:
        tidy = re.sub(pattern, replacement, tidy, flags=re.ASCII | re.IGNORECASE)
    tries = [tidy] + [re.sub(pattern, replacement, tidy, flags=re.ASCII) for pattern, replacement in _READINGS]
    found = []
    for each in dict.fromkeys(tries):
        with suppress(EdtfError):
            found.append(_read(each).text)
    return found
