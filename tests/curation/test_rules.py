"""The rules over the whole set: each breach is said with file, line, field and what is allowed."""

from collections.abc import Callable

import pytest

from app.curation.problem import DataError, Problem, suggestion
from app.curation.rules import check, checked
from app.resources import RESOURCES
from tests.curation.conftest import Dataset
from tests.support import FIXTURE

Only = Callable[[], Problem]
TREATY = "treaties/dawn-treaty.yaml"
PACT = "treaties/grey-pact.yaml"
CLASH = "battles/hill-clash.yaml"
RELATION = "  - {type: led_to, target: treaties/dawn-fishery-convention, paragraph: 3, cite: [harbour-1960-p10-2]}\n"
UNCITED_PLACE = "role: signature, uncited: 2}"
MAP_END = "  duration: 2\n"

# file, text that stands once, what takes its place, text on the line reported, field, words of the message
BROKEN = {
    "a dangling reference": (
        TREATY, "signed_at: dawn-harbour", "signed_at: dawn-harbor",
        "signed_at: dawn-harbor", "signed_at", ["no record places/dawn-harbor", "did you mean dawn-harbour?"],
    ),
    "a dangling reference in a part": (
        CLASH, "places: [dawn-harbour]", "places: [dawn-harbour, east-kape]",
        "east-kape", "phases.0.places.1", ["no record places/east-kape", "did you mean east-cape?"],
    ),
    "a relation to a record that is not there": (
        TREATY, "target: treaties/dawn-fishery-convention", "target: treaties/dusk-fishery-convention",
        "target:", "relations.0.target", ["no record treaties/dusk-fishery-convention", "did you mean dawn-"],
    ),
    "a relation into no collection": (
        TREATY, "target: treaties/", "target: treatys/",
        "target:", "relations.0.target", ["no collection treatys", "one of: actors,", "did you mean treaties?"],
    ),
    "an unknown citation in a part": (
        TREATY, UNCITED_PLACE, "role: signature, cite: [harbour-1960-p11]}",
        "harbour-1960-p11]", "places.0.cite", ["no record citations/harbour-1960-p11", "did you mean harbour-1960-p1"],
    ),
    "an unknown citation in the map": (
        TREATY, "  signed: [harbour-1960-p10-1]", "  signed: [harbour-1960-p10-9]",
        "  signed: [harbour-1960-p10-9]", "cite.signed", ["no record citations/harbour-1960-p10-9"],
    ),
    "an unknown note in a part": (
        CLASH, "noted: [two-counts-of-men]", "noted: [two-counts-of-men, two-counts-of-mice]",
        "two-counts-of-mice", "sides.0.strength.0.noted",
        ["no record notes/two-counts-of-mice", "did you mean two-counts-of-men?"],
    ),
    "an unknown note on the whole record": (
        "events/transfer-of-men.yaml", '"": [two-counts-of-men]', '"": [two-counts-of-men, nobody-knows]',
        "nobody-knows", "noted.", ["no record notes/nobody-knows"],
    ),
    "a citation named twice": (
        TREATY, "  signed: [harbour-1960-p10-1]", "  signed: [harbour-1960-p10-1, harbour-1960-p10-1]",
        "  signed: [h", "cite.signed", ["named twice; once is enough"],
    ),
    "a part with no source": (
        "places/grey-coast.yaml", "form: region\n", "form: region\npart_of: dawn-harbour\n",
        "part_of", "part_of", ["a factual value with no source", "cite: [citation ids] or uncited: <paragraph>"],
    ),
    "a quantity with no source of its own or above": (
        "battles/coast-raid.yaml", "name: The south\n", "name: The south\n    losses: [{text: few}]\n",
        "losses", "sides.0.losses.0.text", ["a factual value with no source"],
    ),
    "a field with no source in the map": (
        TREATY, MAP_END, "",
        "duration: P12Y", "duration", ["a factual value with no source"],
    ),
    "the map for a field that is a part": (
        TREATY, MAP_END, MAP_END + "  parties: 2\n",
        "  parties: 2", "uncited.parties", ["no plain field of this record", "one of:", "duration,", "signed,"],
    ),
    "the map for a field that no treaty has": (
        TREATY, MAP_END, MAP_END + "  sgned: 2\n",
        "  sgned: 2", "uncited.sgned", ["no plain field of this record", "did you mean signed?"],
    ),
    "the map for a field that the record lacks": (
        TREATY, MAP_END, MAP_END + "  secret: 2\n",
        "  secret: 2", "uncited.secret", ["sources a field that the record lacks; write secret or drop this"],
    ),
    "a note on a field that the record lacks": (
        PACT, "  signed: [pact-may-be-of-1938]", "  signed: [pact-may-be-of-1938]\n  duration: [pact-may-be-of-1938]",
        "  duration:", "noted.duration", ["sources a field that the record lacks"],
    ),
    "a field both cited and uncited": (
        TREATY, MAP_END, MAP_END + "  signed: 2\n",
        "  signed: 2", "uncited.signed", ["both cited and uncited; keep the citation"],
    ),
    "a part both cited and uncited": (
        TREATY, UNCITED_PLACE, "role: signature, cite: [harbour-1960-p10-1], uncited: 2}",
        "role: signature", "places.0.uncited", ["both cited and uncited; keep the citation"],
    ),
    "a citation that nothing rests on": (
        "citations/harbour-1960.yaml", "- {id: harbour-1960-p30,",
        "- {id: harbour-1960-p29, pages: 29, paragraph: 5, claim: Idle.}\n- {id: harbour-1960-p30,",
        "p29", "id", ["nothing rests on harbour-1960-p29; name it in a record or remove it"],
    ),
    "a note that nobody says": (
        "notes/two-counts-of-men.yaml", "paragraphs: [4, 6]\n", "",
        "id: two-counts-of-men", "sources", ["a note needs sources, or paragraphs of the essay"],
    ),
    "a relation to itself": (
        TREATY, "target: treaties/dawn-fishery-convention", "target: treaties/dawn-treaty",
        "target:", "relations.0.target", ["a record has no relation to itself"],
    ),
    "a relation to what did not happen": (
        TREATY, "target: treaties/dawn-fishery-convention", "target: places/dawn-harbour",
        "target:", "relations.0.target", ["relations lead to treaties, battles, negotiations or events"],
    ),
    "a relation written twice": (
        TREATY, RELATION, RELATION + RELATION.replace(", cite: [harbour-1960-p10-2]", ""),
        "paragraph: 3}", "relations.1", ["written twice; keep one"],
    ),
    "a relation with another paragraph than its citation's": (
        TREATY, "paragraph: 3, cite: [harbour-1960-p10-2]", "paragraph: 4, cite: [harbour-1960-p10-2]",
        "paragraph: 4", "relations.0.paragraph", ["its citation stands in paragraph 3; write that"],
    ),
    "a foreign id of two records": (
        "actors/southland.yaml", '"wikidata:Q900000002"', '"wikidata:Q900000001"',
        "same_as", "same_as", ["wikidata:Q900000001 is northland already"],
    ),
    "a retired id in use": (
        "redirects.yaml", "  treaties/old-dawn-treaty:", "  treaties/grey-pact: treaties/dawn-treaty\n  treaties/old:",
        "treaties/grey-pact", "moved.treaties/grey-pact", ["an id that is in use cannot be retired"],
    ),
    "a withdrawn id in use": (
        "redirects.yaml", "  events/phantom-fleet:", "  events/transfer-of-men:",
        "events/transfer-of-men", "withdrawn.events/transfer-of-men", ["an id that is in use cannot be retired"],
    ),
    "a redirect to nowhere": (
        "redirects.yaml", ": treaties/dawn-treaty ", ": treaties/dawn-treatise ",
        "old-dawn-treaty", "moved.treaties/old-dawn-treaty",
        ["no record treaties/dawn-treatise", "did you mean treaties/dawn-treaty?"],
    ),
    "an unknown key in the redirects": (
        "redirects.yaml", "withdrawn:", "withdrew:",
        "withdrew:", "withdrew", ["unknown key", "allowed: moved, withdrawn", "did you mean withdrawn?"],
    ),
    "a dataset without a licence of its code": (
        "dataset.yaml", "  code: {id: MIT", "  coda: {id: MIT",
        "licences:", "licences.code", ["missing; this key is needed"],
    ),
    "a version number of two parts": (
        "dataset.yaml", "number: 0.1.0", "number: 0.1",
        "number: 0.1", "number", ["does not match"],
    ),
    "a release on no day": (
        "dataset.yaml", "released: 2026-01-31", "released: 2026-01-32",
        "released:", "released", ["'2026-01-32' does not exist"],
    ),
}  # fmt: skip


