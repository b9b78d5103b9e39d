"""Editorial notes: where the essay departs from scholarship or from itself."""

from app.resource import Equals, NoteRecord, Resource


class Note(NoteRecord):
    """An editorial note. The essay's value stays in its field; the note says what is established, and who says so."""


RESOURCE = Resource(name="notes", model=Note, filters={"kind": Equals("kind"), "confidence": Equals("confidence")})
