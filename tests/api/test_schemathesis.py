"""Schemathesis against a running server of the fixture: all checks, positive and negative data, the same each time."""

import os
import re
import subprocess
import sys
from pathlib import Path

from starlette.types import ASGIApp

from tests.support import ROOT, listening


def test_every_operation_holds_what_its_description_promises(app: ASGIApp) -> None:
    with listening(app) as url:
        command = [
            str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(ROOT / "schemathesis.toml"),
            "run", f"{url}/openapi.json", "--checks", "all", "--mode", "all", "--max-examples", "5",
            "--workers", "2", "--continue-on-failure", "--no-color",
        ]  # fmt: skip
        run = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
        )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "No issues found" in run.stdout
    assert re.search(r"Operations: +(\d+) selected / \1 total", run.stdout)
    assert "WARNINGS" not in run.stdout
