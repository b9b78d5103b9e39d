"""Names that begin alike: what is kept of very many is what would be found by looking through all of them."""

from pathlib import Path

import pytest

from app.resources import RESOURCES
from app.store import heads
from app.store.current import open_store
from app.store.dialects.statement import Statement
from app.store.engine import build
from app.store.query import Store
from app.store.suggestions import suggestions
from tests.support import FIXTURE

NAMED, BEGUN = Statement("SELECT DISTINCT text FROM start"), Statement("SELECT DISTINCT begin FROM head")


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The fixture as if three names that begin alike were very many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heads, "FEW", 2)
        file: Path = build(FIXTURE, tmp_path_factory.mktemp("crowded"), RESOURCES)
    return Store(open_store(file))


@pytest.mark.parametrize("collections", [(), ("treaties",), ("events", "works")])
@pytest.mark.parametrize("limit", [1, 5, heads.MOST])
def test_of_very_many_the_same_come_first(
    store: Store, crowded: Store, collections: tuple[str, ...], limit: int
) -> None:
    typed = {text[:letters] for (text,) in store.run(NAMED) for letters in range(1, len(text) + 1)}
    assert len(typed) > 1_000
    for begin in typed:
        assert suggestions(crowded, begin, collections, limit) == suggestions(store, begin, collections, limit), begin


def test_what_few_names_begin_with_is_not_kept(store: Store, crowded: Store) -> None:
    names = [text for (text,) in store.run(Statement("SELECT text FROM start WHERE NOT loose"))]
    for (begin,) in crowded.run(BEGUN):
        assert not begin.endswith(" ")
    kept = {begin for (begin,) in crowded.run(Statement("SELECT begin FROM head WHERE NOT loose"))}
    many = {
        text[:letters]
        for text in names
        for letters in range(1, len(text) + 1)
        if sum(name.startswith(text[:letters]) for name in names) > 2
    }
    assert kept == {begin for begin in many if not begin.endswith(" ")}
