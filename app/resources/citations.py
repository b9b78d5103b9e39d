"""Citations: each in-text citation of the essay, and what rests on it."""

from collections.abc import Mapping

from pydantic import Field

from app.resource import CitationRecord, Equals, Resource
from app.values import page_ranges


class Citation(CitationRecord):
    """One in-text citation of the essay: a page of a book, what is claimed on it, and every fact that rests on it."""

    name: str = Field("", description="The citation ready to print; made from the work's name and the pages.")

    def display_name(self, names: Mapping[tuple[str, str], str]) -> str:
        """`Eudin and Slusser 1967, p. 365`, or `pp.` for more than one page."""
        single = all(first == last for first, last in page_ranges(self.pages)) and "," not in self.pages
        return f"{names[('works', self.work)]}, {'p.' if single else 'pp.'} {self.pages.replace('-', '–')}"


RESOURCE = Resource(
    name="citations",
    model=Citation,
    sorts=("paragraph", "pages"),
    filters={"paragraph": Equals("paragraph")},
    file_field="work",
)
