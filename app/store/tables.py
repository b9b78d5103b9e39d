"""The tables of the store: records with their rendered JSON, and what they can be found by.

Every row that a list can be driven from repeats its record's positions, so that a page is read in order, not sorted.
"""

from sqlmodel import Field, Index, SQLModel


class RecordRow(SQLModel, table=True):
    """A record, rendered."""

    __tablename__ = "record"
    __table_args__ = (
        Index("record_id", "collection", "id", unique=True),
        Index("record_first", "collection", "first", "second"),
        Index("record_second", "collection", "second"),
    )

    number: int = Field(primary_key=True, description="Number of the record in this store.")
    collection: str = Field(description="Name of its collection.")
    id: str = Field(description="Id in the collection.")
    name: str = Field(description="Display name.")
    first: int = Field(description="Position under the collection's first sort.")
    second: int = Field(description="Position under its second sort; the first again where it has one.")
    body: bytes = Field(description="The record as JSON.")


class TermRow(SQLModel, table=True):
    """A value that a record can be found by."""

    __tablename__ = "term"
    __table_args__ = (
        Index("term_value", "field", "value", "collection", "first", "second", "record"),
        Index("term_record", "record", "field", "value"),
    )

    number: int = Field(primary_key=True)
    collection: str = Field(description="Collection of the record.")
    field: str = Field(description="Name of the filter.")
    value: str = Field(description="The value, or the id referred to.")
    first: int = Field(description="The record's position under the first sort.")
    second: int = Field(description="Its position under the second.")
    record: int = Field(description="Number of the record.")


class SpanRow(SQLModel, table=True):
    """The four bounds of a date, as ISO days; 0001-01-01 and 9999-12-31 stand for unbounded."""

    __tablename__ = "span"

    number: int = Field(primary_key=True)
    collection: str = Field(description="Collection of the record.")
    field: str = Field(description="Name of the filter.")
    earliest_start: str = Field(description="First day on which it can have begun.")
    latest_start: str = Field(description="Day by which it has begun for certain.")
    earliest_end: str = Field(description="Day up to which it lasts for certain.")
    latest_end: str = Field(description="Last day on which it can have ended.")
    record: int = Field(description="Number of the record.")


class PointRow(SQLModel, table=True):
    """A point on the map where a record lies, or a place that it names."""

    __tablename__ = "point"

    number: int = Field(primary_key=True)
    collection: str = Field(description="Collection of the record.")
    lat: float = Field(description="Latitude in degrees.")
    lon: float = Field(description="Longitude in degrees.")
    record: int = Field(description="Number of the record.")


class NodeRow(SQLModel, table=True):
    """A record as a node of the graph."""

    __tablename__ = "node"

    record: int = Field(primary_key=True, description="Number of the record.")
    begins: str = Field(description="First day on which it can have begun; 0001-01-01 where unknown.")
    ends: str = Field(description="Last day on which it can have ended; 9999-12-31 where unknown.")
    body: bytes = Field(description="The node as JSON.")


class EdgeRow(SQLModel, table=True):
    """A statement that joins two records."""

    __tablename__ = "edge"

    number: int = Field(primary_key=True, description="Number of the edge in this store.")
    type: str = Field(description="Its type.")
    source: int = Field(description="Number of the record that its sentence begins with.")
    target: int = Field(description="Number of the record that its sentence ends with.")
    stated_by: int = Field(description="Which of the two states it.")
    inverse: str = Field(description="Its label read from the target.")
    body: bytes = Field(description="The edge as JSON.")


class AdjacencyRow(SQLModel, table=True):
    """The edges of a record, in either direction those that are followed (`app.store.adjacency`)."""

    __tablename__ = "adjacency"

    record: int = Field(primary_key=True, description="Number of the record.")
    outgoing: bytes = Field(description="Its edges as a source: type, target, number.")
    incoming: bytes = Field(description="Its edges as a target: type, source, number.")


class StatedRow(SQLModel, table=True):
    """The edges that a record states (`app.store.stated`)."""

    __tablename__ = "stated"

    record: int = Field(primary_key=True, description="Number of the record.")
    to_busy: bytes = Field(description="Numbers of those that join it, where it is not busy itself, to busy records.")
    to_others: bytes = Field(description="The others: record at the other end, number.")


class BitmapRow(SQLModel, table=True):
    """What has a value, as a Roaring bitmap of its numbers: rows of a table, or positions of records.

    Positions are those of a collection in one of its orders (`app.store.positions`); with a field of dates and a layer,
    of the records that have such a date.
    """

    __tablename__ = "bitmap"

    of: str = Field(
        primary_key=True,
        description="Table (record, moment, undated, standing, fact, edge, word) or collection/order[/field/layer].",
    )
    field: str = Field(primary_key=True, description="What they have: an actor, a kind, a word, a day at most.")
    value: str = Field(primary_key=True, description="The value; empty where the field has but one.")
    body: bytes = Field(description="The bitmap, in its portable format.")


