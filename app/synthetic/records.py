"""A dataset of any size. Each record has its own random numbers, from the seed, its collection and its number."""

from collections.abc import Iterator, Mapping

from app.resource import Record, Resource, SourcedRecord
from app.synthetic.content import Writer
from app.values import LAST_PARAGRAPH

SHARES = {  # records of each collection among a thousand
    "actors": 15, "battles": 60, "citations": 330, "events": 180, "figures": 80, "negotiations": 60,
    "notes": 60, "people": 50, "places": 30, "topics": 1, "treaties": 110, "works": 24,
}  # fmt: skip
SHARE = 50  # of a collection not named above


class Synthetic:
    """A made-up dataset: so many records, of a seed. It tells where each thing is, so that any can be made alone."""

    def __init__(self, resources: Mapping[str, Resource], size: int, seed: int) -> None:
        """Share the records out among the collections: each gets one at least."""
        if size < len(resources):
            raise ValueError(f"{size} records are too few: every collection needs one, so {len(resources)} at least")
        self.resources, self.seed = resources, seed
        shares = {name: SHARES.get(name, SHARE) for name in resources}
        left = size - len(resources)
        self.counts = {name: 1 + left * share // sum(shares.values()) for name, share in shares.items()}
        self.counts[max(shares, key=lambda name: shares[name])] += size - sum(self.counts.values())
        self.happening = [name for name, resource in resources.items() if resource.happens]
        self.sourced, self._before = 0, dict[str, int]()  # records that rest on something; those before a collection
        for name, resource in resources.items():
            self._before[name] = self.sourced
            self.sourced += self.counts[name] if issubclass(resource.model, SourcedRecord) else 0

    def records(self) -> Iterator[tuple[str, Record]]:
        """Every record with its collection, collection by collection."""
        for name, count in self.counts.items():
            for number in range(count):
                yield name, self.record(name, number)

    def record(self, collection: str, number: int) -> Record:
        """One record."""
        return self.resources[collection].model.model_validate(Writer(self, collection, number).content())

    def id(self, collection: str, number: int) -> str:
        """The id of a record: treaty-17."""
        return f"{self.resources[collection].model.__name__.lower()}-{number + 1}"

    def place(self, collection: str, number: int) -> int:
        """The place of a record among those that rest on something."""
        return self._before[collection] + number

    def first_on(self, place: int, evidence: str) -> range:
        """The citations (or notes) that are hung on the record at a place, so that none is left without a use."""
        count = self.counts[evidence]
        return range(-(-place * count // self.sourced), -(-(place + 1) * count // self.sourced))

    def paragraph(self, citation: int) -> int:
        """The paragraph of a citation: they stand in the order of the essay."""
        return 1 + citation * LAST_PARAGRAPH // self.counts["citations"]
