"""What is in a made-up record: by the shape of its model, so that a field that is added is made up as well.

Fan-in is that of a real dataset of the size: most citations support a few records, some a hundred; a few actors,
people, places, topics and works are named very often, most seldom.
"""

from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from typing import Any, Protocol

from app.edtf import Edtf
from app.resource import CitationRecord, NoteRecord, Record, Resource, SourcedRecord
from app.shape import Shape, shapes
from app.synthetic import words
from app.values import LAST_PARAGRAPH, Alias, Cited, Face, Part, Point, Relation

PAGES = 400  # of a work
NEAR = 100  # most relations lead to a record that is no further off
POPULAR = 200  # one record (or citation) in so many is known to all
TREE = 8  # places and actors that lie in the same one
MANY = 3  # parts in a list at most
FEWER: Mapping[type[Face] | None, int] = {Relation: 2, Alias: 2, None: 2}  # of these, and of plain values
LIKELY = {
    "summary": 0.9, "aliases": 0.25, "same_as": 0.1, "date": 0.85, "location": 0.9, "quantities": 0.2, "stations": 0.03,
}  # fmt: skip
HALF = 0.56  # how likely any other field is that may be left out
SENTENCES = {"text", "summary", "claim", "established", "subject"}
UNITS = ("men", "tanks", "aircraft", "guns", "rubles", "yen", "tons", "km", "percent", "ships", "sacks", "barrels")
SIDES = ("first", "second")
PLAIN: Mapping[str, Callable[[Random], str]] = {
    "unit": lambda random: UNITS[words.ranked(random, len(UNITS))],
    "key": lambda random: random.choice(SIDES),
    "victor": lambda random: random.choice(SIDES),
    "duration": lambda random: f"P{random.randint(1, 20)}Y",
    "interval": lambda random: f"P{random.randint(1, 12)}M",
    "series": lambda random: f"series-{random.randint(1, 400)}",
    "same_as": lambda random: f"wikidata:Q{random.randint(10**15, 10**16)}",  # far beyond what Wikidata has
}


class Whole(Protocol):
    """What a record must know of the dataset."""

    resources: Mapping[str, Resource]
    seed: int
    counts: dict[str, int]
    happening: list[str]
    sourced: int

    def id(self, collection: str, number: int) -> str:
        """The id of a record."""

    def place(self, collection: str, number: int) -> int:
        """The place of a record among those that rest on something."""

    def first_on(self, place: int, evidence: str) -> range:
        """The citations (or notes) that are hung on the record at a place."""

    def paragraph(self, citation: int) -> int:
        """The paragraph of a citation."""


