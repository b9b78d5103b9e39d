"""Stores on a PostgreSQL server: how they come, change and go."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import psycopg
import pytest
from sqlalchemy import make_url

from app.resources import RESOURCES
from app.settings import SettingsError, read_settings
from app.store import server as places
from app.store.current import StoreError
from app.store.dialects.database import UnavailableError
from app.store.dialects.statement import Statement
from app.store.engine import curated, version
from app.store.query import Store
from app.store.server import Server, schema_of
from tests.support import FIXTURE, ROOT


@contextmanager
def database(server: Server, name: str, like: str) -> Iterator[Server]:
    """A database on the server, like another one."""
    with server.address.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}".encode())
    yield Server(server.address.url.replace("/postgres?", f"/{name}?"), 10, 2)
    with server.address.connect() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def empty(server: Server) -> Iterator[Server]:
    with database(server, "empty", "template1") as found:
        yield found


@pytest.fixture(scope="module")
def built(server: Server) -> Iterator[str]:
    """The name of a database in which the fixture stands."""
    with database(server, "built", "template1") as found:
        found.build(FIXTURE, RESOURCES)
        yield "built"


@pytest.fixture
def place(server: Server, built: str) -> Iterator[Server]:
    """A database of one test, in which the fixture stands."""
    with database(server, "places", built) as found:
        yield found


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The fixture as another version."""
    data = copytree(FIXTURE, tmp_path / "data")
    (data / "CHANGELOG.md").write_text("Something else.\n", encoding="utf-8")
    return data


def schemas(place: Server) -> list[str]:
    """What a server has of ours."""
    with place.address.connect() as connection:
        rows = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'sjr\\_%' ORDER BY nspname")
        return [row[0] for row in rows]


def test_a_version_is_a_schema(empty: Server) -> None:
    assert empty.standing() is None
    with pytest.raises(StoreError, match="run `sjr build` first"):
        empty.open()
    assert empty.prune() == []
    said = empty.build(FIXTURE, RESOURCES)
    assert said.startswith(schema_of(version(FIXTURE)))
    assert empty.standing() == version(FIXTURE)
    assert schemas(empty) == [schema_of(version(FIXTURE))]
    reader = empty.open()
    assert Store(reader).version == version(FIXTURE)
    reader.close()


@pytest.mark.parametrize(
    ("name", "schema"),
    [("1.0.0-0a1b2c3d", "sjr_1_0_0_0a1b2c3d"), ('A"; DROP--', "sjr_a_drop_"), ("9" * 80, "sjr_" + "9" * 59)],
)
def test_the_name_of_a_schema_is_safe(name: str, schema: str) -> None:
    assert schema_of(name) == schema


def test_a_reader_stays_with_what_it_opened(place: Server, changed: Path) -> None:
    reader = place.open()
    store = Store(reader)
    place.build(changed, RESOURCES)
    assert store.body("treaties", "dawn-treaty")
    assert store.version == version(FIXTURE)
    assert place.standing() == version(changed)
    assert place.prune() == [f"kept {reader.schema}: a server reads it"]
    assert store.body("treaties", "dawn-treaty")
    reader.close()
    assert place.prune() == [f"dropped {reader.schema}"]
    assert schemas(place) == [schema_of(version(changed))]
    assert place.prune() == []


