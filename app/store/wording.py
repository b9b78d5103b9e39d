"""The words of every record: what it is searched by, what is typed ahead of, what a misspelt word may have meant."""

import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from app.edtf import Edtf
from app.folding import is_syllable, loosely, tokens
from app.resource import EvidenceRecord
from app.store.build import Build, Entry, Key, Row, name_of
from app.store.dialects.scratch import Scratch
from app.store.render import encode, shown_date

Kind = Literal["name", "alias", "summary", "text", "mention"]
BETWEEN = " ¦ "  # between passages: no query holds it, so no phrase runs across
MOST_WORDS = 100_000  # words of the vocabulary kept in memory
MOST_MATCHES = 5  # passages of a record that are shown to match
NAMES = ("name", "alias")


class Passage(NamedTuple):
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
        yield Passage("mention", f"{pointer}/name", None, card.shown["name"])
        for name, language in card.aliases:
            yield Passage("mention", pointer, language, name)


def years(date: Edtf | None) -> str | None:
    """The years of a date, for people: 1939, 1938–1939, from 1905, until 1938."""
    if date is None:
        return None
    first, last = (end and end[:4] for end in (date.earliest, date.latest))
    shown = f"{first}–{last}" if first and last else f"from {first}" if first else f"until {last}"
    return ("about " if date.qualifier else "") + (str(first) if first == last else shown)


class Words(NamedTuple):
    """A text in words."""

    size: int  # how many
    strict: str  # folded and joined
    loose: str  # the same loosely
    places: bytes  # where each stands in the text, as `app.store.hits` reads it; what is after the text has a place too
    first: Mapping[str, str]  # word → as it is first written in the text, without single kana and Han characters
    last: Mapping[str, str]  # the same, as it is last written
    ranges: Mapping[str, bytes]  # word, loosely → where it stands in the text, in JSON; words that touch as one range


def add_range(ranges: list[list[int]], start: int, end: int) -> None:
    """Add a range to those before it; what overlaps or touches is one."""
    if ranges and start <= ranges[-1][1]:
        ranges[-1][1] = max(end, ranges[-1][1])
    else:
        ranges.append([start, end])


@lru_cache(maxsize=8192)  # the names of records stand in many others
def _words(text: str) -> Words:
    found = tokens(text)
    folded, places = [token.text for token in found], [place for token in found for place in token[1:]]
    loose = [*map(loosely, folded)]
    ranges: dict[str, list[list[int]]] = {}
    for word, (_, start, end) in zip(loose, found, strict=True):
        add_range(ranges.setdefault(word, []), start, end)
    written = [(word, text[a:b]) for word, a, b in found if word.isascii() or not is_syllable(word)]
    return Words(
        size=len(found),
        strict=" ".join(folded),
        loose=" ".join(loose),
        places=struct.pack(f"<{len(places) + 2}I", *places, 0, 0),
        first=dict(reversed(written)),
        last=dict(written),
        ranges={word: encode(several) for word, several in ranges.items()},
    )


Spelt = Sequence[tuple[Passage, Words]]


def spelt(found: Iterable[Passage]) -> Spelt:
    """Passages with their words; those without any cannot be found."""
    every = ((passage, _words(passage.text)) for passage in found)
    return [(passage, words) for passage, words in every if words.size]


class Vocabulary:
    """Every word met: as first written, in a name if it is in one, and in how many records."""

    def __init__(self, scratch: Scratch) -> None:
        """No word met yet; what gets too much is put aside."""
        self.scratch = scratch
        self._shown: dict[str, str] = {}  # word → as written
        self._names, self._own, self._any = Counter[str](), Counter[str](), Counter[str]()  # records that have it there

    def add(self, found: Spelt) -> None:
        """Add the words of one record's passages. Mentions are words of other records."""
        in_names, own, every = dict[str, str](), dict[str, str](), dict[str, str]()
        for passage, words in found:
            if passage.kind in NAMES:
                in_names |= words.last
        for passage, words in reversed(found):  # as first written
            if passage.kind == "mention":
                every |= words.first
            else:
                own |= words.first
        every |= own
        self._shown.update((word, every[word]) for word in every if word not in self._shown)
        self._shown.update((word, in_names[word]) for word in in_names if word not in self._names)
        self._names.update(in_names.keys())
        self._own.update(own.keys())
        self._any.update(every.keys())
        if len(self._any) > MOST_WORDS:
            self._put_aside()

    def _put_aside(self) -> None:
        names, own = self._names, self._own
        self.scratch.count((word, self._shown[word], names[word], own[word], any_) for word, any_ in self._any.items())
        for met in (self._shown, self._names, self._own, self._any):
            met.clear()

    def rows(self) -> Iterator[tuple[str, Row]]:
        """The words of records' own texts, the most frequent first."""
        self._put_aside()
        for number, (word, shown, names, records, found) in enumerate(self.scratch.words(), start=1):
            if records:
                counted = {"names": names, "records": records, "found": found}
                yield "word", {"number": number, "word": word, "loose": loosely(word), "shown": shown, **counted}


