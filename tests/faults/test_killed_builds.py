"""Builds that are killed, that meet, that find no room: what stood stands, and the next build succeeds."""

import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from app.store.current import built, open_store
from app.store.query import Store
from tests.faults.site import Site, command
from tests.support import ROOT

# Where a build is killed: before the so-manyeth call of a function.
STAGES = {
    "reading the data": ("app.store.engine.checked", 1),
    "making the tables": ("app.store.dialects.sqlite_writer.SqliteWriter.create", 1),
    "writing the first rows": ("app.store.dialects.sqlite_writer.SqliteWriter.add", 1),
    "writing the last rows": ("app.store.dialects.sqlite_writer.SqliteWriter.add", 5),
    "indexing": ("app.store.dialects.sqlite_writer.SqliteWriter.finish", 1),
    "making it sure on disk": ("os.fsync", 1),
    "putting it in place": ("pathlib.Path.replace", 1),
    "pointing to it": ("pathlib.Path.replace", 2),
}
DEADLY = """
import os, signal
from pkgutil import resolve_name
owner, _, name = {where!r}.rpartition(".")
kept, calls = getattr(resolve_name(owner), name), []
def deadly(*arguments, **named):
    calls.append(1)
    if len(calls) == {call}:
        os.kill(os.getpid(), signal.SIGKILL)
    return kept(*arguments, **named)
setattr(resolve_name(owner), name, deadly)
"""


NOBODY = "import os\nif os.getuid() == 0: os.setgid(65534); os.setuid(65534)"  # root may write everywhere


def name_in(file: Path) -> bytes:
    body = Store(open_store(file)).body("people", "anna-berg")
    assert body
    return body


@pytest.mark.parametrize("stage", STAGES)
def test_a_build_that_is_killed_leaves_what_stood(site: Site, stage: str) -> None:
    old = site.built()
    site.change("Anne Berg")
    where, call = STAGES[stage]
    killed = site.sjr("build", before=DEADLY.format(where=where, call=call))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert built(site.store) == old
    assert b"Anna Berg" in name_in(old)
    new = site.built()
    assert b"Anne Berg" in name_in(new)
    assert {file.suffix for file in site.store.iterdir()} <= {".sqlite", ".lock", ""}
    assert not list(site.store.glob(".sjr-*"))


def test_the_first_build_that_is_killed_leaves_nothing_to_serve(site: Site) -> None:
    site.sjr("build", before=DEADLY.format(where="app.store.dialects.sqlite_writer.SqliteWriter.finish", call=1))
    assert built(site.store) is None
    refused = site.sjr("serve", "--no-build")
    assert refused.returncode == 1
    assert "run `sjr build` first" in refused.stderr


def test_two_builds_at_once_end_well(site: Site) -> None:
    both = [
        subprocess.Popen(
            command("build"), cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said[0] == said[1]
    assert len(list(site.store.glob("*.sqlite"))) == 1
    assert built(site.store)


def test_a_full_disk_leaves_what_stood(site: Site) -> None:
    old = site.built()
    site.change("Anne Berg")
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))"
    refused = site.sjr("build", before=full)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith("sjr: the store could not be written (")
    assert "what stood is untouched" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert built(site.store) == old
    assert not list(site.store.glob(".sjr-*"))


def test_a_folder_that_cannot_be_written_is_served_and_not_built_in() -> None:
    with tempfile.TemporaryDirectory() as place:  # not pytest's, which nobody else may enter
        Path(place).chmod(0o755)
        site = Site(Path(place))
        site.built()
        site.store.chmod(0o555)
        site.change("Anne Berg")
        refused = site.sjr("build", before=NOBODY)
        assert refused.returncode == 1, refused.stderr
        assert f"cannot write to {site.store} (Permission denied); set SJR_STORE" in refused.stderr
        with site.serving(before=NOBODY) as server:
            assert server.get("/v1/people/anna-berg").json()["data"]["name"] == "Anna Berg"
        site.store.chmod(0o755)
