"""What the documents say can be done is done: each command, each address, each answer, each link."""

import os
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from documents import (
    BASE,
    CONTRIBUTING,
    CUT,
    DOCUMENTS,
    README,
    ROOT,
    Block,
    agrees,
    blocks,
    commands,
    differences,
    inline,
    prose,
    read_shown,
    slug,
)
from typer.testing import CliRunner

from app.cli import cli

COMMANDS = [(line, shown) for document in DOCUMENTS for line, shown in commands(document)]
SJR = ".venv/bin/sjr "


def named(start: str) -> list[str]:
    """The commands that begin so, each once."""
    return list(dict.fromkeys(line for line, _ in COMMANDS if line.startswith(start)))


def requested(line: str) -> tuple[str, str, dict[str, str]]:
    """(method, path, headers) of a curl command."""
    words = shlex.split(line)[1:]
    method, headers, query = "GET", {"Host": BASE.removeprefix("http://")}, list[str]()
    while words[0].startswith("--"):
        match words.pop(0):
            case "--head":
                method = "HEAD"
            case "--header":
                name, _, value = words.pop(0).partition(":")
                headers[name] = value.strip()
            case "--get":
                assert words[0] == "--data-urlencode", "it sends data"
            case "--data-urlencode":
                name, _, value = words.pop(0).partition("=")
                query.append(f"{name}={quote(value, safe='')}")
            case "--output":
                words.pop(0)
            case option:
                pytest.fail(f"no test knows curl {option}")
    (url,) = words
    assert url.startswith(f"{BASE}/"), url
    assert url.isascii(), "curl sends it as it stands"
    joined = "&" if "?" in url else "?"
    return method, url.removeprefix(BASE) + (joined + "&".join(query) if query else ""), headers


def undelivered(shown: str, answer: httpx.Response) -> list[str]:
    """The lines of an http block that the answer does not have."""
    first, *lines = shown.splitlines()
    missing = [] if first == f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}" else [first]
    for line in lines:
        name, _, value = line.partition(": ")
        served = answer.headers.get(name, "")
        same = served.startswith(value.removesuffix(CUT)) if value.endswith(CUT) else served == value
        missing += [] if same else [f"{line} (served: {served})"]
    return missing


def test_every_command_is_of_a_kind_that_is_run_here() -> None:
    kinds = ("curl ", "make ", "docker ", SJR)
    assert [line for line, _ in COMMANDS if not line.startswith(kinds)] == []
    assert [line for line, _ in commands(README) + commands(CONTRIBUTING)]


@pytest.mark.parametrize(("line", "shown"), [found for found in COMMANDS if found[0].startswith("curl ")])
async def test_a_request_is_answered_as_shown(line: str, shown: Block | None, real_client: httpx.AsyncClient) -> None:
    method, path, headers = requested(line)
    answer = await real_client.request(method, path, headers=headers)
    if shown and shown.language == "json":
        assert differences(read_shown(shown.text), answer.json()) == []
        assert answer.status_code == answer.json().get("status", 200)
    elif shown and shown.language == "text":
        assert agrees(shown.text, answer.text), answer.text
    elif shown:
        assert undelivered(shown.text, answer) == []
    else:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(headers.get("Accept", "")) or "format=" in path
        assert answer.headers["content-type"].startswith("text/csv") or answer.json()["data"], "it finds nothing"


@pytest.mark.parametrize("line", named("make "))
def test_a_make_command_has_its_target_and_takes_its_variables(line: str) -> None:
    done = subprocess.run([*shlex.split(line), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for variable in re.findall(r"[A-Z]+=(\S+)", line):
        assert variable in done.stdout


@pytest.mark.parametrize("line", [line for line in named(SJR) if " serve" not in line])
def test_an_sjr_command_succeeds(line: str, workspace: Path) -> None:
    done = CliRunner().invoke(cli, shlex.split(line.removeprefix(SJR)))
    assert done.exit_code == 0, f"{workspace}: {done.output}"


@pytest.mark.parametrize("line", [line for line in named(SJR) if " serve" in line])
def test_the_server_prints_requests_worth_trying_and_answers_them(line: str, real_store_file: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    arguments = shlex.split(re.sub(r"(?<=--port )\d+", port, line.removeprefix(SJR)))
    environment = os.environ | {"SJR_STORE": str(real_store_file.parent)}
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", *arguments, "--no-build"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
    ) as server:  # fmt: skip
        try:
            assert server.stdout
            printed = [server.stdout.readline().strip() for _ in range(4)]
            assert printed[3] == f"http://127.0.0.1:{port}/docs"
            with httpx.Client(transport=httpx.HTTPTransport(retries=6)) as client:
                for curl in printed[:3]:
                    assert client.get(shlex.split(curl)[1]).json()["data"]
                assert client.get(printed[3]).headers["content-type"].startswith("text/html")
        finally:
            server.terminate()


@pytest.mark.parametrize("line", named("docker "))
def test_a_docker_command_is_that_of_the_dockerfile(line: str) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert line in dockerfile.splitlines()[0]
    for port in re.findall(r"--publish \d+:(\d+)", line):
        assert f"EXPOSE {port}\n" in dockerfile


SERVED = re.compile(r"/(?:v1|docs|health|openapi\.json|problems)(?:[/?][^…{]*)?")


@pytest.mark.parametrize(
    "path", sorted({code for document in DOCUMENTS for code in inline(document) if SERVED.fullmatch(code)})
)
async def test_an_address_in_the_text_is_served(path: str, real_client: httpx.AsyncClient) -> None:
    assert (await real_client.get(path)).status_code == 200


@pytest.mark.parametrize(
    "pair", sorted({code for document in DOCUMENTS for code in inline(document) if re.fullmatch(r"[a-z_]+=\S+", code)})
)
async def test_a_parameter_in_the_text_is_taken(pair: str, real_client: httpx.AsyncClient) -> None:
    collections = (await real_client.get("/v1")).json()["data"]
    taking = [c["url"] for c in collections if pair.partition("=")[0] in c["parameters"]]
    statuses = [(await real_client.get(f"{url}?{pair}")).status_code for url in taking]
    assert 200 in statuses


def test_commands_named_in_the_text_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):", makefile, flags=re.MULTILINE))
    known = set(re.findall(r"^  (\w+)  ", CliRunner().invoke(cli, ["--help"]).output, flags=re.MULTILINE))
    for document in DOCUMENTS:
        for code in inline(document):
            if match := re.match(r"make ([a-z]+)", code):
                assert match[1] in targets, f"{document.name}: {code}"
            if match := re.match(r"(?:\.venv/bin/)?sjr ([a-z]+)", code):
                assert match[1] in known, f"{document.name}: {code}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", prose(document)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path) if path else document
        assert file.exists(), f"{document.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", prose(file), flags=re.MULTILINE)
            assert anchor in map(slug, headings), f"{document.name}: {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.relative_to(ROOT).as_posix())
def test_files_named_in_the_text_are_there(document: Path) -> None:
    top = {path.name for path in ROOT.iterdir()} - {".venv", "store", "build"}
    for code in inline(document):
        path = code.removesuffix("/")
        made = {"data/redirects.yaml"}  # made when the first id goes
        if re.fullmatch(r"[\w./-]+", path) and path.split("/")[0] in top and path not in made:
            assert (ROOT / path).exists(), f"{document.name}: {code}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.relative_to(ROOT).as_posix())
def test_every_block_says_its_language(document: Path) -> None:
    known = {"sh", "json", "http", "text", "python", "js", "r", "yaml"}
    assert {block.language for block in blocks(document)} <= known
