"""The other end of the scale: the FastAPI and SQLModel application that most people would write.

One table a kind of thing, relationships loaded when they are touched, a response model that validates every answer.
`BENCH_NAIVE` names its database; `python -m benchmarks.naive RECORDS` fills it.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from sqlmodel import Field, Relationship, Session, SQLModel, col, create_engine, select

engine = create_engine(f"sqlite:///{os.environ.get('BENCH_NAIVE', '')}", connect_args={"check_same_thread": False})


class WorkRead(SQLModel):
    """A work, as it is served."""

    id: str
    name: str


class Work(WorkRead, table=True):
    """A work."""

    id: str = Field(primary_key=True)
    citations: list["Citation"] = Relationship(back_populates="work")


class RecordRead(SQLModel):
    """A record that rests on a citation, as it is served."""

    key: str
    name: str


class Record(RecordRead, table=True):
    """A record that rests on a citation."""

    key: str = Field(primary_key=True)


class SupportRead(SQLModel):
    """What rests on a citation, as it is served."""

    pointers: str
    record: RecordRead


class Support(SQLModel, table=True):
    """What rests on a citation."""

    id: int | None = Field(default=None, primary_key=True)
    citation_id: str = Field(foreign_key="citation.id", index=True)
    record_key: str = Field(foreign_key="record.key")
    pointers: str
    record: Record = Relationship()
    citation: "Citation" = Relationship(back_populates="supports")


class CitationBase(SQLModel):
    """What a citation has of its own."""

    id: str
    name: str
    pages: str
    paragraph: int
    claim: str


class Citation(CitationBase, table=True):
    """A citation."""

    id: str = Field(primary_key=True)
    paragraph: int = Field(index=True)
    work_id: str = Field(foreign_key="work.id", index=True)
    work: Work = Relationship(back_populates="citations")
    supports: list[Support] = Relationship(back_populates="citation")


class CitationRead(CitationBase):
    """A citation, as it is served."""

    work: WorkRead
    supports: list[SupportRead]


class Entry(SQLModel, table=True):
    """A record of any collection, for the search."""

    id: str = Field(primary_key=True)
    collection: str
    name: str
    summary: str | None
    text: str


class EntryRead(SQLModel):
    """What the search serves."""

    id: str
    collection: str
    name: str
    summary: str | None


app = FastAPI()


def session() -> Iterator[Session]:
    """A session for each request."""
    with Session(engine) as opened:
        yield opened


Opened = Annotated[Session, Depends(session)]


@app.get("/citations/{citation_id}", response_model=CitationRead)
def read_citation(citation_id: str, session: Opened) -> Citation:
    """One citation."""
    citation = session.get(Citation, citation_id)
    if citation is None:
        raise HTTPException(404)
    return citation


@app.get("/citations", response_model=list[CitationRead])
def list_citations(session: Opened, work: str, limit: int = 25, offset: int = 0) -> Any:
    """The citations of a work."""
    found = select(Citation).where(Citation.work_id == work).order_by(col(Citation.paragraph))
    return session.exec(found.offset(offset).limit(limit)).all()


@app.get("/search", response_model=list[EntryRead])
def search(session: Opened, q: str, limit: int = 25) -> Any:
    """Records with a word."""
    return session.exec(select(Entry).where(col(Entry.text).contains(q)).limit(limit)).all()


def fill(records: Path) -> None:
    """Fill the database from an export."""
    given = json.loads(records.read_text(encoding="utf-8"))
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Entry(**entry) for entry in given["everything"])
        works = {record["work"]["id"]: Work(**record["work"]) for record in given["citations"]}
        records_of = {s["record"]["url"]: s["record"]["name"] for r in given["citations"] for s in r["supports"]}
        session.add_all(works.values())
        session.add_all(Record(key=key, name=name) for key, name in records_of.items())
        for record in given["citations"]:
            session.add(
                Citation(
                    **{name: record[name] for name in ("id", "name", "pages", "paragraph", "claim")},
                    work_id=record["work"]["id"],
                )
            )
            for support in record["supports"]:
                pointers = " ".join(support["pointers"])
                key = support["record"]["url"]
                session.add(Support(citation_id=record["id"], record_key=key, pointers=pointers))
        session.commit()


if __name__ == "__main__":
    fill(Path(sys.argv[1]))
