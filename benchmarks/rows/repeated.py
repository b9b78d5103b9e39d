"""What was asked before: every encoding, 304, the compressed against the plain; ours and the same bytes bare."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from benchmarks import subjects
from benchmarks.asking import PLAIN, Address
from benchmarks.load import Load
from benchmarks.runs import Run, Window
from benchmarks.targets import common_words, facet, records

ENCODINGS = {"identity": PLAIN, "gzip": {"Accept-Encoding": "gzip"}, "br": {"Accept-Encoding": "br"}}


def kinds(address: Address) -> dict[str, str]:
    """A record, a filtered list and a search, as a client asks for them."""
    record = next(records(address, "/v1/treaties", ("date",)))
    (actor, _), *_ = facet(address, "/v1/treaties", "actor")
    (word, *_) = common_words(address, 1)
    return {
        "record": f"/v1/treaties/{record['id']}",
        "list": f"/v1/treaties?actor={actor}",
        "search": f"/v1/search?q={word}",
    }


def repeated(run: Run) -> None:
    """Every kind in every encoding."""
    with ExitStack() as stack:
        cases = [
            (f"{kind}, {encoding}", target, headers)
            for kind, target in _kinds(run).items()
            for encoding, headers in ENCODINGS.items()
        ]
        _against_bare(run, stack, "repeated", cases)


def unchanged(run: Run) -> None:
    """304 to If-None-Match."""
    with ExitStack() as stack:
        (server,) = run.started(stack, [subjects.ours(run.real)])
        cases = [
            (kind, target, {**PLAIN, "If-None-Match": server.address.get(target).header("etag")})
            for kind, target in kinds(server.address).items()
        ]
        _against_bare(run, stack, "not-modified", cases)


def compressed(run: Run) -> None:
    """The compressed against the plain, both ours."""
    with ExitStack() as stack:
        (server,) = run.started(stack, [subjects.ours(run.real)])
        windows = [
            Window(kind, encoding, server, Load([target], headers))
            for kind, target in kinds(server.address).items()
            for encoding, headers in ENCODINGS.items()
        ]
        run.in_rounds("compressed", windows)


def _kinds(run: Run) -> dict[str, str]:
    with ExitStack() as stack:
        (server,) = run.started(stack, [subjects.ours(run.real)])
        return kinds(server.address)


def _against_bare(run: Run, stack: ExitStack, row: str, cases: Sequence[tuple[str, str, Mapping[str, str]]]) -> None:
    """Measure each case by ours, and by the bare server with the very answer of ours."""
    (server,) = run.started(stack, [subjects.ours(run.real)])
    answers = [server.address.get(target, headers) for _, target, headers in cases]
    wanted = 304 if row == "not-modified" else 200
    if any(answer.status != wanted for answer in answers):
        raise RuntimeError(f"{row}: not every answer is {wanted}")
    (limit,) = run.started(stack, [subjects.bare(answers, row)])
    windows = []
    for number, (case, target, headers) in enumerate(cases):
        windows.append(Window(case, "ours", server, Load([target], headers)))
        windows.append(Window(case, "bare", limit, Load([f"/{number}"], headers)))
    run.in_rounds(row, windows)
