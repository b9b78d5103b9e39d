"""How a store gets into its folder: built aside, put in place at once."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from app.curation.dataset import read_description, read_redirects
from app.curation.rules import checked
from app.resource import Resource
from app.store.compile import Dataset, Progress, write
from app.store.current import CURRENT, StoreError, is_whole
from app.store.dialects.sqlite_writer import SqliteWriter

CODE = Path(__file__).resolve().parent.parent


def _files(folder: Path) -> Iterable[tuple[str, Path]]:
    for file in folder.rglob("*"):
        inside = file.relative_to(folder)
        if file.is_file() and not any(part == "__pycache__" or part.startswith(".") for part in inside.parts):
            yield f"{folder.name}/{inside.as_posix()}", file


def _hashed(files: Iterable[tuple[str, Path]]) -> str:
    """The first 8 hex digits of a hash over files, the code and the lock."""
    lock = CODE.parent / "requirements.lock"
    digest = hashlib.sha256()
    for name, file in sorted([*files, *_files(CODE), *([(lock.name, lock)] if lock.exists() else [])]):
        digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:8]


def version(data: Path) -> str:
    """The curators' number and the first 8 hex digits of a hash over data, code and lock."""
    files = (("data" + name[len(data.name) :], file) for name, file in _files(data))
    return f"{read_description(data).number}-{_hashed(files)}"


def code_version() -> str:
    """The first 8 hex digits of a hash over code and lock."""
    return _hashed(())


@dataclass(frozen=True)
class Source:
    """What a store is compiled from."""

    version: Callable[[], str]
    dataset: Callable[[str, Progress], Dataset]  # of a version; DataError, with every problem, where it does not hold


def curated(data: Path, resources: Mapping[str, Resource]) -> Source:
    """The data that curators wrote."""

    def dataset(name: str, progress: Progress) -> Dataset:
        progress("reading and checking the data")
        found = checked(data, resources).records
        progress(f"writing {len(found):,} records")
        described = read_description(data).model_dump(mode="json")
        records = ((collection, record) for (collection, _), record in found.items())
        return Dataset(name, described, records, len(found), read_redirects(data), resources)

    return Source(lambda: version(data), dataset)


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


def build(data: Path, store: Path, resources: Mapping[str, Resource], progress: Progress = lambda _: None) -> Path:
    """Compile the data into the store file of its version and make it current; what stood is not touched."""
    return put(curated(data, resources), store, progress)


def put(source: Source, store: Path, progress: Progress) -> Path:
    """Compile a source into the store file of its version and make it current; what stood is not touched.

    Raises DataError, with every problem, where the data do not hold, and StoreError where the folder cannot be used.
    """
    _writable(store)
    name = source.version()
    file = store / f"sjr-{name}.sqlite"
    with FileLock(store / ".lock"):
        if not is_whole(file):
            aside = store / f".sjr-{name}.{os.getpid()}.part"
            for left in store.glob(".sjr-*.part*"):  # of a build that was killed, with its journal
                left.unlink()
            try:
                write(SqliteWriter(aside), source.dataset(name, progress), progress)
                with aside.open("rb+") as handle:
                    os.fsync(handle.fileno())
                if source.version() != name:
                    raise StoreError("the data or the code changed during the build; run it again")
                aside.replace(file)
            except (sqlite3.Error, OSError) as error:
                raise StoreError(
                    f"the store could not be written ({error}); what stood is untouched."
                    f" Make room in {store}, or set SJR_STORE to another folder, and run `sjr build` again"
                ) from None
            finally:
                aside.unlink(missing_ok=True)
        _point(store, file)
    return file
