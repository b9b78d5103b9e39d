"""What the dataset says of itself: its number, licences, how to cite it, what it lacks; and what became of old ids."""

from pathlib import Path

from pydantic import Field

from app.curation.load import read_yaml, validate
from app.curation.problem import DataError
from app.values import Edtf, Face, Text


class Licence(Face):
    """A licence and why it was chosen."""

    id: Text = Field(description="SPDX identifier.")
    name: Text = Field(description="Name.")
    url: Text = Field(description="Canonical text.")
    reason: Text = Field(description="Why this one.")


class Licences(Face):
    """One licence for the data, one for the code."""

    data: Licence = Field(description="Licence of the data.")
    code: Licence = Field(description="Licence of the code.")


class Description(Face):
    """The dataset in the curators' words (data/dataset.yaml)."""

    name: Text = Field(description="Name of the dataset.")
    description: Text = Field(description="What it holds.")
    number: Text = Field(description="The curators' version number.", pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")
    released: Edtf = Field(description="Date of this version.")
    years: Edtf = Field(description="Years that the subject spans.")
    publisher: Text = Field(description="Who publishes it.")
    licences: Licences = Field(description="Licences of data and code.")
    source: Text = Field(description="What the data state.")
    pages: Text = Field(description="What the page numbers rest on.")
    gaps: tuple[Text, ...] = Field(description="What is known to be missing or weak.")


class Redirects(Face):
    """What became of ids that are no longer served (data/redirects.yaml)."""

    moved: dict[str, Text] = Field({}, description="Old collection/id → the collection/id that it is now.")
    withdrawn: dict[str, Text] = Field({}, description="Withdrawn collection/id → the reason.")


def read_description(data: Path) -> Description:
    """The dataset's description; DataError where it does not hold."""
    name = f"{data.name}/dataset.yaml"
    content, source, problems = read_yaml(data / "dataset.yaml", name)
    description = None
    if not problems:
        description, problems = validate(Description, content, source)
    if description is None or problems:
        raise DataError(problems)
    return description


def read_redirects(data: Path) -> Redirects:
    """What became of old ids; none where there is no file."""
    file = data / "redirects.yaml"
    if not file.exists():
        return Redirects()
    content, source, problems = read_yaml(file, f"{data.name}/redirects.yaml")
    redirects = None
    if not problems:
        redirects, problems = validate(Redirects, content, source)
    if redirects is None or problems:
        raise DataError(problems)
    return redirects
