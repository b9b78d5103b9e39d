"""A real server over the real data, for what a stranger would run, and a copy of the data to run commands on."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from documents import ROOT
from starlette.types import ASGIApp


@pytest.fixture(scope="session")
def address(real_app: ASGIApp) -> Iterator[str]:
    """The address of a server on a free port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(real_app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run commands in: a copy of the data, no store."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setenv("SJR_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SJR_STORE", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)
    return tmp_path
