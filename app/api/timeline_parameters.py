"""What may be asked of the timeline."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from app.api.filters import page_without_work, shared_parameters
from app.api.parameters import EDTF, MOST_ROWS, Parameter, ParameterError, known_record, one_of, span, whole
from app.api.problems import Mistake, mistake
from app.resource import Resource
from app.store import timeline
from app.store.moments import UNKNOWN
from app.store.query import Store
from app.store.timeline import SHOWN
from app.values import SLUG

ROWS = 50
NOT_WITH_STATE = ("kind", "date", "on", "year", "decade", "group", "sort")
DAY = (  # of February, of the months of 30 days, of the rest
    "^(02-(0[1-9]|[12][0-9])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01]))$"
)


def month_day(value: str) -> str:
    """A day of any year, MM-DD."""
    if not re.fullmatch(DAY, value):
        raise ParameterError("write a day that exists as month-day, MM-DD", ["08-20"])
    return value


def year(value: str) -> int:
    """A year, or what began in none that is known."""
    if value == "unknown":
        return UNKNOWN
    if not re.fullmatch(r"[0-9]{4}", value):
        raise ParameterError("write a year of four digits, or unknown", ["1939", "unknown"])
    return int(value)


def decade(value: str) -> int:
    """A decade by its first year, or what began in none that is known."""
    if value == "unknown":
        return UNKNOWN
    if not re.fullmatch(r"[0-9]{3}0s", value):
        raise ParameterError("write a decade such as 1930s, or unknown", ["1930s", "unknown"])
    return int(value[:4])


def _of_moments(store: Store) -> list[Parameter]:
    """The filters on moments; none goes with `state`."""
    kinds = timeline.kinds(store)
    closed = {"type": "string", "enum": list(kinds)}
    day = {"type": "string", "pattern": DAY}
    years, decades = ({"type": "string", "pattern": f"^({p}|unknown)$"} for p in ("[0-9]{4}", "[0-9]{3}0s"))
    on = "This day in history, MM-DD: what is dated to that day, or is a span that begins or ends on it."
    kind = next(iter(kinds), None)
    return [
        Parameter("kind", "Moments of these kinds only.", closed, partial(one_of, kinds), many=True, example=kind),
        Parameter("on", on, day, month_day, example="08-20"),
        Parameter("year", "What began in this year; `unknown`: in none that is given.", years, year, example="1939"),
        Parameter("decade", "What began in this decade, or `unknown`.", decades, decade, example="1930s"),
    ]


def _of_answers(resources: Iterable[Resource]) -> list[Parameter]:
    """What shapes the answer."""
    orders, groups = ("date", "-date"), ("year", "decade")
    order = {"type": "string", "enum": list(orders), "default": orders[0]}
    grouped = {"type": "string", "enum": list(groups)}
    rows = {"type": "integer", "minimum": 0, "maximum": MOST_ROWS, "default": ROWS}
    group = f"Answer years or decades, each with its number of moments and the first {SHOWN}."
    states = ", ".join(f"{r.name} {r.lasts.state}" for r in resources if r.lasts)
    state = (
        f"The state of affairs on this day (EDTF; in a longer span: at some time in it): {states}. Each is certain or "
        f"only possible; date_match=certain leaves out the latter. Does not go with {', '.join(NOT_WITH_STATE)}."
    )
    limit = f"Moments, groups or records a page, at most {MOST_ROWS}; 0 gives the counts only."
    return [
        Parameter("group", group, grouped, partial(one_of, groups), example="decade"),
        Parameter("state", state, EDTF, span, example="1939-08-20"),
        Parameter("sort", "Order of moments or groups; - descends.", order, partial(one_of, orders)),
        Parameter("limit", limit, rows, partial(whole, 0, MOST_ROWS), example=5),
        Parameter("cursor", "Where the page begins: take it from links.next.", {"type": "string"}, str),
    ]


def parameters(store: Store, resources: Mapping[str, Resource]) -> dict[str, Parameter]:
    """Every parameter of the timeline by name."""
    found = shared_parameters(store, resources)
    described = "The moment's own date overlaps this date or span (EDTF: 1939, 1938-07/1938-08, ../1925)."
    found["date"] = replace(found["date"], description=described)
    record = {"type": "string", "pattern": f"^[a-z]+/{SLUG}$"}
    one = "treaties/tripartite-pact"
    read = partial(known_record, store)
    named = Parameter("record", "Of these records only (collection/id).", record, read, many=True, example=one)
    every = (named, *_of_moments(store), *_of_answers(resources.values()))
    return found | {parameter.name: parameter for parameter in every}


def misfits(values: Mapping[str, Any], texts: Mapping[str, list[str]]) -> list[Mistake]:
    """The mistakes of asking what does not go together."""
    wrong = page_without_work(values, texts)
    if "state" not in values:
        return wrong
    detail = "does not go with state, which is of records and not of moments; leave one of the two out"
    return wrong + [mistake(name, texts[name][0], detail) for name in NOT_WITH_STATE if name in texts]
