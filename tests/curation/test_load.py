"""What is wrong with a file is said with its line, its field and what is allowed."""

from collections.abc import Callable

import pytest

from app.curation.load import load, part_order, read_yaml
from app.curation.problem import Problem
from app.resources import RESOURCES
from app.resources.treaties import Treaty
from app.values import Part, PlaceRole
from tests.curation.conftest import Dataset
from tests.support import FIXTURE

Only = Callable[[], Problem]
TREATY = "treaties/dawn-treaty.yaml"
SALE = "negotiations/railway-sale.yaml"
CITATIONS = "citations/harbour-1960.yaml"

# file, text that stands once, what takes its place, text on the line reported, field, words of the message
BROKEN = {
    "a colon in plain text": (
        TREATY, "name: Dawn Treaty", "name: Dawn: Treaty",
        "name: Dawn: Treaty", "", ["malformed YAML", "mapping values", "quote text that holds ': '"],
    ),
    "a tab for spaces": (
        TREATY, "summary: It", "\tsummary: It",
        "\tsummary:", "", ["malformed YAML"],
    ),
    "an unknown key": (
        TREATY, "signed_at: dawn-harbour", "singed_at: dawn-harbour",
        "singed_at", "singed_at", ["unknown key", "allowed: id, name, aliases", "did you mean signed_at?"],
    ),
    "an unknown key in a part": (
        TREATY, "parties:\n  - {actor: northland, role:", "parties:\n  - {actor: northland, rol:",
        "rol:", "parties.0.rol", ["unknown key", "allowed: actor, role, note, cite", "did you mean role?"],
    ),
    "an unknown key deep in a part": (
        TREATY, "value: 40, unit:", "value: 40, units:",
        "units:", "provisions.1.quantities.0.units", ["unknown key", "did you mean unit?"],
    ),
    "a repeated key": (
        TREATY, "duration: P12Y", "duration: P12Y\nduration: P5Y",
        "duration: P5Y", "duration", ["repeated key; keep one"],
    ),
    "an empty value": (
        TREATY, "summary: It opened relations.", "summary:",
        "summary:", "summary", ["empty value; leave the key out"],
    ),
    "a quoted empty value": (
        TREATY, "summary: It opened relations.", "summary: ' '",
        "summary:", "summary", ["empty value; leave the key out"],
    ),
    "an empty list": (
        TREATY, "topics: [fisheries]", "topics: []",
        "topics: []", "topics", ["empty list; leave the key out"],
    ),
    "an empty mapping": (
        TREATY, "{date: 1936-12-31, how: expired, cite: [harbour-1960-p10-2]}", "{}",
        "ended: {}", "ended", ["empty mapping; leave the key out"],
    ),
    "an alias": (
        TREATY, "topics: [fisheries]", "topics: &x [fisheries, *x]",
        "topics: &x", "topics.1", ["anchors and aliases", "write the value out"],
    ),
    "a key that is no text": (
        TREATY, "duration: P12Y", "[a, b]: P12Y",
        "[a, b]:", "", ["a key must be plain text"],
    ),
    "a text for a list": (
        TREATY, "topics: [fisheries]", "topics: fisheries",
        "topics: fisheries", "topics", ["a list is needed"],
    ),
    "a text for a part": (
        TREATY, "{date: 1936-12-31, how: expired, cite: [harbour-1960-p10-2]}", "expired",
        "ended: expired", "ended", ["keys and values are needed here, not one text"],
    ),
    "a text for a map of sources": (
        "treaties/border-understanding.yaml", "uncited:\n  status: 4", "uncited: 4",
        "uncited: 4", "uncited", ["keys and values are needed here, not one text"],
    ),
    "a missing key": (
        TREATY, "form: treaty\n", "",
        "id: dawn-treaty", "form", ["missing; this key is needed"],
    ),
    "a missing key in a part": (
        TREATY, "how: expired, ", "",
        "ended:", "ended.how", ["missing; this key is needed"],
    ),
    "a value outside a closed list": (
        TREATY, "form: treaty", "form: treatty",
        "form: treatty", "form", ["'treatty' is not allowed", "one of: treaty, convention,", "did you mean treaty?"],
    ),
    "an id unlike the file's name": (
        TREATY, "id: dawn-treaty", "id: dusk-treaty",
        "id: dusk-treaty", "id", ["'dusk-treaty' is not the file's name", "write id: dawn-treaty"],
    ),
    "an id that is no slug": (
        TREATY, "id: dawn-treaty", "id: Dawn_Treaty",
        "id: Dawn_Treaty", "id", ["'Dawn_Treaty' is no id", "lower-case-words-with-hyphens"],
    ),
    "a reference that is no id": (
        TREATY, "signed_at: dawn-harbour", "signed_at: Dawn Harbour",
        "signed_at: Dawn", "signed_at", ["'Dawn Harbour' is no id", "lower-case-words-with-hyphens"],
    ),
    "a target without its collection": (
        TREATY, "target: treaties/dawn-fishery-convention", "target: dawn-fishery-convention",
        "target:", "relations.0.target", ["'dawn-fishery-convention' is no id", "write collection/id"],
    ),
    "an impossible date": (
        TREATY, "signed: 1925-01-20", "signed: 1925-02-30",
        "signed: 1925-02-30", "signed", ["'1925-02-30' does not exist", "1925-02-01 to 1925-02-28"],
    ),
    "a reversed date": (
        TREATY, "1925-01-20/1936-12-31", "1936-12-31/1925-01-20",
        "in_force: 1936", "in_force", ["ends before it starts", "1925-01-20/1936-12-31"],
    ),
    "a date that is no EDTF": (
        SALE, "date: 1933-07,", "date: July 1933,",
        "July 1933", "steps.1.date", ["not a date that can be read", "YYYY-MM-DD"],
    ),
    "an exponent": (
        SALE, "value: 250000000", "value: 1e5",
        "1e5", "steps.0.amount.value", ["plain number"],
    ),
    "a hexadecimal": (
        SALE, "value: 250000000", "value: 0x10",
        "0x10", "steps.0.amount.value", ["plain number"],
    ),
    "an underscore in a number": (
        SALE, "value: 250000000", "value: 250_000_000",
        "250_000_000", "steps.0.amount.value", ["plain number"],
    ),
    "yes for true": (
        "treaties/coast-protocol.yaml", "secret: true", "secret: yes",
        "secret: yes", "secret", ["write true or false"],
    ),
    "a paragraph that the essay lacks": (
        "treaties/border-understanding.yaml", "status: 4", "status: 39",
        "status: 39", "uncited.status", ["38"],
    ),
    "pages backwards": (
        CITATIONS, "pages: 10-12", "pages: 12-10",
        "pages: 12-10", "pages", ["runs backwards"],
    ),
    "a foreign id of nowhere": (
        "actors/southland.yaml", '"geonames:900000002"', '"viaf:900000002"',
        "viaf", "same_as.1", ["'viaf:900000002' does not match", "geonames"],
    ),
    "keys out of order": (
        TREATY, "form: treaty\nstatus: concluded\n", "status: concluded\nform: treaty\n",
        "status: concluded", "status", ["keys are out of order; write id, name, aliases, summary, form, status"],
    ),
    "keys of a part out of order": (
        TREATY, "{article: I, text: 'Peace, trade, and what it calls \"good faith\".',", "{text: Peace, article: I,",
        "text: Peace", "provisions.0.text", ["keys are out of order; write article, text, cite"],
    ),
    "a citation with its work": (
        CITATIONS, "{id: harbour-1960-p30, pages", "{id: harbour-1960-p30, work: harbour-1960, pages",
        "work: harbour-1960", "work", ["leave it out: the file's name says it"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_one_thing_wrong_in_a_file_is_the_one_thing_reported(name: str, dataset: Dataset, only: Only) -> None:
    file, old, new, at, field, said = BROKEN[name]
    dataset.edit(file, old, new)
    problem = only()
    assert (problem.file, problem.line, problem.field) == (f"data/{file}", dataset.line(file, at), field)
    for words in said:
        assert words in problem.detail


def test_a_file_that_is_not_utf8(dataset: Dataset, only: Only) -> None:
    (dataset.folder / TREATY).write_bytes("id: dawn-treaty\nname: Tōgō".encode("utf-16"))
    assert str(only()) == f"data/{TREATY}:1: file: not UTF-8 (byte 0); save the file as UTF-8"


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment only\n"])
def test_an_empty_file(text: str, dataset: Dataset, only: Only) -> None:
    dataset.write(TREATY, text)
    assert str(only()) == f"data/{TREATY}:1: file: empty file; `sjr new` writes a template"


@pytest.mark.parametrize("text", ["id: a\n---\nid: b\n", "id: a\0b\n", "id: [a\n", "'", "%", "id: a\n  name: b\n"])
def test_malformed_yaml_is_one_problem_on_one_line(text: str, dataset: Dataset, only: Only) -> None:
    dataset.write(TREATY, text)
    problem = only()
    assert problem.detail.startswith("malformed YAML: ")
    assert len(str(problem).splitlines()) == 1


@pytest.mark.parametrize("text", ["dawn\n", "- dawn\n- treaty\n"])
def test_a_file_that_holds_no_mapping(text: str, dataset: Dataset, only: Only) -> None:
    dataset.write(TREATY, text)
    assert only().detail == "keys and values are needed here, not one text"


def test_a_folder_that_is_no_collection(dataset: Dataset, only: Only) -> None:
    dataset.write("treatys/x.yaml", "id: x\n")
    problem = only()
    assert (problem.file, problem.line) == ("data/treatys", 1)
    assert "no such collection; one of: actors, battles, citations" in problem.detail
    assert "did you mean treaties?" in problem.detail


@pytest.mark.parametrize("name", ["notes.txt", "dawn-treaty.yml", "dawn-treaty.yaml.orig"])
def test_a_stray_file(name: str, dataset: Dataset, only: Only) -> None:
    dataset.write(f"treaties/{name}", "id: x\n")
    problem = only()
    assert (problem.file, problem.detail) == (f"data/treaties/{name}", "only <id>.yaml files belong here")


def test_a_folder_among_the_records(dataset: Dataset, only: Only) -> None:
    (dataset.folder / "treaties" / "old.yaml").mkdir()
    assert only().file == "data/treaties/old.yaml"


def test_a_citations_file_that_is_no_list(dataset: Dataset, only: Only) -> None:
    dataset.write(CITATIONS, "id: harbour-1960-p10-1\npages: 10\n")
    assert str(only()) == f"data/{CITATIONS}:1: file: a list of entries is needed: one `- id: …` each"


def test_an_id_given_twice_in_a_citations_file(dataset: Dataset, only: Only) -> None:
    dataset.add(CITATIONS, "- {id: harbour-1960-p30, pages: 30, paragraph: 5, claim: Again.}\n")
    problem = only()
    assert problem.detail == "harbour-1960-p30 stands already in data/citations/harbour-1960.yaml"
    assert problem.line == len(dataset.read(CITATIONS).splitlines())


def test_several_errors_of_several_files_are_all_reported(dataset: Dataset) -> None:
    dataset.edit(TREATY, "signed: 1925-01-20", "signed: 1925-13")
    dataset.edit(TREATY, "duration: P12Y", "duration: twelve years")
    dataset.edit(TREATY, "form: treaty", "form: entente")
    dataset.edit(SALE, "value: 250000000", "value: many")
    dataset.edit("events/coast-arrests.yaml", "coast-company", "cost-company")
    dataset.write("battles/no-battle.yaml", "{")
    assert [(p.file, p.field) for p in dataset.problems()] == [
        ("data/battles/no-battle.yaml", ""),
        ("data/events/coast-arrests.yaml", "participants.0.actor"),
        (f"data/{SALE}", "steps.0.amount.value"),
        (f"data/{TREATY}", "form"),
        (f"data/{TREATY}", "signed"),
        (f"data/{TREATY}", "duration"),
    ]


def test_a_record_that_cannot_be_read_is_no_dangling_reference(dataset: Dataset, only: Only) -> None:
    """Six files refer to it; its own error is the one to mend."""
    dataset.edit("actors/northland.yaml", "form: state", "form: nation")
    assert only().field == "form"


def test_citations_that_cannot_be_read_are_no_unknown_citations(dataset: Dataset, only: Only) -> None:
    dataset.edit(CITATIONS, "- {id: harbour-1960-p30,", "- {id: harbour-1960-p30")
    assert only().file == f"data/{CITATIONS}"


@pytest.mark.parametrize("text", ["no", "0123", "1941-04-13", "1941", "1e5", "null", "~", "true", "12:30:45", "0x10"])
def test_what_yaml_would_guess_at_stays_the_text_that_it_is(text: str, dataset: Dataset) -> None:
    dataset.edit("actors/southland.yaml", "name: Southland", f"name: {text}")
    curated, problems = load(dataset.folder, RESOURCES)
    assert problems == []
    assert curated.records[("actors", "southland")].name == text


def test_a_byte_order_mark_is_no_part_of_the_first_key(dataset: Dataset) -> None:
    dataset.write("topics/fisheries.yaml", "\ufeffid: fisheries\nname: Fisheries\n")
    assert dataset.problems() == []


def test_lines_are_known_of_keys_and_items() -> None:
    content, source, problems = read_yaml(FIXTURE / TREATY, "x.yaml")
    assert problems == []
    assert content["provisions"][1]["binds"] == ["northland"]
    text = (FIXTURE / TREATY).read_text(encoding="utf-8").splitlines()
    assert text[source.lines[("provisions", 1, "binds")] - 1].startswith("  - {article: II")
    assert text[source.lines[("cite", "in_force")] - 1].startswith("  in_force:")


def test_a_problem_on_a_path_without_a_line_stands_on_the_nearest_one() -> None:
    _, source, _ = read_yaml(FIXTURE / TREATY, "x.yaml")
    near = source.problem(("provisions", 1, "quantities", 0, "qualifier", "x"), "wrong")
    assert near.line == source.lines[("provisions", 1, "quantities", 0, "qualifier")]
    assert source.problem(("nowhere",), "wrong").line == source.lines[()]


def test_a_files_that_cannot_be_opened_is_a_problem(dataset: Dataset) -> None:
    content, _, problems = read_yaml(dataset.folder / "treaties" / "gone.yaml", "data/treaties/gone.yaml")
    assert content is None
    assert str(problems[0]) == "data/treaties/gone.yaml:1: file: cannot be read: No such file or directory"


def test_sources_come_last_in_a_part_and_in_a_record() -> None:
    assert part_order(PlaceRole) == ("place", "role", "cite", "uncited", "noted")
    assert part_order(Part) == ("cite", "uncited", "noted")
    assert part_order(Treaty)[-4:] == ("relations", "cite", "uncited", "noted")


def test_the_fixture_is_read_whole() -> None:
    curated, problems = load(FIXTURE, RESOURCES)
    assert problems == []
    files = [file for file in FIXTURE.rglob("*.yaml") if file.parent not in {FIXTURE, FIXTURE / "citations"}]
    citations = (FIXTURE / CITATIONS).read_text(encoding="utf-8").count("- {id:")
    assert len(curated.records) == len(files) + citations
