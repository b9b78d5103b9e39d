"""The graph and its chains, against the rows themselves: nothing is invented, nothing near is missed."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.resources import RESOURCES
from app.store.chains import Found, Search
from app.store.current import open_store
from app.store.dialects.statement import Statement
from app.store.engine import build
from app.store.graph import Choice, Graph, Hop
from app.store.query import Span, Store, Terms
from app.values import RELATIONS
from tests.support import FIXTURE

HAPPENINGS = ("battles", "events", "negotiations", "treaties")
OTHERS = ("actors", "figures", "people", "places")
SOME_TYPES = st.sets(st.sampled_from([*RELATIONS, "party_to", "involves", "took_place_at"]), min_size=1).map(sorted)


def rows(store: Store) -> list[Hop]:
    return [Hop(*row) for row in store.run(Statement("SELECT number, type, source, target FROM edge ORDER BY number"))]


def nodes(store: Store) -> list[int]:
    return [row[0] for row in store.run(Statement("SELECT record FROM node ORDER BY record"))]


def every_type(store: Store) -> list[str]:
    return [row[0] for row in store.run(Statement("SELECT DISTINCT type FROM edge ORDER BY type"))]


def number(store: Store, name: str) -> int:
    found = store.number(name)
    assert found
    return found


def search(store: Store, names: list[str], *, forward: bool = True, depth: int = 12, most: int = 10) -> Found:
    stops = tuple(number(store, name) for name in names)
    return Search(Graph(store, list(RELATIONS)), stops, forward=forward, depth=depth).chains(most)


def test_every_edge_joins_two_nodes_and_says_what_it_rests_on(real_store: Store) -> None:
    known = set(nodes(real_store))
    assert all({hop.source, hop.target} <= known for hop in rows(real_store))
    bodies = [json.loads(body) for (body,) in real_store.run(Statement("SELECT body FROM edge"))]
    assert all(body["citations"] or body["paragraph"] is not None for body in bodies)


def test_every_relation_as_written_is_an_edge(store: Store) -> None:
    # Counted by hand in tests/data; of the four parts, three are actors and places.
    counted = Counter(hop.type for hop in rows(store) if hop.type in RELATIONS)
    assert counted == {"led_to": 2, "resulted_in": 1, "ended": 1, "implements": 1, "responds_to": 1, "part_of": 4}


def simple(hops: list[Hop], begin: int, end: int, depth: int) -> Iterator[tuple[tuple[int, str, bool], ...]]:
    """Every chain either way of at most `depth` steps, found the slow way."""
    waiting: list[tuple[tuple[int, ...], tuple[tuple[int, str, bool], ...]]] = [((begin,), ())]
    while waiting:
        past, chain = waiting.pop()
        if past[-1] == end:
            yield chain
        elif len(chain) < depth:
            steps = {(h.target, h.type, True) for h in hops if h.source == past[-1]}
            steps |= {(h.source, h.type, False) for h in hops if h.target == past[-1]}
            waiting += [((*past, step[0]), (*chain, step)) for step in steps if step[0] not in past]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data(), types=SOME_TYPES, depth=st.integers(1, 4))
def test_the_shortest_chains_are_found_and_no_other(
    store: Store, data: st.DataObject, types: list[str], depth: int
) -> None:
    begin, end = data.draw(st.lists(st.sampled_from(nodes(store)), min_size=2, max_size=2, unique=True))
    found = Search(Graph(store, types), (begin, end), forward=False, depth=depth).chains(10)
    expected = list(simple([h for h in rows(store) if h.type in types], begin, end, depth))
    shown = [tuple((m.to, m.hop.type, m.out) for m in chain) for chain in found.chains]
    assert len(shown) == min(10, len(expected))
    assert set(shown) <= set(expected)
    assert [len(chain) for chain in shown] == sorted(map(len, expected))[:10]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.data(), forward=st.booleans(), via=st.integers(0, 2))
def test_each_step_of_a_chain_is_an_edge(real_store: Store, data: st.DataObject, *, forward: bool, via: int) -> None:
    held, known = set(rows(real_store)), nodes(real_store)
    stops = data.draw(st.lists(st.sampled_from(known), min_size=2 + via, max_size=2 + via, unique=True))
    found = Search(Graph(real_store, list(RELATIONS)), tuple(stops), forward=forward, depth=8).chains(5)
    for chain in found.chains:
        past = [chain[0].origin, *(move.to for move in chain)]
        assert all(move.hop in held for move in chain)
        assert all(before.to == after.origin for before, after in pairwise(chain))
        assert len(set(past)) == len(past) <= 9
        assert (past[0], past[-1]) == (stops[0], stops[-1])
        assert [record for record in past if record in stops] == stops
        assert all(move.leads for move in chain) or not forward
    assert sorted(found.chains, key=len) == list(found.chains)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data(), types=SOME_TYPES, depth=st.integers(1, 4), limit=st.integers(1, 40))
def test_what_lies_around_is_near_and_joined(
    store: Store, data: st.DataObject, types: list[str], depth: int, limit: int
) -> None:
    root = data.draw(st.sampled_from(nodes(store)))
    choice = Choice(HAPPENINGS, dict.fromkeys(OTHERS, ()), (), tuple(types))
    graph = Graph(store, types)
    section = graph.around(root, depth, choice, limit)
    hops = [hop for hop in rows(store) if hop.type in types]
    layers = [{root}]
    for _ in range(depth):
        seen = set().union(*layers)
        ends = {end for hop in hops if {hop.source, hop.target} & layers[-1] for end in (hop.source, hop.target)}
        layers.append(ends - seen)
    near = [record for layer in layers for record in sorted(layer)]
    kept = near[:limit]
    assert section.nodes == store.nodes.of(kept)
    joined = [hop.number for hop in hops if {hop.source, hop.target} <= set(kept)]
    assert section.edges == store.edges.of(joined)
    assert bool(section.cut) == (len(near) > limit)
    assert len(kept) <= section.total <= len(near)


@pytest.fixture(scope="module")
def busy_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The fixture, of which most records count as busy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.store.postings.MANY_EDGES", 1)
        file = build(FIXTURE, tmp_path_factory.mktemp("busy-store"), RESOURCES)
    return Store(open_store(file))


CONDITIONS = st.lists(
    st.one_of(
        st.sampled_from(["northland", "southland", "third-realm"]).map(lambda actor: Terms("actor", (actor,))),
        st.sampled_from(["1925", "1933", "1936", "1938", "1941"]).map(
            lambda year: Span("date", f"{year}-01-01", f"{year}-12-31")
        ),
    ),
    max_size=2,
    unique_by=type,
).map(tuple)
CHOICES = st.builds(
    Choice,
    judged=st.just(HAPPENINGS),
    carried=st.sampled_from([{}, dict.fromkeys(OTHERS, ())]),
    conditions=CONDITIONS,
    types=SOME_TYPES.map(tuple),
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.data(), choice=CHOICES, limit=st.integers(1, 40))
def test_a_busy_record_is_joined_like_any_other(
    store: Store, busy_store: Store, data: st.DataObject, choice: Choice, limit: int
) -> None:
    root, depth = data.draw(st.sampled_from(nodes(store))), data.draw(st.integers(1, 4))
    for plain, busy in (
        (graph.overview(choice, limit) for graph in (Graph(store, choice.types), Graph(busy_store, choice.types))),
        (
            graph.around(root, depth, choice, limit)
            for graph in (Graph(store, choice.types), Graph(busy_store, choice.types))
        ),
    ):
        assert plain == busy


@settings(max_examples=150, deadline=None, derandomize=True)
@given(choice=CHOICES, limit=st.integers(1, 40))
def test_the_whole_is_what_meets_the_conditions_and_what_edges_join_to_that(
    store: Store, choice: Choice, limit: int
) -> None:
    hops = [hop for hop in rows(store) if hop.type in choice.types]
    joined = {end for hop in hops for end in (hop.source, hop.target)}
    query = "SELECT number, collection FROM record ORDER BY collection, first"
    every = [
        (number, collection)
        for number, collection in store.run(Statement(query))
        if number in joined and collection in choice.judged
    ]
    terms = set(store.run(Statement("SELECT record, value FROM term WHERE field = 'actor'")))
    spans = {
        row[0]: row[1:]
        for row in store.run(Statement("SELECT record, earliest_start, latest_end FROM span WHERE field = 'date'"))
    }

    def meets(number: int, *, dated: bool = True) -> bool:
        for condition in choice.conditions:
            if isinstance(condition, Span):
                begin, end = spans.get(number, (None, None))
                if dated and (begin is None or begin > condition.hi or end < condition.lo):
                    return False
            elif not any((number, value) in terms for value in condition.values):
                return False
        return True

    expected = [number for number, _ in every if meets(number)]
    happened = expected[:limit]
    others = {end for hop in hops for end in (hop.source, hop.target) if {hop.source, hop.target} & set(happened)}
    carried = dict(store.run(Statement("SELECT number, collection FROM record")))
    following = sorted(number for number in others if carried[number] in choice.carried)
    kept = [*happened, *following[: limit - len(happened)]]
    section = Graph(store, choice.types).overview(choice, limit)
    assert section.nodes == [body for (body,) in store.rows("node", kept)]
    between = [hop.number for hop in hops if {hop.source, hop.target} <= set(kept)]
    assert section.edges == [body for (body,) in store.rows("edge", between)]
    room = len(expected) <= limit
    assert section.total == len(expected) + (len(following) if room else 0), "who has no room is not counted"
    is_dated = any(isinstance(condition, Span) for condition in choice.conditions)
    undated = [number for number, _ in every if number not in spans and meets(number, dated=False)]
    assert section.undated_excluded == (len(undated) if is_dated else 0)


def test_conditions_leave_out_and_never_add(real_store: Store) -> None:
    types = tuple(every_type(real_store))
    dates = (Span("date", "1939-01-01", "1939-12-31"),)
    wide = Graph(real_store, types).overview(Choice(HAPPENINGS, dict.fromkeys(OTHERS, ()), (), types), 1000)
    carried = dict.fromkeys(OTHERS, ()) | {"figures": dates}
    narrow = Graph(real_store, types).overview(Choice(HAPPENINGS, carried, dates, types), 1000)
    assert not wide.cut
    assert not narrow.cut
    assert set(narrow.nodes) < set(wide.nodes)
    assert set(narrow.edges) < set(wide.edges)


# Chains by the rules, read off tests/data by hand.


def names(store: Store, chain: tuple[object, ...]) -> list[str]:
    ids = dict(store.run(Statement("SELECT number, collection || '/' || id FROM record")))
    return [f"{move.hop.type}:{ids[move.to]}" for move in chain]  # type: ignore[attr-defined]


def test_a_part_leads_on_by_its_whole(store: Store) -> None:
    found = search(store, ["treaties/coast-protocol", "treaties/dawn-fishery-convention"])
    assert sorted(names(store, chain) for chain in found.chains) == [
        ["part_of:treaties/dawn-treaty", "implements:treaties/dawn-fishery-convention"],
        ["part_of:treaties/dawn-treaty", "led_to:treaties/dawn-fishery-convention"],
    ]


def test_an_answer_comes_after_what_it_answers(store: Store) -> None:
    found = search(store, ["battles/coast-raid", "events/transfer-of-men"])
    assert [names(store, chain) for chain in found.chains] == [["responds_to:events/transfer-of-men"]]
    assert not search(store, ["events/transfer-of-men", "battles/coast-raid"]).chains
    assert len(search(store, ["events/transfer-of-men", "battles/coast-raid"], forward=False).chains) == 1


def test_nothing_leads_to_what_was_over_before(real_store: Store) -> None:
    # Of one dispute (1928–1939) the auction of 1939 is a part, and the agreement of 1932 a result.
    ends = ["negotiations/fishery-auction-april-1939", "treaties/fishery-freeze-agreement-1932"]
    assert not search(real_store, ends).chains
    assert search(real_store, ends, forward=False).chains


def test_one_part_of_a_whole_does_not_lead_to_another(real_store: Store) -> None:
    ends = ["events/soviet-volunteer-group-in-china", "treaties/soviet-loan-to-china-1939-third"]
    assert not search(real_store, ends, depth=2).chains
    assert search(real_store, ends, depth=2, forward=False).chains


def test_an_ending_is_the_end_of_a_chain(real_store: Store) -> None:
    # The truce ended the battle; what the battle led to, it did not.
    assert search(real_store, ["treaties/changkufeng-truce", "battles/battle-of-lake-khasan"]).chains
    assert not search(real_store, ["treaties/changkufeng-truce", "battles/attack-on-pearl-harbor"]).chains
    via = ["treaties/changkufeng-truce", "battles/battle-of-lake-khasan", "battles/attack-on-pearl-harbor"]
    assert not search(real_store, via).chains


def test_a_search_ends_at_its_bound_and_says_so(real_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.chains.MOST_VISITS", 4)
    found = search(real_store, ["battles/battle-of-lake-khasan", "battles/attack-on-pearl-harbor"])
    assert found.cut
    assert found.visits <= 6


def test_a_record_of_very_many_edges_is_followed_in_part(real_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.graph.FAN", 3)
    types = tuple(every_type(real_store))
    choice = Choice(HAPPENINGS, dict.fromkeys(OTHERS, ()), (), types)
    section = Graph(real_store, types).around(number(real_store, "actors/soviet-union"), 1, choice, 1000)
    assert len(section.nodes) <= 7
    assert section.cut == ["edges of one record: 3"]
