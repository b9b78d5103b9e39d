"""The edges of records, kept in memory: what is kept, dropped or read anew, the answer is the same."""

from random import Random

import pytest

from app.store import adjacency
from app.store.adjacency import Adjacency
from app.store.dialects.statement import Statement
from app.store.query import Store


@pytest.mark.parametrize("kept", [0, 2_000, 4_000_000])
def test_what_is_kept_never_shows(store: Store, monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    monkeypatch.setattr(adjacency, "KEPT", kept)
    rows = store.run(Statement("SELECT record, outgoing, incoming FROM adjacency"))
    written = {record: (outgoing, incoming) for record, outgoing, incoming in rows}
    everything = range(1, store.run(Statement("SELECT max(number) FROM record"))[0][0] + 1)
    assert written.keys() < set(everything), "some records have no edge"
    found, random = Adjacency(store._database, "adjacency", ("outgoing", "incoming")), Random(1)
    for _ in range(20):
        numbers = random.sample(everything, 5)
        assert found.of(numbers) == [written.get(number, (b"", b"")) for number in numbers]
