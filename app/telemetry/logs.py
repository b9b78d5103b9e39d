"""Logs on standard error, in one shape."""

import logging
import sys
from functools import cached_property
from typing import Literal

Shape = Literal["console", "json"]
Level = Literal["debug", "info", "warning", "error"]


class Shaped(logging.Formatter):
    """Writes records in a shape; what does so is loaded for the first of them."""

    def __init__(self, shape: Shape) -> None:
        """Write in a shape."""
        super().__init__()
        self.shape = shape

    @cached_property
    def _formatter(self) -> logging.Formatter:
        from app.telemetry.shapes import formatter

        return formatter(self.shape)

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        return self._formatter.format(record)


def configure(shape: Shape, level: Level) -> None:
    """Send every record of this process, the server's too, to standard error in one shape; `level` is the least."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Shaped(shape))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in ("uvicorn", "uvicorn.error"):
        server = logging.getLogger(name)
        server.handlers, server.propagate, server.level = [], True, logging.NOTSET
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # each request that misses the server says so once
    access = logging.getLogger("uvicorn.access")  # the server's own, which knows no ids: ours takes its place
    access.handlers, access.propagate = [], False
