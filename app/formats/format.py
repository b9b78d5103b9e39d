"""What a format is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from app.resource import Resource


@dataclass(frozen=True)
class Format:
    """A way to write records, beside JSON."""

    name: str
    media_type: str
    description: str
    write: Callable[[Resource, Iterable[bytes]], Iterator[bytes]]  # the JSON of the records → chunks of the file
