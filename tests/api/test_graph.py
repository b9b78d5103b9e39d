"""The graph and the paths through it, as a client asks for them. Expected values are read off tests/data by hand."""

import csv
import io
from typing import Any
from urllib.parse import quote

import httpx
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Answer = dict[str, Any]


async def ask(client: httpx.AsyncClient, path: str) -> Answer:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    found: Answer = answer.json()
    return found


async def mistakes(client: httpx.AsyncClient, path: str) -> list[Answer]:
    answer = await client.get(path)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: list[Answer] = answer.json()["errors"]
    return found


def ids(answer: Answer) -> list[str]:
    return [node["id"] for node in answer["data"]["nodes"]]


def sentences(answer: Answer) -> list[str]:
    return sorted(f"{edge['source']} {edge['type']} {edge['target']}" for edge in answer["data"]["edges"])


def chains(answer: Answer) -> list[list[str]]:
    return [
        [chain["steps"][0]["from"]["id"], *(f"{s['label']} {s['to']['id']}" for s in chain["steps"])]
        for chain in answer["data"]
    ]


@pytest.fixture(scope="module")
async def whole(client: httpx.AsyncClient) -> Answer:
    return await ask(client, "/v1/graph?limit=1000")


async def test_around_a_person(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "/v1/graph?root=people/anna-berg")
    assert ids(answer) == ["people/anna-berg", "actors/northland", "treaties/dawn-treaty"]
    assert sentences(answer) == [
        "actors/northland party_to treaties/dawn-treaty",
        "people/anna-berg served actors/northland",
        "people/anna-berg served actors/northland",
        "people/anna-berg signed treaties/dawn-treaty",
        "treaties/dawn-treaty binds actors/northland",
    ]
    assert answer["meta"]["total"] == answer["meta"]["nodes"] == 3
    assert answer["meta"]["truncated"] is False
    assert answer["meta"]["query"] == {"root": "people/anna-berg", "depth": "1"}


async def test_a_node_has_its_name_its_date_and_its_address(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "/v1/graph?root=treaties/coast-protocol&limit=1")
    assert answer["data"]["nodes"] == [
        {
            "id": "treaties/coast-protocol",
            "name": "Coast Protocol",
            "url": "/v1/treaties/coast-protocol",
            "collection": "treaties",
            "date": {
                "edtf": "1925",
                "earliest": "1925",
                "latest": "1925",
                "precision": "year",
                "qualifier": None,
                "label": "1925",
            },
        }
    ]


