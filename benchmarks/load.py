"""The load: wrk on its own core, sending targets in turn; and what it and the kernel say of a measuring window."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import HERE, cores, on, prefer
from benchmarks.servers import Server

CONNECTIONS = 32  # for throughput, so that the server always has something to do; latency is measured on one
PATIENCE = 30  # seconds that wrk waits for an answer


@dataclass(frozen=True)
class Load:
    """What to send: targets in turn, with these headers, on so many connections."""

    targets: Sequence[str]
    headers: Mapping[str, str]
    connections: int = CONNECTIONS


class LoadError(RuntimeError):
    """The server did not answer as it should, so that its figures mean nothing."""


def parsed(output: str) -> dict[str, float]:
    """What wrk wrote last: the line of JSON of load.lua."""
    lines = [line for line in output.splitlines() if line.startswith('{"requests"')]
    if not lines:
        raise LoadError(f"wrk wrote no result: {output[-500:]!r}")
    return {name: float(value) for name, value in json.loads(lines[-1]).items()}


def figures(found: Mapping[str, float], cpu: float) -> dict[str, float]:
    """Requests a second, microseconds of latency, and of the server's CPU for each request."""
    if found["failed"] or found["refused"]:
        raise LoadError(f"{found['failed']:.0f} requests failed and {found['refused']:.0f} were refused")
    if not found["requests"]:
        raise LoadError("no request was answered in time")
    return {
        "requests": found["requests"],
        "bytes": found["bytes"] / found["requests"],
        "rps": found["requests"] / found["microseconds"] * 1e6,
        "p50": found["p50"],
        "p99": found["p99"],
        "cpu": cpu / found["requests"] * 1e6,
    }


def command(wrk: Path, server: Server, load: Load, seconds: float, file: str, turn: int) -> list[str]:
    """The command line of wrk, which takes whole seconds only."""
    headers = [part for name, value in load.headers.items() for part in ("-H", f"{name}: {value}")]
    return [
        *(str(wrk), "-t1", f"-c{load.connections}", f"-d{max(1, round(seconds))}s", f"--timeout={PATIENCE}s"),
        *("-s", str(HERE / "load.lua"), *headers, str(server.address), "--", file, str(turn)),
    ]


def start(wrk: Path, server: Server, load: Load, seconds: float, file: str, turn: int = 0) -> subprocess.Popen[str]:
    """Begin to send."""
    libraries = {"LD_LIBRARY_PATH": str(wrk.parent)} if wrk.is_relative_to(HERE) else {}
    with on(cores()[1]):
        process = subprocess.Popen(
            command(wrk, server, load, seconds, file, turn),
            env=os.environ | libraries,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    prefer(process.pid)
    return process


def measure(wrk: Path, server: Server, load: Load, seconds: float, turn: int = 0) -> dict[str, float]:
    """Send for a while, and answer the figures of that while."""
    with tempfile.NamedTemporaryFile("w", suffix=".targets") as file:
        file.write("\n".join(load.targets))
        file.flush()
        before = server.cpu()
        process = start(wrk, server, load, seconds, file.name, turn)
        try:
            output, _ = process.communicate(timeout=seconds + PATIENCE * 2)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        return figures(parsed(output), server.cpu() - before)
