"""What occurs together: counted at build where many records have a value, it is what would be counted."""

from collections.abc import Iterator

import pytest

from app.resources import RESOURCES
from app.store import counts, positions
from app.store.conditions import Condition, Rests, Terms
from app.store.crosstabs import NOT_ASKED, NOT_COUNTED
from app.store.current import open_store
from app.store.dialects.statement import Statement
from app.store.engine import build
from app.store.query import Store
from tests.support import FIXTURE

MANY = 1  # records: a value that more have is common
LISTED = 3  # values of a field, so that some fields have others


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The fixture, built as if it were large."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts, "MOST_READ", MANY)
        patch.setattr(positions, "MOST_VALUES", LISTED)
        return Store(open_store(build(FIXTURE, tmp_path_factory.mktemp("crowded"), RESOURCES)))


@pytest.fixture
def crowded(file: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The fixture as if it were large."""
    monkeypatch.setattr(counts, "MOST_READ", MANY)
    return file


def common(store: Store) -> Iterator[tuple[str, str, str, str]]:
    """(collection, field, another field, a value of that) of every value that is common."""
    for collection in RESOURCES:
        fields = store.values(collection)
        for field in fields.keys() - NOT_COUNTED:
            for of in fields.keys() - NOT_ASKED - {field}:
                values = fields[of].values.items()
                yield from ((collection, field, of, value) for value, size in values if size > MANY)


def kept(store: Store) -> set[str]:
    """The names of what is kept."""
    names = store.run(Statement("SELECT name FROM document"))
    return {name for (name,) in names if name.startswith("crosstab/")}


def test_all_common_values_have_what_occurs_with_them(crowded: Store) -> None:
    assert kept(crowded) == {counts.name_of(*key) for key in common(crowded)}


def test_a_small_store_keeps_none(store: Store, real_store: Store) -> None:
    assert kept(store) == kept(real_store) == set()


def test_what_is_kept_is_what_would_be_counted(crowded: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    expected: list[tuple[str, str, Condition, counts.Counts]] = []
    for collection, field, of, value in common(crowded):
        condition = Rests((value,)) if of == "work" else Terms(of, (value,))
        expected.append((collection, field, condition, counts.among(crowded, (condition,), field, collection)))
    assert {found.are_exact for *_, found in expected} == {True, False}
    monkeypatch.delattr(counts, "among")
    for collection, field, condition, would in expected:
        found = counts.counts(crowded, (condition,), field, collection)
        assert (found, list(found.values)) == (would, list(would.values))


def test_what_is_asked_besides_is_counted(crowded: Store) -> None:
    parties, topics = (tuple(crowded.values("treaties")[field].values) for field in ("party", "topic"))
    alone, besides, either = Terms("party", parties[1:2]), Terms("topic", topics[1:2]), Terms("party", parties)
    for asked in ((alone, besides), (either,)):
        found = counts.counts(crowded, asked, "form", "treaties")
        assert found == counts.among(crowded, asked, "form", "treaties")
        assert found != counts.counts(crowded, (alone,), "form", "treaties")