async def test_an_edge_says_where_it_is_stated_and_on_what_page(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "/v1/graph?root=people/anna-berg&relation=signed")
    assert answer["data"]["edges"] == [
        {
            "source": "people/anna-berg",
            "type": "signed",
            "label": "signed",
            "target": "treaties/dawn-treaty",
            "role": "ambassador",
            "stated_in": "treaties/dawn-treaty",
            "pointer": "/signatories/0",
            "paragraph": 2,
            "citations": [
                {
                    "id": "harbour-1960-p10-1",
                    "name": "Harbour 1960, p. 10",
                    "url": "/v1/citations/harbour-1960-p10-1",
                    "claim": "The Dawn Treaty opened relations.",
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("root", "relation", "pointer", "paragraph", "cited"),
    [
        ("battles/coast-raid", "took_place_at", "/places/0", 6, []),  # the part's own paragraph
        ("battles/hill-clash", "took_place_at", "/phases/0", 4, ["harbour-1960-p20-25"]),  # the phase's citation
        ("treaties/dawn-treaty", "signed_at", "/signed_at", 2, []),  # the record's map, by field
        ("actors/northern-army", "part_of", "/part_of", 2, []),
        ("figures/fishing-share-1931", "measures", "/about/0", 3, ["harbour-1960-p10-2"]),  # what its value rests on
        ("battles/hill-clash", "resulted_in", "/relations/0", 4, []),  # the relation's paragraph
        ("people/ivan-orlov", "commanded", "/sides/0/commanders/0", 4, ["harbour-1960-p20-25"]),
        ("negotiations/railway-sale", "relied_on", "/steps/3", 3, ["harbour-1960-p10-12"]),
    ],
)
async def test_each_edge_rests_on_what_the_part_that_states_it_rests_on(
    client: httpx.AsyncClient, root: str, relation: str, pointer: str, paragraph: int, cited: list[str]
) -> None:
    answer = await ask(client, f"/v1/graph?root={root}&relation={relation}")
    (edge,) = answer["data"]["edges"]
    assert (edge["pointer"], edge["paragraph"]) == (pointer, paragraph)
    assert [citation["id"] for citation in edge["citations"]] == cited


async def test_conditions_are_on_what_happened_and_the_rest_follows(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "/v1/graph?date=1925&relation=party_to")
    assert ids(answer) == [
        "treaties/coast-protocol",
        "treaties/dawn-treaty",
        "actors/northland",
        "actors/southland",
        "actors/third-realm",
    ]
    assert answer["meta"]["query"] == {"date": "1925", "date_match": "possible", "relation": ["party_to"]}
    certain = await ask(client, "/v1/graph?date=1925-01-20&date_match=certain&relation=party_to&collection=treaties")
    assert ids(certain) == ["treaties/dawn-treaty"]


async def test_a_date_leaves_out_the_undated_and_says_how_many(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "/v1/graph?date=1938&actor=coast-company")
    assert ids(answer) == []
    assert answer["meta"]["undated_excluded"] == 1  # coast-arrests
    around = await ask(client, "/v1/graph?date=1938&root=actors/coast-company&collection=events")
    assert ids(around) == ["actors/coast-company"]
    assert around["meta"]["undated_excluded"] == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("topic=war-and-truce&relation=resulted_in", ["battles/hill-clash", "treaties/hill-truce"]),
        ("person=kenji-mori&relation=involves",
         ["negotiations/railway-sale", "people/kenji-mori", "places/middle-railway"]),
        ("place=east-cape&relation=responds_to", ["battles/coast-raid", "events/transfer-of-men"]),
        ("work=harbour-1960&page=31&relation=participant_in&collection=events",
         ["events/loan-to-third-realm", "events/transfer-of-men"]),
        ("collection=actors", ["actors/coast-company", "actors/northern-army", "actors/northland",
                               "actors/southern-army", "actors/southland", "actors/third-realm"]),
        ("collection=people&relation=signed", ["people/anna-berg"]),
    ],
)  # fmt: skip
async def test_filters(client: httpx.AsyncClient, query: str, expected: list[str]) -> None:
    answer = await ask(client, f"/v1/graph?{query}")
    assert sorted(ids(answer)) == expected


async def test_what_a_bound_leaves_out_is_said(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "/v1/graph?root=actors/northland&depth=4&limit=3")
    assert len(ids(answer)) == 3
    assert answer["meta"]["truncated"] is True
    assert answer["meta"]["cut_by"] == ["limit: 3 nodes"]
    assert answer["meta"]["total"] > 3
    assert answer["meta"]["total_is_exact"] is False


@pytest.mark.parametrize(("limit", "total"), [(1, 2), (2, 5), (4, 5), (5, 5)])
async def test_who_took_part_is_counted_where_there_is_room_for_them(
    client: httpx.AsyncClient, limit: int, total: int
) -> None:
    answer = await ask(client, f"/v1/graph?date=1925&relation=party_to&limit={limit}")
    assert answer["meta"]["total"] == total, "two treaties; their three parties come after them"
    assert answer["meta"]["total_is_exact"] is (limit == 5)
    assert answer["meta"]["cut_by"] == ([] if limit == 5 else [f"limit: {limit} nodes"])
    assert len(answer["data"]["nodes"]) == limit


async def test_the_edges_as_csv(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/graph?root=people/anna-berg&relation=signed,served&format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="graph.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [line["relation"] for line in lines] == ["served", "served", "signed"]
    assert lines[0] == {
        "source": "people/anna-berg",
        "target": "actors/northland",
        "relation": "served",
        "label": "served",
        "role": "Ambassador",
        "stated_in": "people/anna-berg",
        "pointer": "/roles/0",
        "paragraph": "2",
        "citations": "harbour-1960-p10-1",
    }
    accepted = await client.get(
        "/v1/graph?root=people/anna-berg&relation=signed,served", headers={"Accept": "text/csv"}
    )
    assert accepted.text == answer.text
    part = await client.get("/v1/graph?limit=2&format=csv")
    assert part.headers["content-disposition"] == 'attachment; filename="graph-part.csv"'


@pytest.mark.parametrize(
    "path",
    [
        "/v1/graph?root=people/anna-berg",
        "/v1/graph?format=csv",
        "/v1/graph/path?from=treaties/coast-protocol&to=treaties/dawn-treaty",
    ],
)
async def test_answers_are_kept_and_asked_for_again(client: httpx.AsyncClient, path: str) -> None:
    first = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    head = await client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    ("query", "parameter", "meant"),
    [
        ("root=treaties/dawn-traety", "root", "treaties/dawn-treaty"),
        ("root=dawn-treaty", "root", "treaties/dawn-treaty"),
        ("root=treaty/dawn-treaty", "root", "treaties/dawn-treaty"),
        ("root=treaties/old-dawn-treaty", "root", "treaties/dawn-treaty"),
        ("root=actors/boreal-realm", "root", "actors/northland"),
        ("root=北国", "root", "actors/northland"),
        ("root=citations/harbour-1960-p30", "root", None),
        ("root=%00", "root", None),
        ("root=", "root", None),
        ("root=people/anna-berg&root=people/ivan-orlov", "root", None),
        ("relation=led-to", "relation", "led_to"),
        ("collection=battle", "collection", "battles"),
        ("depth=2", "depth", None),
        ("root=people/anna-berg&depth=99", "depth", None),
        ("limit=1001", "limit", None),
        ("limit=0", "limit", None),
        ("page=10", "page", None),
        ("roots=people/anna-berg", "roots", "root"),
    ],
)
async def test_mistakes(client: httpx.AsyncClient, query: str, parameter: str, meant: str | None) -> None:
    (found,) = await mistakes(client, f"/v1/graph?{query}")
    assert (found["parameter"], found["did_you_mean"]) == (parameter, meant)


async def test_depth_99_is_told_the_bound(client: httpx.AsyncClient) -> None:
    (found,) = await mistakes(client, "/v1/graph/path?from=treaties/dawn-treaty&to=treaties/hill-truce&depth=99")
    assert found["allowed"] == ["1..12"]


@pytest.mark.parametrize("path", ["/v1/graph", "/v1/graph/path"])
async def test_the_description_shows_what_is_served(
    client: httpx.AsyncClient, real_client: httpx.AsyncClient, path: str
) -> None:
    for each in (client, real_client):
        document = (await each.get("/openapi.json")).json()
        described = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        answer = await ask(each, described["example"]["links"]["self"])
        assert answer == described["example"]
        assert answer["data"]
        schema = {**described["schema"], "components": document["components"]}
        jsonschema.Draft202012Validator(schema).validate(answer)


# Paths


async def test_a_step_reads_as_a_sentence_with_its_source(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "/v1/graph/path?from=battles/coast-raid&to=events/transfer-of-men")
    (chain,) = answer["data"]
    assert chain["length"] == 1
    (step,) = chain["steps"]
    assert (step["from"]["name"], step["label"], step["to"]["name"]) == ("Coast Raid", "answered by", "Transfer of men")
    assert (step["type"], step["direction"]) == ("responds_to", "in")
    assert (step["stated_in"], step["pointer"], step["paragraph"]) == ("events/transfer-of-men", "/relations/0", 6)
    assert [citation["name"] for citation in step["citations"]] == ["Harbour 1960, pp. 31–32"]
    assert answer["meta"]["total"] == 1
    assert answer["meta"]["total_is_exact"] is True
    assert answer["meta"]["reason"] is None


async def test_a_bound_of_chains_is_said(client: httpx.AsyncClient) -> None:
    path = "/v1/graph/path?from=treaties/coast-protocol&to=treaties/dawn-fishery-convention"
    answer = await ask(client, path)
    assert len(answer["data"]) == 2  # part of, then led to; part of, then implemented by
    first = await ask(client, f"{path}&limit=1")
    assert first["data"] == answer["data"][:1]
    assert first["meta"]["total_is_exact"] is False


@pytest.mark.parametrize(
    ("query", "said", "instead"),
    [
        ("from=events/transfer-of-men&to=battles/coast-raid", "the other way round",
         "/v1/graph/path?depth=12&from=battles/coast-raid&to=events/transfer-of-men"),
        ("from=treaties/coast-protocol&to=treaties/dawn-fishery-convention&depth=1", "of more steps",
         "/v1/graph/path?depth=12&from=treaties/coast-protocol&to=treaties/dawn-fishery-convention"),
        ("from=people/anna-berg&to=treaties/dawn-treaty", "every kind of edge",
         "/v1/graph/path?depth=12&direction=any&from=people/anna-berg&relation=all&to=treaties/dawn-treaty"),
        ("from=treaties/dawn-treaty&to=treaties/dawn-treaty", "the same record", None),
    ],
)  # fmt: skip
async def test_no_chain_says_why_and_what_to_ask(
    client: httpx.AsyncClient, query: str, said: str, instead: str | None
) -> None:
    answer = await ask(client, f"/v1/graph/path?{query}")
    assert answer["data"] == []
    assert said in answer["meta"]["reason"]
    assert answer["links"]["instead"] == instead
    if instead:
        assert (await ask(client, instead))["data"]


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("", ["from", "to"]),
        ("from=treaties/dawn-treaty", ["to"]),
        ("from=treaties/nothing&to=works/harbour-1960", ["from", "to"]),
        ("from=treaties/dawn-treaty&to=treaties/hill-truce&via=treaties/dawn-treaty", ["via"]),
        ("from=treaties/dawn-treaty&to=treaties/hill-truce&via=a,b,c,d", ["via"]),
        ("from=treaties/dawn-treaty&to=treaties/hill-truce&direction=back", ["direction"]),
        ("from=treaties/dawn-treaty&to=treaties/hill-truce&limit=11", ["limit"]),
    ],
)
async def test_mistakes_in_a_path(client: httpx.AsyncClient, query: str, parameters: list[str]) -> None:
    assert [found["parameter"] for found in await mistakes(client, f"/v1/graph/path?{query}")] == parameters


