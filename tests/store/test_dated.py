"""What is dated is found by the shape of records; what lasts is certain or possible by its bounds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.curation.provenance import complete
from app.edtf import MAX, MIN, Span, certain, parse
from app.resource import Record
from app.resources import RESOURCES
from app.shape import walk
from app.store.dated import dated, ends, undated
from app.store.timeline import why

days = st.dates(date(1900, 1, 1), date(1950, 12, 31)).map(date.isoformat)


def found(collection: str, **fields: object) -> list[tuple[str, str, str]]:
    """(kind, date, pointer) of everything dated in a record."""
    resource = RESOURCES[collection]
    record: Record = resource.model.model_validate({"id": "x", "name": "X", **fields})
    return [(d.kind, d.date.text, d.pointer) for d in dated(walk(complete(record, resource)), resource)]


def treaty(**fields: object) -> list[tuple[str, str, str]]:
    return found("treaties", form="pact", status="concluded", **fields)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("1925-01-20/1936-12-31", ("1925-01-20", "1936-12-31")),
        ("1925/", ("1925", "")),
        ("/1936", ("", "1936")),
        ("1925/..", ("1925", "")),
        ("../1936", ("", "")),  # before 1936: it need not have ended in 1936
        ("1936", ("", "")),
    ],
)
def test_a_span_states_its_ends_or_not(text: str, stated: tuple[str, str]) -> None:
    assert ends(parse(text)) == stated


def test_a_signature_tells_when_a_treaty_comes_into_force() -> None:
    assert treaty(signed="1940-09-27", in_force="1940-09-27/") == [("signed", "1940-09-27", "/signed")]


def test_an_end_that_nothing_else_tells_is_a_moment() -> None:
    both = [("signed", "1939-04-03", "/signed"), ("in force until", "1939-12-31", "/in_force")]
    assert treaty(signed="1939-04-03", in_force="1939-04-03/1939-12-31") == both


def test_an_end_that_is_told_is_no_second_moment() -> None:
    told = treaty(
        signed="1941-04-13", in_force="1941-04-13/1945-04-09", ended={"date": "1945-04-09", "how": "denounced"}
    )
    assert told == [("signed", "1941-04-13", "/signed"), ("ending", "1945-04-09", "/ended")]


def test_coming_into_force_later_is_a_moment() -> None:
    both = [("signed", "1925-01", "/signed"), ("in force from", "1925-05", "/in_force")]
    assert treaty(signed="1925-01", in_force="1925-05/") == both


def test_a_treaty_dated_by_its_force_alone_has_its_two_ends() -> None:
    assert [kind for kind, _, _ in treaty(in_force="1925/1930")] == ["in force from", "in force until"]


@pytest.mark.parametrize(
    ("existed", "moments"),
    [
        ("1932/", [("founded", "1932")]),
        ("1932/1945", [("founded", "1932"), ("dissolved", "1945")]),
        ("/1945", [("dissolved", "1945")]),
        ("../1945", []),
        ("1932", [("in being", "1932")]),
    ],
)
def test_an_actor_is_founded_and_dissolved(existed: str, moments: list[tuple[str, str]]) -> None:
    assert found("actors", form="state", existed=existed) == [(kind, day, "/existed") for kind, day in moments]


def test_parts_are_named_by_what_they_are() -> None:
    battle = found(
        "battles",
        form="battle",
        date="1939-05-11/",
        sides=[{"key": "a", "name": "A", "commanders": [{"person": "p", "since": "1939-07-01"}]}],
        phases=[{"date": "1939-08-20", "text": "It strikes."}, {"text": "Undated."}],
    )
    assert battle == [
        ("battle", "1939-05-11/", "/date"),
        ("commander", "1939-07-01", "/sides/0/commanders/0"),
        ("phase", "1939-08-20", "/phases/0"),
    ]


def test_what_could_have_a_date_and_has_none_is_told() -> None:
    model = RESOURCES["battles"].model
    record = model.model_validate({"id": "x", "name": "X", "form": "battle", "phases": [{"text": "Undated."}]})
    assert sorted(undated(record, walk(record))) == ["battle", "phase"]


@pytest.mark.parametrize(
    ("span", "day", "said"),
    [
        ("1939-04-03/1939-12-31", "1939-08-20", "Begun by 3 April 1939 and not over before 31 December 1939."),
        ("1925/..", "1999-01-01", "Begun by 31 December 1925."),
        ("1939-05-11/", "1939-08-20", "It may have ended: its end is not stated."),
        ("1939-05-11/", "1939-05-11", "Begun by 11 May 1939 and not over before 11 May 1939."),
        ("/1945", "1939-08-20", "It may not have begun: its beginning is not stated, or not for certain."),
        (
            "1928/1939",
            "1939-08-20",
            "It may have ended: it ended between 1 January 1939 and 31 December 1939.",
        ),
        (
            "1939-22",
            "1939-08-20",
            "It may not have begun: it began between 1 June 1939 and 31 August 1939; "
            "it may have ended: it ended between 1 June 1939 and 31 August 1939.",
        ),
    ],
)
def test_why_a_span_is_certain_or_only_possible(span: str, day: str, said: str) -> None:
    assert why(parse(span).span, day, day) == said


@given(st.lists(days, min_size=4, max_size=4), days, st.booleans(), st.booleans())
def test_why_speaks_of_certainty_exactly_where_there_is_any(
    bounds: list[str], day: str, unbegun: bool, unending: bool
) -> None:
    earliest_start, latest_start, earliest_end, latest_end = sorted(bounds)
    span = Span(MIN if unbegun else earliest_start, latest_start, earliest_end, MAX if unending else latest_end)
    said = why(span, day, day)
    assert said.startswith("Begun by") == certain(span, day, day)
    assert said.endswith(".")
    assert MIN not in said
    assert "9999" not in said
