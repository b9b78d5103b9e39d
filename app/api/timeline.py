"""`/v1/timeline`: one chronology of everything dated, in groups where asked, and the state of affairs on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from app.api.conditional import answer, etag
from app.api.filters import SHARED, conditions
from app.api.negotiation import JSON
from app.api.parameters import read
from app.api.problems import documented
from app.api.requests import (
    canonical,
    envelope,
    lasting,
    listed,
    next_link,
    page_links,
    page_start,
    refuse,
    sent_parameters,
    understood,
    written,
)
from app.api.routes import Operation, Route
from app.api.threads import apart
from app.api.timeline_parameters import ROWS, misfits, parameters
from app.api.timeline_schemas import responses
from app.resource import Resource
from app.store import timeline
from app.store.dated import noun
from app.store.moments import UNKNOWN
from app.store.query import Store
from app.store.render import encode
from app.store.timeline import SHOWN, Asked, Group, Standing

PATH = "/v1/timeline"
EXAMPLES = {"moments": "limit=1", "groups": "group=year&limit=1", "state": "state=1939-08-20&limit=1"}


def name_of(value: int, by: str) -> str:
    """A year or decade as a client writes it."""
    if value == UNKNOWN:
        return "unknown"
    return f"{value:04d}" + ("s" if by == "decade" else "")


@dataclass(frozen=True)
class Question:
    """A request, understood."""

    asked: Asked
    texts: Mapping[str, list[str]]
    values: Mapping[str, Any]


class Timeline:
    """The timeline as it is served."""

    def __init__(self, store: Store, resources: Mapping[str, Resource]) -> None:
        """Declare what may be asked."""
        self.store, self.parameters = store, parameters(store, resources)
        # What could stand in a state of affairs but for want of a date of its own.
        lasting_by_date = (r for r in resources.values() if r.lasts and r.lasts.path == "date")
        self.undated = tuple(noun(r.model) for r in lasting_by_date)

    def understand(self, sent: Iterable[tuple[str, str]]) -> Question:
        """Read a query, or refuse it with every mistake named."""
        values, texts, mistakes = read(self.parameters, sent)
        mistakes += misfits(values, texts)
        texts = canonical(self.parameters, values, texts)
        after, wrong = page_start(self.store.version, PATH, texts)
        refuse(mistakes + wrong)
        terms = {name: tuple(values[name]) for name in ("collection", "kind") if values.get(name)}
        terms |= {name: (values[name],) for name in ("year", "decade") if name in values}
        if "record" in values:
            terms["record"] = tuple(filter(None, map(self.store.number, values["record"])))
        asked = Asked(
            conditions=tuple(conditions({n: f for n, f in SHARED.items() if n != "date"}, values)),
            terms=terms,
            on=values.get("on"),
            span=values.get("state") or values.get("date"),
            match=values.get("date_match") or "possible",
            descending=values.get("sort") == "-date",
            after=after,
            limit=values.get("limit", ROWS),
        )
        return Question(asked, texts, values)

    def _meta(self, question: Question, total: int, undated: int, *, exact: bool = True) -> dict[str, Any]:
        shown = understood(self.parameters, question.texts)
        if "state" not in shown:
            shown.setdefault("sort", "date")
        if question.asked.span:
            shown.setdefault("date_match", "possible")
        return {
            "dataset_version": self.store.version,
            "total": total,
            "total_is_exact": exact,
            "limit": question.asked.limit,
            "undated_excluded": undated,
            "query": shown,
        }

    def body(self, question: Question) -> tuple[bytes, str | None]:
        """The JSON that answers, and the path of the next page."""
        if "state" in question.values:
            return self._state(question)
        if "group" in question.values:
            return self._groups(question)
        page = timeline.page(self.store, question.asked)
        meta = self._meta(question, page.total, page.undated_excluded, exact=page.total_is_exact)
        return self._answer(question, list(page.bodies), meta, page.after)

    def _groups(self, question: Question) -> tuple[bytes, str | None]:
        by = question.values["group"]
        found = timeline.groups(self.store, question.asked, by)
        meta = self._meta(question, found.total, timeline.without_date(self.store, question.asked))
        meta |= {"moments": found.moments, "shown": SHOWN}
        return self._answer(question, [self._group(question, by, group) for group in found.groups], meta, found.after)

    def _group(self, question: Question, by: str, group: Group) -> bytes:
        value = name_of(group.value, by)
        texts = {name: several for name, several in lasting(question.texts).items() if name != "group"}
        head = {
            "value": value,
            "label": f"{by} not known" if value == "unknown" else value,
            "count": group.count,
            "url": written(PATH, {**texts, by: [value]}),
        }
        return encode(head)[:-1] + b',"moments":[%b]}' % b",".join(group.bodies)

    def _state(self, question: Question) -> tuple[bytes, str | None]:
        found = timeline.state(self.store, question.asked)
        kinds = {"kind": self.undated, **question.asked.terms}
        undated = timeline.without_date(self.store, replace(question.asked, terms=kinds))
        meta = self._meta(question, sum(number for _, _, number, _ in found.counts), undated)
        meta["states"] = [
            {
                "state": state,
                "collection": collection,
                "total": total,
                "certain": certain,
                "url": written(PATH, {**lasting(question.texts), "collection": [collection]}),
            }
            for collection, state, total, certain in found.counts
        ]
        return self._answer(question, list(map(standing, found.standing)), meta, found.after)

    def _answer(
        self, question: Question, data: list[bytes], meta: dict[str, Any], after: int | None
    ) -> tuple[bytes, str | None]:
        links = page_links(self.store.version, PATH, question.texts, after)
        return envelope(listed(data), meta, links), links["next"]

    async def serve(self, request: Request) -> Response:
        """Answer a request; off the event loop, since counts grow with the data."""
        question = self.understand(sent_parameters(request))
        tag = etag(self.store.version, written(PATH, question.texts), JSON)
        body, following = await apart(self.body, question)
        return answer(request, tag, next_link(following), JSON, body, varies=False)

    def example(self, query: str) -> bytes:
        """What is served for a query."""
        return self.body(self.understand(parse_qsl(query)))[0]


def standing(found: Standing) -> bytes:
    """A record in a state of affairs: as rendered at build, with what depends on the day."""
    return found.body[:-1] + b',"certain":%b,"why":%b}' % (encode(found.certain), encode(found.why))


def routes(store: Store, resources: Mapping[str, Resource]) -> list[Route]:
    """The route of the timeline."""
    served = Timeline(store, resources)

    def operation() -> Operation:
        return Operation(
            id="get_timeline",
            tag="timeline",
            summary="Get the timeline",
            description="Everything dated in every record in one chronology: moments; with `group` years or decades of "
            "moments; with `state` no moments but the records that stood on a day, each certain or only possible. "
            "Filters are on the record that holds the moment, but for `kind`, `date`, `on`, `year` and `decade`.",
            responses={
                **responses({name: served.example(query) for name, query in EXAMPLES.items()}),
                **documented(400, 414),
            },
            parameters=[parameter.documented() for parameter in served.parameters.values()],
        )

    return [Route(PATH, served.serve, operation)]
