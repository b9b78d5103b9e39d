"""The words of every record: what it is searched by, what is typed ahead of, what a misspelt word may have meant."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlmodel import SQLModel

from app.edtf import Edtf
from app.folding import Token, is_syllable, loosely, tokens
from app.resource import EvidenceRecord
from app.store.build import Build, Entry, Key, Row, name_of
from app.store.dialects.scratch import Scratch
from app.store.heads import Heads
from app.store.render import encode
from app.store.tables import StartRow, WordingRow, WordRow
from app.values import served_date

Kind = Literal["name", "alias", "summary", "text", "mention"]
BETWEEN = " ¦ "  # between passages: no query holds it, so no phrase runs across
MOST_WORDS = 100_000  # words of the vocabulary kept in memory
NAMES, TEXTS, MENTIONS = ("name", "alias"), ("summary", "text"), ("mention",)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a record, as written, and where it stands in the record as served."""

    kind: Kind
    pointer: str
    language: str | None
    text: str


def passages(build: Build, entry: Entry) -> Iterator[Passage]:
    """What a record is found by, the weightiest first; the names of records that it refers to are mentions."""
    record = entry.record
    yield Passage("name", "/name", None, build.name(entry.key))
    for number, alias in enumerate(record.aliases):
        yield Passage("alias", f"/aliases/{number}/name", alias.language, alias.name)
    if record.summary:
        yield Passage("summary", "/summary", None, record.summary)
    for visit in entry.visits:
        is_text = isinstance(visit.value, str) and not (visit.shape.ref or visit.shape.is_code)
        if is_text and visit.pointer not in {"/name", "/summary"} and not visit.pointer.startswith("/aliases/"):
            yield Passage("text", visit.pointer, None, visit.value)
    first: dict[Key, str] = {}
    for pointer, target in entry.references:
        first.setdefault(target, pointer)
    for target, pointer in first.items():
        card = build.card(target)
        yield Passage("mention", f"{pointer}/name", None, card.reference.name)
        for alias in card.aliases:
            yield Passage("mention", pointer, alias.language, alias.name)


def years(date: Edtf | None) -> str | None:
    """The years of a date, for people: 1939, 1938–1939, from 1905, until 1938."""
    if date is None:
        return None
    first, last = (end and end[:4] for end in (date.earliest, date.latest))
    shown = f"{first}–{last}" if first and last else f"from {first}" if first else f"until {last}"
    return ("about " if date.qualifier else "") + (str(first) if first == last else shown)


@dataclass(frozen=True, slots=True)
class Words:
    """A text in words: as they stand in it, folded and joined, and the same loosely."""

    tokens: tuple[Token, ...]
    strict: str
    loose: str


@lru_cache(maxsize=8192)  # the names of records stand in many others
def _words(text: str) -> Words:
    found = tuple(tokens(text))
    return Words(found, " ".join([t.text for t in found]), " ".join([loosely(t.text) for t in found]))


Spelt = Sequence[tuple[Passage, Words]]


def spelt(found: Iterable[Passage]) -> Spelt:
    """Passages with their words; those without any cannot be found."""
    every = ((passage, _words(passage.text)) for passage in found)
    return [(passage, words) for passage, words in every if words.tokens]


