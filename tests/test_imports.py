"""Who may import whom, read from the source: the layers hold, and no module grows out of hand."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parent.parent / "app"
LONGEST = 320  # lines

# Each part of app with the parts that it may import, besides itself.
MAY_IMPORT = {
    "edtf": set(),
    "folding": set(),
    "citing": set(),
    "settings": set(),
    "telemetry": set(),
    "twin": set(),
    "values": {"edtf"},
    "shape": {"values"},
    "edges": {"values"},
    "resource": {"values", "edges", "shape"},
    "resources": {"edtf", "values", "edges", "resource"},
    "curation": {"edtf", "values", "shape", "resource"},
    "store": {"edtf", "folding", "values", "edges", "shape", "resource", "curation"},
    "formats": {"values", "shape", "resource"},
    "api": {"edtf", "folding", "citing", "values", "edges", "resource", "store", "formats", "settings", "telemetry"},
    "synthetic": {"edtf", "values", "shape", "resource", "curation", "store"},
    "cli": {"values", "resources", "curation", "store", "api", "settings", "synthetic", "twin"},
}
# Single modules that may import more than their part, and why.
MAY_ALSO_IMPORT = {
    "api/application.py": {"resources"},  # it puts the whole together
    "api/dataset.py": {"curation"},  # it shows the description that curators write
}


def modules() -> list[str]:
    return sorted(file.relative_to(APP).as_posix() for file in APP.rglob("*.py"))


def part(module: str) -> str:
    return module.split("/", maxsplit=1)[0].removesuffix(".py")


def imported(module: str) -> Iterator[str]:
    """Every module of app that a module imports, as `app.store.query`, also inside functions."""
    for node in ast.walk(ast.parse((APP / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "app")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: write the import in full, from app…"
            name = node.module or ""
            if name == "app":
                yield from (f"app.{alias.name}" for alias in node.names)
            elif name.startswith("app."):
                yield name


def test_the_table_names_every_part_of_app() -> None:
    assert {part(module) for module in modules()} - {"__init__"} <= set(MAY_IMPORT)


def test_the_table_has_no_circle() -> None:
    placed: set[str] = set()
    while len(placed) < len(MAY_IMPORT):
        ready = {name for name, needs in MAY_IMPORT.items() if needs <= placed} - placed
        assert ready, f"circle among {sorted(set(MAY_IMPORT) - placed)}"
        placed |= ready


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_only_what_the_table_allows(module: str) -> None:
    allowed = MAY_IMPORT.get(part(module), set()) | MAY_ALSO_IMPORT.get(module, set()) | {part(module)}
    beyond = [name for name in imported(module) if name.split(".")[1] not in allowed]
    assert not beyond, f"{module} may import {sorted(allowed)} of app, not {beyond}"


@pytest.mark.parametrize("module", [m for m in modules() if part(m) == "resources"])
def test_resources_never_import_each_other(module: str) -> None:
    assert not [name for name in imported(module) if name.startswith("app.resources")]


@pytest.mark.parametrize("module", [m for m in modules() if part(m) != "resources"])
def test_nobody_imports_a_particular_resource(module: str) -> None:
    assert not [name for name in imported(module) if name.startswith("app.resources.")]


@pytest.mark.parametrize("module", [m for m in modules() if part(m) != "store"])
def test_only_the_store_knows_sql(module: str) -> None:
    tree = list(ast.walk(ast.parse((APP / module).read_text(encoding="utf-8"))))
    names = [
        *(alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names),
        *(node.module or "" for node in tree if isinstance(node, ast.ImportFrom)),
    ]
    assert not {name.split(".")[0] for name in names} & {"sqlite3", "sqlalchemy", "sqlmodel", "psycopg"}


def test_a_server_starts_without_what_few_requests_need() -> None:
    needless = {
        "sqlalchemy",
        "sqlmodel",
        "psycopg",
        "yaml",
        "structlog",
        "rich",
        "prometheus_client",
        "httpx",
        "rapidfuzz",
    }
    start = "import app.api.application, app.api.connections, app.cli, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", start], cwd=APP.parent, capture_output=True, text=True, check=True)
    assert not needless & set(loaded.stdout.split())


@pytest.mark.parametrize("module", modules())
def test_a_module_is_short_enough_to_read(module: str) -> None:
    lines = len((APP / module).read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{module} has {lines} lines; split it by what it knows"
