"""The timeline over HTTP: order, filters, groups, this day in history, the state of affairs on a day."""

from datetime import date
from itertools import pairwise
from typing import Any

import httpx
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.edtf import certain, parse, possible

# Every moment of the fixture in order, read off its files: (record, kind, date).
EVERYTHING = [
    ("third-realm", "founded", "191X"),
    ("northern-army", "in being", "1918"),
    ("anna-berg", "role", "1925"),
    ("coast-protocol", "signed", "1925"),
    ("dawn-treaty", "signed", "1925-01-20"),
    ("dawn-fishery-convention", "signed", "1928-01"),
    ("fishing-share-1928", "figure", "1928"),
    ("fishing-share-1931", "figure", "1931"),
    ("railway-sale", "step", "1933-06-26"),
    ("railway-sale", "negotiation", "1933-06-26/1935-03-23"),
    ("railway-sale", "step", "1933-07"),
    ("railway-sale", "step", "1935-03-23"),
    ("fishery-talks-1936", "negotiation", "1936"),
    ("draft-fishery-convention", "treaty", "1936-11-20"),
    ("coast-company", "dissolved", "1936-12-31"),
    ("dawn-treaty", "ending", "1936-12-31"),
    ("grey-pact", "signed", "1937~"),
    ("long-war", "battle", "1937-07-07/"),
    ("loan-to-third-realm", "event", "1938-03"),
    ("hill-clash", "phase", "1938-07-29"),
    ("hill-clash", "battle", "1938-07-29/1938-08-11"),
    ("hill-clash", "commander", "1938-07-31"),
    ("hill-clash", "phase", "1938-08-06"),
    ("hill-truce", "signed", "1938-08-11"),
    ("coast-raid", "battle", "1939-22"),
    ("grey-pact", "ending", "1940-06-01"),
    ("transfer-of-men", "event", "1941-06/1941-08"),
    ("transfer-of-men", "phase", "1941-06-22"),
]
UNDATED = {"treaty": 1, "event": 1, "figure": 1, "step": 3, "role": 2}


