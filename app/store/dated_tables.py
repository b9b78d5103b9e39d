"""The tables of the timeline."""

from sqlmodel import Field, Index, SQLModel


class MomentRow(SQLModel, table=True):
    """One dated thing in a record, rendered, with what it is found by."""

    __tablename__ = "moment"
    __table_args__ = (Index("moment_record", "record", "position"),)

    position: int = Field(primary_key=True, description="Place in the chronology of everything.")
    record: int = Field(description="Number of its record.")
    collection: str = Field(description="Collection of the record.")
    kind: str = Field(description="step, phase, signed …")
    year: int = Field(description="Year in which it began; UNKNOWN where that is not given.")
    decade: int = Field(description="First year of the decade in which it began; UNKNOWN likewise.")
    begins_on: str | None = Field(description="MM-DD of its first day, where the day is known.")
    ends_on: str | None = Field(description="MM-DD of its last day, where the day is known.")
    earliest_start: str = Field(description="The four bounds, as in the table span.")
    latest_start: str = Field()
    earliest_end: str = Field()
    latest_end: str = Field()
    body: bytes = Field(description="The moment as JSON.")


class UndatedRow(SQLModel, table=True):
    """What would be a moment if it had a date."""

    __tablename__ = "undated"
    __table_args__ = (Index("undated_record", "record", "number"),)

    number: int = Field(primary_key=True)
    record: int = Field(description="Number of its record.")
    collection: str = Field(description="Collection of the record.")
    kind: str = Field(description="step, phase …")


class StandingRow(SQLModel, table=True):
    """A record that lasts for a span: in force, under way, open, in being."""

    __tablename__ = "standing"
    __table_args__ = (Index("standing_record", "record", "position"),)

    position: int = Field(primary_key=True, description="Place among all: by collection, then by time.")
    record: int = Field(description="Number of the record.")
    collection: str = Field(description="Its collection.")
    state: str = Field(description="in force, under way …")
    earliest_start: str = Field(description="The four bounds, as in the table span.")
    latest_start: str = Field()
    earliest_end: str = Field()
    latest_end: str = Field()
    body: bytes = Field(description="The record in brief, with its span, as JSON.")
