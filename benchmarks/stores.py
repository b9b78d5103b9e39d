"""The stores that are measured: the real data, and generated ones, compiled by the same compiler."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.machine import MADE, ROOT, cores, on

REAL = "real"
SEED = 1
FIGURES = "build.json"  # beside a generated store: what its build took


class StoreError(RuntimeError):
    """A store was not built."""


def folder(size: str) -> Path:
    """Where the store of a size is; BENCH_STORES names another place for all of them."""
    return Path(os.environ.get("BENCH_STORES", MADE / "stores")) / size


def prepare(size: str, say: Callable[[str], None]) -> Path:
    """The store of a size, built if it does not stand."""
    place = folder(size)
    if size == REAL:
        built(place, "build")
    elif not (place / "current").exists():
        say(f"generating {int(size):,} records (once; progress below)")
        found = built(place, "synth", "--records", size, "--seed", str(SEED))
        (place / FIGURES).write_text(json.dumps({**found, "records": int(size)}), encoding="utf-8")
    return place


def current(place: Path) -> str:
    """The name of the store that stands; generated ones are kept when the code changes."""
    return (place / "current").read_text(encoding="utf-8").strip()


def figures(place: Path) -> dict[str, float]:
    """What the build of a generated store took, if it was built here."""
    file = place / FIGURES
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def built(place: Path, *arguments: str) -> dict[str, float]:
    """Run `sjr` to build a store; seconds, seconds of CPU and the peak of memory."""
    place.mkdir(parents=True, exist_ok=True)
    log = MADE / "logs" / f"{arguments[0]}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    shown = arguments[0] != "build"  # its progress is for people; what a short one says is of use when it fails
    begun = time.monotonic()
    with log.open("w") as output, on(cores()[0]):
        process = subprocess.Popen(
            [ROOT / ".venv" / "bin" / "sjr", *arguments],
            cwd=ROOT,
            env=os.environ | {"SJR_STORE": str(place)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None if shown else output,
        )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = log.read_text(encoding="utf-8")[-1000:]
        raise StoreError(f"sjr {' '.join(arguments)} ended with {process.returncode}: {said}")
    return {
        "seconds": time.monotonic() - begun,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss * 1024 / 1e6,
    }
