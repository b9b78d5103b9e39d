"""Our application, counting how often a request goes past the cache; /runs answers the count."""

from typing import Any

from starlette.types import Receive, Scope, Send

from app.api.application import from_settings
from app.api.cache import ResponseCache
from app.api.entry import Layer, Whole


class Counting:
    """The whole application, and a counter directly behind its cache."""

    def __init__(self, app: Any) -> None:
        """Put the counter behind the cache, however deep that lies."""
        self._app, self._runs = app, 0
        layer = app
        while not isinstance(layer, ResponseCache):
            layer = layer.app
        self._behind: Layer = layer.app
        layer.app = self._count

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> Whole | None:
        self._runs += scope["type"] == "http"
        return await self._behind(scope, receive, send)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the count, or what the application answers."""
        if scope["type"] != "http" or scope["path"] != "/runs":
            await self._app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(self._runs).encode()})


def app() -> Counting:
    """The application over the current store, counted."""
    return Counting(from_settings())