def test_the_fixture_holds() -> None:
    curated, problems = check(FIXTURE, RESOURCES)
    assert problems == []
    assert checked(FIXTURE, RESOURCES).records == curated.records


@pytest.mark.parametrize("name", BROKEN)
def test_one_breach_is_reported_where_it_stands(name: str, dataset: Dataset) -> None:
    file, old, new, at, field, said = BROKEN[name]
    dataset.edit(file, old, new)
    text = dataset.read(file).splitlines()
    found = [problem for problem in dataset.problems() if problem.field == field]
    assert len(found) == 1, "\n".join(map(str, dataset.problems()))
    assert found[0].file == f"data/{file}"
    assert at in text[found[0].line - 1]
    for words in said:
        assert words in found[0].detail


@pytest.mark.parametrize("name", BROKEN)
def test_one_breach_is_not_reported_as_many(name: str, dataset: Dataset) -> None:
    file, old, new, *_ = BROKEN[name]
    dataset.edit(file, old, new)
    assert len(dataset.problems()) <= 2, "\n".join(map(str, dataset.problems()))


def test_a_part_without_a_source_names_each_of_its_values(dataset: Dataset) -> None:
    dataset.edit(TREATY, UNCITED_PLACE, "role: signature}")
    assert [problem.field for problem in dataset.problems()] == ["places.0.place", "places.0.role"]


