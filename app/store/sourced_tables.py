"""The tables of what rests on what."""

from sqlmodel import Field, Index, SQLModel


class FactRow(SQLModel, table=True):
    """A statement of a record."""

    __tablename__ = "fact"
    __table_args__ = (Index("fact_record", "record", "number"),)

    number: int = Field(
        primary_key=True, description="Number of the statement: records in order, statements in theirs."
    )
    collection: str = Field(description="Collection of the record.")
    record: int = Field(description="Number of the record.")
    cited: int = Field(description="Number of citations that it rests on.")
    paragraph: int | None = Field(description="Paragraph of the essay that states it uncited.")
    noted: int = Field(description="Number of notes against it.")
    body: bytes = Field(description="The statement as JSON.")


class FactCitationRow(SQLModel, table=True):
    """A page range of a citation that a statement rests on."""

    __tablename__ = "fact_citation"
    __table_args__ = (
        Index("fact_citation_citation", "citation", "fact"),
        Index("fact_citation_fact", "fact", "work", "first_page", "last_page", "citation"),
    )

    number: int = Field(primary_key=True)
    fact: int = Field(description="Number of the statement.")
    citation: str = Field(description="Id of the citation.")
    paragraph: int = Field(description="Paragraph of the essay that holds the citation.")
    work: str = Field(description="Id of the work cited.")
    first_page: int = Field(description="First page of the range.")
    last_page: int = Field(description="Last page.")


class FactNoteRow(SQLModel, table=True):
    """A note against a statement."""

    __tablename__ = "fact_note"
    __table_args__ = (Index("fact_note_note", "note", "fact"),)

    number: int = Field(primary_key=True)
    fact: int = Field(description="Number of the statement.")
    note: str = Field(description="Id of the note.")


class WorkPageRow(SQLModel, table=True):
    """A page of a work, with what rests on it."""

    __tablename__ = "work_page"

    work: str = Field(primary_key=True, description="Id of the work.")
    page: int = Field(primary_key=True, description="Number of the page.")
    body: bytes = Field(description="The page as JSON.")
