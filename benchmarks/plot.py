"""A picture of the results, as plain SVG: shares of the limit, and growth."""

from collections.abc import Iterator
from html import escape
from math import ceil, log10

from benchmarks import goals
from benchmarks.lines import sized, worse
from benchmarks.samples import Samples

WIDTH, LEFT, RIGHT, LINE = 860, 230, 800, 20
COLOURS = {
    "ours": "#1f6f8b",
    "roapi": "#8a7fb0",
    "datasette": "#b58a5b",
    "json-server": "#a3a36a",
    "naive": "#a0a0a0",
}
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#24292f}.h{font-weight:600;font-size:14px}.s{fill:#57606a;font-size:11px}"
    ".goal{stroke:#c0392b;stroke-width:2}.grid{stroke:#d8dee4;stroke-width:1}"
)


class Scale:
    """A logarithmic axis."""

    def __init__(self, least: float, most: float) -> None:
        """From the least to the most value shown."""
        self.least, self.most = least, most

    def at(self, value: float) -> float:
        """Where a value lies, in pixels."""
        inside = min(max(value, self.least), self.most)
        share = (log10(inside) - log10(self.least)) / (log10(self.most) - log10(self.least))
        return round(LEFT + share * (RIGHT - LEFT), 1)

    def grid(self, top: float, bottom: float, unit: str = "") -> Iterator[str]:
        """Lines at the powers of ten."""
        power = round(log10(self.least))
        while 10**power <= self.most * 1.01:
            x = self.at(10**power)
            yield f'<line class="grid" x1="{x}" y1="{top}" x2="{x}" y2="{bottom}"/>'
            yield f'<text class="s" x="{x}" y="{bottom + 14}" text-anchor="middle">{10.0**power:g}{unit}</text>'
            power += 1


def _label(y: float, text: str) -> str:
    return f'<text x="{LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(text)}</text>'


def _goal(x: float, y: float) -> str:
    return f'<line class="goal" x1="{x}" y1="{y - 9}" x2="{x}" y2="{y + 9}"/>'


def shares(samples: Samples) -> list[tuple[str, str, float, float | None]]:
    """Label, colour, share of the limit, goal: for every bar."""
    found: list[tuple[str, str, float, float | None]] = []
    for row, said in (("repeated", "repeated"), ("not-modified", "304")):
        for case in samples.cases(row):
            ratio = samples.ratio(row, (case, "ours"), (case, "bare"), "rps")
            if ratio:
                found.append((f"{said}: {case}", "ours", ratio.median, goals.LIMIT[row].bound))
    for row in ("record", "list", "search"):
        for case in samples.cases(row):
            ours = worse(samples, row, case)
            others = [s for s in samples.subjects(row, case) if s in COLOURS]
            for subject in (ours, *others):
                ratio = samples.ratio(row, (case, subject), (case, "bare"), "rps")
                if ratio:
                    name, goal = ("ours", goals.LIMIT[row].bound) if subject == ours else (subject, None)
                    found.append((f"first-time {case}: {name}", name, ratio.median, goal))
    return found


def _bars(samples: Samples, top: float) -> tuple[list[str], float]:
    bars = shares(samples)
    scale = Scale(0.001, max(1, *(share for _, _, share, _ in bars)))
    bottom = top + LINE * len(bars)
    parts = list(scale.grid(top - 6, bottom))
    for number, (label, colour, share, goal) in enumerate(bars):
        y = top + LINE * number + LINE / 2 - 6
        x = scale.at(share)
        parts.append(_label(y, label))
        parts.append(f'<rect x="{LEFT}" y="{y - 6}" width="{x - LEFT:.1f}" height="12" fill="{COLOURS[colour]}"/>')
        parts.append(f'<text class="s" x="{RIGHT + 12}" y="{y + 4}">{share:.2g}</text>')
        if goal:
            parts.append(_goal(scale.at(goal), y))
    return parts, bottom + 34


def _dots(samples: Samples, top: float) -> tuple[list[str], float]:
    kinds = samples.cases("growth")
    sizes = list(dict.fromkeys(size for kind in kinds for size in samples.subjects("growth", kind)))
    ratios = {
        (kind, size): ratio.median
        for kind in kinds
        for size in sizes[1:]
        if (ratio := samples.ratio("growth", (kind, size), (kind, sizes[0]), "p50"))
    }
    scale, bottom = Scale(0.1, 10.0 ** ceil(log10(max(10, *ratios.values())))), top + LINE * len(kinds)
    parts = list(scale.grid(top - 6, bottom, "×"))
    for number, kind in enumerate(kinds):
        y = top + LINE * number + LINE / 2 - 6
        parts.append(_label(y, kind))
        parts.append(_goal(scale.at(goals.GROWTH["p50"].bound), y))
        for size in sizes[1:]:
            if (kind, size) in ratios:
                fill = COLOURS["ours"] if size == sizes[-1] else "none"
                x = scale.at(ratios[kind, size])
                parts.append(f'<circle cx="{x}" cy="{y}" r="5" fill="{fill}" stroke="{COLOURS["ours"]}"/>')
    return parts, bottom + 34


def drawn(samples: Samples) -> str:
    """The picture."""
    parts, y = [], 60.0
    if shares(samples):
        parts.append('<text class="h" x="20" y="26">Requests a second, as a share of the limit</text>')
        parts.append('<text class="s" x="20" y="42">1 = the same bytes from a bare ASGI function; red = goal</text>')
        bars, y = _bars(samples, y)
        parts += bars
    kinds = samples.cases("growth")
    if kinds:
        sizes = list(dict.fromkeys(size for kind in kinds for size in samples.subjects("growth", kind)))
        named = " and ".join(f"{sized(size)} records ({'●' if size == sizes[-1] else '○'})" for size in sizes[1:])
        parts.append(f'<text class="h" x="20" y="{y + 20}">Median time to answer, against the real data</text>')
        parts.append(f'<text class="s" x="20" y="{y + 36}">at {named}; no cache; red = goal</text>')
        dots, y = _dots(samples, y + 56)
        parts += dots
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y:.0f}" width="{WIDTH}" height="{y:.0f}" '
        f'role="img" aria-label="Results of the benchmark"><style>{STYLE}</style>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )
