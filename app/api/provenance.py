"""What rests on what: every statement by work, page, citation or note, and a work page by page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any
from urllib.parse import quote

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.api.conditional import answer, etag
from app.api.filters import page_without_work
from app.api.negotiation import JSON
from app.api.parameters import (
    ID,
    Parameter,
    ParameterError,
    known_id,
    known_record,
    one_of,
    paging_parameters,
    read,
    whole,
)
from app.api.problems import Mistake, documented, mistake
from app.api.requests import (
    absent,
    canonical,
    envelope,
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
from app.api.schemas import ListLinks, kept
from app.api.threads import apart
from app.resource import Resource
from app.store.facts import KINDS, MOST_SHOWN, Fact, WorkPage
from app.store.provenance import Wanted, pages, statements
from app.store.query import Store
from app.values import LAST_PARAGRAPH, SLUG, Face, check_pages, page_ranges

PATH = "/v1/provenance"
WORKS = "works"


class Counts(Face):
    """How many of the statements asked for there are."""

    by_kind: dict[str, int] = Field(description="Of each kind; cited includes single, and any may be noted.")
    by_collection: dict[str, int] = Field(description="In each collection.")


class ProvenanceMeta(Face):
    """About a list of statements."""

    dataset_version: str = Field(description="Version of the dataset that answered.")
    total: int = Field(description="Statements that match; a lower bound where total_is_exact is false.")
    total_is_exact: bool = Field(description="Whether total and counts are of all that match.")
    limit: int = Field(description="Statements a page.")
    counts: Counts = Field(description="Counts of all that match, not of the page only.")
    query: dict[str, Any] = Field(description="The query as understood.")


class ProvenanceList(Face):
    """A page of statements."""

    data: tuple[Fact, ...] = Field(description="The statements, in the order of the records.")
    meta: ProvenanceMeta = Field(description="About the list.")
    links: ListLinks = Field(description="Where to go from here.")


class WorkPagesMeta(Face):
    """About the pages of a work."""

    dataset_version: str = Field(description="Version of the dataset that answered.")
    total: int = Field(description="Pages of the work that citations name.")
    total_is_exact: bool = Field(description="Whether total is the exact number; it is.")
    limit: int = Field(description="Pages of the work on a page of this list.")
    shown: int = Field(description="Citations and records shown of one page at most; each page gives their numbers.")
    reason: str | None = Field(description="Why there is no page, where there is none.")


class WorkPages(Face):
    """The pages of a work as this dataset uses them."""

    data: tuple[WorkPage, ...] = Field(description="The pages in order.")
    meta: WorkPagesMeta = Field(description="About the list.")
    links: ListLinks = Field(description="Where to go from here.")


def page_range(value: str) -> tuple[int, int]:
    """A page or a range of pages: 180, 179-181."""
    try:
        (found,) = page_ranges(check_pages(value.replace("–", "-")))
    except ValueError:
        raise ParameterError("write one page or one range: 180 or 179-181", ["180", "179-181"]) from None
    if found[1] > 99999:
        raise ParameterError("pages run to 99999", ["180", "179-181"])
    return found


def alone_with_nothing(values: Mapping[str, Any]) -> list[Mistake]:
    """The mistake of asking for what rests alone on nothing named."""
    if values.get("alone") != "true" or values.get("work") or values.get("citation"):
        return []
    return [mistake("alone", "true", "say on what it is to rest alone: give work or citation", ["work", "citation"])]


@dataclass(frozen=True)
class Asked:
    """A request for statements, understood."""

    wanted: Wanted
    texts: Mapping[str, list[str]]
    after: int
    limit: int


@dataclass(frozen=True)
class Provenance:
    """What rests on what, as it is served."""

    store: Store
    resources: Mapping[str, Resource]

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """What may be asked."""
        store, names = self.store, list(self.resources)
        work, page = next(filter(None, map(store.cited, names)), (None, None))
        record = {"type": "string", "pattern": f"^[a-z]+/{SLUG}$"}
        kinds = "; ".join(f"{name}: {text}" for name, (text, _) in KINDS.items())
        pages_ = {"type": "string", "pattern": "^[0-9]+(-[0-9]+)?$"}
        paragraphs = {"type": "integer", "minimum": 1, "maximum": LAST_PARAGRAPH}
        declared = (
            Parameter("work", "Rests on one of these works.", ID, partial(known_id, store, WORKS), True, work),
            Parameter(
                "page", "With `work`: rests on a citation of the work with one of these pages.", pages_, page_range,
                example=None if page is None else f"{page}-{page + 1}",
            ),
            Parameter(
                "citation", "Rests on one of these citations.", ID, partial(known_id, store, "citations"), True,
            ),
            Parameter(
                "alone", "true: rests on nothing but the works and citations named, on no page outside `page`.",
                {"type": "string", "enum": ["true", "false"], "default": "false"}, partial(one_of, ("true", "false")),
            ),
            Parameter(
                "kind", f"{kinds}.", {"type": "string", "enum": list(KINDS)}, partial(one_of, tuple(KINDS)), True,
                "single",
            ),
            Parameter(
                "collection", "In records of these collections.", {"type": "string", "enum": names},
                partial(one_of, names), True,
            ),
            Parameter("record", "In these records (collection/id).", record, partial(known_record, store), True),
            Parameter(
                "paragraph", "Stated in one of these paragraphs of the essay, with a citation or without.", paragraphs,
                partial(whole, 1, LAST_PARAGRAPH), True, 2,
            ),
            Parameter("note", "Has one of these notes against it.", ID, partial(known_id, store, "notes"), True),
        )  # fmt: skip
        return {parameter.name: parameter for parameter in declared} | paging_parameters("Statements")

    def understand(self, sent: Iterable[tuple[str, str]]) -> Asked:
        """Read a query, or refuse it with every mistake named."""
        values, texts, mistakes = read(self.parameters, sent)
        mistakes += [*page_without_work(values, texts), *alone_with_nothing(values)]
        texts = canonical(self.parameters, values, texts)
        after, wrong = page_start(self.store.version, PATH, texts)
        refuse(mistakes + wrong)
        wanted = Wanted(
            works=tuple(values.get("work", ())),
            pages=values.get("page"),
            citations=tuple(values.get("citation", ())),
            alone=values.get("alone") == "true",
            kinds=tuple(sorted(values.get("kind", ()))),
            collections=tuple(values.get("collection", ())),
            records=tuple(values.get("record", ())),
            paragraphs=tuple(values.get("paragraph", ())),
            notes=tuple(values.get("note", ())),
        )
        return Asked(wanted, texts, after or 0, values.get("limit", 25))

    def page(self, asked: Asked) -> tuple[bytes, str | None]:
        """The JSON of a page of statements, and the path of the next."""
        found = statements(self.store, asked.wanted, asked.after, asked.limit)
        meta = {
            "dataset_version": self.store.version,
            "total": found.total,
            "total_is_exact": found.total_is_exact,
            "limit": asked.limit,
            "counts": {"by_kind": found.by_kind, "by_collection": found.by_collection},
            "query": understood(self.parameters, asked.texts),
        }
        links = page_links(self.store.version, PATH, asked.texts, found.after)
        return envelope(listed(found.bodies), meta, links), links["next"]

    async def list_(self, request: Request) -> Response:
        """Statements, asked by what they rest on."""
        asked = self.understand(sent_parameters(request))
        tag = etag(self.store.version, written(PATH, asked.texts), JSON)
        body, following = self.page(asked) if asked.wanted.is_bounded else await apart(self.page, asked)
        return answer(request, tag, next_link(following), JSON, body, varies=False)

    def index(self, work: str, texts: Mapping[str, list[str]], after: int, limit: int) -> tuple[bytes, str | None]:
        """The JSON of some pages of a work, and the path of the next."""
        found, more, total = pages(self.store, work, after, limit)
        why = f"no citation names a page of it; /v1/notes?work={work} lists the notes that rest on it"
        meta = {
            "dataset_version": self.store.version,
            "total": total,
            "total_is_exact": True,
            "limit": limit,
            "shown": MOST_SHOWN,
            "reason": None if total else why,
        }
        links = page_links(self.store.version, f"/v1/{WORKS}/{work}/pages", texts, found[-1][0] if more else None)
        return envelope(listed(body for _, body in found), meta, links), links["next"]

    async def pages(self, request: Request) -> Response:
        """A work, page by page."""
        work = request.path_params["id"]
        path = f"/v1/{WORKS}/{quote(work, safe='')}/pages"
        declared = paging_parameters("Pages")
        values, texts, mistakes = read(declared, sent_parameters(request))
        texts = canonical(declared, values, texts)
        after, wrong = page_start(self.store.version, path, texts)
        refuse(mistakes + wrong)
        if self.store.body(WORKS, work) is None:
            return absent(request, self.store, WORKS, work, "/pages")
        body, following = self.index(work, texts, after or 0, values.get("limit", 25))
        tag = etag(self.store.version, written(path, texts), JSON)
        return answer(request, tag, next_link(following), JSON, body, varies=False)

    def routes(self) -> list[Route]:
        """The two routes."""
        return [
            Route(PATH, self.list_, self._operation),
            Route(f"/v1/{WORKS}/{{id}}/pages", self.pages, self._operation_of_pages),
        ]

    def _operation(self) -> Operation:
        example, _ = self.page(self.understand([("limit", "1")]))
        return Operation(
            id="list_provenance",
            tag="provenance",
            summary="List statements by what they rest on",
            description="Every statement of every record (a part or plain field that a source or a note is hung on) "
            "with its value, its citations or the paragraph that states it uncited, and the notes against it. "
            "Conditions on work, page and citation hold of one and the same citation.",
            responses={**kept("list", "A page of statements.", ProvenanceList, example, {}), **documented(400, 414)},
            parameters=[p.documented() for p in self.parameters.values()],
        )

    def _operation_of_pages(self) -> Operation:
        work = self.parameters["work"].example or "some-work"
        shown, _ = self.index(work, {"limit": ["1"]}, 0, 1)
        named = {
            "name": "id", "in": "path", "required": True, "description": "Id of the work.", "schema": dict(ID),
            "example": work,
        }  # fmt: skip
        return Operation(
            id="list_work_pages",
            tag="provenance",
            summary="List the pages of a work as this dataset uses it",
            description="For each page that a citation names, in order: its citations, and the records and pointers "
            "that rest on it. A work that no citation names a page of has an empty list, and the answer says why.",
            responses={**kept("list", "Pages of the work.", WorkPages, shown, {}), **documented(400, 404, 410, 414)},
            parameters=[named, *(p.documented() for p in paging_parameters("Pages").values())],
        )
