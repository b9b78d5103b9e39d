"""What is measured by itself: equal requests at once, a start with its memory, a build with its."""

import asyncio
import compileall
import re
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks import load, subjects
from benchmarks.asking import PLAIN, Address
from benchmarks.lines import sized
from benchmarks.load import Load
from benchmarks.machine import HERE, MADE, ROOT
from benchmarks.questions import worst_search
from benchmarks.runs import Run
from benchmarks.servers import Server
from benchmarks.stores import built, figures
from benchmarks.targets import records

AT_ONCE = 32


async def _at_once(address: Address, target: str) -> list[bytes]:
    """The status lines of equal requests, all sent before the first answer is read."""
    request = f"GET {target} HTTP/1.1\r\nHost: {address.host}\r\nConnection: close\r\n\r\n".encode()
    opened = [await asyncio.open_connection(address.host, address.port) for _ in range(AT_ONCE)]
    for _, writer in opened:
        writer.write(request)
    answers = await asyncio.gather(*(reader.read() for reader, _ in opened))
    for _, writer in opened:
        writer.close()
    return [answer.split(b"\r\n", 1)[0] for answer in answers]


def single_flight(run: Run) -> None:
    """32 equal first-time requests at once: how often the application behind the cache runs."""
    size, store = run.largest
    with ExitStack() as stack:
        (server,) = run.started(stack, [subjects.counted(store)])
        slowest = worst_search(server.address)

        def once(number: int) -> None:
            before = int(server.address.get("/runs").body)
            answers = asyncio.run(_at_once(server.address, f"{slowest.targets[0]}&limit={number}"))
            if set(answers) != {b"HTTP/1.1 200 OK"}:
                raise RuntimeError(f"single-flight: {set(answers)}")
            runs = int(server.address.get("/runs").body) - before
            run.keep("single-flight", f"{slowest.kind}, {sized(size)}", "ours", number, {"runs": runs})

        run.repeated("single-flight", once)


def start(run: Run) -> None:
    """From the start of the process to the first record answered; and the memory then, and after some load."""
    for folder in (ROOT / "app", HERE):  # as the image is made: what a start runs is compiled already
        compileall.compile_dir(folder, quiet=1, rx=re.compile(r"/(\.venv|node_modules)/"))
    with Server(subjects.ours(run.real)) as server:
        targets = [f"/v1/treaties/{record['id']}" for record in records(server.address, "/v1/treaties", ("date",))]
        answer = server.address.get(targets[0])

    def once(number: int) -> None:
        for subject, serving, asked in (
            ("ours", subjects.ours(run.real), targets),
            ("bare", subjects.bare([answer], "start"), ["/0"]),
        ):
            server = Server(subjects.awaiting(serving, asked[0]))
            try:
                seconds = server.wait()
                used, first = server.cpu(), server.memory()["rss_mb"]
                load.measure(run.wrk, server, Load(asked, PLAIN), 1)
                later = server.memory()
            finally:
                server.stop()
            found = {"seconds": seconds, "cpu": used, "first_mb": first, **later}
            run.keep("start", "start", subject, number, found)

    run.repeated("start", once)


def build(run: Run) -> None:
    """The whole dataset from YAML into a store; and what the larger stores took when they were built."""
    MADE.mkdir(parents=True, exist_ok=True)

    def once(number: int) -> None:
        folder = Path(tempfile.mkdtemp(dir=MADE, prefix="build-"))
        try:
            run.keep("build", "real", "ours", number, built(folder, "build"))
        finally:
            shutil.rmtree(folder)

    run.repeated("build", once)
    for size, store in run.stores.items():
        if found := figures(store):
            run.keep("build", size, "ours", 1, found)
