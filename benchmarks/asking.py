"""Single requests: what a row asks before it measures, and the answers that the bare server repeats."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PLAIN = {"Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Answer:
    """An answer as it came."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """A header by its lower-case name."""
        return dict(self.headers)[name]


@dataclass(frozen=True)
class Address:
    """Where a server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"http://{self.host}:{self.port}"

    def get(self, target: str, headers: Mapping[str, str] = PLAIN) -> Answer:
        """Ask once, on a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=120)
        try:
            connection.request("GET", target, headers=dict(headers))
            answer = connection.getresponse()
            names = tuple((name.lower(), value) for name, value in answer.getheaders())
            return Answer(answer.status, names, answer.read())
        finally:
            connection.close()

    def json(self, target: str) -> Any:
        """The JSON of an answer that must be 200."""
        answer = self.get(target)
        if answer.status != 200:
            raise RuntimeError(f"{self}{target} answered {answer.status}: {answer.body[:300]!r}")
        return json.loads(answer.body)
