"""From measurements to the lines of the table, row by row."""

from collections.abc import Callable, Iterator

from benchmarks import goals
from benchmarks.goals import Line
from benchmarks.samples import Samples, Spread

FIRST_TIME = {"record": "first-time GET of a record", "list": "first-time filtered list", "search": "first-time search"}
OURS = ("ours, cache off", "ours, cache missed")


def sized(size: str) -> str:
    """A size for people."""
    return f"{int(size):,}" if size.isdecimal() else size


def _rate(samples: Samples, row: str, case: str, subject: str) -> str:
    found = samples.spread(row, case, subject, "rps")
    return f"{subject} {found.median:,.0f}/s" if found else f"{subject} –"


def _versus(samples: Samples, row: str, over: tuple[str, str], under: tuple[str, str]) -> tuple[str, Spread | None]:
    figures = f"{_rate(samples, row, *over)}, {_rate(samples, row, *under)}"
    return figures, samples.ratio(row, over, under, "rps")


def against_bare(samples: Samples) -> Iterator[Line]:
    """What was asked before, and 304: against the same bytes from the bare server."""
    for row, budget in (("repeated", "any repeated GET, every encoding"), ("not-modified", "304 to If-None-Match")):
        for case in samples.cases(row):
            figures, ratio = _versus(samples, row, (case, "ours"), (case, "bare"))
            cpu = samples.ratio(row, (case, "bare"), (case, "ours"), "cpu")
            yield Line(budget, case, figures, ratio, goals.LIMIT[row], cpu)


def compressed(samples: Samples) -> Iterator[Line]:
    """Compressed against plain."""
    for case in samples.cases("compressed"):
        for encoding in ("gzip", "br"):
            figures, ratio = _versus(samples, "compressed", (case, encoding), (case, "identity"))
            cpu = samples.ratio("compressed", (case, "identity"), (case, encoding), "cpu")
            budget = "compressed repeated GET"
            yield Line(budget, f"{case}, {encoding}", figures, ratio, goals.COMPRESSED, cpu)


def first_time(samples: Samples) -> Iterator[Line]:
    """First-time answers: the worse of our two ways to measure them, against each other subject."""
    for row, budget in FIRST_TIME.items():
        for case in samples.cases(row):
            ours = worse(samples, row, case)
            for subject in samples.subjects(row, case):
                if subject in OURS:
                    continue
                figures, ratio = _versus(samples, row, (case, ours), (case, subject))
                cpu = samples.ratio(row, (case, subject), (case, ours), "cpu")
                goal = goals.LIMIT[row] if subject == "bare" else goals.PEERS.get((row, subject))
                what = f"{budget}, of bare" if subject == "bare" else f"{budget}, × {subject}"
                yield Line(what, case, figures, ratio, goal, cpu)


def worse(samples: Samples, row: str, case: str) -> str:
    """Of the cache turned off and the cache missed, the slower."""
    known = {subject: samples.spread(row, case, subject, "rps") for subject in OURS}
    return min(((found.median, subject) for subject, found in known.items() if found), default=(0, OURS[0]))[1]


def growth(samples: Samples) -> Iterator[Line]:
    """Each kind of query at the largest size against the real data; the last page against the first."""
    sizes = list(dict.fromkeys(size for kind in samples.cases("growth") for size in samples.subjects("growth", kind)))
    if not sizes:
        return
    first, last = sizes[0], sizes[-1]
    for kind in samples.cases("growth"):
        for figure, goal in goals.GROWTH.items():
            shown = "; ".join(_milliseconds(samples, kind, size, figure) for size in sizes)
            ratio = samples.ratio("growth", (kind, last), (kind, first), figure)
            cpu = samples.ratio("growth", (kind, last), (kind, first), "cpu") if figure == "p50" else None
            yield Line(f"{sized(last)} records against the real data, {figure}", kind, shown, ratio, goal, cpu)
    for size in sizes:
        ratio = samples.ratio("growth", ("last page", size), ("list", size), "p50")
        pair = ("list", "last page")
        shown = "; ".join(f"{kind} {_milliseconds(samples, kind, size, 'p50')}" for kind in pair)
        yield Line("last page against the first", sized(size), shown, ratio, goals.LAST_PAGE)


def _milliseconds(samples: Samples, kind: str, size: str, figure: str) -> str:
    found = samples.spread("growth", kind, size, figure)
    if found:
        sent = samples.spread("growth", kind, size, "bytes")
        return f"{sized(size)} {found.median / 1000:.3g} ms" + (f" ({sent.median / 1000:.0f} KB)" if sent else "")
    status = samples.spread("growth", kind, size, "status")
    return f"{sized(size)} answers {status.median:.0f}" if status else f"{sized(size)} –"


def interference(samples: Samples) -> Iterator[Line]:
    """A record beside the worst search, against the record alone."""
    for case in samples.cases("interference"):
        ratio = samples.ratio("interference", (case, "beside"), (case, "alone"), "p99")
        both = {s: samples.spread("interference", case, s, "p99") for s in ("alone", "beside")}
        shown = ", ".join(f"{subject} {found.median / 1000:.3g} ms" for subject, found in both.items() if found)
        yield Line("p99 of a record beside the worst search", case, shown, ratio, goals.INTERFERENCE)


def once(samples: Samples) -> Iterator[Line]:
    """Equal requests at once, start, memory, build."""
    for case in samples.cases("single-flight"):
        runs = samples.spread("single-flight", case, "ours", "runs")
        yield Line("32 equal first-time requests at once", case, "runs of the application", runs, goals.ONE_RUN)
    for case in samples.cases("start"):
        both = {s: samples.spread("start", case, s, "seconds") for s in ("ours", "bare")}
        shown = ", ".join(f"{subject} {found.median:.2f} s" for subject, found in both.items() if found)
        ratio = samples.ratio("start", (case, "ours"), (case, "bare"), "seconds")
        cpu = samples.ratio("start", (case, "ours"), (case, "bare"), "cpu")
        yield Line("start to first answer, store built", "a record", shown, ratio, goals.START, cpu)
        for moment, figure in (("at the first answer", "first_mb"), ("after a second of load", "rss_mb")):
            memory = samples.spread("start", case, "ours", figure)
            yield Line("memory of a worker", moment, "resident", memory, goals.MEMORY)
    for case in samples.cases("build"):
        yield from _build(samples, case)


def _build(samples: Samples, case: str) -> Iterator[Line]:
    seconds, peak = (samples.spread("build", case, "ours", figure) for figure in ("seconds", "peak_mb"))
    records = samples.spread("build", case, "ours", "records")
    if seconds and peak:
        rate = f", {records.median / seconds.median:,.0f} records/s" if records else ""
        used = samples.spread("build", case, "ours", "cpu_seconds")
        shown = f"{seconds.median:,.1f} s{rate}, CPU {used.median if used else 0:,.1f} s, peak {peak.median:,.0f} MB"
        goal = None if records else goals.BUILD
        budget = "build of generated records" if records else "build of the whole dataset from YAML"
        yield Line(budget, sized(case), shown, seconds, goal)


EVERY: tuple[Callable[[Samples], Iterator[Line]], ...] = (
    against_bare,
    compressed,
    first_time,
    growth,
    interference,
    once,
)


def lines(samples: Samples) -> list[Line]:
    """Every line of what was measured."""
    return [line for of in EVERY for line in of(samples)]
