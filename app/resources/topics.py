"""Topics: the controlled vocabulary of what records are about."""

from app.resource import Record, Resource


class Topic(Record):
    """A topic of the controlled vocabulary."""


RESOURCE = Resource(name="topics", model=Topic)
