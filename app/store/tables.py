"""The tables of the store: records with their rendered JSON, and what they can be found by.

Every row that a list can be driven from repeats its record's positions, so that a page is read in order, not sorted.
"""

from sqlmodel import Field, Index, SQLModel


class RecordRow(SQLModel, table=True):
    """A record, rendered."""

    __tablename__ = "record"
    __table_args__ = (
        Index("record_id", "collection", "id", unique=True),
        Index("record_first", "collection", "first"),
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
        Index("term_first", "collection", "field", "value", "first", "record"),
        Index("term_second", "collection", "field", "value", "second", "record"),
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
    __table_args__ = (Index("span_field", "collection", "field", "latest_end", "earliest_start", "record"),)

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
    __table_args__ = (Index("point_lat", "collection", "lat", "lon", "record"),)

    number: int = Field(primary_key=True)
    collection: str = Field(description="Collection of the record.")
    lat: float = Field(description="Latitude in degrees.")
    lon: float = Field(description="Longitude in degrees.")
    record: int = Field(description="Number of the record.")


class SupportRow(SQLModel, table=True):
    """A work, and the pages of it, that something in a record rests on."""

    __tablename__ = "support"
    __table_args__ = (Index("support_work", "collection", "work", "first_page", "record"),)

    number: int = Field(primary_key=True)
    collection: str = Field(description="Collection of the record.")
    work: str = Field(description="Id of the work.")
    first_page: int | None = Field(description="First page; null where the work is named without pages.")
    last_page: int | None = Field(description="Last page.")
    record: int = Field(description="Number of the record.")


class RetiredRow(SQLModel, table=True):
    """An id that is no longer served."""

    __tablename__ = "retired"

    old: str = Field(primary_key=True, description="collection/id as it was.")
    new: str | None = Field(description="collection/id that it became; null where it was withdrawn.")
    reason: str | None = Field(description="Why it was withdrawn.")


class DocumentRow(SQLModel, table=True):
    """A document about the whole, rendered at build: the dataset, the version, the values that occur."""

    __tablename__ = "document"

    name: str = Field(primary_key=True, description="Name of the document.")
    body: bytes = Field(description="JSON.")
