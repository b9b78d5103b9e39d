"""What the benchmark needs beside Python packages: wrk, and json-server from npm. Nothing is installed system-wide."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from benchmarks.machine import HERE, MADE

FOLDER = HERE / ".wrk"  # where wrk is unpacked to, if the system has none
PACKAGES = ("wrk", "libluajit-5.1-2", "libluajit-5.1-common")


def _fail(why: str) -> NoReturn:
    sys.exit(f"benchmarks: {why}")


def _run(folder: Path, *command: str | Path) -> bool:
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout, done.stderr, sep="", file=sys.stderr)
    return done.returncode == 0


def wrk() -> Path:
    """The wrk of the system; else Debian's, unpacked here, which needs no root."""
    found = shutil.which("wrk")
    if found:
        return Path(found)
    if not (FOLDER / "wrk").exists():
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            _fail("wrk is needed; install it (packages of most systems have it) and run this again")
        packages = MADE / "wrk"
        packages.mkdir(parents=True, exist_ok=True)
        if not _run(packages, "apt-get", "download", *PACKAGES):
            _fail("wrk could not be downloaded; install it, or run `apt-get update` first")
        for package in packages.glob("*.deb"):
            _run(packages, "dpkg-deb", "-x", package, ".")
        FOLDER.mkdir(exist_ok=True)
        for file in (packages / "usr" / "bin" / "wrk", *packages.glob("usr/lib/*/libluajit*.so*")):
            shutil.copy(file, FOLDER)
    return FOLDER / "wrk"


def json_server() -> None:
    """What package-lock.json pins, unless it is there."""
    if not shutil.which("npm"):
        _fail("json-server needs Node.js with npm; or leave the rows record, list and search out")
    lock, stamp = HERE / "package-lock.json", HERE / "node_modules" / ".installed"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        if not _run(HERE, "npm", "ci", "--ignore-scripts"):
            _fail("json-server could not be installed (npm says why, above)")
        shutil.copyfile(lock, stamp)


def peers() -> None:
    """Datasette and ROAPI in an environment of their own."""
    lock = HERE / "requirements.lock"
    command: list[str | Path] = ["scripts/environment", lock.relative_to(HERE.parent), HERE.name]
    if subprocess.run(command, cwd=HERE.parent, env=os.environ, check=False).returncode:
        sys.exit(1)  # it has said why
