"""`/v1/suggest`: names that begin as what was typed so far."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.api.conditional import answer, etag
from app.api.filters import shared_parameters
from app.api.negotiation import JSON
from app.api.parameters import Parameter, ParameterError, read, whole
from app.api.problems import documented
from app.api.requests import canonical, envelope, lasting, refuse, sent_parameters, understood, written
from app.api.routes import Operation, Route
from app.api.schemas import kept
from app.api.words import BLANK, WRITTEN
from app.folding import words
from app.resource import Resource
from app.store.query import Store
from app.store.render import encode
from app.store.suggestions import Suggestion, most_named, suggestions
from app.values import Face, Reference

PATH = "/v1/suggest"
FEW, MOST = 10, 20
LONGEST = 200  # characters: no name is longer
NO_WORD = "there is no letter or digit to begin a name with"
NO_NAME = "no name has words that begin so; /v1/search looks in texts too"


class SuggestedName(Face):
    """A record whose name begins as what was typed."""

    name: str = Field(description="Display name of the record.")
    matched: str = Field(description="The name that begins so, here or at a later word; it may be another one.")
    language: str | None = Field(description="Language of that name (BCP 47); null: English or romanised.")
    collection: str = Field(description="Collection of the record.")
    record: Reference = Field(description="The record.")
    years: str | None = Field(description="Its years: 1939, 1938–1939, from 1905; null where it has no date.")


class SuggestMeta(Face):
    """About suggestions."""

    dataset_version: str = Field(description="Version of the dataset that answered.")
    limit: int = Field(description="Suggestions at most.")
    query: dict[str, Any] = Field(description="The query as understood.")
    reason: str | None = Field(description="Why there is no suggestion; null where there is one.")


class SuggestLinks(Face):
    """Where to go from suggestions."""

    self: str = Field(description="This answer.")
    search: str = Field(description="The same looked for in every text.")


class SuggestList(Face):
    """Suggestions."""

    data: tuple[SuggestedName, ...] = Field(description="The names, the likeliest first.")
    meta: SuggestMeta = Field(description="About the suggestions.")
    links: SuggestLinks = Field(description="Where to go from here.")


def read_typed(text: str) -> str:
    """What was typed."""
    if not text.strip(BLANK):
        raise ParameterError("write the beginning of a name", ["khalk", "Того", "張鼓"])
    if len(text) > LONGEST:
        raise ParameterError(f"{len(text):,} characters; no name has more than {LONGEST}", ["khalk"])
    return text


def parameters(store: Store, resources: Mapping[str, Resource], example: str) -> dict[str, Parameter]:
    """What may be asked."""
    described = (
        "What was typed so far: the beginning of a name or of any word in it, in any script. Case and marks do not "
        "matter; where too few names begin so, other romanisations are tried."
    )
    typed = {**WRITTEN, "maxLength": LONGEST}
    rows = {"type": "integer", "minimum": 1, "maximum": MOST, "default": FEW}
    return {
        "q": Parameter("q", described, typed, read_typed, example=example, required=True),
        "collection": shared_parameters(store, resources)["collection"],
        "limit": Parameter("limit", f"Suggestions, at most {MOST}.", rows, partial(whole, 1, MOST), example=5),
    }


def shown(found: Suggestion) -> dict[str, Any]:
    """A suggestion as clients read it: a `SuggestedName`."""
    return {
        "name": found.name,
        "matched": found.matched,
        "language": found.language,
        "collection": found.collection,
        "record": {"id": found.id, "name": found.name, "url": f"/v1/{found.collection}/{found.id}"},
        "years": found.years,
    }


def routes(store: Store, resources: Mapping[str, Resource]) -> list[Route]:
    """The route. A suggestion reads a bounded number of rows, so it is made in the event loop."""
    example = (most_named(store) or "Japan")[:5].strip()
    declared = parameters(store, resources, example)

    def page(sent: Iterable[tuple[str, str]]) -> tuple[bytes, str]:
        values, texts, mistakes = read(declared, sent)
        refuse(mistakes)
        texts = canonical(declared, values, texts)
        limit = values.get("limit", FEW)
        found = suggestions(store, values["q"], values.get("collection", ()), limit)
        meta = {
            "dataset_version": store.version,
            "limit": limit,
            "query": understood(declared, texts),
            "reason": None if found else NO_NAME if words(values["q"]) else NO_WORD,
        }
        path = written(PATH, texts)
        links = {"self": path, "search": written("/v1/search", lasting(texts))}
        return envelope([encode([shown(one) for one in found])], meta, links), path

    async def suggest(request: Request) -> Response:
        body, path = page(sent_parameters(request))
        return answer(request, etag(store.version, path, JSON), {}, JSON, body, varies=False)

    def operation() -> Operation:
        body, _ = page([("q", example), ("limit", "3")])
        return Operation(
            id="suggest",
            tag="search",
            summary="Suggest names while typing",
            description="Names and other names that have a word beginning as what was typed, one for each record.",
            responses={**kept("answer", "Suggestions.", SuggestList, body, {}), **documented(400, 414)},
            parameters=[p.documented() for p in declared.values()],
        )

    return [Route(PATH, suggest, operation)]
