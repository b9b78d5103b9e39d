"""Where stores are kept: in a folder, or on a PostgreSQL server."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.resource import Resource
from app.store import current
from app.store.current import StoreError
from app.store.dialects.database import Database

if TYPE_CHECKING:
    from app.store.compile import Progress
    from app.store.engine import Source


class Stores(Protocol):
    """A place for stores, one of which is current. StoreError where it cannot be used."""

    def standing(self) -> str | None:
        """The version of the current store; None where there is none that can be served."""

    def build(self, data: Path, resources: Mapping[str, Resource], progress: Callable[[str], None]) -> str:
        """Compile the data, make the store of their version current; answers where it is."""

    def put(self, source: "Source", progress: "Progress") -> str:
        """The same of any source."""

    def versions(self) -> list[str]:
        """The version of every store there, whole or not."""

    def open(self) -> Database:
        """The current store, to be read."""

    def prune(self) -> list[str]:
        """Remove every other store that nobody reads; says what became of each."""


class Folder:
    """Stores as files of a folder."""

    def __init__(self, path: Path) -> None:
        """A folder, which is made when it is first written to."""
        self.path = path

    def __str__(self) -> str:
        """Its path."""
        return str(self.path)

    def standing(self) -> str | None:
        """The version in the name of the current file, where that is whole."""
        file = current.built(self.path)
        return file.stem.removeprefix("sjr-") if file and current.is_whole(file) else None

    def build(self, data: Path, resources: Mapping[str, Resource], progress: Callable[[str], None]) -> str:
        """Compile the data into the file of their version and make it current."""
        from app.store import engine

        return str(engine.build(data, self.path, resources, progress))

    def put(self, source: "Source", progress: "Progress") -> str:
        """Compile a source into the file of its version and make it current."""
        from app.store import engine

        return str(engine.put(source, self.path, progress))

    def versions(self) -> list[str]:
        """The versions in the names of the files."""
        return [file.stem.removeprefix("sjr-") for file in sorted(self.path.glob("sjr-*.sqlite"))]

    def open(self) -> Database:
        """The current file, opened."""
        file = current.built(self.path)
        if file is None:
            raise StoreError(f"no store in {self.path}; run `sjr build` first")
        return current.open_store(file)

    def prune(self) -> list[str]:
        """Delete every other file. A server that has one open reads on: the name is gone, the file is not."""
        kept, said = current.built(self.path), []
        for file in sorted(self.path.glob("sjr-*.sqlite")):
            if kept and file != kept:
                file.unlink()
                said.append(f"deleted {file}")
        return said


def stores(folder: Path, url: str | None, timeout: float, connections: int) -> Stores:
    """The server where an address is given, else the folder."""
    if not url:
        return Folder(folder)
    from app.store.server import Server  # the driver takes time and memory that a folder does not need

    return Server(url, timeout, connections)
