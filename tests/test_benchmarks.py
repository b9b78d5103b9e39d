"""What the benchmark reads, reckons and writes; what it measures is for `make bench` alone."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from benchmarks import bare, counted, goals, stores
from benchmarks.__main__ import arguments, merged
from benchmarks.asking import Answer
from benchmarks.export import words
from benchmarks.goals import Goal, Line
from benchmarks.lines import lines, worse
from benchmarks.load import Load, LoadError, figures, parsed
from benchmarks.plot import drawn
from benchmarks.report import RESULTS, budget, cases, read, shown, stamp, write
from benchmarks.rows import ROWS
from benchmarks.runs import Run, Window, about
from benchmarks.samples import Sample, Samples, Spread
from tests.support import serving

ROOT = Path(__file__).resolve().parent.parent
RESULT = (
    '{"requests": 2000, "microseconds": 1000000, "bytes": 1000, "p50": 80.0, "p99": 200.0, "failed": 0, "refused": 0}'
)
FACTS = {
    "date": "2026-01-02T03:04:05",
    "commit": "abc",
    "processor": "A processor",
    "cores": 2,
    "memory_gb": 8.0,
    "python": "3.11",
    "rounds": 5,
    "versions": {"datasette": "0.65", "roapi": ""},
}


def samples(row: str, case: str, **subjects: list[float]) -> list[Sample]:
    """Rounds of requests a second by each subject."""
    return [
        Sample(row, case, subject.replace("_", " "), number, {"rps": rps, "cpu": 1e6 / rps})
        for subject, rates in subjects.items()
        for number, rps in enumerate(rates, 1)
    ]


def test_the_result_is_the_last_line_of_json() -> None:
    found = parsed(f"Running 1s test @ http://127.0.0.1\n  Latency 1ms\n\n{RESULT}\n")
    assert figures(found, cpu=0.5) == {"requests": 2000, "bytes": 0.5, "rps": 2000, "p50": 80, "p99": 200, "cpu": 250}


def test_no_result_is_an_error() -> None:
    with pytest.raises(LoadError, match="unable to connect"):
        parsed("unable to connect to 127.0.0.1")


@pytest.mark.parametrize(("name", "value"), [("failed", 1), ("refused", 3), ("requests", 0)])
def test_answers_that_are_none_make_no_figures(name: str, value: int) -> None:
    with pytest.raises(LoadError):
        figures({**parsed(RESULT), name: value}, cpu=1)


def test_a_ratio_is_taken_within_each_round_and_then_the_median() -> None:
    found = Samples(samples("list", "list", ours=[10, 40, 90], bare=[20, 50, 100]))
    assert found.ratio("list", ("list", "ours"), ("list", "bare"), "rps") == Spread(0.8, 0.5, 0.9)


def test_a_round_without_both_has_no_ratio() -> None:
    found = Samples(samples("list", "list", ours=[10, 40], bare=[20]))
    assert found.ratio("list", ("list", "ours"), ("list", "bare"), "rps") == Spread(0.5, 0.5, 0.5)
    assert found.ratio("list", ("list", "ours"), ("list", "nobody"), "rps") is None


@pytest.mark.parametrize(
    ("goal", "value", "met"),
    [
        (Goal(0.9, at_least=True), 0.9, True),
        (Goal(0.9, at_least=True), 0.89, False),
        (Goal(2, at_least=False), 2.1, False),
    ],
)
def test_a_goal_is_met_at_its_bound(goal: Goal, value: float, met: bool) -> None:
    assert goal.met(value) is met
    assert (goal.margin(value) >= 1) is met


def test_first_time_answers_are_judged_by_the_worse_of_two_ways() -> None:
    found = [
        *samples("record", "record", bare=[1000], datasette=[100]),
        Sample("record", "record", "ours, cache off", 1, {"rps": 500, "cpu": 2}),
        Sample("record", "record", "ours, cache missed", 1, {"rps": 400, "cpu": 2}),
    ]
    assert worse(Samples(found), "record", "record") == "ours, cache missed"
    of_bare, of_datasette = lines(Samples(found))
    assert (of_bare.value, of_bare.met) == (Spread(0.4, 0.4, 0.4), True)
    assert (of_datasette.value, of_datasette.met) == (Spread(4, 4, 4), False)


def test_without_figures_of_ours_a_row_is_not_met() -> None:
    (line,) = lines(Samples(samples("record", "record", bare=[1000])))
    assert (line.value, line.met, line.figures) == (None, False, "ours, cache off –, bare 1,000/s")


def test_a_window_that_fails_twice_leaves_a_gap_and_the_row_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def failing(_wrk: Path, _server: Any, load: Load, seconds: float, _turn: int) -> dict[str, float]:
        asked.append(seconds)
        if load.targets == ["/slow"]:
            raise LoadError("no request was answered in time")
        return {"rps": 1}

    monkeypatch.setattr("benchmarks.runs.measure", failing)
    run = Run(Path("wrk"), {}, rounds=1)
    server: Any = None
    run.in_rounds("list", [Window("list", who, server, Load([f"/{who}"], {})) for who in ("slow", "fast")], warm=False)
    assert run.samples == [Sample("list", "list", "fast", 1, {"rps": 1})]
    assert asked == [1, 4, 1]


def test_growth_compares_the_largest_size_with_the_first_and_says_what_was_not_answered() -> None:
    sizes = {"real": 100, "10000": 150, "1000000": 300}
    found = [Sample("growth", "list", size, 1, {"p50": us, "p99": us, "cpu": us}) for size, us in sizes.items()]
    found += [Sample("growth", "last page", "real", 1, {"p50": 110, "p99": 110, "bytes": 9000})]
    found += [Sample("growth", "last page", "1000000", 1, {"status": 503})]
    by_case = {(line.budget, line.case): line for line in lines(Samples(found))}
    p50 = by_case["1,000,000 records against the real data, p50", "list"]
    assert (p50.value, p50.met) == (Spread(3, 3, 3), False)
    assert p50.figures == "real 0.1 ms; 10,000 0.15 ms; 1,000,000 0.3 ms"
    refused = by_case["1,000,000 records against the real data, p50", "last page"]
    assert (refused.figures, refused.value, refused.met) == (
        "real 0.11 ms (9 KB); 10,000 –; 1,000,000 answers 503",
        None,
        False,
    )
    assert by_case["last page against the first", "real"].met is True


def test_a_row_of_the_budget_shows_its_worst_case() -> None:
    of_bare = goals.LIMIT["repeated"]
    every = [
        Line("repeated", "record", "…", Spread(0.95, 0.94, 0.96), of_bare),
        Line("repeated", "list", "…", Spread(0.85, 0.8, 0.9), of_bare),
        Line("without a goal", "list", "…", Spread(3, 2, 4)),
    ]
    assert budget(every).splitlines()[2:] == [
        "| repeated | ≥ 0.9 of bare | 0.85 | 0.8–0.9 | – | list (1 of 2 cases keep to it) | **no** |"
    ]
    assert cases(every).splitlines()[-1] == "| without a goal | list | … | 3 | 2–4 | – |  |  |"


def test_results_are_written_and_read_back(tmp_path: Path) -> None:
    assert read(tmp_path) == ([], {})
    found = samples("repeated", "record, br", ours=[95.0], bare=[100.0])
    written = write(found, FACTS, {"repeated": stamp(FACTS), "build": "last year"}, tmp_path)
    assert read(tmp_path)[0] == found
    assert (tmp_path / "table.md").read_text(encoding="utf-8") == written
    assert "| 0.95 | 0.95–0.95 |" in written
    assert written.endswith(
        "2026-01-02 03:04, commit abc, 5 rounds; A processor, 2 cores, 8 GB; Python 3.11, datasette 0.65."
        " Measured at another time, last year: `build`.\n"
    )
    assert "repeated: record, br" in {e.text for e in ET.parse(tmp_path / "ratios.svg").getroot().iter()}


def test_what_is_quicker_than_the_limit_is_seen_to_be() -> None:
    found = samples("repeated", "record, br", ours=[200.0], bare=[100.0])
    found += samples("repeated", "list, br", ours=[100.0], bare=[100.0])
    bars = [e for e in ET.fromstring(drawn(Samples(found))).iter() if e.get("height") == "12"]
    twice, once = (float(bar.attrib["width"]) for bar in bars)
    assert twice > once


def test_the_picture_of_nothing_is_a_picture() -> None:
    assert ET.fromstring(drawn(Samples([]))).tag.endswith("svg")


def test_rows_and_sizes_can_be_limited() -> None:
    assert arguments([]).row == list(ROWS)
    asked = arguments(["--row", "record", "list", "--sizes", "10000", "real", "--rounds", "3"])
    assert (asked.row, asked.sizes, asked.rounds) == (["record", "list"], ["real", "10000"], 3)


@pytest.mark.parametrize("given", [["--row", "speed"], ["--sizes", "10000"], ["--sizes", "real", "many"]])
def test_what_is_not_there_is_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(given)
    assert "error" in capsys.readouterr().err


def test_a_row_measured_anew_replaces_the_old_one_and_leaves_the_others() -> None:
    old = [Sample("record", "record", "bare", 1), Sample("build", "real", "ours", 1)]
    new = [Sample("record", "record", "bare", 2)]
    assert merged(old, new) == [new[0], old[1]]


@pytest.mark.parametrize(("seconds", "said"), [(2, "about 5 s"), (61, "about 60 s"), (600, "about 10 min")])
def test_the_time_left_is_said_roughly(seconds: float, said: str) -> None:
    assert about(seconds) == said


def test_the_bare_server_repeats_an_answer_but_for_what_its_server_adds(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    given = Answer(200, (("date", "now"), ("etag", '"é"'), ("content-length", "3")), b"\xff\x00{")
    file.write_text(bare.written([given]), encoding="utf-8")
    start, body = bare.read(file)["/0"]
    assert start["headers"] == [(b"etag", '"é"'.encode("latin-1")), (b"content-length", b"3")]
    assert (start["status"], body["body"]) == (200, b"\xff\x00{")


def test_the_words_of_a_record_are_its_texts() -> None:
    record = {"id": "x", "name": "A pact", "parts": [{"text": "signed", "url": "/v1/x"}], "paragraph": 3}
    assert list(words(record)) == ["A pact", "signed"]


def test_a_build_that_was_not_made_here_has_no_figures(tmp_path: Path) -> None:
    assert stores.figures(tmp_path) == {}
    (tmp_path / stores.FIGURES).write_text(json.dumps({"seconds": 1.5}), encoding="utf-8")
    assert stores.figures(tmp_path) == {"seconds": 1.5}


def test_the_readme_shows_the_table_of_the_last_results() -> None:
    table = (RESULTS / "table.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme == shown(readme, table)
    assert "](benchmarks/results/ratios.svg)" in readme


def test_the_tables_and_the_picture_are_of_the_last_results(tmp_path: Path) -> None:
    found, measured = read()
    facts = json.loads((RESULTS / "latest.json").read_text(encoding="utf-8"))["machine"]
    write(found, facts, measured, tmp_path)
    for name in ("table.md", "cases.md", "ratios.svg"):
        assert (tmp_path / name).read_text(encoding="utf-8") == (RESULTS / name).read_text(encoding="utf-8"), name


def test_the_guide_names_every_row() -> None:
    guide = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([\w-]+)` \|", guide, flags=re.MULTILINE) == list(ROWS)


async def test_a_request_that_the_cache_answers_is_not_counted_as_a_run(
    store_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SJR_STORE", str(store_file.parent))
    async with serving(counted.app()) as client:
        for _ in range(2):
            assert (await client.get("/v1/treaties")).status_code == 200
        assert (await client.get("/runs")).text == "1"
