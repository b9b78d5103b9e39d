"""The EDTF reader: worked values for each form, properties, and the `edtf` package as oracle for single dates."""

import re
import warnings
from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from app.edtf import MAX, MIN, Edtf, EdtfError, Span, certain, parse, possible

# --- texts to draw from -------------------------------------------------------------------------

years = st.integers(1, 9998).map("{:04d}".format) | st.integers(1900, 1945).map(str)
days = st.dates(date(1, 1, 1), date(9998, 12, 31)) | st.dates(date(1920, 1, 1), date(1945, 12, 31))
whole_days = days.map(date.isoformat)
months = whole_days.map(lambda day: day[:7])
decades = st.integers(1, 998).map("{:03d}X".format)
seasons = st.builds("{}-{}".format, years, st.integers(21, 24))
plain = years | months | whole_days | decades | seasons
qualified = st.builds("{}{}".format, plain, st.sampled_from("~?%"))
singles = plain | qualified


def in_order(start: str, end: str) -> str:
    if parse(start).span.earliest_start > parse(end).span.latest_end:
        start, end = end, start
    return f"{start}/{end}"


def intervals(ends: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blanks = st.sampled_from(["", ".."])
    closed, to, since = (st.builds(in_order, ends, ends), *(
        st.builds("{}/{}".format, *sides) for sides in ((blanks, ends), (ends, blanks))
    ))  # fmt: skip
    return closed | to | since


unqualified = plain | intervals(plain)
texts = singles | intervals(singles)
ranges = st.tuples(whole_days, whole_days).map(sorted)


def day_after(day: str, count: int) -> str:
    """Move a day, staying within MIN to MAX."""
    moved = min(max(date.fromisoformat(day).toordinal() + count, 1), date.max.toordinal())
    return date.fromordinal(moved).isoformat()


# --- worked values ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "bounds", "known", "precision", "label"),
    [
        ("1937", ("1937-01-01", "1937-12-31"), ("1937", "1937"), "year", "1937"),
        ("1936-02", ("1936-02-01", "1936-02-29"), ("1936-02", "1936-02"), "month", "February 1936"),
        ("1900-02", ("1900-02-01", "1900-02-28"), ("1900-02", "1900-02"), "month", "February 1900"),
        ("1939-09-15", ("1939-09-15", "1939-09-15"), ("1939-09-15", "1939-09-15"), "day", "15 September 1939"),
        ("1936-02-29", ("1936-02-29", "1936-02-29"), ("1936-02-29", "1936-02-29"), "day", "29 February 1936"),
        ("1938-08-06", ("1938-08-06", "1938-08-06"), ("1938-08-06", "1938-08-06"), "day", "6 August 1938"),
        ("1939-21", ("1939-03-01", "1939-05-31"), ("1939-03", "1939-05"), "season", "spring 1939"),
        ("1939-22", ("1939-06-01", "1939-08-31"), ("1939-06", "1939-08"), "season", "summer 1939"),
        ("1939-23", ("1939-09-01", "1939-11-30"), ("1939-09", "1939-11"), "season", "autumn 1939"),
        ("1939-24", ("1939-12-01", "1940-02-29"), ("1939-12", "1940-02"), "season", "winter 1939–1940"),
        ("193X", ("1930-01-01", "1939-12-31"), ("1930", "1939"), "decade", "1930s"),
        ("0001", ("0001-01-01", "0001-12-31"), ("0001", "0001"), "year", "0001"),
        ("9998-24", ("9998-12-01", "9999-02-28"), ("9998-12", "9999-02"), "season", "winter 9998–9999"),
    ],
)
def test_a_plain_single_date(
    text: str, bounds: tuple[str, str], known: tuple[str, str], precision: str, label: str
) -> None:
    read = parse(text)
    assert read.text == text
    assert read.span == Span(*bounds, *bounds)
    assert (read.earliest, read.latest) == known
    assert (read.precision, read.qualifier, read.label) == (precision, None, label)


@pytest.mark.parametrize(
    ("mark", "qualifier", "label"),
    [
        ("~", "approximate", "about 1937"),
        ("?", "uncertain", "1937 (uncertain)"),
        ("%", "approximate and uncertain", "about 1937 (uncertain)"),
    ],
)
def test_a_qualified_single_date_is_possible_but_never_certain(mark: str, qualifier: str, label: str) -> None:
    read = parse(f"1937{mark}")
    assert read == Edtf(
        f"1937{mark}", Span("1937-01-01", MAX, MIN, "1937-12-31"), "1937", "1937", "year", qualifier, label
    )  # fmt: skip
    assert possible(read.span, "1937-06-01", "1937-06-30")
    assert not certain(read.span, "1900-01-01", "1999-12-31")


