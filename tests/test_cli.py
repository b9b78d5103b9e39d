"""The `sjr` command: what it says, in one clear line where something is amiss, and how it ends."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.api.discovery import TRY
from app.cli import cli
from app.resources import RESOURCES
from tests.support import FIXTURE, ROOT

COMMANDS = ("check", "build", "serve", "export", "new", "schemas", "synth")
TREATY = "treaties/dawn-treaty.yaml"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the fixture, and a store beside it, that the command works on."""
    shutil.copytree(FIXTURE, tmp_path / "data")
    monkeypatch.setenv("SJR_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SJR_STORE", str(tmp_path / "store"))
    return tmp_path / "data"


def sjr(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), "a traceback"
    return result


def refusal(*arguments: str) -> str:
    """The one line that a command says when it cannot."""
    result = sjr(*arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("sjr: ")
    return line


def break_(data: Path) -> None:
    file = data / TREATY
    file.write_text(file.read_text(encoding="utf-8").replace("1925-01-20\n", "1925-02-30\n"), encoding="utf-8")


@pytest.fixture
def busy() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


# --- help -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str) -> None:
    said = sjr(command, "--help").stdout
    assert "Example" in said
    assert f"sjr {command}" in said.partition("Example")[2]


def test_help_names_every_command() -> None:
    said = sjr("--help").stdout
    for command in COMMANDS:
        assert command in said


def test_an_unknown_command_and_option_end_in_2() -> None:
    assert sjr("chekc").exit_code == 2
    assert sjr("check", "--fast").exit_code == 2


# --- check ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("data")
def test_check_of_data_that_hold() -> None:
    result = sjr("check")
    assert result.exit_code == 0
    assert result.stdout.endswith(" records: no problems\n")
    assert int(result.stdout.split(maxsplit=1)[0]) >= 40


def test_check_lists_every_problem_and_counts_them(data: Path) -> None:
    break_(data)
    (data / "topics" / "empty.yaml").touch()
    result = sjr("check")
    assert result.exit_code == 1
    first, second, last = result.stderr.splitlines()
    assert first == "data/topics/empty.yaml:1: file: empty file; `sjr new` writes a template"
    assert second.startswith("data/treaties/dawn-treaty.yaml:8: signed: '1925-02-30' does not exist")
    assert last == "2 problems in 2 files"


def test_check_of_one_file_says_nothing_of_others(data: Path) -> None:
    break_(data)
    good, bad = str(data / "treaties/grey-pact.yaml"), str(data / TREATY)
    assert sjr("check", good).stdout == f"{good}: no problems\n"
    result = sjr("check", bad)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "1 problem in 1 file"


def test_check_of_a_folder_is_of_its_files(data: Path) -> None:
    break_(data)
    assert sjr("check", str(data / "battles")).exit_code == 0
    assert sjr("check", str(data / "treaties")).exit_code == 1


def test_check_of_a_file_relative_to_where_one_stands(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    break_(data)
    monkeypatch.chdir(data / "treaties")
    assert "dawn-treaty.yaml:8" in sjr("check", "dawn-treaty.yaml").stderr


def test_check_of_a_file_that_is_not_there_or_not_of_the_data(data: Path) -> None:
    assert refusal("check", str(data / "treaties/no.yaml")) == f"sjr: no file {data / 'treaties/no.yaml'}"
    assert refusal("check", __file__) == f"sjr: {__file__} is not under {data}"


# --- build ----------------------------------------------------------------------------------------


def test_build_names_the_store_and_points_to_it(data: Path) -> None:
    result = sjr("build")
    assert result.exit_code == 0
    file = Path(result.stdout.removeprefix("built ").strip())
    store = data.parent / "store"
    assert file.parent == store
    assert (store / "current").read_text(encoding="utf-8").strip() == file.name
    assert file.name.startswith("sjr-0.1.0-")


def test_a_build_of_bad_data_leaves_the_store_that_stands(data: Path) -> None:
    sjr("build")
    store = data.parent / "store"
    before = {file.name: file.read_bytes() for file in store.iterdir()}
    break_(data)
    result = sjr("build")
    assert result.exit_code == 1
    assert "dawn-treaty.yaml:8: signed: " in result.stderr
    assert result.stderr.splitlines()[-1].startswith("sjr: not built; the store that stood is untouched")
    assert {file.name: file.read_bytes() for file in store.iterdir()} == before


def test_a_build_into_a_folder_that_cannot_be_written(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = data / "dataset.yaml" / "store"
    monkeypatch.setenv("SJR_STORE", str(store))
    assert refusal("build") == (
        f"sjr: cannot write to {store} (Not a directory); set SJR_STORE to a folder that you may write to"
    )


# --- serve ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("data")
def test_a_busy_port_is_one_clear_line(busy: int) -> None:
    assert refusal("serve", "--port", str(busy)) == (
        f"sjr: port {busy} on 127.0.0.1 is in use; choose another: sjr serve --port {busy + 1}"
    )


@pytest.mark.usefixtures("data")
def test_an_address_that_is_not_ours_is_one_clear_line() -> None:
    assert "cannot listen on 192.0.2.1 (" in refusal("serve", "--host", "192.0.2.1")


@pytest.mark.usefixtures("data")
def test_serving_what_stands_needs_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SJR_PORT", "0")
    assert refusal("serve", "--no-build").endswith("run `sjr build` first")


def test_a_broken_store_is_one_clear_line(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SJR_PORT", "0")
    store = data.parent / "broken"
    store.mkdir()
    (store / "current").write_text("sjr-x.sqlite\n", encoding="utf-8")
    (store / "sjr-x.sqlite").write_bytes(b"not a database, though as long as one would be" * 100)
    monkeypatch.setenv("SJR_STORE", str(store))
    assert refusal("serve", "--no-build").endswith("`sjr build` makes it anew")


def test_bad_data_are_not_served(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SJR_PORT", "0")
    break_(data)
    result = sjr("serve")
    assert result.exit_code == 1
    assert "dawn-treaty.yaml:8: signed: " in result.stderr
    assert not (data.parent / "store" / "current").exists()


def test_a_description_that_does_not_hold_is_not_served(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SJR_PORT", "0")
    (data / "dataset.yaml").unlink()
    result = sjr("serve")
    assert result.exit_code == 1
    assert "data/dataset.yaml:1: file: cannot be read" in result.stderr


def test_serve_compiles_says_what_to_try_and_answers(data: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as server:
        try:
            shown = [server.stdout.readline().strip() for _ in range(len(TRY) + 1)]
            answer = patient_get(f"http://127.0.0.1:{port}/health/ready", server)
        finally:
            server.terminate()
            server.communicate(timeout=10)
    assert shown == [*(f"curl 'http://127.0.0.1:{port}{path}'" for path in TRY), f"http://127.0.0.1:{port}/docs"]
    assert answer.json()["status"] == "ok"
    assert (data.parent / "store" / "current").exists()


def patient_get(url: str, server: subprocess.Popen[str]) -> httpx.Response:
    """The answer of a server that has just been started."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return httpx.get(url)
        except httpx.ConnectError:
            assert server.poll() is None, server.stderr.read()
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)


# --- export ---------------------------------------------------------------------------------------


def test_export_compiles_writes_and_says_how_much(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = data.parent / "site"
    monkeypatch.setenv("SJR_BASE_URL", "https://data.example.org")
    result = sjr("export", str(site))
    assert result.exit_code == 0
    files = sum(file.is_file() for file in site.rglob("*")) - 2  # the manifest and the checksums
    assert result.stdout == f"wrote {files} files to {site}\n"
    assert "/v1/treaties: " in result.stderr
    citation = (site / "v1/treaties/dawn-treaty/citation.json").read_text(encoding="utf-8")
    assert "https://data.example.org/v1/treaties/dawn-treaty" in citation


def test_export_says_what_citations_will_name(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SJR_PORT", "8123")
    result = sjr("export", str(data.parent / "site"))
    assert result.exit_code == 0
    assert "citations will name http://127.0.0.1:8123; set SJR_BASE_URL to where the files will be" in result.stderr


@pytest.mark.usefixtures("data")
def test_export_into_what_is_no_export_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SJR_BASE_URL", "https://data.example.org")
    sjr("build")
    said = refusal("export", str(tmp_path / "data"))
    assert said == f"sjr: {tmp_path / 'data'} is no export of this dataset; name a new folder, or remove it yourself"
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert refusal("export", str(tmp_path / "file" / "site")).startswith("sjr: cannot write ")


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["eighty", "99999", "-1"])
@pytest.mark.usefixtures("data")
def test_a_setting_that_is_wrong_is_one_clear_line(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SJR_PORT", value)
    assert refusal("check").startswith(f"sjr: a setting is wrong: SJR_PORT={value}: should be ")


@pytest.mark.parametrize("command", ["check", "build", "serve", "schemas"])
def test_data_that_are_not_there_are_one_clear_line(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SJR_DATA", str(tmp_path / "nowhere"))
    assert refusal(command) == f"sjr: no data at {tmp_path / 'nowhere'}; run from the project's folder or set SJR_DATA"


# --- new and schemas ------------------------------------------------------------------------------


@pytest.mark.parametrize("collection", RESOURCES)
def test_new_writes_a_template_and_what_an_editor_needs(collection: str, data: Path) -> None:
    file = data / collection / "some-new-id.yaml"
    result = sjr("new", collection, "some-new-id")
    assert result.stdout == f"wrote {file}; fill it in, then: sjr check {file}\n"
    assert "some-new-id" in file.read_text(encoding="utf-8")
    assert (data / ".schemas" / f"{collection}.json").exists()


@pytest.mark.parametrize("identifier", ["Dawn-Treaty", "dawn_treaty", "../dawn", "dawn treaty", "тест", "", "a" * 81])
def test_new_refuses_what_is_no_id(identifier: str, data: Path) -> None:
    before = sorted(data.rglob("*"))
    assert refusal("new", "treaties", identifier).startswith(f"sjr: {identifier!r} is no id; write lower-case-words")
    assert sorted(data.rglob("*")) == before


@pytest.mark.usefixtures("data")
def test_new_refuses_what_is_no_collection() -> None:
    said = refusal("new", "treatys", "some-id")
    assert said.startswith("sjr: no collection treatys; one of: actors, battles, citations,")
    assert said.endswith("; did you mean treaties?")


def test_new_never_writes_over_a_record(data: Path) -> None:
    before = (data / TREATY).read_bytes()
    assert refusal("new", "treaties", "dawn-treaty") == f"sjr: {data / TREATY} exists already"
    assert (data / TREATY).read_bytes() == before


def test_new_where_nothing_can_be_written_is_one_clear_line(data: Path) -> None:
    (data / ".schemas").write_text("a file in the way", encoding="utf-8")
    assert refusal("new", "treaties", "some-id").startswith(f"sjr: cannot write {data / 'treaties/some-id.yaml'} (")
    assert refusal("schemas").startswith(f"sjr: cannot write {data / '.schemas'} (")


@pytest.mark.usefixtures("data")
def test_schemas_say_whether_they_changed() -> None:
    assert sjr("schemas").stdout == f"{len(RESOURCES)} schemas changed\n"
    assert sjr("schemas").stdout == "the schemas are up to date\n"


@pytest.mark.usefixtures("data")
def test_records_are_made_up_into_a_folder_of_their_own(tmp_path: Path) -> None:
    made = sjr("synth", "--records", "60")
    assert made.exit_code == 0
    [file] = (tmp_path / "store").glob("*.sqlite")
    assert file.name.startswith("sjr-synthetic-60-1-")
    assert made.stdout == f"built {file}; serve it with: SJR_STORE={tmp_path / 'store'} sjr serve --no-build\n"


@pytest.mark.usefixtures("data")
def test_made_up_records_do_not_go_where_real_ones_are(tmp_path: Path) -> None:
    assert sjr("build").exit_code == 0
    assert "SJR_STORE" in refusal("synth", "--records", "60")
    assert len(list((tmp_path / "store").glob("*.sqlite"))) == 1
