"""What helps a curator: an annotated template for every collection, and JSON Schemas that editors read."""

import json
import re
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from jsonschema import Draft202012Validator

from app.curation.load import Source, part_order, read_yaml, validate
from app.curation.template import FOLDER, schemas, template, write_schemas
from app.resources import RESOURCES
from tests.curation.conftest import Dataset
from tests.support import DATA, FIXTURE

SCHEMAS = {name: json.loads(text) for name, text in schemas(RESOURCES).items()}

# What a curator would put in place of a hint.
HINTS = {
    r"EDTF: .*": "1939-22",
    r"id from data/\S+": "some-id",
    r"(?:citation|note) ids": "some-id",
    r"collection/id": "treaties/some-id",
    r"(\S[^|]*?) \| .*": r"\1",  # the first of a closed list
}
PLAIN = {
    **dict.fromkeys(("value", "lat", "lon", "instalments", "paragraph", "paragraphs"), "7"),
    **dict.fromkeys(("duration", "interval"), "P1Y"),
    "series": "some-slug",
    "same_as": "wikidata:Q1",
    "language": "ja",
    "pages": "178",
}


def filled(line: str) -> str:
    """A line of the template without its # and its explanation, its hint replaced by a value that it allows."""
    plain = re.sub(r"\s{3,}# .*$", "", re.sub(r"^# ", "", line))
    found = re.fullmatch(r"(\s*(?:- )?)([\w-]+): (\[?)([^{]+?)(\]?)", plain)
    if found is None:
        return plain.replace("citation ids", "some-id").replace("note ids", "some-id")
    start, key, opening, hint, closing = found.groups()
    value = PLAIN.get(key, hint) if hint == "…" else hint
    for pattern, replacement in HINTS.items():
        value = re.sub(f"^{pattern}$", replacement, value)
    return f"{start}{key}: {opening}{value}{closing}"


def uncommented(text: str) -> str:
    """The template below its head, with every key written."""
    return "\n".join(map(filled, text.splitlines()[3:])) + "\n"


def texts(node: Any) -> Any:
    """YAML as the loader reads it: every scalar a text."""
    return yaml.load(node, Loader=yaml.BaseLoader)


@pytest.mark.parametrize("name", RESOURCES)
def test_a_template_parses_and_holds_the_id(name: str) -> None:
    content = texts(template(RESOURCES[name], "some-id"))
    if RESOURCES[name].file_field:
        assert content == [{"id": "some-id-p1-1"}]
    else:
        assert content == {"id": "some-id"}


@pytest.mark.parametrize("name", RESOURCES)
def test_a_template_uncommented_and_filled_in_is_a_valid_record(name: str, tmp_path: Path) -> None:
    file = tmp_path / "some-id.yaml"
    file.write_text(uncommented(template(RESOURCES[name], "some-id")), encoding="utf-8")
    content, source, problems = read_yaml(file, "some-id.yaml")
    assert problems == []
    record = content[0] | {RESOURCES[name].file_field: "some-id"} if isinstance(content, list) else content
    found = Source("some-id.yaml", {}) if isinstance(content, list) else source
    assert validate(RESOURCES[name].model, record, found)[1] == []


@pytest.mark.parametrize("name", RESOURCES)
def test_a_template_explains_every_key_in_order(name: str) -> None:
    content = texts(uncommented(template(RESOURCES[name], "some-id")))
    record = content[0] if isinstance(content, list) else content
    assert list(record) == [key for key in part_order(RESOURCES[name].model) if key != RESOURCES[name].file_field]


@pytest.mark.parametrize("name", RESOURCES)
def test_a_template_says_which_keys_are_needed(name: str) -> None:
    text = template(RESOURCES[name], "some-id")
    for key, info in RESOURCES[name].model.model_fields.items():
        if info.is_required() and key not in {"id", RESOURCES[name].file_field}:
            assert re.search(rf"^#\s+{key}:.*# needed\. ", text, re.MULTILINE), key


def test_a_template_lists_what_a_closed_list_allows() -> None:
    text = template(RESOURCES["treaties"], "some-id")
    assert "# status: concluded | unsigned | proposed | rejected | informal | unverified" in text
    assert "# signed_at: id from data/places" in text
    assert "# yaml-language-server: $schema=../.schemas/treaties.json" in text


# --- schemas --------------------------------------------------------------------------------------


def test_the_schemas_beside_the_data_are_those_of_the_models() -> None:
    written = {file.name: file.read_text(encoding="utf-8") for file in (DATA / FOLDER).glob("*.json")}
    stale = sorted({n for n, text in schemas(RESOURCES).items() if written.get(n) != text} | written.keys() - SCHEMAS)
    assert not stale, f"{', '.join(stale)}: the models have changed; run `sjr schemas` and commit data/{FOLDER}"


def test_schemas_are_written_once(tmp_path: Path) -> None:
    assert {file.name for file in write_schemas(tmp_path, RESOURCES)} == {f"{name}.json" for name in RESOURCES}
    assert write_schemas(tmp_path, RESOURCES) == []


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_is_valid_and_names_its_dialect(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMAS[name])


def as_an_editor_reads(file: Path) -> Any:
    """YAML 1.2 core, as the editors' language server reads it: plain numbers and true or false, dates as text."""

    class Editor(yaml.SafeLoader):
        yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
    Editor.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^-?[0-9]+$"), list("-0123456789"))
    Editor.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?[0-9]+\.[0-9]+$"), list("-0123456789"))
    return yaml.load(file.read_text(encoding="utf-8"), Editor)


@pytest.mark.parametrize("name", RESOURCES)
@pytest.mark.parametrize("data", [FIXTURE, DATA], ids=["fixture", "real"])
def test_an_editor_finds_no_fault_with_the_files_that_hold(name: str, data: Path) -> None:
    validator = Draft202012Validator(SCHEMAS[f"{name}.json"])
    files = sorted((data / name).glob("*.yaml"))
    assert files
    faults = [
        f"{file.name}: {'/'.join(map(str, error.path))}: {error.message}"
        for file in files
        for error in validator.iter_errors(as_an_editor_reads(file))
    ]
    assert not faults, "\n".join(faults[:20])


def test_an_editor_marks_what_the_checker_would_refuse(dataset: Dataset) -> None:
    file = "treaties/dawn-treaty.yaml"
    dataset.edit(file, "form: treaty", "form: treatty")
    dataset.edit(file, "duration: P12Y", "durtion: P12Y")
    errors = Draft202012Validator(SCHEMAS["treaties.json"]).iter_errors(as_an_editor_reads(dataset.folder / file))
    assert len(list(errors)) == 2