async def ask(client: httpx.AsyncClient, query: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/timeline?{query}" if query else "/v1/timeline")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def told(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(m["record"]["id"], m["kind"], m["date"]["edtf"]) for m in answer["data"]]


async def pages(client: httpx.AsyncClient, path: str) -> list[Any]:
    """The data of every page, one after another."""
    found: list[Any] = []
    following: str | None = path
    while following:
        answer = (await client.get(following)).json()
        assert answer["links"]["self"] == following.replace("&sort=date", "")  # the usual order goes without saying
        found += answer["data"]
        following = answer["links"]["next"]
    return found


async def test_everything_dated_is_in_one_chronology(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "")
    assert told(answer) == EVERYTHING
    assert answer["meta"]["total"] == len(EVERYTHING)
    assert answer["meta"]["undated_excluded"] == sum(UNDATED.values())
    assert answer["meta"]["query"] == {"sort": "date"}


async def test_it_can_be_read_backwards(client: httpx.AsyncClient) -> None:
    assert told(await ask(client, "sort=-date")) == EVERYTHING[::-1]


async def test_a_moment_says_what_who_where_and_on_what_it_rests(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "record=battles/hill-clash&kind=phase,commander")
    taken, command, stormed = answer["data"]
    assert taken == {
        "date": {
            "edtf": "1938-07-29",
            "earliest": "1938-07-29",
            "latest": "1938-07-29",
            "precision": "day",
            "qualifier": None,
            "label": "29 July 1938",
        },
        "record": {"id": "hill-clash", "name": "Hill Clash", "url": "/v1/battles/hill-clash"},
        "collection": "battles",
        "pointer": "/phases/0",
        "actors": [],
        "people": [],
        "places": [{"id": "dawn-harbour", "name": "Dawn Harbour", "url": "/v1/places/dawn-harbour"}],
        "citations": [
            {
                "id": "harbour-1960-p20-25",
                "name": "Harbour 1960, pp. 20, 25",
                "url": "/v1/citations/harbour-1960-p20-25",
            }
        ],
        "uncited": None,
        "notes": [],
        "kind": "phase",
        "text": "The hill is taken.",
    }
    assert (command["text"], [p["id"] for p in command["people"]]) == ("commander", ["ivan-orlov"])
    assert (stormed["citations"], stormed["uncited"]) == ([], 4)


async def test_a_record_is_told_by_its_summary_and_those_who_take_part(client: httpx.AsyncClient) -> None:
    (signed, ended) = (await ask(client, "record=treaties/dawn-treaty"))["data"]
    assert signed["text"] == "It opened relations."
    assert [a["id"] for a in signed["actors"]] == ["northland", "southland"]
    assert [p["id"] for p in signed["places"]] == ["dawn-harbour"]
    assert [c["id"] for c in signed["citations"]] == ["harbour-1960-p10-1"]
    assert (ended["text"], [c["id"] for c in ended["citations"]]) == ("expired", ["harbour-1960-p10-2"])


async def test_notes_come_from_the_part_the_field_and_the_whole_record(client: httpx.AsyncClient) -> None:
    grey = (await ask(client, "record=treaties/grey-pact"))["data"]
    assert [[n["id"] for n in m["notes"]] for m in grey] == [["pact-may-be-of-1938"]] * 2
    whole, phase = (await ask(client, "record=events/transfer-of-men"))["data"]
    assert [n["id"] for n in whole["notes"]] == ["two-counts-of-men"]
    assert phase["notes"] == []


@pytest.mark.parametrize(
    ("query", "records"),
    [
        ("collection=people", ["anna-berg"]),
        ("kind=founded,dissolved", ["third-realm", "coast-company"]),
        ("person=kenji-mori", ["railway-sale"] * 4),
        ("place=east-cape", ["coast-raid", "transfer-of-men", "transfer-of-men"]),
        ("topic=war-and-truce", ["hill-clash"] * 4 + ["hill-truce"]),
        ("work=harbour-1960&page=11&kind=step", ["railway-sale"] * 3),
        ("actor=coast-company", []),
        ("date=1938-08-11", ["long-war", "hill-clash", "hill-truce"]),
        ("date=1938-08-11&date_match=certain", ["hill-clash", "hill-truce"]),
        ("date=1936-12&collection=treaties", ["dawn-treaty"]),
        ("date=1938&collection=battles&kind=battle", ["long-war", "hill-clash"]),
        ("record=treaties/hill-truce,battles/coast-raid", ["hill-truce", "coast-raid"]),
        ("year=1941", ["transfer-of-men"] * 2),
        ("year=unknown", ["third-realm"]),
        ("decade=1910s", ["third-realm", "northern-army"]),
        ("decade=1940s&kind=ending", ["grey-pact"]),
    ],
)
async def test_filters(client: httpx.AsyncClient, query: str, records: list[str]) -> None:
    answer = await ask(client, query)
    assert [m["record"]["id"] for m in answer["data"]] == records
    assert answer["meta"]["total"] == len(records)


@pytest.mark.parametrize(
    ("day", "moments"),
    [
        ("08-11", [("hill-clash", "battle"), ("hill-truce", "signed")]),  # the last day of a span counts
        ("07-29", [("hill-clash", "phase"), ("hill-clash", "battle")]),
        ("12-31", [("coast-company", "dissolved"), ("dawn-treaty", "ending")]),  # no year ends on a known day
        ("01-01", []),
        ("02-29", []),
    ],
)
async def test_this_day_in_history(client: httpx.AsyncClient, day: str, moments: list[tuple[str, str]]) -> None:
    answer = await ask(client, f"on={day}")
    assert [(m["record"]["id"], m["kind"]) for m in answer["data"]] == moments


@pytest.mark.parametrize(
    ("query", "undated"),
    [
        ("kind=step", 3),
        ("record=negotiations/railway-sale&kind=step", 1),
        ("collection=people", 2),
        ("date=1933", 8),
        ("on=08-11", 8),
        ("year=1933&collection=negotiations", 3),
        ("actor=coast-company", 1),
        ("kind=signed", 0),
    ],
)
async def test_what_has_no_date_is_counted(client: httpx.AsyncClient, query: str, undated: int) -> None:
    assert (await ask(client, query))["meta"]["undated_excluded"] == undated


@settings(max_examples=15, deadline=None)
@given(limit=st.integers(1, 30), sort=st.sampled_from(["date", "-date"]), group=st.sampled_from(["", "year", "decade"]))
async def test_pages_joined_are_the_whole(client: httpx.AsyncClient, limit: int, sort: str, group: str) -> None:
    path = "/v1/timeline?" + (f"group={group}&" if group else "")
    whole = (await client.get(f"{path}limit=200&sort={sort}")).json()["data"]
    assert await pages(client, f"{path}limit={limit}&sort={sort}") == whole


async def test_years_hold_what_began_in_them(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "group=year")
    years = {1918: 1, 1925: 3, 1928: 2, 1931: 1, 1933: 3, 1935: 1, 1936: 4, 1937: 2, 1938: 6, 1939: 1, 1940: 1, 1941: 2}
    assert [(g["value"], g["count"]) for g in answer["data"]] == [
        *((str(y), n) for y, n in years.items()),
        ("unknown", 1),
    ]
    assert answer["data"][-1]["label"] == "year not known"
    assert answer["meta"]["total"] == 13
    assert answer["meta"]["moments"] == len(EVERYTHING)
    backwards = await ask(client, "group=year&sort=-date")
    assert [g["value"] for g in backwards["data"]] == [*map(str, sorted(years, reverse=True)), "unknown"]


@pytest.mark.parametrize("query", ["group=year", "group=decade", "group=year&sort=-date&collection=battles,events"])
async def test_the_address_of_a_group_lists_it(
    client: httpx.AsyncClient, real_client: httpx.AsyncClient, query: str
) -> None:
    for each in (client, real_client):
        answer = await ask(each, query)
        assert answer["data"]
        for group in answer["data"]:
            listed = (await each.get(group["url"])).json()
            assert listed["meta"]["total"] == group["count"]
            assert listed["data"][: answer["meta"]["shown"]] == group["moments"]


async def test_limit_nought_gives_counts(client: httpx.AsyncClient) -> None:
    for query in ("", "group=decade&", "state=1938-08-01&"):
        answer = await ask(client, f"{query}limit=0")
        assert answer["data"] == []
        assert answer["meta"]["total"] > 0
        assert answer["links"]["next"] is None


async def test_the_state_of_affairs_on_a_day(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "state=1938-08-01")
    assert [(s["record"]["id"], s["state"], s["certain"]) for s in answer["data"]] == [
        ("third-realm", "in being", False),
        ("long-war", "under way", False),
        ("hill-clash", "under way", True),
        ("coast-protocol", "in force", True),
        ("dawn-fishery-convention", "in force", False),
        ("grey-pact", "in force", False),
    ]
    assert [(s["state"], s["collection"], s["total"], s["certain"]) for s in answer["meta"]["states"]] == [
        ("in being", "actors", 1, 0),
        ("under way", "battles", 2, 1),
        ("in force", "treaties", 3, 1),
    ]
    assert answer["meta"]["total"] == 6
    clash = answer["data"][2]
    assert clash["bounds"] == {
        "earliest_start": "1938-07-29",
        "latest_start": "1938-07-29",
        "earliest_end": "1938-08-11",
        "latest_end": "1938-08-11",
    }
    assert clash["why"] == "Begun by 29 July 1938 and not over before 11 August 1938."
    assert [c["id"] for c in clash["citations"]] == ["harbour-1960-p20-25"]
    grey = answer["data"][5]
    assert (grey["uncited"], grey["term"], grey["date"]["label"]) == (5, None, "about 1937 – 1 June 1940")
    for counted in answer["meta"]["states"]:
        assert (await client.get(counted["url"])).json()["meta"]["total"] == counted["total"]


async def test_the_state_of_affairs_can_be_asked_for_what_is_certain(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "state=1938-08-01&date_match=certain")
    assert [s["record"]["id"] for s in answer["data"]] == ["hill-clash", "coast-protocol"]
    assert all(s["certain"] for s in answer["data"])


async def test_the_state_of_affairs_pages_and_filters(client: httpx.AsyncClient) -> None:
    whole = (await ask(client, "state=1938-08-01"))["data"]
    assert await pages(client, "/v1/timeline?limit=2&state=1938-08-01") == whole
    treaties = await ask(client, "state=1938-08-01&collection=treaties&actor=third-realm")
    assert [s["record"]["id"] for s in treaties["data"]] == ["coast-protocol", "grey-pact"]


async def test_a_term_is_shown_and_is_no_end(client: httpx.AsyncClient) -> None:
    (dawn,) = (await ask(client, "state=1925-01-20&record=treaties/dawn-treaty"))["data"]
    assert dawn["term"] == "P12Y"


@settings(max_examples=40, deadline=None)
@given(day=st.dates(date(1900, 1, 1), date(1950, 12, 31)).map(date.isoformat))
async def test_a_state_is_that_of_the_dates_on_any_day(real_client: httpx.AsyncClient, day: str) -> None:
    """As the records' own dates say, one by one, by the rules of app/edtf.py; treaties also by their own filter."""
    found = {
        (s["collection"], s["record"]["id"]): s["certain"]
        for s in (await ask(real_client, f"state={day}&limit=200"))["data"]
    }
    expected: dict[tuple[str, str], bool] = {}
    for collection, field in (
        ("treaties", "in_force"),
        ("battles", "date"),
        ("negotiations", "date"),
        ("actors", "existed"),
    ):
        for record in await records(real_client, collection):
            if record[field]:
                span = parse(record[field]["edtf"]).span
                if possible(span, day, day):
                    expected[(collection, record["id"])] = certain(span, day, day)
    assert found == expected
    treaties = (await real_client.get(f"/v1/treaties?in_force_on={day}&limit=200")).json()["data"]
    assert {t["id"] for t in treaties} == {i for c, i in found if c == "treaties"}


KEPT: dict[str, list[dict[str, Any]]] = {}


async def records(client: httpx.AsyncClient, collection: str) -> list[dict[str, Any]]:
    if collection not in KEPT:
        KEPT[collection] = (await client.get(f"/v1/{collection}?limit=200")).json()["data"]
    return KEPT[collection]


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("on=02-30", ["on"]),
        ("on=8-20", ["on"]),
        ("on=1939-08-20", ["on"]),
        ("on=٠٨-٢٠", ["on"]),
        ("on=08-20&on=08-21", ["on"]),
        ("year=39", ["year"]),
        ("decade=1935", ["decade"]),
        ("group=month", ["group"]),
        ("kind=stp", ["kind"]),
        ("record=dawn-treaty", ["record"]),
        ("record=treaties/none", ["record"]),
        ("state=yesterday", ["state"]),
        ("state=", ["state"]),
        ("page=10", ["page"]),
        ("limit=201", ["limit"]),
        ("cursor=AAAA", ["cursor"]),
        ("colour=red", ["colour"]),
        ("format=csv", ["format"]),
        ("state=1938-08-01&on=08-01", ["on"]),
        ("state=1938-08-01&group=year&kind=step&date=1938&sort=date&year=1938&decade=1930s",
         ["kind", "date", "year", "decade", "group", "sort"]),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused_and_said(
    client: httpx.AsyncClient, query: str, parameters: list[str]
) -> None:
    answer = await client.get(f"/v1/timeline?{query}")
    assert answer.status_code == 400
    assert [m["parameter"] for m in answer.json()["errors"]] == parameters


async def test_a_cursor_is_of_its_own_question(client: httpx.AsyncClient) -> None:
    following = (await ask(client, "limit=1"))["links"]["next"]
    cursor = httpx.URL(following).params["cursor"]
    for other in ("group=year", "state=1938-08-01", "sort=-date", "kind=step"):
        answer = await client.get(f"/v1/timeline?{other}&cursor={cursor}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["did_you_mean"].startswith("/v1/timeline?")


async def test_an_answer_can_be_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/timeline?on=08-11&limit=1")
    assert 'rel="next"' in answer.headers["link"]
    again = await client.get("/v1/timeline?limit=1&on=08-11", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert (await client.head("/v1/timeline?on=08-11")).content == b""
    assert (await client.get("/v1/timeline/")).status_code == 308


@pytest.mark.parametrize("query", ["limit=200", "group=year", "group=decade&limit=0", "state=1938-08-01", "state=1700"])
async def test_each_of_the_three_answers_is_as_its_schema_says(client: httpx.AsyncClient, query: str) -> None:
    document = (await client.get("/openapi.json")).json()
    described = document["paths"]["/v1/timeline"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    shapes = [jsonschema.Draft202012Validator({**s, "components": document["components"]}) for s in described["anyOf"]]
    answer = await ask(client, query)
    valid = [shape.is_valid(answer) for shape in shapes]
    assert valid[{"s": 2, "g": 1}.get(query[0], 0)]
    assert len(shapes) == 3
    if answer["data"]:
        assert sum(valid) == 1


async def test_an_answer_is_in_order_whatever_is_asked(real_client: httpx.AsyncClient) -> None:
    found = (await ask(real_client, "limit=200"))["data"]
    firsts = []
    for moment in found:
        span = parse(moment["date"]["edtf"]).span
        firsts.append(span.earliest_start if span.earliest_start > "0001-01-01" else span.latest_end)
    assert all(one <= two for one, two in pairwise(firsts))


# The real data, by hand from the essay.


async def test_zhukov_attacks_on_20_august(real_client: httpx.AsyncClient) -> None:
    (attack,) = (await ask(real_client, "on=08-20"))["data"]
    assert attack["record"]["id"] == "battles-of-khalkhin-gol"
    assert (attack["kind"], attack["date"]["edtf"]) == ("phase", "1939-08-20")
    assert [c["name"] for c in attack["citations"]] == ["March 1996, p. 217"]


async def test_the_state_of_affairs_on_20_august_1939(real_client: httpx.AsyncClient) -> None:
    """[27] fighting since 11 May; [22] the protocol; [23] the pact for five years; [9] fishery to the end of 1939;
    [28] not yet the pact of 23 August."""
    answer = await ask(real_client, "state=1939-08-20&limit=200")
    found = {s["record"]["id"]: s for s in answer["data"]}
    khalkhin = found["battles-of-khalkhin-gol"]
    assert (khalkhin["state"], khalkhin["certain"]) == ("under way", False)
    assert khalkhin["why"] == "It may have ended: its end is not stated."
    assert [n["id"] for n in khalkhin["notes"]] == ["khalkhin-gol-truce-of-september-1939"]
    assert found["soviet-mongolian-protocol-of-mutual-assistance"]["certain"] is False
    assert (found["anti-comintern-pact"]["certain"], found["anti-comintern-pact"]["term"]) == (False, "P5Y")
    fishery = found["fishery-convention-extension-1939"]
    assert (fishery["certain"], fishery["bounds"]["latest_end"]) == (True, "1939-12-31")
    assert found["togo-litvinov-fishery-talks"]["state"] == "open"
    for absent in (
        "molotov-ribbentrop-pact",
        "tripartite-pact",
        "soviet-japanese-neutrality-pact",
        "battle-of-lake-khasan",
    ):
        assert absent not in found


async def test_the_neutrality_pact_stands_from_april_1941_to_april_1945(real_client: httpx.AsyncClient) -> None:
    for day, stands in (("1941-04-12", None), ("1941-04-13", True), ("1945-04-09", True), ("1945-04-10", None)):
        answer = await ask(real_client, f"state={day}&record=treaties/soviet-japanese-neutrality-pact")
        assert [s["certain"] for s in answer["data"]] == ([] if stands is None else [stands])


async def test_the_moves_of_the_railway_talks_in_order(real_client: httpx.AsyncClient) -> None:
    """[14] opened on 26 June 1933, agreed on 19 September 1934; the seven moves between have no date."""
    answer = await ask(real_client, "record=negotiations/cer-sale-negotiations&kind=step")
    assert [(m["date"]["edtf"], m["pointer"]) for m in answer["data"]] == [
        ("1933-06-26", "/steps/1"),
        ("1934-09-19", "/steps/8"),
    ]
    assert answer["meta"]["undated_excluded"] == 7


async def test_13_april_1941(real_client: httpx.AsyncClient) -> None:
    """The pact is signed on it; [30] the war in Europe broke out before it, which is told beside it but not on it."""
    assert [m["record"]["id"] for m in (await ask(real_client, "on=04-13"))["data"]] == [
        "soviet-japanese-neutrality-pact"
    ]
    around = told(await ask(real_client, "year=1941&limit=200")) + told(await ask(real_client, "year=unknown"))
    assert ("world-war-ii", "phase", "../1941-04-13") in around
    everything = told(await ask(real_client, "limit=200"))
    at = everything.index(("soviet-japanese-neutrality-pact", "signed", "1941-04-13"))
    assert everything[at - 1] == ("world-war-ii", "phase", "../1941-04-13")


async def test_war_is_declared_on_8_august_1945_and_begun_on_the_next_day(real_client: httpx.AsyncClient) -> None:
    eighth = {m["record"]["id"] for m in (await ask(real_client, "on=08-08&year=1945"))["data"]}
    assert eighth == {"soviet-declaration-of-war-on-japan", "soviet-japanese-war", "pacific-war"}
    ninth = {m["record"]["id"] for m in (await ask(real_client, "on=08-09&year=1945&kind=phase"))["data"]}
    fronts = {"transbaikal-front-operation", "first-far-eastern-front-operation", "second-far-eastern-front-operation"}
    assert fronts | {"soviet-invasion-of-manchuria", "soviet-japanese-war"} <= ninth
    assert "soviet-declaration-of-war-on-japan" not in ninth


async def test_the_first_and_last_moments_of_the_story(real_client: httpx.AsyncClient) -> None:
    treaties = told(await ask(real_client, "collection=treaties&kind=signed&limit=3"))
    assert treaties[1] == ("treaty-of-portsmouth", "signed", "1905")
    last = told(await ask(real_client, "sort=-date&kind=signed&limit=1"))
    assert last == [("japanese-instrument-of-surrender", "signed", "1945-09-02")]


async def test_foundings_are_there(real_client: httpx.AsyncClient) -> None:
    founded = told(await ask(real_client, "kind=founded"))
    assert ("communist-international", "founded", "1919") in founded
    assert ("manchukuo", "founded", "1932") in founded
