"""The citation of an answer: the answer itself and the works that it rests on, in every style and format."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from pydantic import Field

from app.api.dataset import how_to_cite
from app.api.evidence import rests_on, works_of
from app.api.negotiation import JSON
from app.api.requests import envelope, written
from app.citing import apa, bibtex, chicago, mla, ris
from app.citing.item import Item, spans
from app.store.query import Store
from app.store.render import encode
from app.values import Face, Reference

STYLES = {"chicago": chicago, "apa": apa, "mla": mla}
MEDIA_TYPES = {
    "json": JSON,
    "text": "text/plain",
    "bibtex": "text/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl": "application/vnd.citationstyles.csl+json",
}


class TextsOf(Face):
    """Something cited in a style."""

    entry: str = Field(description="The entry of the bibliography.")
    note: str = Field(description="The footnote (Chicago) or the citation in the text (APA, MLA), with its pages.")


class Texts(Face):
    """Something cited in every style; plain text, without italics."""

    chicago: TextsOf | None = Field(description="Chicago, 17th edition, notes and bibliography; null where not asked.")
    apa: TextsOf | None = Field(description="APA, 7th edition; null where not asked for.")
    mla: TextsOf | None = Field(description="MLA, 9th edition; null where not asked for.")


class Forms(Face):
    """Something cited, in every style and format."""

    texts: Texts = Field(description="Texts to print.")
    csl: dict[str, Any] = Field(description="CSL-JSON; locator holds the pages cited.")
    bibtex: str = Field(description="BibTeX.")
    ris: str = Field(description="RIS.")


class AnswerCited(Face):
    """What answer is cited."""

    title: str = Field(description="Name of the record, or the address asked.")
    url: str = Field(description="Canonical address of the answer.")
    sha256: str = Field(description="SHA-256 of the bytes that a GET of the address answers as JSON.")
    dataset: str = Field(description="Name of the dataset.")
    publisher: str = Field(description="Who publishes it.")
    version: str = Field(description="Version of the dataset that answered.")
    released: str = Field(description="Date of this version.")


class CitedAnswer(Forms, AnswerCited):  # the fields of the last base come first
    """The answer itself, cited."""


class WorkCited(Face):
    """What work is cited, and what of it."""

    work: Reference = Field(description="The work.")
    pages: str | None = Field(description="Pages that the answer rests on, in order; null where none is known.")
    places: tuple[str, ...] = Field(description="Places in the work that are no pages: doc. 623.")
    citations: tuple[Reference, ...] = Field(description="Citations of the essay that the answer rests on.")


class CitedWork(Forms, WorkCited):
    """A work that the answer rests on, cited once with all its pages."""


class CitationSource(Face):
    """What to cite."""

    answer: CitedAnswer = Field(description="The answer itself.")
    works: tuple[CitedWork, ...] = Field(description="The works that it rests on, as a bibliography orders them.")


class CitationMeta(Face):
    """About a citation."""

    dataset_version: str = Field(description="Version of the dataset that answered.")
    next: str | None = Field(description="What is cited is one page; where it goes on. Null where it is whole.")


class CitationLinks(Face):
    """Where to go from a citation."""

    self: str = Field(description="This citation.")
    cited: str = Field(description="What is cited.")
    text: str = Field(description="The citation as plain text.")
    bibtex: str = Field(description="As BibTeX.")
    ris: str = Field(description="As RIS.")
    csl: str = Field(description="As CSL-JSON.")


class CiteDocument(Face):
    """The citation of an answer."""

    data: CitationSource = Field(description="What to cite.")
    meta: CitationMeta = Field(description="About the citation.")
    links: CitationLinks = Field(description="Where to go from here.")


def legible(path: str) -> str:
    """A path as people read it; what has no shape of its own (line ends, signs that turn the writing) stays encoded."""
    return "".join(letter if letter.isprintable() else quote(letter) for letter in unquote(path))


@dataclass(frozen=True)
class Cited:
    """An answer with what it rests on, ready to be written."""

    answer: Item
    path: str  # canonical
    sha256: str
    works: list[tuple[Reference, Item, tuple[Reference, ...]]]  # work, item, citations
    following: str | None


@dataclass(frozen=True)
class Citations:
    """Makes citations of answers, each a part of the dataset that `about` describes."""

    store: Store
    about: Mapping[str, Any]

    def cited(self, base: str, path: str, body: bytes) -> Cited:
        """An answer of this server (its canonical path and its body) with what it rests on."""
        document = json.loads(body)
        data, digest = document["data"], hashlib.sha256(body).hexdigest()
        rested = rests_on(self.store, data)
        works = works_of(self.store, rested)
        items = []
        for identifier, held in rested.items():
            if work := works.get(identifier):
                reference = Reference(id=identifier, name=work["name"], url=work["url"])
                item = Item.of(identifier, work["csl"], held.pages, held.places)
                items.append((reference, item, tuple(held.citations.values())))
        items.sort(key=lambda found: chicago.entry(found[1]).casefold())
        return Cited(self._item(base + path, path, data, digest), path, digest, items, document["links"].get("next"))

    def _item(self, url: str, path: str, data: Any, digest: str) -> Item:
        """The answer itself as a part of the dataset; the dataset's own page is the whole."""
        dataset = how_to_cite(dict(self.about))["csl"]
        named = data.get("name") if isinstance(data, dict) else None
        title = named if isinstance(named, str) else legible(path)
        within = {} if title == dataset["title"] else {"title": title, "container-title": dataset["title"]}
        identity = {"id": f"{dataset['id']}-{digest[:8]}", "URL": url, "note": f"SHA-256: {digest}"}
        csl = {**dataset, **within, "publisher": self.about["publisher"], **identity}
        return Item.of(identity["id"], {name: value for name, value in csl.items() if name != "id"})

    def written(self, cited: Cited, chosen: str, style: str | None, own: str, asked: Mapping[str, list[str]]) -> bytes:
        """A citation in a format; `own` and `asked` are where the citation itself is."""
        items = [cited.answer, *(item for _, item, _ in cited.works)]
        if chosen == "bibtex":
            return "\n".join(map(bibtex.entry, items)).encode()
        if chosen == "ris":
            return "\r\n".join(map(ris.entry, items)).encode()
        if chosen == "csl":
            return encode([item.exported() for item in items])
        if chosen == "text":
            return self._text(cited, STYLES[style or "chicago"]).encode()
        meta = {"dataset_version": self.store.version, "next": cited.following}
        kept_ = {name: texts for name, texts in asked.items() if name != "format"}
        files = {name: written(own, {**kept_, "format": [name]}) for name in MEDIA_TYPES if name != "json"}
        links = {"self": written(own, asked), "cited": cited.path, **files}
        return envelope([encode(self._data(cited, style))], meta, links)

    def _data(self, cited: Cited, style: str | None) -> dict[str, Any]:
        return CitationSource(
            answer=CitedAnswer(
                title=cited.answer.get("title"),
                url=cited.answer.get("URL"),
                sha256=cited.sha256,
                dataset=self.about["name"],
                publisher=self.about["publisher"],
                version=self.store.version,
                released=self.about["released"]["edtf"],
                **self._forms(cited.answer, style),
            ),
            works=tuple(
                CitedWork(
                    work=reference,
                    pages=spans(item.pages, "–") or None,
                    places=item.places,
                    citations=citations,
                    **self._forms(item, style),
                )
                for reference, item, citations in cited.works
            ),
        ).model_dump(mode="json")

    @staticmethod
    def _forms(item: Item, style: str | None) -> dict[str, Any]:
        texts = {
            name: TextsOf(entry=made.entry(item), note=made.note(item))
            for name, made in STYLES.items()
            if style in (None, name)
        }
        shown = Texts(**{name: texts.get(name) for name in STYLES})
        return {"texts": shown, "csl": item.exported(), "bibtex": bibtex.entry(item), "ris": ris.entry(item)}

    @staticmethod
    def _text(cited: Cited, style: Any) -> str:
        """The entries of a bibliography, each with its note below."""
        items = [cited.answer, *(item for _, item, _ in cited.works)]
        return "\n".join(f"{style.entry(item)}\n    {style.NOTE}: {style.note(item)}\n" for item in items)
