"""The machine that is measured on: its cores, and what the results say of it."""

import datetime
import importlib.metadata
import os
import platform
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "benchmarks"
MADE = ROOT / "build" / "benchmarks"  # stores, exports, logs: nothing of it is committed
PYTHON = ROOT / ".venv" / "bin" / "python"
PEERS = HERE / ".venv" / "bin"
HIGHEST = -20  # of the priorities that a process may have


def cores() -> tuple[int, int]:
    """The core of the server and that of the load; on a machine with one core they share it."""
    mine = sorted(os.sched_getaffinity(0))
    return mine[0], mine[-1]


@contextmanager
def on(core: int) -> Iterator[None]:
    """What is started meanwhile stays on one core, with all its threads."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def prefer(leader: int) -> None:
    """Put a process that leads its session before whatever else runs, if we may: else the others are measured too.

    Linux shares the processor among sessions first (`autogroup`), and among the processes of each after that.
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, leader, HIGHEST)
        Path(f"/proc/{leader}/autogroup").write_text(str(HIGHEST), encoding="ascii")


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _memory() -> float:
    found = re.search(r"^MemTotal:\s*(\d+) kB$", Path("/proc/meminfo").read_text(encoding="utf-8"), re.MULTILINE)
    return round(int(found[1]) / 1e6, 1) if found else 0.0


def _said(*command: str | Path) -> str:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:  # not installed: no row needed it
        return ""
    return (done.stdout.splitlines() or [""])[0].strip()


def facts() -> dict[str, object]:
    """What the results were measured on and with."""
    ours = ("fastapi", "sqlmodel", "uvicorn", "uvloop", "httptools")
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "commit": _said("git", "describe", "--always", "--dirty") or "unknown",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "pinned": dict(zip(("server", "load"), cores(), strict=True)),
        "memory_gb": _memory(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in ours}
        | {
            "datasette": _said(PEERS / "datasette", "--version").rpartition(" ")[2],
            "roapi": _said(PEERS / "roapi", "--version").rpartition(" ")[2],
            "json-server": _said(HERE / "node_modules" / ".bin" / "json-server", "--version"),
            "node": _said("node", "--version"),
        },
    }
