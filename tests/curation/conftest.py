"""A copy of the fixture in which a test breaks one thing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.curation.problem import Problem
from app.curation.rules import check
from app.resources import RESOURCES
from tests.support import FIXTURE


class Dataset:
    """A dataset that may be broken, and what is then said of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def edit(self, file: str, old: str, new: str) -> None:
        """Put one text in place of another that stands in the file once."""
        text = self.read(file)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        self.write(file, text.replace(old, new))

    def add(self, file: str, text: str) -> None:
        self.write(file, self.read(file) + text)

    def read(self, file: str) -> str:
        return (self.folder / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        (self.folder / file).parent.mkdir(exist_ok=True)
        (self.folder / file).write_text(text, encoding="utf-8")

    def line(self, file: str, text: str) -> int:
        """The number of the one line that holds a text."""
        found = [n for n, line in enumerate(self.read(file).splitlines(), start=1) if text in line]
        assert len(found) == 1, f"{text!r} stands in lines {found} of {file}"
        return found[0]

    def problems(self) -> list[Problem]:
        return check(self.folder, RESOURCES)[1]


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    shutil.copytree(FIXTURE, tmp_path / "data")
    return Dataset(tmp_path / "data")


@pytest.fixture
def only(dataset: Dataset) -> Callable[[], Problem]:
    """The one problem of the dataset; the test fails where there is none or more."""

    def find() -> Problem:
        problems = dataset.problems()
        assert len(problems) == 1, "\n".join(map(str, problems)) or "no problem found"
        return problems[0]

    return find