def test_a_date_that_the_signature_says(dataset: Dataset, only: Only) -> None:
    dataset.edit(TREATY, "signed: 1925-01-20\n", "date: 1925-01-20\nsigned: 1925-01-20\n")
    dataset.edit(TREATY, MAP_END, MAP_END + "  date: 2\n")
    assert str(only()) == f"data/{TREATY}:8: date: signed says it already; leave date out"


def test_a_note_that_nothing_rests_on(dataset: Dataset, only: Only) -> None:
    text = dataset.read("notes/two-counts-of-men.yaml").replace("two-counts-of-men", "idle-note")
    dataset.write("notes/idle-note.yaml", text)
    problem = only()
    assert (problem.file, problem.field) == ("data/notes/idle-note.yaml", "id")
    assert problem.detail == "nothing rests on idle-note; name it in a record or remove it"


def test_a_dataset_without_its_description(dataset: Dataset, only: Only) -> None:
    (dataset.folder / "dataset.yaml").unlink()
    assert str(only()) == "data/dataset.yaml:1: file: cannot be read: No such file or directory"


def test_redirects_may_be_left_out(dataset: Dataset) -> None:
    (dataset.folder / "redirects.yaml").unlink()
    assert dataset.problems() == []


def test_a_redirect_may_not_lead_to_another(dataset: Dataset, only: Only) -> None:
    dataset.edit("redirects.yaml", "moved:\n", "moved:\n  treaties/older: treaties/old-dawn-treaty\n")
    assert only().field == "moved.treaties/older"


def test_bad_data_are_refused_with_every_problem(dataset: Dataset) -> None:
    dataset.edit(TREATY, "signed_at: dawn-harbour", "signed_at: dawn-harbor")
    dataset.edit(PACT, "actor: third-realm", "actor: fourth-realm")
    with pytest.raises(DataError) as raised:
        checked(dataset.folder, RESOURCES)
    assert [problem.field for problem in raised.value.problems] == ["signed_at", "parties.1.actor"]
    assert str(raised.value).splitlines() == [str(problem) for problem in raised.value.problems]


def test_a_collection_is_gone_when_its_module_and_its_folder_are(dataset: Dataset) -> None:
    for file in (dataset.folder / "figures").iterdir():
        file.unlink()
    (dataset.folder / "figures").rmdir()
    without = {name: resource for name, resource in RESOURCES.items() if name != "figures"}
    assert check(dataset.folder, without)[1] == []


def test_a_problem_is_written_as_editors_follow_it() -> None:
    problem = Problem("data/treaties/x.yaml", 12, "parties.0.actor", "no record")
    assert str(problem) == "data/treaties/x.yaml:12: parties.0.actor: no record"
    assert str(Problem("data/x", 1, "", "empty")) == "data/x:1: file: empty"


def test_problems_stand_in_the_order_of_files_and_lines() -> None:
    given = [Problem("b", 1, "", "x"), Problem("a", 10, "", "x"), Problem("a", 9, "", "x"), Problem("a", 9, "", "x")]
    assert [(p.file, p.line) for p in DataError(given).problems] == [("a", 9), ("a", 10), ("b", 1)]


def test_a_suggestion_is_made_only_where_something_is_close() -> None:
    assert suggestion("soviet-onion", ["soviet-union", "japan"]) == "; did you mean soviet-union?"
    assert suggestion("xyz", ["soviet-union", "japan"]) == ""
