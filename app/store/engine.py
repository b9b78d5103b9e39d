"""Where stores are: built aside, put in place at once, open_store read-only."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from app.curation.coverage import coverage
from app.curation.dataset import read_description, read_redirects
from app.curation.rules import checked
from app.resource import Resource
from app.store.compile import write
from app.store.dialects.sqlite import SqliteReader, SqliteWriter
from app.store.render import Renderer, encode

CURRENT = "current"
CODE = Path(__file__).resolve().parent.parent


class StoreError(Exception):
    """There is no store to serve, or its folder cannot be used; the message says what to do."""


def _files(folder: Path) -> Iterable[tuple[str, Path]]:
    for file in folder.rglob("*"):
        inside = file.relative_to(folder)
        if file.is_file() and not any(part == "__pycache__" or part.startswith(".") for part in inside.parts):
            yield f"{folder.name}/{inside.as_posix()}", file


def version(data: Path) -> str:
    """The curators' number and the first 8 hex digits of a hash over data, code and lock."""
    lock = CODE.parent / "requirements.lock"
    files = [("data" + name[len(data.name) :], file) for name, file in _files(data)]
    files += [*_files(CODE), *([(lock.name, lock)] if lock.exists() else [])]
    digest = hashlib.sha256()
    for name, file in sorted(files):
        digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{read_description(data).number}-{digest.hexdigest()[:8]}"


def built(store: Path) -> Path | None:
    """The store file that `current` names; None where there is none."""
    with suppress(OSError):
        file = store / (store / CURRENT).read_text(encoding="utf-8").strip()
        if file.is_file():
            return file
    return None


def _writable(store: Path) -> None:
    try:
        store.mkdir(parents=True, exist_ok=True)
        probe = store / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StoreError(
            f"cannot write to {store} ({error.strerror}); set SJR_STORE to a folder that you may write to"
        ) from None


def _point(store: Path, file: Path) -> None:
    """Make `current` name a store file, in one step."""
    aside = store / f".{CURRENT}-{os.getpid()}"
    aside.write_text(file.name + "\n", encoding="utf-8")
    aside.replace(store / CURRENT)


def build(
    data: Path, store: Path, resources: Mapping[str, Resource], progress: Callable[[str], None] = lambda _: None
) -> Path:
    """Compile the data into the store file of its version and make it current; what stood is not touched.

    Raises DataError, with every problem, where the data do not hold, and StoreError where the folder cannot be used.
    """
    _writable(store)
    name = version(data)
    file = store / f"sjr-{name}.sqlite"
    with FileLock(store / ".lock"):
        if not file.exists():
            aside = store / f".sjr-{name}.{os.getpid()}.part"
            for left in store.glob(".sjr-*.part*"):  # of a build that was killed, with its journal
                left.unlink()
            try:
                _compile(data, aside, name, resources, progress)
                if version(data) != name:
                    raise StoreError("the data or the code changed during the build; run it again")
                aside.replace(file)
            finally:
                aside.unlink(missing_ok=True)
        _point(store, file)
    return file


def _compile(
    data: Path, file: Path, name: str, resources: Mapping[str, Resource], progress: Callable[[str], None]
) -> None:
    progress("reading and checking the data")
    curated = checked(data, resources)
    description = read_description(data).model_dump(mode="json")
    documents = {
        "version": encode(name),
        "dataset": encode(description | {"version": name} | {"coverage": coverage(curated.records, resources)}),
    }
    progress(f"writing {len(curated.records):,} records")
    writer = SqliteWriter(file)
    write(writer, Renderer(curated.records, resources), read_redirects(data), documents, progress)
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())


def open_store(file: Path) -> SqliteReader:
    """A store file, open_store; StoreError where it is none of ours."""
    reader = SqliteReader(file)
    try:
        row = reader.connection.execute("SELECT body FROM document WHERE name = 'version'").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{file} is not a store ({error}); remove it and run `sjr build`") from None
    if row is None:
        raise StoreError(f"{file} is not a whole store; remove it and run `sjr build`")
    return reader
