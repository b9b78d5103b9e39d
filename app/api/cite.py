"""Cite this: any answer, and the pages that it rests on, as citations to print or to import."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from app.api.citation import MEDIA_TYPES, STYLES, Citations, CiteDocument
from app.api.collections import Collection
from app.api.conditional import answer, etag
from app.api.inside import ask
from app.api.negotiation import JSON, negotiate
from app.api.parameters import Parameter, one_of, read
from app.api.problems import Mistake, ProblemError, canonical_path, documented, mistake, moved, written_path
from app.api.requests import canonical, refuse, sent_parameters, written
from app.api.routes import Operation, Route
from app.api.schemas import kept
from app.api.threads import apart, stays
from app.store.query import Store

PATH = "/v1/cite"
FORMAT = Parameter(
    "format",
    "json has all styles and formats at once; text, bibtex, ris and csl are files to import. Wins over Accept.",
    {"type": "string", "enum": list(MEDIA_TYPES), "default": "json"},
    partial(one_of, tuple(MEDIA_TYPES)),
)
STYLE = Parameter(
    "style",
    "Style of the texts: one only in json; that of text, where chicago is the default. Other formats have no style.",
    {"type": "string", "enum": list(STYLES)},
    partial(one_of, tuple(STYLES)),
    example="chicago",
)
DECLARED = {"format": FORMAT, "style": STYLE}
HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
EXAMPLE_BASE = "http://127.0.0.1:8000"
DESCRIBED = (
    "Citations of the answer and of every work and page that it rests on, in Chicago (17th edition, notes and "
    "bibliography), APA (7th) and MLA (9th) text, CSL-JSON, BibTeX and RIS. An answer that shows citations rests on "
    "those; one that shows none, as a search, on what its records rest on."
)


def base_of(request: Request) -> str:
    """Scheme and host that the client asked: canonical addresses begin with them."""
    host = request.headers.get("host", "")
    if not HOST.fullmatch(host):
        raise ProblemError(400, "the Host header names no host; a citation needs the address of this server")
    return f"{request.url.scheme}://{host}"


@dataclass(frozen=True)
class Citing:
    """Citations of answers, as they are served."""

    store: Store
    about: Mapping[str, Any]
    collections: Mapping[str, Collection]
    base: str | None = None  # address that clients know the server by

    @property
    def citations(self) -> Citations:
        """What makes the citations."""
        return Citations(self.store, self.about)

    async def _answered(self, request: Request, path: str, body: bytes, own: str, sent: Any) -> Response:
        """The citation of an answer, in the format that the client wants."""
        values, texts = sent
        chosen = negotiate(request, MEDIA_TYPES, values.get("format"))
        base = self.base or base_of(request)
        cited = await apart(self.citations.cited, base, path, body)
        made = await apart(self.citations.written, cited, chosen, values.get("style"), own, texts)
        tag = etag(self.store.version, f"{base}{written(own, texts)}", MEDIA_TYPES[chosen])
        others = {name: kind for name, kind in MEDIA_TYPES.items() if name != chosen}
        links = {
            written(own, {**texts, "format": [name]}): f'rel="alternate"; type="{kind}"'
            for name, kind in others.items()
        }
        return answer(request, tag, links, MEDIA_TYPES[chosen], made)

    @stays
    async def record(self, request: Request) -> Response:
        """The citation of a record."""
        collection, identifier = request.path_params["collection"], request.path_params["id"]
        if collection.lower() not in self.collections:
            raise ProblemError(404, f"no resource at {written_path(request.scope['path'])}; start at /v1")
        values, texts, mistakes = read(DECLARED, sent_parameters(request))
        refuse(mistakes)
        texts = canonical(DECLARED, values, texts)
        path = written_path(f"/v1/{collection}/{identifier}")
        found = await ask(request, path, "")
        if found.status == 308:
            target = f"{found.headers['location']}/citation"
            return moved(written(target, texts))
        document = json.loads(found.body)
        if found.status != 200:
            raise ProblemError(found.status, document["detail"])
        if "data" not in document:
            raise ProblemError(404, f"{path} is no record; {self.collections[collection].path} lists them")
        return await self._answered(request, path, found.body, f"{path}/citation", (values, texts))

    @stays
    async def address(self, request: Request) -> Response:
        """The citation of what is served at an address of this server."""
        declared = {"url": self.url_parameter(), **DECLARED}
        values, texts, mistakes = read(declared, sent_parameters(request))
        if "url" in texts and any(m.parameter not in declared for m in mistakes):
            detail = "if more of its query follows, write each & in it as %26 (curl: -G --data-urlencode)"
            mistakes.append(mistake("url", texts["url"][0], detail))
        refuse(mistakes)
        texts = canonical(declared, values, texts)
        sent = values["url"]
        path, body = await self._served(request, self._target(request, sent), sent)
        return await self._answered(request, path, body, PATH, (values, {**texts, "url": [path]}))

    def _target(self, request: Request, sent: str) -> str:
        """An address of this server without its host: the one that was asked, or the one that citations name."""
        base = self.base if self.base and sent.startswith(f"{self.base}/") else base_of(request)
        return sent.removeprefix(base).partition("#")[0]

    async def _served(self, request: Request, target: str, sent: str) -> tuple[str, bytes]:
        """The canonical path of an address of this server, and what is served there."""
        for _ in range(5):
            path, _, query = target.partition("?")
            plain = canonical_path(unquote(path))  # else an address encoded twice would be asked to cite itself
            if not path.startswith("/v1/") or plain == PATH or plain.endswith("/citation"):
                detail = "only answers of this server can be cited, not citations: a path that begins with /v1/"
                refuse([mistake("url", sent, detail, ["/v1/treaties?party=empire-of-japan"])])
            found = await ask(request, path, query)
            if found.status == 308:
                target = found.headers["location"]
                continue
            if found.status != 200:
                refuse([self._unanswered(sent, found.status, found.body)])
            is_json = found.headers.get("content-type") == JSON
            document = await apart(json.loads, found.body) if is_json else {}
            if "data" not in document or "self" not in document.get("links", {}):
                detail = "no JSON answer is served there; leave format out of the address, or cite a record or a list"
                refuse([mistake("url", sent, detail)])
            if document["links"]["self"] == target:
                return target, found.body
            target = document["links"]["self"]
        raise ProblemError(400, "the address has no canonical form")

    @staticmethod
    def _unanswered(sent: str, status: int, body: bytes) -> Mistake:
        """Why what an address asks for cannot be cited: what it would have been told itself."""
        problem = json.loads(body)
        first: dict[str, Any] = next(iter(problem.get("errors", ())), {"allowed": (), "did_you_mean": None})
        hint = f"; did you mean {first['did_you_mean']}?" if first["did_you_mean"] else ""
        return mistake("url", sent, f"answered {status}: {problem['detail']}{hint}", first["allowed"])

    def url_parameter(self) -> Parameter:
        """What to cite."""
        text = "Address of an answer of this server, percent-encoded: a record, list, search, timeline or graph."
        example = f"/v1/{next(iter(self.collections))}?limit=1"
        schema = {"type": "string", "pattern": "^(https?://[^/]+)?/v1/"}
        return Parameter("url", text, schema, str, example=example, required=True)

    def routes(self) -> list[Route]:
        """The two routes."""
        return [
            Route("/v1/{collection}/{id}/citation", self.record, self._operation_of_record),
            Route(PATH, self.address, self._operation_of_address),
        ]

    def _operation_of_record(self) -> Operation:
        name, collection = next(iter(self.collections.items()))
        held = {
            "name": "collection", "in": "path", "required": True, "description": "Name of the collection.",
            "schema": {"type": "string", "enum": list(self.collections)}, "example": name,
        }  # fmt: skip
        example, parameters = self._example_of_record(collection), [held, collection.id_parameter()]
        return self._operation("get_record_citation", "Cite a record", example, parameters)

    def _operation_of_address(self) -> Operation:
        example = self._example_of_list(next(iter(self.collections.values())))
        parameters = [self.url_parameter().documented()]
        return self._operation("get_address_citation", "Cite an answer by its address", example, parameters)

    @staticmethod
    def _operation(name: str, summary: str, example: bytes, parameters: list[dict[str, Any]]) -> Operation:
        files: dict[str, Any] = {kind: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values() if kind != JSON}
        files[MEDIA_TYPES["csl"]] = {"schema": {"type": "array", "items": {"type": "object"}}}
        shown = kept("citation", "The citation.", CiteDocument, example, files)
        return Operation(
            id=name,
            tag="citing",
            summary=summary,
            description=DESCRIBED,
            responses={**shown, **documented(400, 404, 406, 410, 414)},
            parameters=[*parameters, FORMAT.documented(), STYLE.documented()],
        )

    def _example_of_record(self, collection: Collection) -> bytes:
        path, body = collection.example
        return self.citations.written(
            self.citations.cited(EXAMPLE_BASE, path, body), "json", None, f"{path}/citation", {}
        )

    def _example_of_list(self, collection: Collection) -> bytes:
        url = str(self.url_parameter().example)
        body, _ = collection.page(collection.understand([("limit", "1")]))
        return self.citations.written(self.citations.cited(EXAMPLE_BASE, url, body), "json", None, PATH, {"url": [url]})
