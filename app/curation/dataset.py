"""Reading what the dataset says of itself, and what became of old ids."""

from pathlib import Path

from app.curation.description import Description, Redirects
from app.curation.load import read_yaml, validate
from app.curation.problem import DataError


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
