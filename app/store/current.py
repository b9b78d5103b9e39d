"""The current store of a folder: which file it is, and opening it to be read."""

from contextlib import suppress
from pathlib import Path

from app.store.dialects.database import UnavailableError
from app.store.dialects.sqlite import SqliteReader

CURRENT = "current"


class StoreError(Exception):
    """There is no store to serve, or its folder cannot be used; the message says what to do."""


def built(store: Path) -> Path | None:
    """The store file that `current` names; None where there is none."""
    with suppress(OSError):
        file = store / (store / CURRENT).read_text(encoding="utf-8").strip()
        if file.is_file():
            return file
    return None


def is_whole(file: Path) -> bool:
    """Whether a store file stands that can be served."""
    with suppress(StoreError):
        open_store(file).close()
        return True
    return False


def open_store(file: Path) -> SqliteReader:
    """A store file, opened; StoreError where it is not a whole store of this version of the code."""
    try:
        return SqliteReader(file)
    except UnavailableError as error:
        raise StoreError(f"{error}; `sjr build` makes it anew") from None
