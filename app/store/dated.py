"""What is dated in a record: found by its shape, with what each date rests on. No collection is named here."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.edtf import Edtf, parse
from app.resource import Lasting, Record, Resource, SourcedRecord
from app.shape import Visit, own_sources, shapes, values_at
from app.values import Face


class Dated(NamedTuple):
    """Something in a record that has a date; the last of the holders is the part that it dates."""

    kind: str
    date: Edtf
    pointer: str
    holders: tuple[Face, ...]

    @property
    def of_record(self) -> bool:
        """Whether it dates the record and not a part of it."""
        return len(self.holders) == 1


def noun(face: type[Face]) -> str:
    """What a part or record is called on the timeline: step, phase, battle."""
    return face.__name__.lower()


def ends(date: Edtf) -> tuple[str, str]:
    """The beginning and end that a span states; empty where it states none. What is before X states no end."""
    start, slash, end = date.text.partition("/")
    if not slash or start == "..":
        return "", ""
    return start, end.removeprefix("..")


def _derived(resource: Resource, visit: Visit) -> bool:
    """Whether this is the date that the compiler filled from a field that says it."""
    if visit.pointer != "/date":
        return False
    return any(getattr(visit.holders[0], name) == visit.value for name in resource.date if name != "date")


def dated(visits: Sequence[Visit], resource: Resource) -> Iterator[Dated]:
    """Everything in a record, walked over, that is dated, in its order; of what lasts, its two ends."""
    told: set[str] = set()
    lasting: Visit | None = None
    for visit in visits:
        if not visit.shape.is_date or _derived(resource, visit):
            continue
        if resource.lasts and resource.lasts.begins and visit.pointer == f"/{resource.lasts.path}":
            lasting = visit
            continue
        told |= {visit.value.text, *ends(visit.value)}
        named = visit.shape.name if len(visit.holders) == 1 and visit.shape.name != "date" else None
        pointer = visit.pointer.rpartition("/")[0] or visit.pointer
        yield Dated(named or noun(type(visit.holders[-1])), visit.value, pointer, visit.holders)
    if lasting and resource.lasts:
        yield from _turns(lasting, resource.lasts, told)


def undated(record: Record, visits: Sequence[Visit]) -> Iterator[str]:
    """The kind of everything in a record that could have a date of its own and has none."""
    faces: list[Face] = [record, *(visit.value for visit in visits if visit.shape.part)]
    for face in faces:
        if "date" in shapes(type(face)) and not any(values_at(face, "date")):
            yield noun(type(face))


def _turns(visit: Visit, lasts: Lasting, told: set[str]) -> Iterator[Dated]:
    """The beginning and end of what lasts, where nothing else in the record tells them."""
    if "/" not in visit.value.text:
        turns = [(lasts.state, visit.value.text)]
    else:
        turns = list(zip((lasts.begins or "", lasts.ends or ""), ends(visit.value), strict=True))
    for kind, text in turns:
        if text and text not in told:
            yield Dated(kind, parse(text), visit.pointer, visit.holders)


def text(found: Dated) -> str:
    """The sentence of a moment: the part's own text; of a record what it is."""
    face = found.holders[-1]
    if isinstance(face, Record):
        own = getattr(face, "text", None)
        return str(own or face.summary or face.name)
    plain = [n for n, s in shapes(type(face)).items() if s.annotation is str and not (s.ref or s.is_date or s.choices)]
    said = (getattr(face, name) for name in sorted(plain, key=lambda name: name != "text"))
    return next((str(value) for value in said if value is not None), found.kind)


def sources(found: Dated) -> tuple[tuple[str, ...], int | None, tuple[str, ...]]:
    """What a moment rests on: its part, or the nearest part above that says; and every note on the way."""
    carried = [own_sources(holder) for holder in reversed(found.holders[1:])]
    record, top = found.holders[0], found.pointer.split("/")[1]
    if isinstance(record, SourcedRecord):
        carried.append((record.cite.get(top, ()), record.uncited.get(top), record.noted.get(top, ())))
        if found.of_record:
            carried.append(((), None, record.noted.get("", ())))
    cite, paragraph = next(((c, p) for c, p, _ in carried if c or p is not None), ((), None))
    return cite, paragraph, tuple(dict.fromkeys(note for _, _, notes in carried for note in notes))
