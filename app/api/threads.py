"""Work off the event loop.

A statement to a file is answered at once; one to a server is waited for. So where the store is on a server, whole
endpoints run in threads, and what they would send to a thread themselves they then do at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

MOST = 40  # threads, beside those that wait for a server

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_later = ThreadPoolExecutor(MOST, "later")


async def apart(work: Callable[[*Ts], T], *args: *Ts) -> T:
    """What `work` answers, off the event loop; at once where this is off it already."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return work(*args)
    return await loop.run_in_executor(_later, work, *args)


def stays(endpoint: T) -> T:
    """Marks an endpoint that stays on the loop: it asks the application itself, or has to answer whatever happens."""
    endpoint.__dict__["stays"] = True
    return endpoint


def waiting(endpoint: Callable[..., Any]) -> Callable[..., Awaitable[Response]]:
    """An endpoint, run in a thread."""
    if getattr(endpoint, "stays", False):
        return endpoint

    @wraps(endpoint)
    async def waits(request: Request) -> Response:
        return await run_in_threadpool(_finished, endpoint(request))

    return waits


def _finished(coroutine: Coroutine[Any, Any, Response]) -> Response:
    """What a coroutine that waits for nothing but `apart` answers."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        response: Response = end.value
        return response
    coroutine.close()
    raise RuntimeError("an endpoint awaits something else than `apart`")