# The whole essay: what it says, with its own words and pages

LEADERS = "Imperial Conference of 2 July 1941"


@pytest.mark.parametrize("begin", ["battles/battle-of-lake-khasan", "battles/battles-of-khalkhin-gol"])
async def test_the_border_battles_turned_japan_south_to_pearl_harbor(
    real_client: httpx.AsyncClient, begin: str
) -> None:
    """Paragraphs 32 and 33, March p. 223: numbers 109 and 112 of the essay's citations."""
    answer = await ask(real_client, f"/v1/graph/path?from={begin}&to=battles/attack-on-pearl-harbor")
    shortest = answer["data"][0]
    assert chains(answer)[0] == [
        begin,
        "led to negotiations/imperial-conference-july-1941",
        "led to battles/attack-on-pearl-harbor",
    ]
    assert [step["to"]["name"] for step in shortest["steps"]] == [LEADERS, "Attack on Pearl Harbor"]
    assert [step["to"]["date"]["edtf"] for step in shortest["steps"]] == ["1941-07-02", "1941-12-07"]
    assert [step["paragraph"] for step in shortest["steps"]] == [32, 33]
    cited = [citation for step in shortest["steps"] for citation in step["citations"]]
    assert [citation["id"] for citation in cited] == ["march-1996-p223-2", "march-1996-p223-5"]
    assert {citation["name"] for citation in cited} == {"March 1996, p. 223"}


