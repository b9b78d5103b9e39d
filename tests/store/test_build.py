"""Stores are built aside, put in place at once, and never replaced."""

import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.api.application import create_app
from app.curation.problem import DataError
from app.resources import RESOURCES
from app.store import compile, wording
from app.store.compile import write
from app.store.current import StoreError, built, open_store
from app.store.dialects.database import UnavailableError
from app.store.dialects.sqlite_writer import SqliteWriter
from app.store.dialects.statement import Statement
from app.store.engine import Source, build, curated, version
from app.store.query import Query, Store
from app.synthetic.dataset import synthetic
from tests.support import FIXTURE, ROOT, serving


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the fixture, to be changed."""
    return Path(shutil.copytree(FIXTURE, tmp_path / "data"))


def change(data: Path) -> None:
    """A curator corrects a name."""
    file = data / "people" / "anna-berg.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("name: Anna Berg", "name: Anne Berg"), encoding="utf-8")


def spoil(data: Path) -> None:
    """A curator makes a slip."""
    (data / "people" / "anna-berg.yaml").write_text("id: anna-berg\nname: [\n", encoding="utf-8")


def name_in(file: Path) -> str:
    body = Store(open_store(file)).body("people", "anna-berg")
    assert body is not None
    return "Anne" if b'"Anne Berg"' in body else "Anna"


def test_a_build_makes_one_file_of_the_version_and_points_current_at_it(data: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    file = build(data, store, RESOURCES)
    assert file == built(store) == store / f"sjr-{version(data)}.sqlite"
    assert sorted(p.name for p in store.iterdir() if not p.name.startswith(".lock")) == ["current", file.name]
    assert Store(open_store(file)).version == version(data)


def test_the_version_is_the_number_and_a_hash_that_changes_with_the_data(data: Path, tmp_path: Path) -> None:
    before = version(data)
    assert before.startswith("0.1.0-")
    assert len(before) == len("0.1.0-") + 8
    assert version(FIXTURE) == before  # the folder's place is no part of it
    change(data)
    assert version(data) != before
    assert build(data, tmp_path / "store", RESOURCES).name == f"sjr-{version(data)}.sqlite"


def test_a_build_of_what_stands_already_touches_nothing(data: Path, tmp_path: Path) -> None:
    file = build(data, tmp_path / "store", RESOURCES)
    before = file.stat()
    assert build(data, tmp_path / "store", RESOURCES) == file
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert file.stat().st_ino == before.st_ino


def test_a_build_clears_away_what_a_killed_one_left(data: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    left = [store / f".sjr-1.0.0-12345678.1.part{suffix}" for suffix in ("", "-journal")]
    for file in left:
        file.write_bytes(b"half")
    build(data, store, RESOURCES)
    assert not [file for file in left if file.exists()]


def test_a_store_may_stand_in_a_folder_of_any_name(data: Path, tmp_path: Path) -> None:
    store = Store(open_store(build(data, tmp_path / "a?b=c #1 %20", RESOURCES)))
    assert store.body("people", "anna-berg")


def test_two_builds_of_one_dataset_hold_the_same_records(data: Path, tmp_path: Path) -> None:
    one, two = (Store(open_store(build(data, tmp_path / name, RESOURCES))) for name in ("one", "two"))
    for collection in RESOURCES:
        everything = Query(collection, limit=1000)
        assert one.page(everything) == two.page(everything)


def test_bad_data_leave_the_store_that_stands(data: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    file = build(data, store, RESOURCES)
    before = {p.name: p.read_bytes() for p in store.iterdir()}
    spoil(data)
    with pytest.raises(DataError, match=r"data/people/anna-berg\.yaml:3"):
        build(data, store, RESOURCES)
    assert {p.name: p.read_bytes() for p in store.iterdir()} == before
    assert built(store) == file
    assert name_in(file) == "Anna"


async def test_a_running_server_goes_on_answering_when_a_build_fails_or_succeeds(data: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    async with serving(create_app(Store(open_store(build(data, store, RESOURCES))))) as client:
        first = (await client.get("/v1/people/anna-berg")).content
        change(data)
        build(data, store, RESOURCES)
        assert (await client.get("/v1/people/anna-berg")).content == first
        spoil(data)
        with pytest.raises(DataError):
            build(data, store, RESOURCES)
        assert (await client.get("/v1/people/anna-berg")).content == first


def test_a_reader_opened_before_a_rebuild_goes_on_reading_its_file(data: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    old = build(data, store, RESOURCES)
    reader = Store(open_store(old))
    change(data)
    new = build(data, store, RESOURCES)
    assert new != old
    assert old.exists()
    assert built(store) == new
    assert b'"Anna Berg"' in (reader.body("people", "anna-berg") or b"")
    assert name_in(new) == "Anne"


def test_current_goes_back_to_a_store_that_stands(data: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    old = build(data, store, RESOURCES)
    shutil.copytree(data, tmp_path / "kept")
    change(data)
    build(data, store, RESOURCES)
    assert build(tmp_path / "kept", store, RESOURCES) == old == built(store)


def test_two_builds_at_once_make_one_file(data: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    command = (
        "from pathlib import Path; from app.resources import RESOURCES; from app.store.engine import build;"
        f"print(build(Path({str(data)!r}), Path({str(store)!r}), RESOURCES, print))"
    )

    def run(_: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(run, range(2)))
    file = built(store)
    assert file is not None
    assert [p.name for p in store.glob("*.sqlite")] == [file.name]
    assert [text.splitlines()[-1] for text in said] == [str(file)] * 2
    assert sum("writing" in text for text in said) == 1  # the other found it made
    assert not list(store.glob(".sjr-*"))
    assert name_in(file) == "Anna"


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"\0" * 200])
def test_a_file_that_is_no_store_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "sjr-1.sqlite"
    file.write_bytes(content)
    with pytest.raises(StoreError, match="is not a store"):
        open_store(file)


def test_a_database_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sjr-1.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE document (name TEXT, body BLOB)")
    connection.close()
    with pytest.raises(StoreError, match="is not a store, or the build that made it did not end"):
        open_store(file)


def test_a_store_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not a store"):
        open_store(tmp_path / "none.sqlite")
    assert not (tmp_path / "none.sqlite").exists()
    assert built(tmp_path) is None


def test_a_current_that_names_nothing_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("sjr-gone.sqlite\n", encoding="utf-8")
    assert built(tmp_path) is None


def test_a_folder_that_cannot_be_written_is_said_in_one_line(data: Path, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(StoreError, match="SJR_STORE"):
        build(data, tmp_path / "store", RESOURCES)


def test_a_store_is_read_only(store_file: Path) -> None:
    with pytest.raises(UnavailableError, match="readonly"):
        open_store(store_file).run(Statement("DELETE FROM record"), {})


def rows(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    connection = sqlite3.connect(file)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    connection.close()
    return found


@pytest.mark.parametrize("source", [curated(FIXTURE, RESOURCES), synthetic(400, 5, RESOURCES)])
def test_what_does_not_fit_in_memory_is_compiled_the_same(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one.sqlite", tmp_path / "two.sqlite"
    write(SqliteWriter(one), source.dataset("1", print), print)
    monkeypatch.setattr(wording, "MOST_WORDS", 50)
    write(SqliteWriter(two), source.dataset("1", print), print, kept=1)
    assert rows(one) == rows(two)


def test_progress_is_told_with_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile, "SAID", 0.0)
    said: list[str] = []
    assert list(compile.told("writing", "abcd", 4, said.append)) == list("abcd")
    assert [line.split(", ")[0] for line in said] == [f"writing: {done} of 4 records" for done in (1, 2, 3, 4)]
    assert said[-1].endswith(", 0 s left")
