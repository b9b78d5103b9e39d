"""The README's recipes give what it shows; its tables and its picture name what there is, all of it."""

import csv
import inspect
import io
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from documents import BASE, CUT, README, ROOT, Block, block, codes, following, prose, table

from app.resources import RESOURCES
from app.settings import PREFIX, Settings

PYTHON = block(README, "python", "cer-sale-negotiations")
JAVASCRIPT = block(README, "js")
PANDAS = block(README, "python", "loans")
TIMELINE = block(README, "python", "/v1/timeline")
R = block(README, "r")


def printed(recipe: Block) -> list[str]:
    """What the README says that a recipe prints."""
    shown = following(README, recipe)
    assert shown.language == "text"
    return shown.text.splitlines()


def path(recipe: Block) -> str:
    """The path that a recipe asks for."""
    (found,) = re.findall(rf'"{BASE}(/[^"]+)"', recipe.text)
    return str(found)


def keys(value: Any) -> Iterator[str]:
    """Every key in a JSON document."""
    if isinstance(value, list):
        for item in value:
            yield from keys(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from keys(item)


async def rows(client: httpx.AsyncClient, recipe: Block) -> list[dict[str, str]]:
    """The CSV that a recipe reads."""
    answer = await client.get(path(recipe))
    assert answer.headers["content-type"].startswith("text/csv")
    found = list(csv.DictReader(io.StringIO(answer.text)))
    assert found
    return found


def test_the_python_recipe_prints_what_is_shown(address: str) -> None:
    code = PYTHON.text.replace(BASE, address)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()) == (0, printed(PYTHON)), done.stderr


async def test_the_javascript_recipe_reads_keys_that_are_served(real_client: httpx.AsyncClient) -> None:
    """Node.js runs it in `make clients`."""
    answer = (await real_client.get(path(JAVASCRIPT))).json()
    code = JAVASCRIPT.text.replace(path(JAVASCRIPT), "")
    read = set(re.findall(r"\.([a-z]\w*)", code)) - {"json", "log"} | set(re.findall(r"{ (\w+) }", code))
    assert read == {"data", "supports", "name", "record"}
    assert read <= set(keys(answer))
    shown = [
        f"{citation['name']}: {support['record']['name']}"
        for citation in answer["data"]
        for support in citation["supports"]
    ]
    assert shown == printed(JAVASCRIPT)


async def test_the_pandas_recipe_reads_columns_that_are_served(real_client: httpx.AsyncClient) -> None:
    found = await rows(real_client, PANDAS)
    (shown,) = re.findall(r"loans\[\[(.+)\]\]", PANDAS.text)
    columns = re.findall(r'"(\w+)"', shown)
    assert set(re.findall(r'"(\w+)"', PANDAS.text)) <= set(found[0])
    *lines, total = printed(PANDAS)
    assert [line.split() for line in lines] == [
        columns,
        *(" ".join(row[column] for column in columns).split() for row in found),
    ]
    assert int(total) == sum(int(row["value"]) for row in found)


async def test_the_timeline_recipe_counts_moments_by_year(real_client: httpx.AsyncClient) -> None:
    (path,) = re.findall(r'"(/v1/[^"]+)"', TIMELINE.text)
    years: Counter[str] = Counter()
    while path:
        answer = (await real_client.get(path)).json()
        years.update((moment["date"]["earliest"] or "")[:4] for moment in answer["data"])
        path = answer["links"]["next"]
    (first, last) = re.findall(r'years\["(\d+)":"(\d+)"\]', TIMELINE.text)[0]
    shown = [line.split() for line in printed(TIMELINE)]
    assert shown == [[year, str(years[year])] for year in sorted(years) if first <= year <= last]


async def test_the_r_recipe_reads_columns_that_are_served(real_client: httpx.AsyncClient) -> None:
    found = await rows(real_client, R)
    assert re.findall(r"\$([\w.]+)", R.text) == ["name", "places.place"]
    assert printed(R) == [f"{row['name']}: {row['places.place']}" for row in found]
    assert {"places.role"} <= set(found[0])