@pytest.mark.parametrize(
    ("text", "span", "earliest", "latest", "precision", "qualifier"),
    [
        (
            "1933-06-26/1934-09-19",
            Span("1933-06-26", "1933-06-26", "1934-09-19", "1934-09-19"),
            "1933-06-26", "1934-09-19", "day", None,
        ),
        (
            "1938-07/1938-08-11",
            Span("1938-07-01", "1938-07-31", "1938-08-11", "1938-08-11"),
            "1938-07", "1938-08-11", "month", None,
        ),
        (
            "192X/1939-24",
            Span("1920-01-01", "1929-12-31", "1939-12-01", "1940-02-29"),
            "1920", "1940-02", "decade", None,
        ),
        ("1940-09-27/", Span("1940-09-27", "1940-09-27", "1940-09-27", MAX), "1940-09-27", None, "day", None),
        ("1940/", Span("1940-01-01", "1940-12-31", "1940-01-01", MAX), "1940", None, "year", None),
        ("1940/..", Span("1940-01-01", "1940-12-31", MAX, MAX), "1940", None, "year", None),
        ("/1938", Span(MIN, "1938-12-31", "1938-01-01", "1938-12-31"), None, "1938", "year", None),
        ("../1938", Span(MIN, "1938-12-31", MIN, "1938-12-31"), None, "1938", "year", None),
        (
            "1936~/1938",
            Span("1936-01-01", "1938-12-31", "1938-01-01", "1938-12-31"),
            "1936", "1938", "year", "approximate",
        ),
        (
            "1936-05/1938?",
            Span("1936-05-01", "1936-05-31", "1936-05-01", "1938-12-31"),
            "1936-05", "1938", "year", "uncertain",
        ),
        (
            "1936~/1938?",
            Span("1936-01-01", "1938-12-31", "1936-01-01", "1938-12-31"),
            "1936", "1938", "year", "approximate and uncertain",
        ),
        ("1940~/", Span("1940-01-01", MAX, "1940-01-01", MAX), "1940", None, "year", "approximate"),
        ("1940?/..", Span("1940-01-01", MAX, MAX, MAX), "1940", None, "year", "uncertain"),
        ("../1938%", Span(MIN, "1938-12-31", MIN, "1938-12-31"), None, "1938", "year", "approximate and uncertain"),
        # Ends that overlap are in order as long as some day of the start is no later than some day of the end;
        # it ended no earlier than it can have begun, and had begun by the last day on which it can have ended.
        ("1937-06/1937", Span("1937-06-01", "1937-06-30", "1937-06-01", "1937-12-31"), "1937-06", "1937", "year", None),
        ("1937/1937-06", Span("1937-01-01", "1937-06-30", "1937-06-01", "1937-06-30"), "1937", "1937-06", "year", None),
    ],
)  # fmt: skip
def test_an_interval(
    text: str, span: Span, earliest: str | None, latest: str | None, precision: str, qualifier: str | None
) -> None:
    read = parse(text)
    assert read.span == span
    assert (read.earliest, read.latest) == (earliest, latest)
    assert (read.precision, read.qualifier) == (precision, qualifier)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("1933-06-26/1934-09-19", "26 June 1933 – 19 September 1934"),
        ("1938-07/1938-08-11", "July 1938 – 11 August 1938"),
        ("1936-22/193X", "summer 1936 – 1930s"),
        ("1936~/1938?", "about 1936 – 1938 (uncertain)"),
        ("1938-08%", "about August 1938 (uncertain)"),
        ("193X~", "about 1930s"),
        ("../1938", "before 1938"),
        ("../1938-07~", "before about July 1938"),
        ("/1938", "until 1938 (start unknown)"),
        ("/1938?", "until 1938 (uncertain; start unknown)"),
        ("1940-09-27/", "27 September 1940 – (end unknown)"),
        ("1940/..", "from 1940"),
        ("1940~/..", "from about 1940"),
    ],
)
def test_labels(text: str, label: str) -> None:
    assert parse(text).label == label


