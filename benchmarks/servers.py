"""The servers that are measured: started on their core, awaited, asked what they used, stopped."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.asking import Address
from benchmarks.machine import MADE, ROOT, cores, on, prefer

READY_WITHIN = 120.0  # seconds
TICKS = os.sysconf("SC_CLK_TCK")


class ServerError(RuntimeError):
    """A server did not start."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Serving:
    """How to start a server; {port} in the command is the port that it is given."""

    name: str
    command: Sequence[str | Path]
    ready: str  # a target that is answered without an error once it is ready
    environment: Mapping[str, str] = field(default_factory=dict)


class Server:
    """A running server."""

    def __init__(self, serving: Serving) -> None:
        """Start it, without waiting."""
        self.name, self._ready = serving.name, serving.ready
        self.address = Address("127.0.0.1", free_port())
        self.log = MADE / "logs" / f"{serving.name}-{self.address.port}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.started = time.monotonic()
        with self.log.open("w") as output, on(cores()[0]):
            self._process = subprocess.Popen(
                [str(part).replace("{port}", str(self.address.port)) for part in serving.command],
                cwd=ROOT,
                env=os.environ | dict(serving.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # so that ^C reaches the benchmark alone, which then stops its servers
            )
        prefer(self._process.pid)

    def __enter__(self) -> "Server":
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def wait(self) -> float:
        """Wait for the first answer; seconds since the start."""
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > self.started + READY_WITHIN:
                said = self.log.read_text(encoding="utf-8", errors="replace")[-1000:]
                self.stop()
                raise ServerError(f"{self.name} did not start: {said}")
            time.sleep(0.002)
        return time.monotonic() - self.started

    def _answers(self) -> bool:
        try:
            return self.address.get(self._ready).status < 400
        except OSError:
            return False

    def _stat(self, name: str) -> str:
        return Path(f"/proc/{self._process.pid}/{name}").read_text(encoding="utf-8")

    def cpu(self) -> float:
        """Seconds of CPU used so far, by all its threads."""
        fields = self._stat("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> dict[str, float]:
        """Resident megabytes: all, and without what is mapped from files."""
        lines = dict(line.split(":", 1) for line in self._stat("status").splitlines() if ":" in line)
        return {
            "rss_mb": int(lines["VmRSS"].split()[0]) * 1024 / 1e6,
            "anonymous_mb": int(lines["RssAnon"].split()[0]) * 1024 / 1e6,
        }

    def stop(self) -> None:
        """End it, gently first."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
