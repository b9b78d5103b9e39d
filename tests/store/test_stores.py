"""Stores in a folder: which is current, and what is removed."""

from pathlib import Path
from shutil import copytree

import pytest

from app.resources import RESOURCES
from app.store.current import StoreError
from app.store.engine import version
from app.store.query import Store
from app.store.stores import Folder, stores
from tests.support import FIXTURE


def test_without_an_address_stores_are_in_the_folder(tmp_path: Path) -> None:
    assert isinstance(stores(tmp_path, None, 5, 10), Folder)


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.standing() is None
    assert folder.prune() == []
    with pytest.raises(StoreError, match="run `sjr build` first"):
        folder.open()


def test_superseded_files_are_deleted_and_who_reads_one_reads_on(tmp_path: Path) -> None:
    folder, other = Folder(tmp_path / "store"), copytree(FIXTURE, tmp_path / "data")
    (other / "CHANGELOG.md").write_text("Something else.\n", encoding="utf-8")
    old = Path(folder.build(other, RESOURCES, lambda _: None))
    reader = folder.open()
    new = Path(folder.build(FIXTURE, RESOURCES, lambda _: None))
    assert folder.standing() == version(FIXTURE)
    assert folder.prune() == [f"deleted {old}"]
    assert [new.exists(), old.exists()] == [True, False]
    assert Store(reader).body("treaties", "dawn-treaty")
    reader.close()