@pytest.mark.parametrize(
    ("begin", "end", "expected", "cited"),
    [
        # 23: the pact "did set the tone for one to follow" (Jones, p. 26)
        ("treaties/anti-comintern-pact", "treaties/tripartite-pact", ["led to treaties/tripartite-pact"],
         [["Jones 1954, p. 26"]]),
        # 16: with Japan in Manchukuo, Moscow feared a push into Siberia, and the party was to keep Japan busy (p. 385)
        ("battles/japanese-invasion-of-manchuria", "events/comintern-campaign-in-japan",
         ["led to events/comintern-campaign-in-japan"], [["Eudin and Slusser 1967, p. 385"] * 2]),
        # 34 and 35: what Yalta decided, the declaration of war carried out
        ("negotiations/yalta-conference", "events/soviet-declaration-of-war-on-japan",
         ["resulted in treaties/yalta-agreement-on-japan", "implemented by events/soviet-declaration-of-war-on-japan"],
         [["March 1996, p. 224"] * 2, []]),
    ],
)  # fmt: skip
async def test_what_led_to_what(
    real_client: httpx.AsyncClient, begin: str, end: str, expected: list[str], cited: list[list[str]]
) -> None:
    answer = await ask(real_client, f"/v1/graph/path?from={begin}&to={end}")
    assert chains(answer)[0] == [begin, *expected]
    assert [[c["name"] for c in step["citations"]] for step in answer["data"][0]["steps"]] == cited


async def test_a_record_is_meant_by_its_other_names(real_client: httpx.AsyncClient) -> None:
    path = "/v1/graph/path?from=battles/changkufeng-incident&to=battles/pearl-harbor"
    found = await mistakes(real_client, path)
    assert [mistake["did_you_mean"] for mistake in found] == [
        "battles/battle-of-lake-khasan",
        "battles/attack-on-pearl-harbor",
    ]


