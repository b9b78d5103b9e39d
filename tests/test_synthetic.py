"""Made-up records: as many as asked for, by the models and rules, the same each time, and never taken for history."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx
import pytest

from app.api.application import create_app
from app.curation.description import Redirects
from app.curation.load import Curated, Source
from app.curation.problem import Problem
from app.curation.rules import RULES, Whole
from app.resource import Record
from app.resources import RESOURCES
from app.store.current import open_store
from app.store.engine import put
from app.store.query import Store
from app.synthetic.dataset import NAME, synthetic
from app.synthetic.records import Synthetic
from tests.support import ROOT, serving

NOWHERE = Source("none", {})


def made(size: int, seed: int = 1) -> dict[tuple[str, str], Record]:
    return {(name, record.id): record for name, record in Synthetic(RESOURCES, size, seed).records()}


@pytest.mark.parametrize("size", [len(RESOURCES), 50, 1999])
def test_there_are_as_many_records_as_asked_for_of_every_collection(size: int) -> None:
    counts = Counter(name for name, _ in made(size))
    assert counts.total() == size
    assert set(counts) == set(RESOURCES)


def test_too_few_records_are_refused() -> None:
    with pytest.raises(ValueError, match=f"{len(RESOURCES)} at least"):
        Synthetic(RESOURCES, len(RESOURCES) - 1, 1)


def test_they_depend_on_the_seed_alone() -> None:
    assert made(100) == made(100)
    assert made(100) != made(100, seed=2)


@pytest.mark.parametrize("size", [len(RESOURCES), 700])
def test_they_hold_to_the_rules_of_the_data(size: int) -> None:
    records = made(size)
    whole = Whole(Curated(records, dict.fromkeys(records, NOWHERE)), RESOURCES, Redirects(), NOWHERE)
    problems: list[Problem] = [problem for rule in RULES for problem in rule(whole)]
    assert not problems


def test_every_field_of_the_models_occurs() -> None:
    met: dict[str, set[str]] = {}
    for (collection, _), record in made(1500).items():
        met.setdefault(collection, set()).update(n for n, v in record if v not in (None, (), {}))
    for name in met.keys() - {"topics"}:  # of which there are too few
        lacking = set(RESOURCES[name].model.model_fields) - met[name] - {"noted", "stations", "name", "uncited"}
        assert not lacking, f"{name} never has {lacking}"


def test_a_store_of_a_seed_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    command = (
        "import sys; from pathlib import Path; from app.resources import RESOURCES; from app.store.engine import put;"
        "from app.synthetic.dataset import synthetic; put(synthetic(200, 3, RESOURCES), Path(sys.argv[1]), print)"
    )
    bodies = []
    for hashed in ("1", "2"):
        store = tmp_path / hashed
        environment = {**os.environ, "PYTHONHASHSEED": hashed}
        subprocess.run([sys.executable, "-c", command, str(store)], cwd=ROOT, check=True, env=environment)
        [file] = store.glob("*.sqlite")
        bodies.append((file.name, file.read_bytes()))
    assert bodies[0] == bodies[1]


@pytest.fixture(scope="module")
def store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put(synthetic(1200, 1, RESOURCES), tmp_path_factory.mktemp("synthetic"), lambda _: None)


async def get(client: httpx.AsyncClient, path: str) -> dict[str, object]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


async def test_the_api_serves_them_and_says_what_they_are(store_file: Path) -> None:
    async with serving(create_app(Store(open_store(store_file)))) as client:
        about = (await client.get("/v1/dataset")).json()["data"]
        assert about["name"] == NAME
        assert about["version"].startswith("synthetic-1200-1-")
        assert about["coverage"]["records"]["total"] == 1200
        for path in (
            "/v1/treaties?actor=actor-1&date=1930/1939&sort=-date",
            "/v1/citations?work=work-1&limit=200",
            "/v1/places?bbox=120,40,140,50",
            "/v1/battles?facet=form,decade&limit=0",
            "/v1/search?q=river",
            "/v1/timeline?state=1939-08-20",
            "/v1/works/work-1/pages",
            "/v1/provenance?kind=uncited",
        ):
            body = await get(client, path)
            assert body["data"] or "limit=0" in path, path
        treaty = (await client.get("/v1/treaties/treaty-1")).json()["data"]
        assert treaty["citations"]
        cited = (await client.get(treaty["citations"][0]["url"])).json()["data"]
        assert "treaty-1" in [support["record"]["id"] for support in cited["supports"]]
