"""Writing the twin: the application is asked in this process, and what it answers is written down as it is."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp

from app.twin.addresses import file_of
from app.twin.folder import Aside, ExportError, replaced
from app.twin.plan import Plan, Route, planned

JSON = "application/json"
HTML = "text/html"
PAGES = {"/": "index.html", "/docs": "docs/index.html"}  # for people
STEP = 10_000  # files after which progress is told
Write = Callable[[bytes], None]


@dataclass(frozen=True)
class Client:
    """Asks an application as a client at an address would, without a network."""

    app: ASGIApp
    base: str  # scheme and host

    async def get(self, address: str, accept: str, write: Write) -> dict[str, str]:
        """The headers of what is served at an address; its body is written piece by piece."""
        path, _, query = address.partition("?")
        origin, status, headers = urlsplit(self.base), 500, dict[str, str]()
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "root_path": "",
            "scheme": origin.scheme, "server": None, "client": None,
            "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(),
            "headers": [(b"host", origin.netloc.encode()), (b"accept", accept.encode())],
        }  # fmt: skip

        async def receive() -> MutableMapping[str, Any]:
            await asyncio.Event().wait()  # this client never goes away
            raise AssertionError

        async def send(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers.update({name.decode("latin-1").lower(): v.decode("latin-1") for name, v in message["headers"]})
            elif status == 200:
                write(message.get("body", b""))

        await self.app(scope, receive, send)
        if status != 200:
            raise ExportError(f"{address} was answered with {status}; nothing is exported")
        return headers


class Export:
    """One export of an application into a folder."""

    def __init__(self, client: Client, aside: Aside, progress: Callable[[str], None]) -> None:
        """Ask a client, write into a folder, tell how far it is."""
        self.client, self.aside, self.progress = client, aside, progress

    async def keep(self, address: str, accept: str = JSON, *, name: str = "", asked: str = "") -> None:
        """Write what is served at an address to its file, or to another by name; or what is `asked` in its stead."""
        name, asked = name or file_of(address), asked or address
        with self.aside.writing(name) as write:
            headers = await self.client.get(asked, accept, write)
        self.aside.told(address, name, asked, headers)
        if self.aside.files % STEP == 0:
            self.progress(f"{self.aside.files:,} files")

    async def kept(self, address: str) -> Any:
        """Write what is served at an address, and read it."""
        await self.keep(address)
        return json.loads((self.aside.folder / file_of(address)).read_bytes())

    async def pages(self, path: str, most: int) -> AsyncIterator[Any]:
        """Write a list page by page, each as large as may be.

        The plain path gets a file only where one page holds all: a host that does not read queries gives that file for
        the link to the next page too, and whoever follows it would go round for ever.
        """
        first = f"{path}?limit={most}"
        page = await self.kept(first)
        if page["links"]["next"] is None:
            await self.keep(path, asked=first)
        yield page
        while following := page["links"]["next"]:
            page = await self.kept(following)
            yield page

    async def lists(self, route: Route, records: list[Route]) -> int:
        """Write a list, each of its records where it is a collection's, and its other formats; how many it holds."""
        count = 0
        async for page in self.pages(route.path, route.most or 0):
            count += len(page["data"]) if isinstance(page["data"], list) else 1
            for record in page["data"] if records else ():
                for of in records:
                    await self.one(of, of.of(route.path.rpartition("/")[2], record["id"]))
        return count

    async def one(self, route: Route, path: str) -> None:
        """Write what is served at a path: whole, or in pages."""
        if route.most:
            async for _ in self.pages(path, route.most):
                pass
        else:
            await self.keep(path)

    async def everything(self, plan: Plan) -> None:
        """Write every route of a plan."""
        for route in plan.plain:
            if route.most:
                count = await self.lists(route, plan.records.get(route.path, []))
                self.progress(f"{route.path}: {count:,}")
            else:
                await self.keep(route.path)
            for name in route.formats:
                await self.keep(f"{route.path}?format={name}", "*/*")
        for path, name in PAGES.items():
            await self.keep(path, HTML, name=name)
        docs = (self.aside.folder / PAGES["/docs"]).read_text(encoding="utf-8")
        for asset in re.findall(r'(?:src|href)="(/[^"]+)"', docs):
            await self.keep(asset, "*/*")
        await self.keep("/openapi.json")


async def export(app: ASGIApp, base: str, target: Path, progress: Callable[[str], None] = lambda _: None) -> int:
    """Export an application that clients know as `base` into a folder; answers the number of files."""
    client = Client(app, base)
    parts: list[bytes] = []
    await client.get("/openapi.json", JSON, parts.append)
    plan = planned(json.loads(b"".join(parts)))
    with replaced(target) as aside:
        await Export(client, aside, progress).everything(plan)
    return aside.files