async def test_via_is_passed_in_order(real_client: httpx.AsyncClient) -> None:
    begin, end = "battles/japanese-invasion-of-manchuria", "negotiations/yalta-conference"
    pacts = "treaties/anti-comintern-pact,treaties/tripartite-pact"
    answer = await ask(real_client, f"/v1/graph/path?from={begin}&to={end}&via={pacts}")
    (chain,) = answer["data"]
    past = [step["to"]["id"] for step in chain["steps"]]
    assert past.index("treaties/anti-comintern-pact") < past.index("treaties/tripartite-pact")
    assert pacts in answer["links"]["self"]
    reverse = ",".join(pacts.split(",")[::-1])
    other = await ask(real_client, f"/v1/graph/path?from={begin}&to={end}&via={reverse}")
    assert other["data"] == []
    assert other["links"]["self"] != answer["links"]["self"]


# Properties

COLLECTIONS = ["actors", "battles", "events", "figures", "negotiations", "people", "places", "treaties"]
RELATION = ["led_to", "party_to", "part_of", "involves", "relied_on", "took_place_at", "participant_in"]
CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "collection": st.lists(st.sampled_from(COLLECTIONS), min_size=1, max_size=4).map(",".join),
        "relation": st.lists(st.sampled_from(RELATION), min_size=1, max_size=4).map(",".join),
        "actor": st.sampled_from(["northland", "southland", "third-realm"]),
        "topic": st.sampled_from(["fisheries", "war-and-truce"]),
        "date": st.sampled_from(["1925", "1936/1938", "../1930", "1939"]),
        "date_match": st.sampled_from(["certain", "possible"]),
        "root": st.sampled_from(["actors/northland", "treaties/dawn-treaty", "places/east-cape"]),
        "limit": st.sampled_from(["1", "5", "1000"]),
    },
)


def query_of(sent: dict[str, str]) -> str:
    return "&".join(f"{name}={quote(value)}" for name, value in sent.items())


@settings(max_examples=150, deadline=None, derandomize=True)
@given(sent=CONDITIONS)
async def test_a_filter_leaves_out_and_never_invents(
    client: httpx.AsyncClient, whole: Answer, sent: dict[str, str]
) -> None:
    answer = await ask(client, f"/v1/graph?{query_of(sent)}")
    data, meta = answer["data"], answer["meta"]
    kept = set(ids(answer))
    assert len(kept) == len(data["nodes"]) == meta["nodes"] <= meta["limit"]
    assert all(node in whole["data"]["nodes"] for node in data["nodes"])
    types = sent.get("relation", "").split(",") if "relation" in sent else None
    between = [
        edge
        for edge in whole["data"]["edges"]
        if {edge["source"], edge["target"]} <= kept and (types is None or edge["type"] in types)
    ]
    assert data["edges"] == between
    if "collection" in sent:
        assert {node["collection"] for node in data["nodes"] if node["id"] != sent.get("root")} <= set(
            sent["collection"].split(",")
        )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(sent=CONDITIONS)
async def test_what_happened_is_what_its_list_has(client: httpx.AsyncClient, sent: dict[str, str]) -> None:
    shared = {name: value for name, value in sent.items() if name in {"actor", "topic", "date"}}
    asked = {**shared, **({"date_match": sent["date_match"]} if "date_match" in sent else {}), "limit": "200"}
    answer = await ask(client, f"/v1/graph?{query_of({**asked, 'limit': '1000'})}")
    for collection in ("battles", "events", "negotiations", "treaties"):
        listed = await ask(client, f"/v1/{collection}?{query_of(asked)}")
        found = [name for name in ids(answer) if name.startswith(f"{collection}/")]
        assert found == [f"{collection}/{record['id']}" for record in listed["data"] if joined(record)]


def joined(record: Answer) -> bool:
    """Whether an edge joins the record to another; in the fixture one record has none."""
    return record["id"] != "border-understanding"


text = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    [
        "treaties/dawn-treaty",
        "people/anna-berg",
        "/",
        "a/b/c",
        "",
        ",",
        "all",
        "led_to",
        "forward",
        "99",
        "-1",
        "csv",
        "1925",
    ]
)
NAMES = ["from", "to", "via", "root", "relation", "direction", "depth", "limit", "format", "date", "collection"]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    path=st.sampled_from(["/v1/graph", "/v1/graph/path"]),
    sent=st.lists(st.tuples(st.sampled_from(NAMES) | text, text), max_size=5),
)
async def test_no_query_breaks_the_server(client: httpx.AsyncClient, path: str, sent: list[tuple[str, str]]) -> None:
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in sent)
    answer = await client.get(f"{path}?{query}")
    assert answer.status_code in {200, 400}, answer.text
