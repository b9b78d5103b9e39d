"""The results as files: every figure as JSON, the budget and every case as tables."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.goals import Line
from benchmarks.lines import lines
from benchmarks.machine import HERE
from benchmarks.plot import drawn
from benchmarks.samples import Sample, Samples, Spread

RESULTS = HERE / "results"
BEGINS, ENDS = "<!-- benchmarks/results/table.md -->", "<!-- end of the table -->"
ANSWER = {True: "yes", False: "**no**", None: ""}


def number(value: float) -> str:
    """A figure with three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _spread(found: Spread | None) -> tuple[str, str]:
    return (number(found.median), f"{number(found.least)}–{number(found.most)}") if found else ("–", "–")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    every = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in every)


def budget(every: Sequence[Line]) -> str:
    """One line for each row of the budget: its worst case."""
    rows = []
    for name in dict.fromkeys(line.budget for line in every if line.goal):
        cases = [line for line in every if line.budget == name]
        worst = min(cases, key=lambda line: line.margin)
        middle, spread = _spread(worst.value)
        kept = sum(line.met is True for line in cases)
        which = worst.case if len(cases) == 1 else f"{worst.case} ({kept} of {len(cases)} cases keep to it)"
        rows.append([name, str(worst.goal), middle, spread, _spread(worst.cpu)[0], which, ANSWER[worst.met]])
    return table(["Work", "Goal", "Median", "Least–most", "By CPU", "Worst case", "Met"], rows)


def cases(every: Sequence[Line]) -> str:
    """Every case, with what its value is made of."""
    rows = [
        [
            *(line.budget, line.case, line.figures, *_spread(line.value), _spread(line.cpu)[0]),
            *(str(line.goal or ""), ANSWER[line.met]),
        ]
        for line in every
    ]
    return table(["Work", "Case", "Measured", "Median", "Least–most", "By CPU", "Goal", "Met"], rows)


def told(facts: dict[str, Any], measured: dict[str, str]) -> str:
    """On what it was measured; of rows that were measured at another time, when."""
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items() if version)
    latest = stamp(facts)
    others = [when for when in dict.fromkeys(measured.values()) if when != latest]
    earlier = "".join(
        f" Measured at another time, {when}: {', '.join(f'`{row}`' for row in measured if measured[row] == when)}."
        for when in others
    )
    return (
        f"{latest}; {facts['processor']}, {facts['cores']} cores, {facts['memory_gb']:.0f} GB; "
        f"Python {facts['python']}, {versions}.{earlier}\n"
    )


def stamp(facts: dict[str, Any]) -> str:
    """When, of what, and in how many rounds."""
    return f"{facts['date'][:16].replace('T', ' ')}, commit {facts['commit']}, {facts['rounds']} rounds"


def write(samples: Sequence[Sample], facts: dict[str, Any], measured: dict[str, str], folder: Path = RESULTS) -> str:
    """Write the results, with when each row was measured; the table of the budget."""
    folder.mkdir(exist_ok=True)
    every = lines(Samples(samples))
    kept = {"machine": facts, "measured": measured, "samples": [asdict(sample) for sample in samples]}
    (folder / "latest.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    written = f"{budget(every)}\n{told(facts, measured)}"
    (folder / "table.md").write_text(written, encoding="utf-8")
    (folder / "cases.md").write_text(f"# Every case\n\n{cases(every)}\n{told(facts, measured)}", encoding="utf-8")
    (folder / "ratios.svg").write_text(drawn(Samples(samples)), encoding="utf-8")
    return written


def shown(readme: str, written: str) -> str:
    """The README with the table of the results between its two marks."""
    before, _, rest = readme.partition(f"{BEGINS}\n")
    _, _, after = rest.partition(ENDS)
    return f"{before}{BEGINS}\n{written}{ENDS}{after}"


def read(folder: Path = RESULTS) -> tuple[list[Sample], dict[str, str]]:
    """The samples of the last runs, and when each row was measured; nothing where nothing was."""
    file = folder / "latest.json"
    if not file.exists():
        return [], {}
    found = json.loads(file.read_text(encoding="utf-8"))
    return [Sample(**sample) for sample in found["samples"]], found["measured"]