@pytest.mark.parametrize(
    ("text", "lo", "hi", "may", "must"),
    [
        ("1937", "1937-01-01", "1937-12-31", True, True),
        ("1937", "1937-06-01", "1937-06-30", True, False),
        ("1937", "1938-01-01", "1938-12-31", False, False),
        ("1939-24", "1940-02-29", "1940-02-29", True, False),
        ("1939-24", "1940-03-01", "1940-03-01", False, False),
        ("1936/1938", "1937-06-01", "1937-06-30", True, True),
        ("1936/1938", "1936-06-01", "1936-06-30", True, False),
        ("1936/1938", "1939-01-01", "1939-01-01", False, False),
        ("1940/..", "1941-05-05", "1941-05-05", True, True),
        ("1940/", "1941-05-05", "1941-05-05", True, False),
        ("1940/", "1940-01-01", "1940-12-31", True, True),
        ("../1938", "1920-01-01", "1920-12-31", True, False),
        ("../1938", "1938-01-01", "1938-12-31", True, False),
        ("../1938", MIN, "1938-12-31", True, True),
        ("/1938", "1938-01-01", "1938-12-31", True, True),
        ("/1938", "1939-01-01", "1939-12-31", False, False),
        ("1936~/1938", "1937-01-01", "1937-12-31", True, False),
        ("1936~/1938", "1938-01-01", "1938-12-31", True, True),
    ],
)
def test_possible_and_certain(text: str, lo: str, hi: str, may: bool, must: bool) -> None:
    span = parse(text).span
    assert (possible(span, lo, hi), certain(span, lo, hi)) == (may, must)


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1938-2", "did you mean 1938-02?"),
        ("1938-2-5~", "did you mean 1938-02-05~?"),
        ("15/09/1939", "did you mean 1939-09-15?"),
        ("05/09/1939", "did you mean 1939-09-05 or 1939-05-09?"),
        ("15.9.1939", "did you mean 1939-09-15?"),
        ("1939/09/15", "did you mean 1939-09-15?"),
        ("19390915", "did you mean 1939-09-15?"),
        ("09/1939", "did you mean 1939-09?"),
        ("1939/09", "did you mean 1939-09?"),
        ("1939/40", "did you mean 1939/1940?"),
        ("1939-40", "did you mean 1939/1940?"),
        ("1901/05", "did you mean 1901/1905 or 1901-05?"),
        ("1937–1939", "did you mean 1937/1939?"),
        ("1937 to 1939", "did you mean 1937/1939?"),
        ("1937 / 1939", "did you mean 1937/1939?"),
        ("1939-09-15 – 1939-09-20", "did you mean 1939-09-15/1939-09-20?"),
        ("193x", "did you mean 193X?"),
        ("1930s", "did you mean 193X?"),
        ("c. 1937", "did you mean 1937~?"),
        ("circa 1937 - 1939", "did you mean 1937~/1939?"),
        ("~1937", "did you mean 1937~?"),
        ("1937?~", "did you mean 1937%?"),
        ("1940/open", "did you mean 1940/..?"),
        (" 1937\n", "did you mean 1937?"),
        ("15/09/1939", "YYYY-MM-DD"),
        ("June 1933", "YYYY-MM-DD"),
        ("1/2/3", "more than one /"),
        ("", "YYYY-MM-DD"),
        ("19XX", "193X (a decade)"),
        ("١٩٣٧", "YYYY"),
        ("1938-02-01T00:00", "YYYY-MM-DD"),
        ("1938/193", "'193' is not a date"),
        ("../..~", "'..~' is not a date"),
        ("/", "for example ../1938"),
        ("../..", "for example ../1938"),
        ("../", "for example ../1938"),
        ("/..", "for example ../1938"),
        ("1938/1937", "put the earlier date first: 1937/1938"),
        ("1938-02-30", "February 1938 runs from 1938-02-01 to 1938-02-28"),
        ("1937-02-29", "February 1937 runs from 1937-02-01 to 1937-02-28"),
        ("1936/1938-04-31", "April 1938 runs from 1938-04-01 to 1938-04-30"),
        ("1938-04-00", "April 1938 runs from"),
        ("1938-13", "13 should be 01 to 12, or 21 to 24 for a season"),
        ("1938-00", "00 should be 01 to 12"),
        ("1938-25", "for example 1938-02 or 1938-22"),
        ("1938-22-01", "a season and then without a day"),
        ("0000", "years run from 0001 to 9998"),
        ("9999-01", "years run from 0001 to 9998"),
        ("000X", "decades run from 001X to 998X"),
        ("999X", "decades run from 001X to 998X"),
    ],
)
def test_the_error_says_what_is_wrong_and_what_to_write(text: str, hint: str) -> None:
    with pytest.raises(EdtfError, match=re.escape(hint)) as caught:
        parse(text)
    assert len(str(caught.value).splitlines()) == 1


def test_a_long_text_is_cut_in_the_message() -> None:
    with pytest.raises(EdtfError) as caught:
        parse("1937 " * 10_000)
    assert len(str(caught.value)) < 400


# --- properties ---------------------------------------------------------------------------------


def refusal(text: str) -> str | None:
    """Return the message of the error, if the text is refused; no other exception is expected."""
    try:
        parse(text)
    except EdtfError as error:
        return str(error)
    return None


@given(st.text() | st.text("0123456789-/.X~?% xcs", max_size=24) | st.from_regex(r"\A[0-9-]{4,10}/?[0-9-]{0,10}\Z"))
@example("1937\n")
@example("\ud800")
@example("1938\u2028-02")
@example("5/9/1939")
def test_any_text_is_read_whole_or_refused_in_one_line(text: str) -> None:
    message = refusal(text)
    if message is None:
        assert parse(text).text == text
        return
    assert len(message.splitlines()) == 1
    for suggested in re.findall(r"did you mean (.+)\?\)$", message):
        assert [refusal(each) for each in suggested.split(" or ")] in ([None], [None, None])


