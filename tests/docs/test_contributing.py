"""What CONTRIBUTING and the decisions say of files, templates, errors and imports is so."""

import re
import runpy
from pathlib import Path

import pytest
import yaml
from documents import CONTRIBUTING, CUT, ROOT, block, blocks, codes, commands, prose, table
from typer.testing import CliRunner

from app.cli import cli
from app.edtf import parse
from app.resources import RESOURCES
from app.values import RELATIONS

DECISIONS = ROOT / "docs" / "decisions"


def holds(shown: str, whole: str) -> bool:
    """Whether a text shown in part is of a whole, lines in order, … for what is left out."""
    parts = [re.escape(part.strip("\n")) for part in re.split(rf"^ *{CUT}$", shown, flags=re.MULTILINE)]
    return re.fullmatch(r"[^\0]*\n".join(parts), whole.strip("\n")) is not None


def test_the_template_shown_is_what_the_command_before_it_writes(workspace: Path) -> None:
    (line,) = [line for line, _ in commands(CONTRIBUTING) if " new " in line]
    _, _, collection, identifier = line.split()
    assert CliRunner().invoke(cli, ["new", collection, identifier]).exit_code == 0
    written = (workspace / "data" / collection / f"{identifier}.yaml").read_text(encoding="utf-8")
    assert holds(block(CONTRIBUTING, "yaml", "yaml-language-server").text, written)


def test_the_problem_shown_is_what_the_check_says_of_the_template(workspace: Path) -> None:
    shown = block(CONTRIBUTING, "text").text.strip()
    file = shown.partition(":")[0]
    _, collection, identifier = Path(file).with_suffix("").parts
    CliRunner().invoke(cli, ["new", collection, identifier])
    done = CliRunner().invoke(cli, ["check", str(workspace / file)])
    assert done.exit_code == 1
    assert shown in done.output.splitlines()


@pytest.mark.parametrize(
    "shown", [b.text for b in blocks(CONTRIBUTING) if b.language == "yaml" and b.text.startswith(("id:", "- id:"))]
)
def test_a_record_shown_is_one_of_the_data(shown: str) -> None:
    identifier = shown.split()[1] if shown.startswith("id:") else shown.split()[2]
    (found,) = [
        text
        for file in (ROOT / "data").glob("*/*.yaml")
        if f"id: {identifier}" in (text := file.read_text(encoding="utf-8")).splitlines()[0].split("  ")[0]
        or f"\n- id: {identifier} " in text
    ]
    lines = [re.sub(r" +# \d+$", "", line) for line in found.splitlines()]
    for line in shown.splitlines():
        assert line.partition(CUT)[0].rstrip() in {known[: len(line.partition(CUT)[0])].rstrip() for known in lines}


def test_the_redirects_shown_are_taken(workspace: Path) -> None:
    shown = block(CONTRIBUTING, "yaml", "withdrawn:").text
    (workspace / "data" / "redirects.yaml").write_text(shown, encoding="utf-8")
    done = CliRunner().invoke(cli, ["check"])
    assert (done.exit_code, done.output) == (0, done.output), done.output
    assert set(yaml.safe_load(shown)) == {"moved", "withdrawn"}


@pytest.mark.parametrize("document", [CONTRIBUTING, ROOT / "README.md"], ids=["contributing", "readme"])
def test_every_date_of_the_tables_can_be_read(document: Path) -> None:
    rows = table(document, "The source says" if document == CONTRIBUTING else "Written")
    dates = [date for row in rows for date in codes(row[1] if document == CONTRIBUTING else row[0])]
    assert len(dates) >= len(rows)
    for date in dates:
        assert parse(date).text == date


def test_the_table_of_imports_is_that_of_the_test() -> None:
    held = runpy.run_path(str(ROOT / "tests" / "test_imports.py"))
    said = {codes(part)[0]: set(codes(may)) for part, may in table(CONTRIBUTING, "Part")}
    assert said == held["MAY_IMPORT"]
    for module, more in held["MAY_ALSO_IMPORT"].items():
        (sentence,) = re.findall(rf"`app/{module}`[^.,]*", prose(CONTRIBUTING).replace("\n", " ").replace("`,", "`"))
        assert set(codes(sentence)) == {f"app/{module}", *more}


def test_the_table_of_folders_names_all_of_app() -> None:
    said = {code for row in table(CONTRIBUTING, "Folder or file") for code in codes(row[0])}
    parts = {p for p in (ROOT / "app").iterdir() if not p.name.startswith("__")}
    assert {f"app/{p.name}/" if p.is_dir() else f"app/{p.name}" for p in parts} <= said


def test_every_relation_is_said_to_stand_somewhere() -> None:
    (said,) = re.findall(r"Relations are written once:.*?\. Write", prose(CONTRIBUTING), flags=re.DOTALL)
    assert set(codes(said)) == set(RELATIONS)


def test_the_words_that_a_decision_adds_are_in_the_lists() -> None:
    added = {codes(word)[0] for word, _ in table(DECISIONS / "0006-additions-to-closed-lists.md", "New")}
    moves = set(RESOURCES["negotiations"].shape("steps.move").choices)
    assert added <= moves | set(RELATIONS)


def test_every_decision_is_listed_and_has_its_four_parts() -> None:
    files = sorted(p for p in DECISIONS.glob("*.md") if p.name != "README.md")
    listed = re.findall(r"\[(\d{4})\]\(([^)]+)\) \| (.+) \|", prose(DECISIONS / "README.md"))
    assert [name for _, name, _ in listed] == [file.name for file in files]
    for file, (number, _, title) in zip(files, listed, strict=True):
        text = file.read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. {title}\n")
        parts = re.findall(r"^\*\*(\w+)\.\*\*", text, flags=re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "Alternatives"]
        assert len(text.splitlines()) <= 50, "one screen"
