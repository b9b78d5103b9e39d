"""Store files that are cut off, of something else, damaged or replaced: never served, never mixed."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.store.current import StoreError, open_store
from app.store.query import Store
from tests.faults.site import Site


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def cut_by_a_page(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-4096])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def of_another_application(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE document (name TEXT, body BLOB)")
        connection.execute("INSERT INTO document VALUES ('version', '\"1\"')")


def of_other_tables(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version=1")


def without_its_mark(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA application_id=0")


DAMAGES: list[Callable[[Path], None]] = [
    cut,
    cut_by_a_page,
    empty,
    of_another_application,
    of_other_tables,
    without_its_mark,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_refused_and_made_anew(site: Site, damage: Callable[[Path], None]) -> None:
    file = site.built()
    damage(file)
    with pytest.raises(StoreError, match=f"^{file} .*; `sjr build` makes it anew$"):
        open_store(file)
    assert site.built() == file
    assert Store(open_store(file)).body("people", "anna-berg")


def test_a_damaged_store_is_not_served(site: Site) -> None:
    file = site.built()
    cut(file)
    refused = site.sjr("serve", "--no-build")
    assert refused.returncode == 1
    assert refused.stderr.startswith("sjr: ")
    assert refused.stderr.rstrip().endswith("; `sjr build` makes it anew")


@pytest.mark.parametrize("table", ["document", "bitmap"])
def test_a_store_damaged_where_a_start_reads_is_not_served(site: Site, table: str) -> None:
    file = site.built()
    with sqlite3.connect(file) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", [table]).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as handle:
        handle.seek((page - 1) * size)
        handle.write(b"\xff" * size)
    refused = site.sjr("serve", "--no-build")
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert line.startswith("sjr: ")
    assert "`sjr build`" in line


def test_a_store_damaged_under_a_server_is_reported(site: Site) -> None:
    file = site.built()
    with site.serving(SJR_CACHE="0") as server:
        kept = server.get("/v1/people/anna-berg")
        assert kept.status_code == 200
        size = file.stat().st_size
        with file.open("r+b") as handle:
            handle.write(b"\xff" * size)
        paths = ("/v1/treaties", "/v1/events?sort=-date", "/v1/search?q=treaty", "/v1/timeline", "/v1/graph")
        answers = [server.get(path) for path in paths]
        assert {answer.status_code for answer in answers} <= {200, 503}  # 200: what is in memory
        unread = [answer for answer in answers if answer.status_code == 503]
        assert unread
        assert all(answer.headers["retry-after"] == "5" for answer in unread)
        assert server.get("/health/live").status_code == 200


def test_a_store_replaced_under_a_server_is_kept_until_it_starts_again(site: Site) -> None:
    old = site.built()
    with site.serving(SJR_CACHE="0") as server:
        version = server.get("/v1/dataset").headers["dataset-version"]
        site.change("Anne Berg")
        new = site.built()
        old.unlink()  # a name is all that the folder has of a file that is open
        old.write_bytes(new.read_bytes())
        with ThreadPoolExecutor(32) as many:
            answers = list(many.map(server.get, [f"/v1/search?q=berg&limit={1 + n % 50}" for n in range(200)]))
        assert {answer.status_code for answer in answers} == {200}
        assert {answer.headers["dataset-version"] for answer in answers} == {version}
        assert {answer.json()["data"][0]["record"]["name"] for answer in answers} == {"Anna Berg"}
    with site.serving() as server:
        assert server.get("/v1/people/anna-berg").json()["data"]["name"] == "Anne Berg"
