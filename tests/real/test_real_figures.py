"""Figures plot: what stands at one date of a series is told apart."""

from collections import Counter

from app.curation.rules import checked
from app.resources import RESOURCES
from app.resources.figures import Figure
from tests.support import ROOT


def test_no_two_figures_of_a_series_say_the_same_of_the_same_at_one_date() -> None:
    figures = [r for r in checked(ROOT / "data", RESOURCES).records.values() if isinstance(r, Figure) and r.date]
    points = Counter((f.series, f.date.text, f.measure, f.about, f.actor) for f in figures if f.series and f.date)
    assert [point for point, times in points.items() if times > 1] == []