def test_what_stands_is_made_current_again_without_a_build(
    place: Server, changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.build(changed, RESOURCES)
    monkeypatch.setattr(places, "write", None)
    place.build(FIXTURE, RESOURCES)
    assert place.standing() == version(FIXTURE)


def test_a_server_that_starts_while_its_store_is_dropped_says_so(place: Server, changed: Path) -> None:
    reader = place.open()
    place.build(changed, RESOURCES)
    with place.address.connect() as connection:
        connection.execute(f"DROP SCHEMA {reader.schema} CASCADE".encode())
    with pytest.raises(UnavailableError):
        Store(reader)
    reader.close()


@pytest.mark.parametrize("damage", ["ALTER TABLE {}.record RENAME name TO other", "DROP TABLE {}.chart"])
def test_a_store_of_other_tables_is_not_served(place: Server, damage: str) -> None:
    (schema,) = schemas(place)
    with place.address.connect() as connection:
        connection.execute(damage.format(schema).encode())
    with pytest.raises(StoreError, match=r"the store is of other tables .* `sjr build` makes one"):
        place.open()


def test_two_builds_at_once_make_one_store(empty: Server) -> None:
    said: list[str] = []
    results: list[str] = []

    def build() -> None:
        results.append(empty.build(FIXTURE, RESOURCES, said.append))

    builds = [threading.Thread(target=build) for _ in range(2)]
    for each in builds:
        each.start()
    for each in builds:
        each.join()
    assert len(results) == 2
    assert said.count("reading and checking the data") == 1
    assert schemas(empty) == [schema_of(version(FIXTURE))]


@pytest.mark.parametrize("stage", ["add", "finish"])
def test_a_build_that_is_killed_leaves_nothing(place: Server, changed: Path, stage: str) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from app.resources import RESOURCES;"
        "from app.store.dialects.postgresql import PostgresqlWriter; from app.store.server import Server;"
        f"PostgresqlWriter.{stage} = lambda *_: os.kill(os.getpid(), signal.SIGKILL);"
        "Server(sys.argv[1], 10, 2).build(Path(sys.argv[2]), RESOURCES)"
    )
    killed = subprocess.run([sys.executable, "-c", script, place.address.url, changed], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert place.standing() == version(FIXTURE)
    place.build(changed, RESOURCES)  # waits until the server has noticed
    assert place.standing() == version(changed)
    assert schemas(place) == sorted(map(schema_of, (version(FIXTURE), version(changed))))


def test_a_build_that_fails_leaves_what_stood(place: Server, changed: Path) -> None:
    versions = iter(["before", "after"])
    source = replace(curated(changed, RESOURCES), version=lambda: next(versions))
    with pytest.raises(StoreError, match="changed during the build"):
        place.put(source, lambda _: None)
    assert place.standing() == version(FIXTURE)
    assert schemas(place) == [schema_of(version(FIXTURE))]


def test_a_store_is_read_only(place: Server) -> None:
    reader = place.open()
    with pytest.raises(UnavailableError, match="read-only"):
        reader.run(Statement("DELETE FROM record"), {})
    reader.close()


def test_what_is_too_slow_is_given_up(place: Server) -> None:
    reader = Server(place.address.url, 0.2, 1).open()
    with pytest.raises(UnavailableError, match="statement timeout"):
        reader.run(Statement("SELECT pg_sleep(60)"), {})
    assert Store(reader).version == version(FIXTURE)
    reader.close()


def test_a_mistake_of_ours_is_none_of_the_server(place: Server) -> None:
    reader = place.open()
    with pytest.raises(psycopg.ProgrammingError):
        reader.run(Statement("SELECT nothing"), {})
    reader.close()


def test_a_text_with_a_nul_finds_nothing(place: Server) -> None:
    reader = place.open()
    assert Store(reader).body("treaties", "dawn-treaty\0") is None
    reader.close()


def test_nobody_there_is_one_line_without_the_password() -> None:
    with pytest.raises(StoreError) as said:
        Server("postgresql+psycopg://me:secret@127.0.0.1:1/db", 2, 1).standing()
    assert "127.0.0.1" in str(said.value)
    assert "refused" in str(said.value)
    assert "secret" not in str(said.value)
    assert "\n" not in str(said.value)


def sjr(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command, with an environment of its own."""
    environment = {**{name: value for name, value in os.environ.items() if not name.startswith("SJR_")}, **settings}
    command = [sys.executable, "-m", "app.cli", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_command_builds_and_prunes(place: Server, changed: Path) -> None:
    place.build(changed, RESOURCES)
    settings = {"SJR_DATABASE_URL": place.address.url, "SJR_DATA": str(FIXTURE)}
    built = sjr("build", "--prune", **settings)
    assert built.returncode == 0, built.stderr
    assert built.stdout.splitlines()[0].startswith(f"built {schema_of(version(FIXTURE))} at postgresql")
    assert built.stdout.splitlines()[1] == f"dropped {schema_of(version(changed))}"
    assert place.standing() == version(FIXTURE)


def test_the_command_says_that_nobody_is_there() -> None:
    for words in (["build"], ["serve", "--no-build"]):
        failed = sjr(*words, SJR_DATABASE_URL="postgresql+psycopg://me:secret@127.0.0.1:1/db", SJR_DATA=str(FIXTURE))
        assert failed.returncode == 1
        assert failed.stderr.splitlines()[-1].startswith("sjr: postgresql+psycopg://me:***@127.0.0.1:1/db: ")
        assert "secret" not in failed.stderr
        assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    "granted",
    [
        (),
        ("USAGE ON SCHEMA sjr", "SELECT ON ALL TABLES IN SCHEMA sjr"),
        ("USAGE ON SCHEMA sjr", "SELECT ON ALL TABLES IN SCHEMA sjr", "USAGE ON SCHEMA {schema}"),
    ],
)
def test_a_role_without_all_rights_is_told_which_it_needs(place: Server, granted: tuple[str, ...]) -> None:
    schema = schema_of(version(FIXTURE))
    with place.address.connect() as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
        for right in granted:
            connection.execute(f"GRANT {right.format(schema=schema)} TO reader".encode())
    reader = Server(make_url(place.address.url).set(username="reader").render_as_string(hide_password=False), 5, 1)
    try:
        with pytest.raises(StoreError, match=r"permission denied .*; to build, grant the role CREATE"):
            reader.open()
    finally:
        with place.address.connect() as connection:
            connection.execute("DROP OWNED BY reader")
            connection.execute("DROP ROLE reader")


@pytest.mark.parametrize("url", ["mysql://here/db", "localhost:5432", "postgresql+asyncpg://here/db"])
def test_an_address_of_something_else_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SJR_DATABASE_URL", url)
    with pytest.raises(SettingsError, match=r"SJR_DATABASE_URL=.*should be postgresql\+psycopg://"):
        read_settings()
