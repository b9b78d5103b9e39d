"""`make bench`, or `python -m benchmarks [--row NAME …] [--sizes real 10000 …] [--rounds N]`: measure, and report."""

import argparse
import sys

from benchmarks import install, stores
from benchmarks.machine import ROOT, cores, facts
from benchmarks.report import read, shown, stamp, write
from benchmarks.rows import ROWS, Row
from benchmarks.runs import Run, about
from benchmarks.samples import Sample

README = ROOT / "README.md"
SIZES = (stores.REAL, "10000", "1000000")


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the speed budget.")
    parser.add_argument(
        "--row", nargs="*", choices=ROWS, default=[], help="only these rows; their new figures replace the old"
    )
    parser.add_argument(
        "--sizes", nargs="*", default=[], help=f"only these sizes: of {', '.join(SIZES)}, or any number"
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each (5)")
    parser.add_argument("--seconds", type=int, default=1, help="seconds of each measuring window (1)")
    asked = parser.parse_args(given)
    asked.row, asked.sizes = asked.row or list(ROWS), asked.sizes or list(SIZES)
    wrong = [size for size in asked.sizes if size != stores.REAL and not size.isdecimal()]
    if wrong or stores.REAL not in asked.sizes:
        parser.error(f"--sizes takes {stores.REAL} and numbers of records, not {' '.join(wrong or asked.sizes)}")
    asked.sizes.sort(key=lambda size: 0 if size == stores.REAL else int(size))
    return asked


def merged(old: list[Sample], new: list[Sample]) -> list[Sample]:
    """What was measured now, and of what was measured before the rows that were not."""
    rows = {sample.row for sample in new}
    every = [sample for sample in old if sample.row not in rows] + new
    return sorted(every, key=lambda sample: list(ROWS).index(sample.row))


def main() -> int:
    """Measure the rows that were asked for, and write what was found, also after ^C."""
    asked = arguments()
    if len(set(cores())) == 1:
        print("benchmarks: one core only; server and load share it, so the figures say little", file=sys.stderr)
    rows = {name: ROWS[name] for name in asked.row}
    if any(row.peers for row in rows.values()):
        install.peers()
        install.json_server()
    wrk = install.wrk()
    expected = {name: row.beside + row.round * asked.rounds * asked.seconds for name, row in rows.items()}
    run = Run(wrk, {}, asked.rounds, asked.seconds, left=sum(expected.values()))
    run.say(f"{about(run.left)} for {', '.join(rows)}, once the stores stand")
    ended = 0
    try:
        for size in asked.sizes:
            run.stores[size] = stores.prepare(size, run.say)
        for name, row in rows.items():
            run.left -= expected[name]
            ended = max(ended, measured(run, name, row))
    except stores.StoreError as error:
        ended = 1
        run.say(str(error))
    except KeyboardInterrupt:
        ended = 130
        run.say("stopped; what was measured is kept")
    if run.samples:
        before, measured_before = read()
        made = {size: stores.current(place) for size, place in run.stores.items()}
        now = {**facts(), "rounds": asked.rounds, "stores": made}
        new = {row: stamp(now) for row in ROWS if any(sample.row == row for sample in run.samples)}
        written = write(merged(before, run.samples), now, measured_before | new)
        README.write_text(shown(README.read_text(encoding="utf-8"), written), encoding="utf-8")
        print(written)
    return ended


def measured(run: Run, name: str, row: Row) -> int:
    """Measure a row; where it fails, say why and let the others go on."""
    try:
        row.measure(run)
    except (RuntimeError, OSError) as error:
        run.say(f"{name} FAILED: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
