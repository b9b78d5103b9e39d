"""The words of every record: what it is searched by, what is typed ahead of, what a misspelt word may have meant."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Literal

from sqlmodel import SQLModel

from app.edtf import Edtf
from app.folding import is_syllable, loosely, tokens, words
from app.resource import EvidenceRecord
from app.shape import references, walk
from app.store.index import Build, Row, dated
from app.store.render import Key, Renderer, encode
from app.store.tables import StartRow, WordingRow, WordRow
from app.values import served_date

Kind = Literal["name", "alias", "summary", "text", "mention"]
BETWEEN = " ¦ "  # between passages: no query holds it, so no phrase runs across


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a record, as written, and where it stands in the record as served."""

    kind: Kind
    pointer: str
    language: str | None
    text: str


def passages(renderer: Renderer, key: Key) -> Iterator[Passage]:
    """What a record is found by, the weightiest first; the names of records that it refers to are mentions."""
    record = renderer.records[key]
    yield Passage("name", "/name", None, renderer.names[key])
    for number, alias in enumerate(record.aliases):
        yield Passage("alias", f"/aliases/{number}/name", alias.language, alias.name)
    if record.summary:
        yield Passage("summary", "/summary", None, record.summary)
    for visit in walk(record):
        is_text = isinstance(visit.value, str) and not (visit.shape.ref or visit.shape.is_code)
        if is_text and visit.pointer not in {"/name", "/summary"} and not visit.pointer.startswith("/aliases/"):
            yield Passage("text", visit.pointer, None, visit.value)
    first: dict[Key, str] = {}
    for pointer, target in references(record):
        first.setdefault(target, pointer)
    for target, pointer in first.items():
        yield Passage("mention", f"{pointer}/name", None, renderer.names[target])
        for alias in renderer.records[target].aliases:
            yield Passage("mention", pointer, alias.language, alias.name)


def years(date: Edtf | None) -> str | None:
    """The years of a date, for people: 1939, 1938–1939, from 1905, until 1938."""
    if date is None:
        return None
    first, last = (end and end[:4] for end in (date.earliest, date.latest))
    shown = f"{first}–{last}" if first and last else f"from {first}" if first else f"until {last}"
    return ("about " if date.qualifier else "") + (str(first) if first == last else shown)


@dataclass
class Vocabulary:
    """Every word met: as first written, in a name if it is in one, and in how many records."""

    shown: dict[str, str] = field(default_factory=dict)
    names: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)

    def add(self, found: Iterable[Passage]) -> None:
        """Add the words of one record's passages. Mentions are words of other records."""
        in_names, anywhere = set(), set()
        for passage in found:
            if passage.kind == "mention":
                continue
            for token in tokens(passage.text):
                if is_syllable(token.text):
                    continue
                written = passage.text[token.start : token.end]
                anywhere.add(token.text)
                if passage.kind in {"name", "alias"}:
                    if not self.names[token.text]:
                        self.shown[token.text] = written
                    in_names.add(token.text)
                self.shown.setdefault(token.text, written)
        self.names.update(in_names)
        self.records.update(anywhere)

    def rows(self) -> Iterator[tuple[type[SQLModel], Row]]:
        """The words, in order."""
        for word in sorted(self.shown):
            counted = {"names": self.names[word], "records": self.records[word]}
            yield WordRow, {"word": word, "shown": self.shown[word], **counted}


def _folded(found: Iterable[Passage], *kinds: Kind, loose: bool = False) -> str:
    texts = (words(passage.text) for passage in found if passage.kind in kinds)
    return BETWEEN.join(" ".join(map(loosely, text) if loose else text) for text in texts)


def _wording(build: Build, key: Key, found: list[Passage]) -> Row:
    record = build.renderer.records[key]
    date = dated(record, build.renderer.resources[key[0]])
    shown = {
        "record": build.renderer.reference(key).model_dump(),
        "collection": key[0],
        "date": served_date(date).model_dump() if date else None,
        "summary": record.summary,
    }
    return {
        "number": build.numbers[key],
        "names": _folded(found, "name", "alias"),
        "summary": _folded(found, "summary"),
        "text": _folded(found, "text"),
        "mentions": _folded(found, "mention"),
        "loose_names": _folded(found, "name", "alias", loose=True),
        "loose_rest": _folded(found, "summary", "text", "mention", loose=True),
        "passages": encode([list(asdict(passage).values()) for passage in found]),
        "shown": encode(shown),
        "years": years(date),
        "is_evidence": isinstance(record, EvidenceRecord) or key[0] == "works",
    }


def read(blob: bytes) -> list[Passage]:
    """The passages of a record, as stored."""
    return [Passage(*values) for values in json.loads(blob)]


def _starts(passage: Passage) -> Iterator[Row]:
    folded = words(passage.text)
    told = {"name": passage.text, "language": passage.language, "is_alias": passage.kind == "alias"}
    for loose in (False, True):
        spelt = [loosely(word) for word in folded] if loose else folded
        for word in range(len(spelt)):
            yield {"loose": loose, "text": " ".join(spelt[word:]), "word": word, **told}


def rows(build: Build) -> Iterator[tuple[type[SQLModel], Row]]:
    """The words of each record and the starts of its names, then the vocabulary."""
    renderer, vocabulary = build.renderer, Vocabulary()
    weights = Counter(target for record in renderer.records.values() for target in {t for _, t in references(record)})
    for key, number in build.numbers.items():
        found = list(passages(renderer, key))
        vocabulary.add(found)
        yield WordingRow, _wording(build, key, found)
        for passage in found:
            if passage.kind in {"name", "alias"}:
                for start in _starts(passage):
                    yield StartRow, {**start, "collection": key[0], "weight": weights[key], "record": number}
    yield from vocabulary.rows()
