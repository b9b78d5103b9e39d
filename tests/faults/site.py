"""What the faults happen to: builds and servers in processes of their own."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from app.resources import RESOURCES
from app.store.engine import build
from tests.support import FIXTURE, ROOT

PATIENCE = 30  # seconds after which something that must happen has failed


def until(holds: Callable[[], bool]) -> None:
    """Wait for something to hold."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def command(*arguments: str, before: str = "") -> list[str]:
    """The command `sjr` as a process is given it; `before` is code that it runs first.

    It may take away the right to read Python's own modules: what a server imports late is imported before.
    """
    modules = "sys, encodings.idna, uvloop, uvicorn, app.api.application, app.cli"
    code = f"import {modules}\n{before}\nsys.argv[1:] = {arguments!r}\napp.cli.main()"
    return [sys.executable, "-c", code]


class Site:
    """A copy of the fixture, the folder of its stores, and the command that works on them."""

    def __init__(self, folder: Path) -> None:
        self.data, self.store = folder / "data", folder / "store"
        shutil.copytree(FIXTURE, self.data)
        self.environment = {**os.environ, "SJR_DATA": str(self.data), "SJR_STORE": str(self.store)}

    def change(self, name: str) -> None:
        """Change the data, so that a build has something to do."""
        file = self.data / "people" / "anna-berg.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("Anna Berg", name), encoding="utf-8")

    def sjr(self, *arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command; `before` is code that is run in its process first."""
        return subprocess.run(
            command(*arguments, before=before),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def built(self) -> Path:
        """The store of the data as they are, built in this process."""
        return build(self.data, self.store, RESOURCES)

    @contextmanager
    def serving(self, before: str = "", **settings: str) -> Iterator["Server"]:
        """A server of the store that stands, in a process of its own, which must end well."""
        environment = {**self.environment, "SJR_PORT": "0", **settings}
        with subprocess.Popen(
            command("serve", "--no-build", before=before),
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                assert process.stdout
                first = process.stdout.readline()
                assert first, process.stderr.read() if process.stderr else ""
                base = first.split("'")[1]
                server = Server(process, base[: base.index("/", len("http://"))])
                until(server.answers)
                yield server
                process.terminate()
                _, said = process.communicate(timeout=PATIENCE)
                assert process.returncode == 0, said
                assert "Traceback" not in said, said
            finally:
                process.kill()


class Server:
    """A server in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], base: str) -> None:
        self.process, self.base = process, base
        self.address = ("127.0.0.1", int(base.rpartition(":")[2]))

    def answers(self) -> bool:
        """Whether it is up."""
        assert self.process.poll() is None, self.process.stderr.read() if self.process.stderr else ""
        try:
            return httpx.get(f"{self.base}/health/live").status_code == 200
        except httpx.TransportError:
            return False

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask it."""
        return httpx.get(self.base + path, headers=headers, timeout=PATIENCE)

    @property
    def memory(self) -> int:
        """Bytes of memory that it has."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]) * 4096

    @property
    def descriptors(self) -> int:
        """Files and sockets that it has open."""
        return sum(1 for _ in Path(f"/proc/{self.process.pid}/fd").iterdir())