class ChartRow(SQLModel, table=True):
    """Where the records of a collection lie (`app.store.charts`)."""

    __tablename__ = "chart"

    of: str = Field(primary_key=True, description="The collection, and in which of its two orders it is.")
    body: bytes = Field(description="The places and the positions of the records.")


class WordingRow(SQLModel, table=True):
    """The words of a record, folded as `app.folding` folds them, and how it is shown where it is found by them.

    Passages are joined by a sign that no query holds, so that no phrase runs from one into the next.
    """

    __tablename__ = "wording"

    number: int = Field(primary_key=True, description="Number of the record.")
    names: str = Field(description="Its names.")
    summary: str = Field(description="Its summary.")
    text: str = Field(description="Its other texts.")
    mentions: str = Field(description="Names of the records that it refers to.")
    loose_names: str = Field(description="Its names without the habits of romanisation.")
    loose_texts: str = Field(description="Its summary and other texts likewise.")
    loose_mentions: str = Field(description="The names of the records that it refers to likewise.")
    passages: bytes = Field(description="Every passage as written, a line each: JSON of pointer, language, text.")
    places: bytes = Field(description="Where each word stands in its passage: first character, character after it.")
    matches: bytes = Field(description="What matches each word of it, a line each: JSON that lacks the passages.")
    shown: bytes = Field(description="JSON of the record as a hit: reference, collection, date, summary.")
    years: str | None = Field(description="Its years, for people.")
    is_evidence: bool = Field(description="Whether others rest on it: it comes after what it is about.")
    weight: int = Field(description="Number of records that refer to it.")


class StartRow(SQLModel, table=True):
    """A name from the start of one of its words to its end, folded: what is typed ahead of."""

    __tablename__ = "start"
    __table_args__ = (
        Index("start_text", "loose", "text", "word", "record"),
        Index("start_weight", "weight"),
    )

    number: int = Field(primary_key=True)
    collection: str = Field(description="Collection of the record.")
    loose: bool = Field(description="Whether without the habits of romanisation.")
    text: str = Field(description="The name from here on, folded.")
    word: int = Field(description="Number of the word in the name that this starts with; 0 is the first.")
    name: str = Field(description="The name as written.")
    language: str | None = Field(description="Its language; null where it is English or romanised.")
    is_alias: bool = Field(description="Whether it is another name than the one displayed.")
    weight: int = Field(description="Number of records that refer to the record.")
    is_evidence: bool = Field(description="Whether others rest on the record.")
    record: int = Field(description="Number of the record.")


class HeadRow(SQLModel, table=True):
    """What very many names begin with, and which of them come first."""

    __tablename__ = "head"
    __table_args__ = (Index("head_begin", "loose", "begin"),)

    number: int = Field(primary_key=True)
    loose: bool = Field(description="Whether without the habits of romanisation.")
    begin: str = Field(description="What they begin with, folded.")
    collection: str = Field(description="Collection of the records; empty for all.")
    starts: bytes = Field(description="JSON of the numbers of their starts, the likeliest first, one a record.")


class WordRow(SQLModel, table=True):
    """A word that occurs, folded: what a misspelt one may have meant."""

    __tablename__ = "word"
    __table_args__ = (Index("word_word", "word", unique=True), Index("word_loose", "loose"))

    number: int = Field(primary_key=True, description="Place of the word: those of most names first.")
    word: str = Field(description="The word, folded.")
    loose: str = Field(description="The word without the habits of romanisation.")
    shown: str = Field(description="The word as first written.")
    names: int = Field(description="Number of records that have it in a name.")
    records: int = Field(description="Number of records that have it anywhere.")
    found: int = Field(description="Number of records that are found by it: those too that mention one of its name.")


class RetiredRow(SQLModel, table=True):
    """An id that is no longer served."""

    __tablename__ = "retired"

    old: str = Field(primary_key=True, description="collection/id as it was.")
    new: str | None = Field(description="collection/id that it became; null where it was withdrawn.")
    reason: str | None = Field(description="Why it was withdrawn.")


class DocumentRow(SQLModel, table=True):
    """A document about the whole, rendered at build: the dataset, its version, the values and words that occur."""

    __tablename__ = "document"

    name: str = Field(primary_key=True, description="Name of the document.")
    body: bytes = Field(description="JSON.")
