"""Our records, taken through the API, in the forms in which the peers can serve them."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.asking import Address
from benchmarks.machine import PEERS

COLLECTION = "citations"  # the one in which a filter by one plain value fills a page of 25
NO_WORDS = {"id", "url", "edtf", "earliest", "latest", "precision", "pointer", "pointers", "supports", "same_as"}


@dataclass(frozen=True)
class Export:
    """Where the records are, in each peer's form."""

    sqlite: Path  # Datasette
    inspected: Path  # what `datasette inspect` says of it
    whole: Path  # json-server
    lines: Path  # ROAPI: newline-delimited JSON
    records: Path  # the naive application fills its own database from this


def pages(address: Address, collection: str) -> Iterator[dict[str, Any]]:
    """Every record of a collection."""
    following: str | None = f"/v1/{collection}?limit=200"
    while following:
        page = address.json(following)
        yield from page["data"]
        following = page["links"]["next"]


def words(value: Any) -> Iterator[str]:
    """Every text in a record that a person would search."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from words(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in NO_WORDS:
                yield from words(item)


def export(address: Address, folder: Path) -> Export:
    """Take the records, and write them for every peer."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [entry["name"] for entry in address.json("/v1")["data"]]
    records = {name: list(pages(address, name)) for name in names}
    everything = [
        {
            "id": f"{name}.{record['id']}",
            "collection": name,
            "name": record["name"],
            "summary": record["summary"],
            "text": " ".join(words(record)),
        }
        for name, found in records.items()
        for record in found
    ]
    chosen = records[COLLECTION]
    files = ("sjr.db", "inspected.json", "db.json", f"{COLLECTION}.ndjson", "records.json")
    made = Export(*(folder / name for name in files))
    _write_sqlite(made.sqlite, chosen, everything)
    whole = json.dumps({COLLECTION: chosen, "everything": everything})
    made.whole.write_text(whole, encoding="utf-8")
    made.records.write_text(whole, encoding="utf-8")
    rows = ({"id": r["id"], "work": r["work"]["id"], "body": json.dumps(r)} for r in chosen)
    made.lines.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    inspected = subprocess.run([PEERS / "datasette", "inspect", made.sqlite], capture_output=True, check=True)
    made.inspected.write_bytes(inspected.stdout)
    return made


def _write_sqlite(file: Path, chosen: list[dict[str, Any]], everything: list[dict[str, str]]) -> None:
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript(
            f"""
            CREATE TABLE {COLLECTION} (id TEXT PRIMARY KEY, work TEXT, body TEXT);
            CREATE INDEX {COLLECTION}_work ON {COLLECTION} (work, id);
            CREATE TABLE everything (id TEXT PRIMARY KEY, collection TEXT, name TEXT, summary TEXT, text TEXT);
            CREATE VIRTUAL TABLE everything_fts USING fts5(name, summary, text, content="everything");
            """
        )
        database.executemany(
            f"INSERT INTO {COLLECTION} VALUES (?, ?, ?)",
            [(r["id"], r["work"]["id"], json.dumps(r, ensure_ascii=False)) for r in chosen],
        )
        database.executemany("INSERT INTO everything VALUES (:id, :collection, :name, :summary, :text)", everything)
        database.execute("INSERT INTO everything_fts(everything_fts) VALUES ('rebuild')")
        database.execute("ANALYZE")
