"""What the dataset is: name, version, counts, coverage, licences, how to cite it, what it lacks."""

import json
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.api.conditional import answer, etag
from app.api.negotiation import JSON
from app.api.problems import documented
from app.api.requests import without_parameters
from app.api.routes import Operation, Route
from app.api.schemas import RecordMeta, kept
from app.curation.description import Description
from app.store.query import Store
from app.store.render import encode
from app.values import Face


class HowToCite(Face):
    """How to cite the dataset."""

    text: str = Field(description="A sentence for a bibliography.")
    csl: dict[str, Any] = Field(description="The same as CSL-JSON.")


class Dataset(Description):
    """The dataset."""

    version: str = Field(description="The curators' number and a hash over data, code and lock.")
    coverage: dict[str, Any] = Field(description="Records, values and pointers counted; shares cited, uncited, noted.")
    cite_as: HowToCite = Field(description="How to cite it.")


class DatasetLinks(Face):
    """Where to go from here."""

    self: str = Field(description="This page.")
    collections: str = Field(description="The collections.")


class DatasetDocument(Face):
    """The dataset, in the envelope of every answer."""

    data: Dataset = Field(description="The dataset.")
    meta: RecordMeta = Field(description="About the answer.")
    links: DatasetLinks = Field(description="Where to go from here.")


def how_to_cite(dataset: dict[str, Any]) -> dict[str, Any]:
    """The dataset as a citation, for people and for Zotero."""
    released = dataset["released"]["edtf"]
    text = (
        f"{dataset['publisher']}. {dataset['name']}. Version {dataset['version']}, {released}. "
        f"Dataset, {dataset['licences']['data']['id']}."
    )
    csl = {
        "id": f"sjr-{dataset['version']}",
        "type": "dataset",
        "title": dataset["name"],
        "author": [{"literal": dataset["publisher"]}],
        "version": dataset["version"],
        "issued": {"date-parts": [[int(part) for part in released.split("-")]]},
    }
    return {"text": text, "csl": csl}


def document(store: Store) -> bytes:
    """The dataset's document in its envelope."""
    dataset = json.loads(store.document("dataset"))
    body = {
        "data": {**dataset, "cite_as": how_to_cite(dataset)},
        "meta": {"dataset_version": store.version},
        "links": {"self": "/v1/dataset", "collections": "/v1"},
    }
    return encode(body)


def routes(store: Store) -> list[Route]:
    """The route of the dataset."""
    body = document(store)

    async def dataset(request: Request) -> Response:
        without_parameters(request)
        return answer(request, etag(store.version, "/v1/dataset", JSON), {}, JSON, body, varies=False)

    def operation() -> Operation:
        return Operation(
            id="get_dataset",
            tag="dataset",
            summary="Get the dataset",
            description=(
                "Name, version, counts, coverage, licences, how to cite it, known gaps, what the pages rest on."
            ),
            responses={**kept("dataset", "The dataset.", DatasetDocument, body, {}), **documented(400)},
        )

    return [Route("/v1/dataset", dataset, operation)]