def _told(passage: Passage) -> bytes:
    return encode({"pointer": passage.pointer, "language": passage.language, "text": passage.text})


def _matches(found: Spelt) -> bytes:
    """What of a record matches a word: a line for each word, which lacks only the passages, by their numbers (`%`)."""
    matches: dict[str, list[bytes]] = {}
    for number, (_, words) in enumerate(found):
        for word, ranges in words.ranges.items():
            matches.setdefault(word, []).append(b"%%(%d)b%b}" % (number, ranges))
    lines = [b"%b %b" % (word.encode(), b",".join(few[:MOST_MATCHES])) for word, few in matches.items()]
    return b"\n%b\n" % b"\n".join(lines)


def _wording(build: Build, entry: Entry, found: Spelt) -> Row:
    shown = {
        "record": build.shown(entry.key),
        "collection": entry.key[0],
        "date": shown_date(entry.date) if entry.date else None,
        "summary": entry.record.summary,
    }
    summary, text, names, mentions = (
        [words for passage, words in found if passage.kind in kinds]
        for kinds in (("summary",), ("text",), NAMES, ("mention",))
    )
    return {
        "number": entry.number,
        "names": BETWEEN.join([words.strict for words in names]),
        "summary": BETWEEN.join([words.strict for words in summary]),
        "text": BETWEEN.join([words.strict for words in text]),
        "mentions": BETWEEN.join([words.strict for words in mentions]),
        "loose_names": BETWEEN.join([words.loose for words in names]),
        "loose_texts": BETWEEN.join([words.loose for words in summary + text]),
        "loose_mentions": BETWEEN.join([words.loose for words in mentions]),
        "passages": b"\n".join([_told(passage) for passage, _ in found]),
        "places": b"".join([words.places for _, words in found]),
        "matches": _matches(found),
        "shown": encode(shown),
        "years": years(entry.date),
    }


def _starts(passage: Passage, words: Words) -> Iterator[Row]:
    told = {"name": passage.text, "language": passage.language, "is_alias": passage.kind == "alias"}
    for loose, text in ((False, words.strict), (True, words.loose)):
        start = 0
        for word in range(words.size):
            yield {"loose": loose, "text": text[start:], "word": word, **told}
            start = text.find(" ", start) + 1


class Wordings:
    """The words of each record and the starts of its names, then the vocabulary."""

    def __init__(self, build: Build) -> None:
        """Begin a vocabulary."""
        self.build, self.vocabulary = build, Vocabulary(build.scratch)

    def of(self, entry: Entry) -> Iterator[tuple[str, Row]]:
        """The words of a record."""
        found, weight = spelt(passages(self.build, entry)), self.build.scratch.weight(name_of(entry.key))
        self.vocabulary.add(found)
        is_evidence = isinstance(entry.record, EvidenceRecord) or entry.key[0] == "works"
        told = {"weight": weight, "is_evidence": is_evidence}
        yield "wording", {**_wording(self.build, entry, found), **told}
        for passage, of_passage in found:
            if passage.kind in NAMES:
                for start in _starts(passage, of_passage):
                    yield "start", {**start, **told, "collection": entry.key[0], "record": entry.number}

    def last(self) -> Iterator[tuple[str, Row]]:
        """The vocabulary."""
        yield from self.vocabulary.rows()
