"""First-time answers: a record, a filtered list of 25, a search; ours, the limit, the peers, the naive way."""

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks import subjects
from benchmarks.asking import PLAIN
from benchmarks.export import COLLECTION, export
from benchmarks.load import CONNECTIONS, Load
from benchmarks.machine import MADE
from benchmarks.runs import Run, Window
from benchmarks.servers import Server
from benchmarks.targets import PAGE, Chosen, chosen

SORTS = ("paragraph", "pages", "-paragraph", "-pages")
FEW = 4  # connections to the naive application, which is busy all the same and leaves nobody waiting for seconds
SMALL = 20_000  # bytes of a cache that holds none of what is asked in turn by the time that it is asked again


@dataclass(frozen=True)
class Kind:
    """A kind of request, as each subject wants it asked; the first targets are ours."""

    row: str
    ours: Callable[[Chosen], list[str]]
    peers: Mapping[str, Callable[[Chosen], list[str]]]


def _sql(name: str, options: str) -> str:
    return f"/sjr/{name}.json?_shape=objects&_nofacet=1&_size={PAGE}{options}"


RECORD = Kind(
    "record",
    lambda c: [f"/v1/{COLLECTION}/{i}" for i in c.ids],
    {
        "datasette": lambda c: [f"/sjr/{COLLECTION}/{i}.json?_shape=array" for i in c.ids],
        "json-server": lambda c: [f"/{COLLECTION}/{i}" for i in c.ids],
        "roapi": lambda c: [f"/api/tables/{COLLECTION}?columns=body&filter[id]=%27{i}%27" for i in c.ids],
        "naive": lambda c: [f"/{COLLECTION}/{i}" for i in c.ids],
    },
)
LIST = Kind(
    "list",
    lambda c: [f"/v1/{COLLECTION}?work={c.work}&sort={sort}" for sort in SORTS],
    {
        "datasette": lambda c: [_sql(COLLECTION, f"&_col=body&work={c.work}")],
        "json-server": lambda c: [f"/{COLLECTION}?work.id={c.work}&_limit={PAGE}"],
        "roapi": lambda c: [f"/api/tables/{COLLECTION}?columns=body&filter[work]=%27{c.work}%27&limit={PAGE}"],
        "naive": lambda c: [f"/{COLLECTION}?work={c.work}"],
    },
)
SEARCH = Kind(
    "search",
    lambda c: [f"/v1/search?q={word}" for word in c.words],
    {
        "datasette": lambda c: [_sql("everything", f"&_col=id&_col=name&_col=summary&_search={w}") for w in c.words],
        "json-server": lambda c: [f"/everything?q={w}&_limit={PAGE}" for w in c.words],
        "naive": lambda c: [f"/search?q={w}" for w in c.words],
    },
)


def measure(kind: Kind, run: Run) -> None:
    """Measure a kind of request by all who can answer it."""
    with ExitStack() as stack:
        off, small = run.started(stack, [subjects.ours(run.real, 0), subjects.ours(run.real, SMALL)])
        asked = chosen(off.address)
        made = export(off.address, MADE / "export")
        targets = kind.ours(asked)
        (limit,) = run.started(stack, [subjects.bare([off.address.get(target) for target in targets], kind.row)])
        known = {
            "datasette": subjects.datasette,
            "json-server": subjects.json_server,
            "roapi": subjects.roapi,
            "naive": subjects.naive,
        }
        peers = run.started(stack, [known[name](made) for name in kind.peers])
        windows = [
            Window(kind.row, "ours, cache off", off, Load(targets, PLAIN)),
            Window(kind.row, "ours, cache missed", small, Load(targets, PLAIN)),
            Window(kind.row, "bare", limit, Load([f"/{n}" for n in range(len(targets))], PLAIN)),
            *(_window(kind, peer, kind.peers[peer.name](asked)) for peer in peers),
        ]
        run.in_rounds(kind.row, windows)


def _window(kind: Kind, peer: Server, targets: list[str]) -> Window:
    """A peer's window, once it has shown that it answers, with a page as full as ours."""
    answer = peer.address.get(targets[0])
    found = json.loads(answer.body) if answer.status == 200 else None
    if kind.row != "record" and isinstance(found, dict):
        found = found["rows"]
    if not found or (kind.row != "record" and len(found) != PAGE):
        raise RuntimeError(f"{peer.name} does not answer {targets[0]} as it should: {answer.body[:300]!r}")
    connections = FEW if peer.name == "naive" else CONNECTIONS
    return Window(kind.row, peer.name, peer, Load(targets, PLAIN, connections))
