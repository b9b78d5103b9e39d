"""Dispatch by table: a plain address goes straight to the endpoint of its route.

The framework tries its routes in turn, which costs more than a record does. Whatever the table does not plainly know
(another method, an odd path, what is not there) is asked of it.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from app.api.entry import WHOLE, Whole
from app.values import SLUG

Handler = Callable[[Request, Exception], Awaitable[Response]]
Below = tuple[str, Route | None]  # name of the parameter, route

_is_slug = re.compile(SLUG).fullmatch
NOWHERE: Below = ("", None)
_SOME = "any-slug"  # stands for an id when it is asked which route is first to match


def table(routes: Iterable[BaseRoute]) -> tuple[dict[str, Route], dict[str, Below]]:
    """The routes of whole paths, and of paths but for an id at the end, of each the first that matches."""
    every = [route for route in routes if isinstance(route, Route | Mount)]

    def leads(route: Route, path: str) -> bool:
        return next(other for other in every if other.path_regex.match(path)) is route

    exact: dict[str, Route] = {}
    below: dict[str, Below] = {}
    for route in every:
        if not isinstance(route, Route):
            continue
        before, _, last = route.path.rpartition("/")
        if "{" not in route.path and leads(route, route.path):
            exact[route.path] = route
        elif "{" not in before and last.startswith("{") and leads(route, f"{before}/{_SOME}"):
            below[before] = last[1:-1], route
    return exact, below


class Dispatcher:
    """The application, its routes found by table."""

    def __init__(self, app: Starlette) -> None:
        """Stand before an application whose endpoints take a request and answer it."""
        self.app = app
        self._exact, self._below = table(app.routes)
        self._handlers = cast("dict[type[BaseException], Handler]", dict(app.exception_handlers))
        self._unforeseen = self._handlers.pop(Exception)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Whole | None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] == "GET" and not scope.get("root_path"):
            path = scope["path"]
            route = self._exact.get(path)
            parameters: dict[str, str] = {}
            if route is None:
                before, _, last = path.rpartition("/")
                name, route = self._below.get(before, NOWHERE)
                parameters[name] = last
                if not _is_slug(last):
                    route = None
            if route is not None:
                scope["app"], scope["path_params"], scope["route"] = self.app, parameters, route
                return await self._answered(route, scope, receive, send)
        await self.app(scope, receive, send)
        return None

    async def _answered(self, route: Route, scope: Scope, receive: Receive, send: Send) -> Whole | None:
        """Send what the endpoint of a route answers, or what the application's handlers make of its error."""
        request = Request(scope, receive, send)
        try:
            response = await route.endpoint(request)
        except Exception as error:
            handler = next((self._handlers[kind] for kind in type(error).__mro__ if kind in self._handlers), None)
            if handler is None:
                await (await self._unforeseen(request, error))(scope, receive, send)
                raise  # for the log of the server
            response = await handler(request, error)
        if isinstance(response, Whole) and WHOLE in scope.get("extensions", {}):
            return response
        await response(scope, receive, send)
        return None
