"""A made-up dataset to be compiled, and what it says of itself, so that nobody takes it for history."""

from collections.abc import Mapping

from app.curation.description import Description, Redirects
from app.resource import Resource
from app.store.compile import Dataset, Progress
from app.store.engine import Source, code_version
from app.synthetic import PREFIX
from app.synthetic.records import Synthetic

NAME = "Synthetic records (not history)"
NONE = {
    "id": "CC0-1.0",
    "name": "CC0 1.0 Universal",
    "url": "https://creativecommons.org/publicdomain/zero/1.0/",
    "reason": "Nobody owns what a program made up.",
}


def describe(records: int, seed: int) -> Description:
    """The description of so many records of a seed."""
    return Description.model_validate(
        {
            "name": NAME,
            "description": (
                f"{records:,} records made up by a program to measure this server with (seed {seed}). Every name, "
                "date, number, citation and link in them is invented. They state nothing about the past."
            ),
            "number": "0.0.0",
            "released": "2026-11-23",
            "years": "1905/1945",
            "publisher": "A generator of test records",
            "licences": {"data": NONE, "code": NONE},
            "source": "A generator of random numbers. No essay and no book stands behind any record.",
            "pages": "Page numbers are random numbers; the works do not exist.",
            "gaps": ["Everything: there is no history in it."],
        }
    )


def synthetic(records: int, seed: int, resources: Mapping[str, Resource]) -> Source:
    """So many records of a seed; the version says so."""
    made = Synthetic(resources, records, seed)

    def dataset(name: str, progress: Progress) -> Dataset:
        progress(f"making up {records:,} records")
        described = describe(records, seed).model_dump(mode="json")
        return Dataset(name, described, made.records(), records, Redirects(), resources)

    return Source(lambda: f"{PREFIX}{records}-{seed}-{code_version()}", dataset)
