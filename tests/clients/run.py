"""`make clients`: lint the OpenAPI document of a running server, generate typed clients from it and run them.

What a client names of the API (paths, operation ids, schemas) is in client.ts and client.py beside this file. The
README's JavaScript is run as well, and must print what the README shows.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
BUILD = HERE / "build"
TOOLS = HERE / "node_modules" / ".bin"
PYTHON = HERE / ".venv" / "bin"
NODE = "20.19"  # what the linter asks for
READY_WITHIN = 120.0  # seconds; the first start compiles the store

ENVIRONMENT = os.environ | {
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "PYTHONPATH": str(BUILD),
    "PATH": f"{PYTHON}{os.pathsep}{os.environ['PATH']}",  # the generator calls ruff
}


def fail(why: str) -> NoReturn:
    sys.exit(f"error: {why}")


def run(step: str, *command: str | Path) -> None:
    """Run a command that must succeed; what it prints is shown only if it does not."""
    print(f"{step} …", flush=True)
    done = subprocess.run(
        command, cwd=HERE, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="", flush=True)
        fail(f"{step}: {Path(command[0]).name} ended with {done.returncode}")


def show(step: str, *command: str | Path) -> None:
    """Run a command that must succeed, and show what it prints."""
    print(f"{step} …", flush=True)
    code = subprocess.run(command, cwd=HERE, env=ENVIRONMENT, stdin=subprocess.DEVNULL, check=False).returncode
    if code:
        fail(f"{step}: it ended with {code}")


def install() -> None:
    """Install the pinned tools, unless they are there."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        fail(f"make clients needs Node.js {NODE} or newer with npm, and finds none; nothing else here needs it")
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if tuple(map(int, re.findall(r"\d+", found)[:2])) < tuple(map(int, NODE.split("."))):
        fail(f"make clients needs Node.js {NODE} or newer; {node} is {found or 'broken'}")
    lock, stamp = HERE / "package-lock.json", HERE / "node_modules" / ".installed"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        run("Installing the Node tools", npm, "ci", "--ignore-scripts")
        shutil.copyfile(lock, stamp)
    folder = HERE.relative_to(ROOT)
    if subprocess.run(["scripts/environment", folder / "requirements.lock", folder], cwd=ROOT, check=False).returncode:
        sys.exit(1)  # it has said why


@contextmanager
def server() -> Iterator[str]:
    """The API on a free port, once it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, log = f"http://127.0.0.1:{port}", BUILD / "server.log"
    command = [ROOT / ".venv" / "bin" / "sjr", "serve", "--host", "127.0.0.1", "--port", str(port)]
    print(f"Starting the API on {address} …", flush=True)
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not is_ready(address):
            if process.poll() is not None or time.monotonic() > deadline:
                print(log.read_text())
                fail("the API did not become ready (its output is above)")
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=2) as answer:
            return answer.status == 200
    except OSError:  # refused, reset, timed out, or an HTTP error
        return False


def run_recipe(address: str) -> None:
    """Run the README's JavaScript; what it prints is what the README shows after it."""
    print("Running the README's JavaScript …", flush=True)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ((code, shown),) = re.findall(r"^```js\n(.*?)^```\n\n```text\n(.*?)^```$", readme, flags=re.MULTILINE | re.DOTALL)
    recipe = BUILD / "recipe.mjs"
    recipe.write_text(code.replace("http://127.0.0.1:8000", address), encoding="utf-8")
    done = subprocess.run(
        ["node", recipe],
        cwd=HERE,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or done.stdout != shown:
        print(done.stdout, done.stderr, sep="", flush=True)
        fail("the README's JavaScript does not print what the README shows")


def main() -> None:
    install()
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir()
    document = BUILD / "openapi.json"
    with server() as address:
        with urllib.request.urlopen(f"{address}/openapi.json", timeout=30) as answer:
            document.write_text(json.dumps(json.load(answer), indent=2, ensure_ascii=False), encoding="utf-8")
        run("Linting /openapi.json", TOOLS / "redocly", "lint", "--config", "redocly.yaml", document)

        run("Generating TypeScript types", TOOLS / "openapi-typescript", document, "--output", BUILD / "api.ts")
        run("Compiling client.ts", TOOLS / "tsc", "--project", "tsconfig.json")
        show("Running client.ts", "node", BUILD / "js" / "client.js", address)

        run_recipe(address)

        target = BUILD / "sjr_client"
        run(
            "Generating a Python client",
            *(PYTHON / "openapi-python-client", "generate", "--path", document, "--meta", "none"),
            *("--output-path", target, "--fail-on-warning"),
        )
        show("Running client.py", PYTHON / "python", "client.py", address)
    print("make clients: the document is clean, both clients and the recipe work")


main()