class Writer:
    """Writes one record as a curator would: plain values by key."""

    def __init__(self, whole: Whole, collection: str, number: int) -> None:
        """Of a number in its collection."""
        self.whole, self.collection, self.number = whole, collection, number
        self.random = Random(f"{whole.seed}/{collection}/{number}")
        self.resource = whole.resources[collection]
        self.model = self.resource.model
        self.cited: list[int] = []
        self.noted: list[int] = []
        if issubclass(self.model, SourcedRecord):
            place, count = whole.place(collection, number), whole.counts["citations"]
            self.noted += whole.first_on(place, "notes")
            near = [
                place * count // whole.sourced + self.random.randint(-2, 2) for _ in range(self.random.randint(1, 2))
            ]
            if self.random.random() < 0.05:
                near.append(self.random.randrange(0, count, POPULAR))
            self.cited += dict.fromkeys((*whole.first_on(place, "citations"), *(n % count for n in near)))

    def content(self) -> dict[str, Any]:
        """The record."""
        model = self.model
        content: dict[str, Any] = {"id": self.whole.id(self.collection, self.number)}
        if issubclass(model, CitationRecord):
            return content | self._citation(model)
        content["name"] = self._name()
        content |= self._face(model)
        if issubclass(model, NoteRecord) and "sources" not in content:
            content["paragraphs"] = [self._paragraph()]
        if self.resource.date and self.resource.date[0] in content and self.resource.date[0] != "date":
            content.pop("date", None)  # it is said already
        return content | self._sources(content) if issubclass(model, SourcedRecord) else content

    def _citation(self, model: type[Record]) -> dict[str, Any]:
        first = 1 + words.ranked(self.random, PAGES)
        pages = f"{first}-{first + 1}" if self.random.random() < 0.2 else str(first)
        said = {"pages": pages, "paragraph": str(self.whole.paragraph(self.number))}
        return self._face(model) | said

    def _name(self) -> str:
        """What happened is a treaty of one and another; who and where have a name of two words."""
        names = words.proper(self.random), words.proper(self.random)
        return f"{self.model.__name__} of {names[0]} and {names[1]}" if self.resource.happens else " ".join(names)

    def _paragraph(self) -> str:
        return str(self.random.randint(1, LAST_PARAGRAPH))

    def _face(self, model: type[Face]) -> dict[str, Any]:
        """The fields of a record or part, some of those that may be left out left out."""
        content: dict[str, Any] = {}
        for shape, likely, most in _fields(model):
            if likely == 1 or self.random.random() < likely:
                made = (self._value(shape, model) for _ in range(self.random.randint(1, most)))
                values = [value for value in made if value is not None]
                if values:
                    content[shape.key] = _distinct(values) if shape.many else values[0]
        if issubclass(model, Cited) and model is not Relation:
            content |= self._part_sources(model)
        return content

    def _value(self, shape: Shape, model: type[Face]) -> Any:
        """One value of a field; None where there is none to be had."""
        random = self.random
        if shape.part:
            return self._part(shape.part)
        if shape.ref:
            return self._reference(shape.ref.collection)
        if shape.choices:
            return shape.choices[words.ranked(random, len(shape.choices))]
        if shape.annotation is Edtf:
            lasting = self.resource.lasts and shape.name == self.resource.lasts.path and issubclass(model, Record)
            return words.span(random) if random.random() < (0.8 if lasting else 0.12) else words.date(random)
        if shape.name in PLAIN:
            return PLAIN[shape.name](random)
        if shape.is_code:
            return None
        if shape.annotation is str:
            return words.sentence(random) if shape.name in SENTENCES else words.phrase(random)
        if shape.annotation is bool:
            return random.choice(("true", "false"))
        return str(random.randint(1, 30) if shape.annotation is int else int(10 ** random.uniform(0, 7)))

    def _part(self, part: type[Face]) -> dict[str, Any] | None:
        random = self.random
        if part is Relation:
            return self._relation()
        if part is Alias:
            language = random.choice((None, *words.NATIVE))
            return (
                {"name": words.native(random, language), "language": language} if language else {"name": self._name()}
            )
        if part is Point:
            return {"lat": f"{random.gauss(45, 5):.4f}", "lon": f"{random.gauss(132, 9):.4f}", "basis": "made up"}
        return self._face(part)

    def _reference(self, collection: str | None) -> str | None:
        """A record of a collection, as often as its rank says; what a record lies in is one before it."""
        if collection is None:
            collection = self.random.choice(self.whole.happening)
            return f"{collection}/{self.whole.id(collection, self.random.randrange(self.whole.counts[collection]))}"
        if collection == self.collection:
            return self.whole.id(collection, self.number // TREE) if self.number else None
        return self.whole.id(collection, words.ranked(self.random, self.whole.counts[collection]))

    def _relation(self) -> dict[str, Any] | None:
        """A relation to a record near by, or to one that is known to all."""
        random, collection = self.random, self.random.choice(self.whole.happening)
        count = self.whole.counts[collection]
        other = (self.number + random.randint(-NEAR, NEAR)) % count
        if random.random() < 0.2:
            other = random.randrange(0, count, POPULAR)
        if (collection, other) == (self.collection, self.number):
            return None
        kinds, target = shapes(Relation)["type"].choices, f"{collection}/{self.whole.id(collection, other)}"
        found = {"type": kinds[words.ranked(random, len(kinds))], "target": target}
        if random.random() < 0.4:
            return found | {"paragraph": self._paragraph()}
        citation = random.choice(self.cited)
        cite = [self.whole.id("citations", citation)]
        return found | {"paragraph": str(self.whole.paragraph(citation)), "cite": cite}

    def _part_sources(self, model: type[Cited]) -> dict[str, Any]:
        """What a part rests on."""
        if issubclass(model, Part) and self.random.random() < 0.2:
            return {"uncited": self._paragraph()}
        return {"cite": [self.whole.id("citations", self.random.choice(self.cited))]}

    def _sources(self, content: dict[str, Any]) -> dict[str, Any]:
        """What the plain fields rest on, the first of them on every citation of the record. Notes are on the whole."""
        fields = {shape.key: shape for shape in shapes(self.model).values() if shape.key in content and not shape.part}
        plain = [key for key, shape in fields.items() if not shape.editorial] or ["name"]
        cited = [self.whole.id("citations", citation) for citation in self.cited]
        uncited = [key for key in plain[1:] if self.random.random() < 0.15]
        found: dict[str, Any] = {"uncited": {key: self._paragraph() for key in uncited}}
        found["cite"] = {key: [self.random.choice(cited)] for key in plain if key not in uncited} | {plain[0]: cited}
        if self.noted:
            found["noted"] = {"": [self.whole.id("notes", note) for note in self.noted]}
        return found


@cache
def _fields(model: type[Face]) -> list[tuple[Shape, float, int]]:
    """The fields that are made up, how likely each is and how many values it has at most."""
    return [
        (
            shape,
            1 if model.model_fields[name].is_required() else LIKELY.get(name, HALF),
            FEWER.get(shape.part, MANY) if shape.many else 1,
        )
        for name, shape in shapes(model).items()
        if not (issubclass(model, Record) and name in {"id", "name"})
    ]


def _distinct(values: list[Any]) -> list[Any]:
    """The values without those that say the same again; of relations, to the same target."""
    said = [(v["type"], v["target"]) if isinstance(v, dict) and "target" in v else v for v in values]
    return [value for place, value in enumerate(values) if said[place] not in said[:place]]
