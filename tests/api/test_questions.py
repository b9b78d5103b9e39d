"""Real questions to the real dataset; the answers are read in the essay, paragraph by paragraph."""

from typing import Any

import httpx


async def listed(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.json()["links"]["next"] is None
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def record(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/v1/{path}")).json()["data"]
    return found


def identifiers(parts: list[dict[str, Any]], key: str) -> set[str]:
    return {part[key]["id"] for part in parts}


async def test_which_treaties_bound_japan_on_1_june_1940(real_client: httpx.AsyncClient) -> None:
    found = await listed(real_client, "/v1/treaties?in_force_on=1940-06-01&party=empire-of-japan&limit=200")
    bound = {treaty["id"] for treaty in found}
    # Paragraphs 2, 24 and 26: made before, with no end given.
    assert {
        "treaty-of-portsmouth",
        "soviet-japanese-basic-convention",
        "anti-comintern-pact",
        "changkufeng-truce",
    } <= bound
    # Run out, not yet made, or never Japan's.
    assert not bound & {
        "fishery-convention-extension-1936-05", "fishery-convention-extension-1936-12", "tripartite-pact",
        "fishery-convention-extension-1937-12", "fishery-convention-extension-1939", "fishery-convention-1936-unsigned",
        "soviet-japanese-neutrality-pact", "molotov-ribbentrop-pact", "soviet-nonaggression-pact-proposal-1931",
        "soviet-mongolian-protocol-of-mutual-assistance", "japanese-instrument-of-surrender",
    }  # fmt: skip
    assert all(treaty["in_force"]["earliest"][:4] <= "1940" for treaty in found)


async def test_what_was_offered_for_the_railway_by_whom_in_order(real_client: httpx.AsyncClient) -> None:
    sale = await record(real_client, "negotiations/cer-sale-negotiations")
    priced = [
        (sorted(actor["id"] for actor in step["by"]), step["amount"]["value"], step["amount"]["unit"])
        for step in sale["steps"]
        if step["amount"]
    ]
    ussr, manchukuo = "soviet-union", "manchukuo"
    assert priced == [
        ([ussr], 250_000_000, "rubles"),
        ([manchukuo], 20_000_000, "rubles"),
        ([ussr], 200_000_000, "rubles"),
        ([manchukuo], 20_000_000, "rubles"),
        ([manchukuo, ussr], 67_500_000, "rubles"),
    ]
    first = next(step["amount"] for step in sale["steps"] if step["amount"])
    assert (first["instalments"], first["interval"]) == (4, "P6M")
    assert sale["date"]["edtf"] == "1933-06-26/1934-09-19"
    assert {("soviet-union", "seller"), ("empire-of-japan", "mediator")} <= {
        (party["actor"]["id"], party["role"]) for party in sale["parties"]
    }
    assert [use["pages"] for use in sale["citations"] if "365" in use["pages"]]


async def test_everything_known_from_page_179_of_jones(real_client: httpx.AsyncClient) -> None:
    found = await listed(real_client, "/v1/citations?work=jones-1954&page=179&limit=200")
    assert {c["id"] for c in found} == {
        *(f"jones-1954-p179-{n}" for n in range(1, 10)), "jones-1954-p179-180-1",
    }  # fmt: skip
    assert {c["paragraph"] for c in found} == {6, 9}
    assert all(citation["supports"] for citation in found)
    treaties = {t["id"] for t in await listed(real_client, "/v1/treaties?work=jones-1954&page=179&limit=200")}
    assert "fishery-convention-1936-unsigned" in treaties
    figures = {f["date"]["edtf"]: f["value"] for f in await listed(real_client, "/v1/figures?work=jones-1954&page=179")}
    assert set(figures) == {"1928", "1931"}


async def test_the_forces_and_the_command_of_august_1945(real_client: httpx.AsyncClient) -> None:
    war = await record(real_client, "battles/soviet-japanese-war")
    soviet = next(s for s in war["sides"] if "soviet-union" in identifiers(s["belligerents"], "actor"))
    assert {q["value"] for q in soviet["strength"] if q["value"]} == {1_600_000, 5_000, 4_000}
    assert "soviet-pacific-fleet" in identifiers(soviet["formations"], "actor")
    assert identifiers(soviet["commanders"], "person") == {"vasilevsky-aleksandr"}
    assert war["date"]["earliest"] in {"1945-08-08", "1945-08-09"}


async def test_the_fronts_of_august_1945_and_their_axes(real_client: httpx.AsyncClient) -> None:
    invasion = await record(real_client, "battles/soviet-invasion-of-manchuria")
    parts = {
        link["record"]["id"] for link in invasion["linked"] if (link["type"], link["direction"]) == ("part_of", "in")
    }
    axes = {
        "transbaikal-front-operation": {"outer-mongolia", "shenyang", "changchun", "inner-mongolia"},
        "first-far-eastern-front-operation": {"ussuri-river", "shenyang", "korean-peninsula"},
        "second-far-eastern-front-operation": {"blagoveshchensk", "amur-river", "manchuria"},
    }
    assert parts >= set(axes)
    for identifier, places in axes.items():
        operation = await record(real_client, f"battles/{identifier}")
        named = {place["id"] for phase in operation["phases"] for place in phase["places"]}
        assert named | identifiers(operation["places"], "place") >= places
        assert operation["date"]["earliest"] == "1945-08-09"
        [front] = identifiers(operation["sides"][0]["formations"], "actor")
        assert front == identifier.removesuffix("-operation")


async def test_who_made_a_counter_proposal(real_client: httpx.AsyncClient) -> None:
    found = await listed(real_client, "/v1/negotiations?move=counter-proposal")
    assert "cer-sale-negotiations" in {negotiation["id"] for negotiation in found}
    for negotiation in found:
        assert "counter-proposal" in {step["move"] for step in negotiation["steps"]}


async def test_which_events_rest_on_page_223_of_march(real_client: httpx.AsyncClient) -> None:
    found = await listed(real_client, "/v1/events?work=march-1996&page=223")
    # Paragraphs 32 and 33: the alliance, the army in Manchuria in July 1941, the declarations of war of December 1941.
    assert {"kwantung-army-in-july-1941", "us-declaration-of-war-on-japan",
            "german-declaration-of-war-on-the-united-states"} <= {event["id"] for event in found}  # fmt: skip
    for event in found:
        assert any("223" in use["pages"] for use in event["citations"] if use["work"]["id"] == "march-1996")


async def test_a_place_is_found_by_its_id_elsewhere(real_client: httpx.AsyncClient) -> None:
    [place] = await listed(real_client, "/v1/places?same_as=wikidata:Q959")
    assert place["id"] == "vladivostok"
    assert "wikidata:Q959" in place["same_as"]


async def test_what_is_noted_against_the_end_of_the_neutrality_pact(real_client: httpx.AsyncClient) -> None:
    pact = await record(real_client, "treaties/soviet-japanese-neutrality-pact")
    assert pact["ended"]["date"]["edtf"] == "1945-04-09"  # paragraph 35: what the essay says stays in its field
    assert pact["in_force"]["edtf"] == "1941-04-13/1945-04-09"
    on_the_end = [n for n in pact["notes"] if {"/ended", "/in_force"} & set(n["pointers"])]
    said = {note["id"]: note for note in on_the_end}
    denounced = said["neutrality-pact-denounced-on-5-april-1945"]
    assert denounced["kind"] == "contradiction"
    assert "5 April 1945" in denounced["established"]
    assert ("frus-1945-v", "doc. 623") in {(s["work"]["id"], s["locator"]) for s in denounced["sources"]}
    assert "April 1946" in said["neutrality-pact-due-to-run-to-1946"]["established"]


async def test_northern_sakhalin_is_reached_by_names_of_old(real_client: httpx.AsyncClient) -> None:
    places = (await real_client.get("/v1/places?limit=200")).json()["data"]
    names = {alias["name"] for place in places for alias in place["aliases"]} | {place["name"] for place in places}
    assert {"Alma Ata", "Sinkiang", "Lanchow", "Talien", "Mukden", "Buir Nor"} <= names
