"""Filters: each kind alone, and together. Expected ids are read off tests/data by hand, in the order of the list."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Ask = Callable[[str], Any]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # Equals: a closed list, a flag, a number, a value in a list, a value in a part
        ("/v1/treaties?form=pact", ["grey-pact"]),
        ("/v1/treaties?secret=true", ["coast-protocol"]),
        ("/v1/treaties?secret=false", ["grey-pact"]),
        ("/v1/citations?paragraph=3&sort=pages", ["harbour-1960-p10-2", "harbour-1960-p10-12"]),
        ("/v1/negotiations?move=counter-proposal", ["railway-sale"]),
        ("/v1/battles?result=truce", ["hill-clash"]),
        ("/v1/figures?series=fishing-share", ["fishing-share-1928", "fishing-share-1931"]),
        ("/v1/works?role=source of notes", ["grey-papers-2"]),
        ("/v1/notes?kind=internal&confidence=high", ["two-counts-of-men"]),
        # Equals on ids elsewhere
        ("/v1/actors?same_as=wikidata:Q900000001", ["northland"]),
        ("/v1/actors?same_as=geonames:900000002", ["southland"]),
        ("/v1/actors?same_as=wikidata:Q1", []),
        # Refers: one field only
        ("/v1/treaties?party=third-realm", ["coast-protocol", "grey-pact"]),
        ("/v1/treaties?signed_at=dawn-harbour", ["dawn-treaty"]),
        ("/v1/battles?belligerent=southland&commander=ivan-orlov", ["hill-clash"]),
        ("/v1/battles?formation=northern-army", ["hill-clash"]),
        ("/v1/negotiations?relies_on=dawn-fishery-convention", ["fishery-talks-1936"]),
        ("/v1/negotiations?by=northland", ["railway-sale", "fishery-talks-1936"]),
        ("/v1/events?participant=coast-company", ["coast-arrests"]),
        ("/v1/people?served=northland", ["anna-berg"]),
        ("/v1/actors?part_of=northland", ["northern-army"]),
        ("/v1/places?part_of=grey-coast", ["dawn-harbour"]),
        ("/v1/figures?about=treaties/dawn-fishery-convention", ["fishing-share-1928"]),
        # Mentions: anywhere in the record; on evidence and works, in what rests on them
        ("/v1/treaties?actor=third-realm", ["coast-protocol", "grey-pact"]),
        ("/v1/treaties?person=anna-berg", ["dawn-treaty"]),
        ("/v1/battles?place=dawn-harbour", ["hill-clash"]),
        ("/v1/events?place=east-cape", ["transfer-of-men"]),
        ("/v1/negotiations?person=kenji-mori", ["railway-sale"]),
        ("/v1/actors?actor=northland", ["northern-army"]),
        ("/v1/citations?person=ivan-orlov", ["harbour-1960-p20-25"]),
        ("/v1/citations?topic=war-and-truce", ["harbour-1960-p20-25"]),
        ("/v1/notes?actor=northern-army", ["two-counts-of-men"]),
        ("/v1/notes?actor=third-realm", ["pact-may-be-of-1938"]),
        ("/v1/works?actor=third-realm&role=source of notes", ["grey-papers-2"]),
        # or within a name, by comma and by repetition; and between names
        ("/v1/treaties?form=pact,truce", ["grey-pact", "hill-truce"]),
        ("/v1/treaties?form=pact&form=truce", ["grey-pact", "hill-truce"]),
        ("/v1/treaties?form=pact,pact", ["grey-pact"]),
        ("/v1/treaties?form=pact,truce&party=northland", ["hill-truce"]),
        ("/v1/treaties?form=treaty&party=third-realm", []),
        ("/v1/treaties?topic=fisheries&party=southland&sort=-date&limit=2",
         ["draft-fishery-convention", "dawn-fishery-convention"]),
    ],
)  # fmt: skip
async def test_a_filter_finds_the_records_that_meet_it(ids: Ask, path: str, expected: list[str]) -> None:
    assert await ids(path) == expected


@pytest.mark.parametrize(
    ("asked", "possible", "certain"),
    [
        # Dated to the day, the year, the month, about a year, the day.
        ("1925-01-20", ["coast-protocol", "dawn-treaty"], ["dawn-treaty"]),
        ("1925", ["coast-protocol", "dawn-treaty"], ["coast-protocol", "dawn-treaty"]),
        ("1925-02", ["coast-protocol"], []),
        ("1928-01-31", ["dawn-fishery-convention"], []),
        ("1928-02", [], []),
        ("1936/1937", ["draft-fishery-convention", "grey-pact"], ["draft-fishery-convention"]),
        ("1937", ["grey-pact"], []),
        ("../1925", ["coast-protocol", "dawn-treaty"], ["coast-protocol", "dawn-treaty"]),
        ("1938-08/..", ["hill-truce"], ["hill-truce"]),
        ("1938-22", ["hill-truce"], ["hill-truce"]),
        ("193X", ["draft-fishery-convention", "grey-pact", "hill-truce"], ["draft-fishery-convention", "hill-truce"]),
    ],
)
async def test_a_date_finds_what_may_and_what_must_overlap_it(
    ids: Ask, asked: str, possible: list[str], certain: list[str]
) -> None:
    assert await ids(f"/v1/treaties?date={asked}") == possible
    assert await ids(f"/v1/treaties?date={asked}&date_match=possible") == possible
    assert await ids(f"/v1/treaties?date={asked}&date_match=certain") == certain


async def test_an_unknown_end_may_be_any_day_and_is_certain_of_none(ids: Ask) -> None:
    assert await ids("/v1/battles?date=1941") == ["long-war"]
    assert await ids("/v1/battles?date=1941&date_match=certain") == []
    assert await ids("/v1/battles?date=1937-07-07&date_match=certain") == ["long-war"]


async def test_a_season_is_its_three_months(ids: Ask) -> None:
    assert await ids("/v1/battles?date=1939-06-01") == ["long-war", "coast-raid"]
    assert await ids("/v1/battles?date=1939-09-01") == ["long-war"]
    assert await ids("/v1/battles?date=1939-06/1939-08&date_match=certain") == ["coast-raid"]


@pytest.mark.parametrize(
    ("day", "possible", "certain"),
    [
        ("1925-01-20", ["coast-protocol", "dawn-treaty"], ["dawn-treaty"]),
        ("1926-01-01", ["coast-protocol", "dawn-treaty"], ["coast-protocol", "dawn-treaty"]),
        ("1936-12-31", ["coast-protocol", "dawn-treaty", "dawn-fishery-convention"], ["coast-protocol", "dawn-treaty"]),
        ("1937-01-01", ["coast-protocol", "dawn-fishery-convention", "grey-pact"], ["coast-protocol"]),
        ("1940-06-01", ["coast-protocol", "dawn-fishery-convention", "grey-pact", "hill-truce"],
         ["coast-protocol", "grey-pact"]),
        ("1940-06-02", ["coast-protocol", "dawn-fishery-convention", "hill-truce"], ["coast-protocol"]),
        ("1924-12-31", [], []),
    ],
)  # fmt: skip
async def test_in_force_on_finds_what_may_and_what_must_have_bound_that_day(
    ids: Ask, day: str, possible: list[str], certain: list[str]
) -> None:
    assert await ids(f"/v1/treaties?in_force_on={day}") == possible
    assert await ids(f"/v1/treaties?in_force_on={day}&date_match=certain") == certain


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ("131,43,132,44", ["dawn-harbour"]),
        ("131.9,43.1,131.9,43.1", ["dawn-harbour"]),
        ("119,45,121,46", ["middle-railway"]),
        ("110,40,140,50", ["dawn-harbour", "middle-railway"]),
        ("179,50,-179,70", ["east-cape", "west-island"]),
        ("179,50,180,70", ["east-cape"]),
        ("-180,50,-179,70", ["west-island"]),
        ("-179,50,179,70", []),
        ("-180,-90,180,90", ["dawn-harbour", "east-cape", "middle-railway", "west-island"]),
    ],
)
async def test_a_box_finds_the_points_in_it_across_the_180th_meridian_too(
    ids: Ask, box: str, expected: list[str]
) -> None:
    assert await ids(f"/v1/places?bbox={box}") == expected


async def test_a_box_finds_records_by_the_places_that_they_name(ids: Ask) -> None:
    assert await ids("/v1/battles?bbox=131,43,132,44") == ["hill-clash"]
    assert await ids("/v1/events?bbox=179,50,-179,70") == ["loan-to-third-realm", "transfer-of-men"]
    assert await ids("/v1/treaties?bbox=131,43,132,44") == ["dawn-treaty"]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (9, []),
        (10, ["harbour-1960-p10-1", "harbour-1960-p10-2", "harbour-1960-p10-12"]),
        (11, ["harbour-1960-p10-12"]),
        (12, ["harbour-1960-p10-12"]),
        (13, []),
        (20, ["harbour-1960-p20-25"]),
        (22, []),
        (25, ["harbour-1960-p20-25"]),
        (31, ["harbour-1960-p31-32"]),
        (32, ["harbour-1960-p31-32"]),
    ],
)
async def test_a_page_is_in_a_range_but_not_between_two_pages(ids: Ask, page: int, expected: list[str]) -> None:
    assert await ids(f"/v1/citations?work=harbour-1960&page={page}&sort=pages") == expected


async def test_work_and_page_find_what_rests_on_a_citation(ids: Ask) -> None:
    assert await ids("/v1/negotiations?work=harbour-1960&page=11") == ["railway-sale"]
    assert await ids("/v1/events?work=harbour-1960") == ["loan-to-third-realm", "transfer-of-men"]
    assert await ids("/v1/people?work=harbour-1960&page=25") == ["ivan-orlov"]


async def test_a_work_is_found_by_what_rests_on_it_through_a_note(ids: Ask) -> None:
    assert await ids("/v1/treaties?work=grey-papers-2") == ["grey-pact"]
    assert await ids("/v1/notes?work=grey-papers-2") == ["pact-may-be-of-1938"]


async def test_page_and_work_are_of_one_citation(ids: Ask) -> None:
    assert await ids("/v1/treaties?work=grey-papers-2&page=30") == []
    assert await ids("/v1/treaties?work=grey-papers-2,harbour-1960&page=30") == ["grey-pact"]


async def test_pages_of_the_real_books(real_client: httpx.AsyncClient) -> None:
    async def pages(work: str, page: int) -> set[str]:
        answer = await real_client.get(f"/v1/citations?work={work}&page={page}&limit=200")
        return {citation["pages"] for citation in answer.json()["data"]}

    assert "179-180" in await pages("jones-1954", 179)
    assert "179-180" in await pages("jones-1954", 180)
    assert "364, 385" in await pages("eudin-slusser-1967", 364)
    assert "364, 385" in await pages("eudin-slusser-1967", 385)
    assert "364, 385" not in await pages("eudin-slusser-1967", 370)


@pytest.mark.parametrize("path", ["/v1/search?q=treaty&actor=soviet-union", "/v1/timeline?place=manchuria"])
async def test_an_id_shown_as_an_example_is_looked_up_like_any_other(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 400
    assert "no such id" in answer.json()["errors"][0]["detail"]
