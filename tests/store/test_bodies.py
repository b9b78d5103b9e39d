"""The bodies of lists, kept in memory: what is kept, dropped or read anew, the answer is the same."""

from random import Random

import pytest

from app.store import bodies
from app.store.bodies import Bodies
from app.store.query import Store


@pytest.mark.parametrize("kept", [0, 5_000, 4_000_000])
@pytest.mark.parametrize("places", [0, 4, 5_000])
def test_what_is_kept_never_shows(store: Store, monkeypatch: pytest.MonkeyPatch, kept: int, places: int) -> None:
    monkeypatch.setattr(bodies, "KEPT", kept)
    monkeypatch.setattr(bodies, "PLACES", places)
    found, random = Bodies(store._database, "record"), Random(1)
    for _ in range(20):
        collection = random.choice(("treaties", "events"))
        positions = random.sample(range(1, store.size(collection) + 1), 3)
        alone = [Bodies(store._database, "record").placed(collection, [position])[0] for position in positions]
        assert found.placed(collection, positions) == alone
