"""Who is measured: our API, the two ends of the scale, and the peers, each at its best tuning (README.md says why)."""

import os
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from benchmarks import bare as bare_server
from benchmarks.asking import Answer
from benchmarks.export import COLLECTION, Export
from benchmarks.machine import HERE, MADE, PEERS, PYTHON, ROOT
from benchmarks.servers import Serving

UVICORN = (PYTHON, "-m", "uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--loop", "uvloop")
QUIET = ("--http", "httptools", "--no-access-log", "--log-level", "warning", "--lifespan", "off")


def ours(store: Path, cache: int | None = None, name: str = "ours") -> Serving:
    """Our API over a store, as `make serve` runs it; `cache` is the bound of the response cache in bytes."""
    command = (ROOT / ".venv" / "bin" / "sjr", "serve", "--host", "127.0.0.1", "--port", "{port}", "--no-build")
    kept = {} if cache is None else {"SJR_CACHE": str(cache)}
    return Serving(name, command, "/health/ready", {"SJR_STORE": str(store), **kept})


def counted(store: Path) -> Serving:
    """Our API, counting how often a request goes past its cache."""
    command = (*UVICORN, *QUIET, "--factory", "benchmarks.counted:app")
    return Serving("counted", command, "/health/ready", {"SJR_STORE": str(store)})


def awaiting(serving: Serving, target: str) -> Serving:
    """The same server, ready when it answers this target."""
    return replace(serving, ready=target)


def bare(answers: Iterable[Answer], name: str = "bare") -> Serving:
    """The same bytes from a bare ASGI function: the limit."""
    file = MADE / "answers" / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(bare_server.written(answers), encoding="utf-8")
    return Serving("bare", (*UVICORN, *QUIET, "benchmarks.bare:app"), "/0", {"BENCH_ANSWERS": str(file)})


def naive(export: Export) -> Serving:
    """The application that most people would write, over a database of its own."""
    file = export.records.with_name("naive.db")
    file.unlink(missing_ok=True)
    database = {"BENCH_NAIVE": str(file)}
    subprocess.run([PYTHON, "-m", "benchmarks.naive", export.records], cwd=ROOT, env=os.environ | database, check=True)
    return Serving("naive", (*UVICORN, *QUIET, "benchmarks.naive:app"), "/openapi.json", database)


def datasette(export: Export) -> Serving:
    """Datasette: immutable, counted beforehand, no facets, queries in its event loop (num_sql_threads 0)."""
    settings = {
        "num_sql_threads": "0",
        "allow_facet": "off",
        "suggest_facets": "off",
        "allow_download": "off",
        "default_page_size": "25",
        "cache_size_kb": "64000",
    }
    command: tuple[str | Path, ...] = (
        *(PEERS / "datasette", "serve", "--host", "127.0.0.1", "--port", "{port}"),
        *("--immutable", export.sqlite, "--inspect-file", export.inspected),
        *(part for pair in settings.items() for part in ("--setting", *pair)),
    )
    return Serving("datasette", command, "/-/versions.json")


def json_server(export: Export) -> Serving:
    """json-server: no log, no CORS, no compression, no writing."""
    program = HERE / "node_modules" / ".bin" / "json-server"
    options = ("--quiet", "--no-cors", "--no-gzip", "--read-only", "--host", "127.0.0.1", "--port", "{port}")
    return Serving("json-server", (program, *options, export.whole), "/db", {"NODE_ENV": "production"})


def roapi(export: Export) -> Serving:
    """ROAPI: the table in memory (its way with such files), no log of requests."""
    options = (
        *("--addr-http", "127.0.0.1:{port}", "--addr-postgres", "127.0.0.1:0", "--addr-flight-sql", "127.0.0.1:0"),
        *("--table", f"{COLLECTION}={export.lines}"),
    )
    return Serving("roapi", (PEERS / "roapi", *options), "/health", {"RUST_LOG": "error"})
