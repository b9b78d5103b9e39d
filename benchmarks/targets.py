"""What is asked, found by asking the API: ids, the commonest actor, words; nothing of a dataset is written here."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.asking import Address
from benchmarks.export import COLLECTION

PAGE = 25
TRIED = 16  # words that are counted to find the commonest or the rarest


@dataclass(frozen=True)
class Chosen:
    """What every subject is asked for: the same records, filter and word."""

    ids: tuple[str, ...]
    work: str
    words: tuple[str, ...]


def facet(address: Address, path: str, name: str) -> list[tuple[str, int]]:
    """The values of a facet with their counts, the commonest first."""
    joined = "&" if "?" in path else "?"
    found = address.json(f"{path}{joined}limit=0&facet={name}")["meta"]["facets"][name]
    values = found["values"] if isinstance(found, dict) else found
    return [(entry["value"], entry["count"]) for entry in values if entry["value"] is not None]


def records(address: Address, path: str, sorts: Iterable[str], most: int = 200) -> Iterator[dict[str, Any]]:
    """Records of a list, by the first page of each of its sorts."""
    seen = set()
    for sort in sorts:
        for record in address.json(f"{path}?limit={most}&sort={sort}")["data"]:
            if record["id"] not in seen:
                seen.add(record["id"])
                yield record


def plain_words(texts: Iterable[str]) -> Counter[str]:
    """The words of texts that need no escaping and say something, with how often they occur."""
    return Counter(word for text in texts for word in text.lower().split() if is_plain(word))


def is_plain(word: str) -> bool:
    """Whether a word needs no escaping and is more than a particle."""
    return word.isascii() and word.isalpha() and len(word) > 3


def common_words(address: Address, wanted: int) -> tuple[str, ...]:
    """Of the words in names of actors, those that most records have, the commonest first."""
    found = plain_words(record["name"] for record in address.json("/v1/actors?limit=200")["data"])
    return commonest(address, found, wanted)


def commonest(address: Address, found: Counter[str], wanted: int) -> tuple[str, ...]:
    """Of words that occur often somewhere, those that most records have, the commonest first."""
    counted = {word: total(address, f"/v1/search?q={word}") for word, _ in found.most_common(TRIED)}
    return tuple(sorted(counted, key=lambda word: (-counted[word], word))[:wanted])


def total(address: Address, target: str) -> int:
    """How many a list or a search finds."""
    return int(address.json(f"{target}{'&' if '?' in target else '?'}limit=0")["meta"]["total"])


def chosen(address: Address) -> Chosen:
    """What to ask every subject for."""
    found = list(records(address, f"/v1/{COLLECTION}", ("paragraph",)))
    works = Counter(record["work"]["id"] for record in found)
    work, count = works.most_common(1)[0]
    if count < PAGE:
        raise RuntimeError(f"no work has {PAGE} {COLLECTION}: a page would not be full")
    return Chosen(tuple(record["id"] for record in found), work, _full(address))


def _full(address: Address) -> tuple[str, ...]:
    """Common words, each of which fills a page."""
    words = tuple(w for w in common_words(address, 8) if total(address, f"/v1/search?q={w}") >= PAGE)
    if not words:
        raise RuntimeError(f"no word is in {PAGE} records: a page would not be full")
    return words