class Vocabulary:
    """Every word met: as first written, in a name if it is in one, and in how many records."""

    def __init__(self, scratch: Scratch) -> None:
        """No word met yet; what gets too much is put aside."""
        self.scratch = scratch
        self._met: dict[str, list[Any]] = {}  # word → as written, number of records with it in names, own, any text

    def add(self, found: Spelt) -> None:
        """Add the words of one record's passages. Mentions are words of other records."""
        in_names, anywhere, mentioned = dict[str, str](), dict[str, str](), dict[str, str]()
        for passage, of_passage in found:
            words = mentioned if passage.kind == "mention" else anywhere
            for token in of_passage.tokens:
                if not token.text.isascii() and is_syllable(token.text):
                    continue
                written = passage.text[token.start : token.end]
                words.setdefault(token.text, written)
                if passage.kind in NAMES:
                    in_names[token.text] = written
        for word, written in (mentioned | anywhere).items():
            met = self._met.setdefault(word, [written, 0, 0, 0])
            if word in in_names and not met[1]:
                met[0] = in_names[word]
            met[1] += word in in_names
            met[2] += word in anywhere
            met[3] += 1
        if len(self._met) > MOST_WORDS:
            self._put_aside()

    def _put_aside(self) -> None:
        self.scratch.count((word, *met) for word, met in self._met.items())
        self._met.clear()

    def rows(self) -> Iterator[tuple[type[SQLModel], Row]]:
        """The words of records' own texts, the most frequent first."""
        self._put_aside()
        for number, (word, shown, names, records, found) in enumerate(self.scratch.words(), start=1):
            if records:
                counted = {"names": names, "records": records, "found": found}
                yield WordRow, {"number": number, "word": word, "loose": loosely(word), "shown": shown, **counted}


def _folded(found: Spelt, kinds: Iterable[str], *, loose: bool = False) -> str:
    return BETWEEN.join(words.loose if loose else words.strict for passage, words in found if passage.kind in kinds)


def _places(found: Spelt) -> bytes:
    """Where each word stands in its passage, as `app.store.hits` reads it; what is between passages has a place too."""
    flat: list[int] = []
    for _, words in found:
        for token in words.tokens:
            flat += (token.start, token.end)
        flat += (0, 0)
    return struct.pack(f"<{len(flat)}I", *flat)


def _told(passage: Passage) -> bytes:
    return encode({"pointer": passage.pointer, "language": passage.language, "text": passage.text})


def _wording(build: Build, entry: Entry, found: Spelt) -> Row:
    shown = {
        "record": build.reference(entry.key).model_dump(),
        "collection": entry.key[0],
        "date": served_date(entry.date).model_dump() if entry.date else None,
        "summary": entry.record.summary,
    }
    return {
        "number": entry.number,
        "names": _folded(found, NAMES),
        "summary": _folded(found, ("summary",)),
        "text": _folded(found, ("text",)),
        "mentions": _folded(found, MENTIONS),
        "loose_names": _folded(found, NAMES, loose=True),
        "loose_texts": _folded(found, TEXTS, loose=True),
        "loose_mentions": _folded(found, MENTIONS, loose=True),
        "passages": b"\n".join(_told(passage) for passage, _ in found),
        "places": _places(found),
        "shown": encode(shown),
        "years": years(entry.date),
    }


def _starts(passage: Passage, words: Words) -> Iterator[Row]:
    told = {"name": passage.text, "language": passage.language, "is_alias": passage.kind == "alias"}
    for loose, text in ((False, words.strict), (True, words.loose)):
        start = 0
        for word in range(len(words.tokens)):
            yield {"loose": loose, "text": text[start:], "word": word, **told}
            start = text.find(" ", start) + 1


class Wordings:
    """The words of each record and the starts of its names, then the vocabulary."""

    def __init__(self, build: Build) -> None:
        """Begin a vocabulary."""
        self.build, self.vocabulary, self.heads = build, Vocabulary(build.scratch), Heads()

    def of(self, entry: Entry) -> Iterator[tuple[type[SQLModel], Row]]:
        """The words of a record."""
        found, weight = spelt(passages(self.build, entry)), self.build.scratch.weight(name_of(entry.key))
        self.vocabulary.add(found)
        is_evidence = isinstance(entry.record, EvidenceRecord) or entry.key[0] == "works"
        told = {"weight": weight, "is_evidence": is_evidence}
        yield WordingRow, {**_wording(self.build, entry, found), **told}
        for passage, of_passage in found:
            if passage.kind in NAMES:
                for start in _starts(passage, of_passage):
                    row = {**start, **told, "collection": entry.key[0], "record": entry.number}
                    self.heads.see(row)
                    yield StartRow, row

    def last(self) -> Iterator[tuple[type[SQLModel], Row]]:
        """The vocabulary, and the names that matter most."""
        yield from self.vocabulary.rows()
        yield from self.heads.rows()
