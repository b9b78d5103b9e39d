"""The kinds of query whose growth is measured, with values that the API itself names: nothing of a dataset is here."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from benchmarks.asking import Address
from benchmarks.export import words
from benchmarks.targets import TRIED, commonest, facet, is_plain, plain_words, records, total

DATED = "events"
SOME = 100  # records whose texts give words
DEGREES = 2  # half the side of a small box
IN_TURN = 8  # values of a kind, asked in turn


@dataclass(frozen=True)
class Question:
    """A kind of query: what is asked in turn, how long one answer took, and its status if it was no answer."""

    kind: str
    targets: Sequence[str]
    seconds: float
    status: int


def questions(address: Address) -> list[Question]:
    """Every kind, asked once or more, so that the store's pages are in memory."""
    return [_asked(address, kind, targets) for kind, targets in _kinds(address)]


def worst_search(address: Address) -> Question:
    """Of the searches, the one that takes longest."""
    asked = [_asked(address, kind, targets) for kind, targets in _searches(address)]
    return max((q for q in asked if q.status == 200 and q.kind.startswith("search")), key=lambda q: q.seconds)


def _asked(address: Address, kind: str, targets: Sequence[str]) -> Question:
    took, status = [], 200
    for target in list(targets[:IN_TURN]) * (3 if len(targets) == 1 else 1):
        begun = time.perf_counter()
        status = max(status, address.get(target).status)
        took.append(time.perf_counter() - begun)
    return Question(kind, targets, sorted(took)[len(took) // 2], status)


def _kinds(address: Address) -> Iterator[tuple[str, Sequence[str]]]:
    path = f"/v1/{DATED}"
    found = list(records(address, path, ("date", "-date", "name", "-name")))
    actors, topics, decades = ([v for v, _ in _ranked(address, path, name)] for name in ("actor", "topic", "decade"))
    common, rare, subject = actors[:IN_TURN], actors[-IN_TURN:], topics[0]
    middles = [int(decade) + 5 for decade in decades[:IN_TURN]]
    yield "record", [f"{path}/{record['id']}" for record in found]
    yield "list", [path]
    yield "sorted, descending", [f"{path}?sort=-date"]
    yield "last page", [last_page(address, path)]
    yield "filter, common", [f"{path}?actor={actor}" for actor in common]
    yield "filter, rare", [f"{path}?actor={actor}" for actor in rare]
    yield "two filters, both common", [f"{path}?actor={actor}&topic={subject}" for actor in common]
    yield "two filters, one rare", [f"{path}?actor={actor}&topic={subject}" for actor in rare]
    yield "date overlap, two months", [f"{path}?date={year}-07/{year}-08" for year in middles]
    yield "date overlap, a decade", [f"{path}?date={year // 10}X" for year in middles]
    yield "in_force_on", [f"/v1/treaties?in_force_on={year}-06-01" for year in middles]
    yield "bbox, small", [f"{path}?bbox={box}" for box in boxes(address)]
    yield "bbox, the world", [f"{path}?bbox=-180,{-90 + step},180,90" for step in range(IN_TURN)]
    yield from _searches(address)
    yield "facets", [f"{path}?facet=form,actor&limit=0"]
    yield "facets of a filter", [f"{path}?actor={actor}&facet=form,topic&limit=0" for actor in common]
    yield "timeline", ["/v1/timeline"]
    yield "timeline of an actor", [f"/v1/timeline?actor={actor}" for actor in common]
    yield "state of affairs", [f"/v1/timeline?state={year}-06-01" for year in middles]
    yield "graph around a hub", [f"/v1/graph?root=actors/{actor}&depth=1" for actor in common]
    yield "graph of a topic", [f"/v1/graph?topic={topic}" for topic in topics[:IN_TURN]]
    yield "provenance of a page", [f"/v1/provenance?{page}" for page in cited_pages(address)]


def _searches(address: Address) -> Iterator[tuple[str, Sequence[str]]]:
    texts = [t for r in records(address, f"/v1/{DATED}", ("date", "-date"), SOME) for t in words(r)]
    seen = plain_words(texts)
    common = commonest(address, seen, IN_TURN)
    counted = {word: total(address, f"/v1/search?q={word}") for word in sorted(seen, key=lambda w: seen[w])[:TRIED]}
    rare = sorted(counted, key=lambda word: (counted[word] or SOME, word))[:IN_TURN]
    beginnings = list(dict.fromkeys(word[:3] for word in common))
    pairs = Counter(pair for text in texts for pair in pairwise(text.lower().split()) if all(map(is_plain, pair)))
    yield "search, common word", [f"/v1/search?q={word}" for word in common]
    yield "search, rare word", [f"/v1/search?q={word}" for word in rare]
    yield "search, two words", [f"/v1/search?q={'+'.join(pair)}" for pair in pairwise(common)]
    yield "search, phrase", [f"/v1/search?q=%22{'+'.join(pair)}%22" for pair, _ in pairs.most_common(IN_TURN)]
    yield "search, prefix", [f"/v1/search?q={beginning}*" for beginning in beginnings]
    yield "suggest", [f"/v1/suggest?q={beginning}" for beginning in beginnings]


def _ranked(address: Address, path: str, name: str) -> list[tuple[str, int]]:
    """The values of a facet, the commonest first."""
    return sorted(facet(address, path, name), key=lambda pair: -pair[1])


def last_page(address: Address, path: str) -> str:
    """The last page, reached as a client would: by following links.next."""
    target, following = path, f"{path}?limit=200"
    while following:
        page = address.json(following)
        target, following = following, page["links"]["next"]
    target = target.replace("limit=200", "limit=25")  # the cursor is of the query; a page of 25 may begin there
    while following := address.json(target)["links"]["next"]:
        target = following
    return target


def boxes(address: Address) -> list[str]:
    """Boxes around the first places on the map."""
    found = []
    for record in address.json("/v1/places?limit=200")["data"]:
        where: dict[str, Any] | None = record.get("location")
        if where and abs(where["lat"]) < 90 - DEGREES and abs(where["lon"]) < 180 - DEGREES:
            west, south, east, north = (
                round(number, 3)
                for number in (
                    *(where["lon"] - DEGREES, where["lat"] - DEGREES),
                    *(where["lon"] + DEGREES, where["lat"] + DEGREES),
                )
            )
            found.append(f"{west},{south},{east},{north}")
    return found[:10]


def cited_pages(address: Address) -> list[str]:
    """Works with pages of theirs that are cited."""
    found = []
    for record in address.json("/v1/citations?limit=200")["data"]:
        digits = "".join(sign if sign.isdigit() else " " for sign in record["pages"]).split()
        found.append(f"work={record['work']['id']}&page={digits[0]}")
    return sorted(set(found))[:50]
