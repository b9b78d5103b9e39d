"""What the dataset says of itself: its number, licences, how to cite it, what it lacks; and what became of old ids."""

from pydantic import Field

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