@given(texts)
def test_the_text_is_kept(text: str) -> None:
    assert parse(text).text == text


@given(texts)
def test_the_bounds_are_days_in_order(text: str) -> None:
    span = parse(text).span
    for day in (span.earliest_start, span.latest_start, span.earliest_end, span.latest_end):
        assert date.fromisoformat(day).isoformat() == day
    assert span.earliest_start <= span.latest_start
    assert span.earliest_end <= span.latest_end
    assert span.earliest_start <= span.latest_end


@given(texts)
def test_earliest_and_latest_agree_with_the_span_and_are_not_padded(text: str) -> None:
    read = parse(text)
    start, _, end = text.partition("/") if "/" in text else (text, "", text)
    assert (read.earliest is None) == (start in ("", ".."))
    assert (read.latest is None) == (end in ("", ".."))
    assert read.span.earliest_start.startswith(read.earliest or MIN)
    assert read.span.latest_end.startswith(read.latest or MAX)


@given(texts, ranges)
def test_what_is_certain_is_possible(text: str, query: list[str]) -> None:
    span = parse(text).span
    assert possible(span, *query) or not certain(span, *query)


@given(unqualified)
def test_an_unqualified_date_is_certain_for_its_own_bounds(text: str) -> None:
    span = parse(text).span
    # A start within its end, or the reverse (1937/1937-06), is not clamped: it claims less than it could.
    assume(span.latest_start <= span.latest_end and span.earliest_end >= span.earliest_start)
    assert certain(span, span.earliest_start, span.latest_end)


@given(qualified, whole_days, whole_days)
def test_a_qualified_single_date_is_certain_for_no_bounded_query(text: str, lo: str, hi: str) -> None:
    assume(lo > MIN or hi < MAX)
    assert not certain(parse(text).span, lo, hi)


@given(texts, ranges, st.integers(0, 5000), st.integers(0, 5000))
def test_widening_a_query_loses_nothing(text: str, query: list[str], before: int, after: int) -> None:
    span = parse(text).span
    wider = day_after(query[0], -before), day_after(query[1], after)
    for test in (possible, certain):
        assert test(span, *wider) or not test(span, *query)


@given(unqualified, ranges, st.data())
def test_possible_and_certain_mean_what_they_say(text: str, query: list[str], data: st.DataObject) -> None:
    """For any true start and end that the span allows: certain implies overlap, and overlap implies possible."""
    span = parse(text).span
    start = data.draw(st.dates(*map(date.fromisoformat, (span.earliest_start, span.latest_start)))).isoformat()
    assume(start <= span.latest_end)
    first_end = max(start, span.earliest_end)
    end = data.draw(st.dates(*map(date.fromisoformat, (first_end, span.latest_end)))).isoformat()
    overlap = start <= query[1] and end >= query[0]
    assert overlap or not certain(span, *query)
    assert possible(span, *query) or not overlap


@given(st.builds("{}/{}".format, singles, singles))
def test_an_interval_is_refused_only_if_it_is_reversed(text: str) -> None:
    start, end = map(parse, text.split("/"))
    if start.span.earliest_start <= end.span.latest_end:
        assert parse(text).span.earliest_start == start.span.earliest_start
    else:
        with pytest.raises(EdtfError, match="ends before it starts"):
            parse(text)


@given(seasons)
def test_the_seasons_of_a_year_follow_each_other(text: str) -> None:
    year, number = text.split("-")
    following = f"{year}-{int(number) + 1}" if number != "24" else f"{int(year) + 1:04d}-21"
    assume(not following.startswith("9999"))
    next_day = date.fromisoformat(parse(text).span.latest_end) + timedelta(days=1)
    assert next_day.isoformat() == parse(following).span.earliest_start


# --- the oracle ---------------------------------------------------------------------------------


def oracle(text: str) -> tuple[str, str]:
    """The first and last day according to the `edtf` package, whose grammar warns when it is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from edtf import parse_edtf  # noqa: PLC0415

        read = parse_edtf(text)
        first, last = ("{:04d}-{:02d}-{:02d}".format(*day[:3]) for day in (read.lower_strict(), read.upper_strict()))
    return first, last


@settings(max_examples=60, deadline=None)
@given(years | months | whole_days | decades)
@example("1900-02")
@example("2000-02")
@example("0004-02")
@example("001X")
@example("998X")
@example("9998-12-31")
def test_single_dates_agree_with_the_edtf_package(text: str) -> None:
    span = parse(text).span
    assert (span.earliest_start, span.latest_end) == oracle(text)