def parameters(listed: list[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Collection → the parameters that it is served with."""
    return {entry["name"]: set(entry["parameters"]) for entry in listed}


async def test_the_tables_of_parameters_are_complete(real_client: httpx.AsyncClient) -> None:
    served = parameters((await real_client.get("/v1")).json()["data"])
    own = {codes(cell)[0]: codes(of) for cell, _, of, _ in table(README, "Collection")}
    said = {name: set(of) for name, of in own.items()}
    for cell, on, _ in table(README, "Parameter"):
        for name in served if on == "every collection" else codes(on):
            said[name] |= set(codes(cell))
    assert said == served
    assert own == {name: list(resource.filters) for name, resource in RESOURCES.items()}


async def test_the_tables_of_other_answers_are_complete(real_client: httpx.AsyncClient) -> None:
    paths = (await real_client.get("/openapi.json")).json()["paths"]
    asked = {path: {p["name"]: p for p in verbs["get"].get("parameters", ())} for path, verbs in paths.items()}
    collections = {f"/v1/{name}" for name in RESOURCES}
    others = {
        path: {name for name, parameter in declared.items() if parameter["in"] == "query"}
        for path, declared in asked.items()
        if path.startswith("/v1/") and path != "/v1/dataset"
        if path.removesuffix("/{id}").removesuffix("/schema") not in collections
    }
    (sentence,) = re.findall(r"Search, timeline and graph are narrowed[^.]+\.", prose(README))
    said = {codes(path)[0].partition("?")[0]: set(codes(own)) for path, _, own in table(README, "Address")}
    for path in ("/v1/search", "/v1/timeline", "/v1/graph"):
        said[path] |= set(codes(sentence))
    assert said == others
    formats = {
        "lists and records": {*collections, *(f"{path}/{{id}}" for path in collections)},
        "the graph": {"/v1/graph"},
        "citations": {"/v1/cite", "/v1/{collection}/{id}/citation"},
    }
    told = {path: codes(names) for answers, names in table(README, "Answer") for path in formats[answers]}
    assert told == {path: have["format"]["schema"]["enum"] for path, have in asked.items() if "format" in have}


def test_the_table_of_collections_gives_their_sorts() -> None:
    said = {codes(name)[0]: tuple(codes(sorts)) for name, _, _, sorts in table(README, "Collection")}
    assert said == {name: resource.sorts for name, resource in RESOURCES.items()}


def test_the_table_of_settings_is_complete() -> None:
    fields = Settings.model_fields
    said = {codes(name)[0]: (default, meaning) for name, default, meaning in table(README, "Variable")}
    assert set(said) == {f"{PREFIX}{name.upper()}" for name in fields}
    for name, field in fields.items():
        default, meaning = said[f"{PREFIX}{name.upper()}"]
        usual = field.default
        shown = f"`{str(usual).lower()}`" if usual is not None else "not set"
        folder = f"`{usual.name}` of the project" if name in {"data", "store"} else shown
        assert (default, meaning) == (folder, field.description)


def test_the_table_of_commands_is_complete() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    helped = set(re.findall(r'@echo "(make \w+)', makefile))
    assert {codes(command)[0] for command, _ in table(README, "Command")} == helped


def test_the_table_of_dependencies_is_complete() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [re.split(r"[^\w-]", requirement)[0] for requirement in project["dependencies"]]
    said = table(README, "Package")
    assert [codes(name)[0] for name, _, _ in said] == needed
    assert all(purpose and reason for _, purpose, reason in said)


@pytest.mark.parametrize("text", ["description", "pages", "licences", "cite"])
async def test_what_the_readme_says_of_the_dataset_is_what_it_serves(text: str, real_client: httpx.AsyncClient) -> None:
    dataset = (await real_client.get("/v1/dataset")).json()["data"]
    readme = prose(README)
    match text:
        case "description":
            assert f"# {dataset['name'].replace('Relations', 'relations')}\n" in readme
        case "pages":
            assert "did not consult the three books, and do not claim that" in dataset["pages"]
            assert "did not consult the three books, and do not claim that" in readme
        case "licences":
            assert all(f"]({licence['url']})" in readme for licence in dataset["licences"].values())
        case _:
            (shown,) = re.findall(r"^> (.+)$", readme, flags=re.MULTILINE)
            number = dataset["number"]
            assert dataset["cite_as"]["text"].replace(dataset["version"], f"{number}-{CUT}") == inspect.cleandoc(shown)


def test_the_picture_names_every_collection_and_needs_nothing_from_elsewhere() -> None:
    file = ROOT / "docs" / "data-model.svg"
    assert f"]({file.relative_to(ROOT).as_posix()})" in prose(README)
    picture = ET.parse(file).getroot()
    names = [e.text for e in picture.iter("{http://www.w3.org/2000/svg}text") if e.get("class") == "name"]
    assert sorted(map(str, names)) == sorted(RESOURCES)
    assert not {"script", "image", "use", "foreignObject"} & {e.tag.rpartition("}")[2] for e in picture.iter()}
    assert "href" not in {name.rpartition("}")[2] for e in picture.iter() for name in e.attrib}
