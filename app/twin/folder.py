"""The folder of an export: written aside with its checksums, put in place when it is whole."""

import csv
import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

MANIFEST, CHECKSUMS = "manifest.csv", "SHA256SUMS"
COLUMNS = ("address", "file", "asked", "media_type", "etag", "bytes")


class ExportError(Exception):
    """The export cannot be made; the message says why and what to do."""


def _is_export(folder: Path) -> bool:
    try:
        with (folder / MANIFEST).open(encoding="utf-8") as manifest:
            return manifest.readline() == ",".join(COLUMNS) + "\n"
    except OSError:
        return False


class Aside:
    """The export while it is written."""

    def __init__(self, folder: Path) -> None:
        """Begin in an empty folder."""
        self.folder, self.files = folder, 0
        self._sums = (folder / CHECKSUMS).open("w", encoding="utf-8")
        self._table = (folder / MANIFEST).open("w", encoding="utf-8", newline="")
        self._manifest = csv.writer(self._table, lineterminator="\n")
        self._manifest.writerow(COLUMNS)

    @contextmanager
    def writing(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """Write a file piece by piece; its checksum is noted at the end."""
        file, digest = self.folder / name, hashlib.sha256()
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as handle:

            def write(piece: bytes) -> None:
                digest.update(piece)
                handle.write(piece)

            yield write
        self._sums.write(f"{digest.hexdigest()}  {name}\n")
        self.files += 1

    def told(self, address: str, name: str, asked: str, headers: Mapping[str, str]) -> None:
        """Note what address a file answers, what the API was asked for it, and what it is."""
        size = (self.folder / name).stat().st_size
        self._manifest.writerow((address, name, asked, headers["content-type"], headers["etag"], size))

    def finish(self) -> None:
        """Write what is left of the table and of the checksums."""
        self._table.close()
        with (self.folder / MANIFEST).open("rb") as manifest:
            self._sums.write(f"{hashlib.file_digest(manifest, 'sha256').hexdigest()}  {MANIFEST}\n")
        self._sums.close()

    def close(self) -> None:
        """Close what is open, where the export breaks off."""
        self._table.close()
        self._sums.close()


@contextmanager
def replaced(target: Path) -> Iterator[Aside]:
    """An export that takes the place of `target` when it is whole; where it breaks off, what stood stays.

    ExportError where something else than an export stands there.
    """
    if target.exists() and not (target.is_dir() and (_is_export(target) or not any(target.iterdir()))):
        raise ExportError(f"{target} is no export of this dataset; name a new folder, or remove it yourself")
    part, old = (target.parent / f".{target.name}.{kind}" for kind in ("part", "old"))
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        part.mkdir()
    except FileExistsError:
        raise ExportError(f"another export is under way, or was broken off: if none is, remove {part}") from None
    try:
        aside = Aside(part)
        try:
            yield aside
            aside.finish()
        finally:
            aside.close()
        if target.exists():
            target.replace(old)
        part.replace(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
