"""What the faults share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.site import Server, Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that several faults are tried on; it must outlive them all."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.built()
    with site.serving() as found:
        yield found
