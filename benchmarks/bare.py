"""One end of the scale: a bare ASGI function that answers given bytes. Nothing that passes ASGI is quicker.

`BENCH_ANSWERS` names a file of answers; a target's path names one of them.
"""

import base64
import json
import os
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.asking import Answer

Message = dict[str, Any]
OF_THE_SERVER = {"date", "server", "connection", "transfer-encoding"}  # uvicorn adds its own


def written(answers: Iterable[Answer]) -> str:
    """A file of answers; the first is at /0, the second at /1."""
    return json.dumps(
        [
            {
                "status": answer.status,
                "headers": [pair for pair in answer.headers if pair[0] not in OF_THE_SERVER],
                "body": base64.b64encode(answer.body).decode(),
            }
            for answer in answers
        ]
    )


def read(file: Path) -> dict[str, tuple[Message, Message]]:
    """The messages of every answer of a file, by path."""
    found = {}
    for number, given in enumerate(json.loads(file.read_text(encoding="utf-8"))):
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in given["headers"]]
        start = {"type": "http.response.start", "status": given["status"], "headers": headers}
        found[f"/{number}"] = (start, {"type": "http.response.body", "body": base64.b64decode(given["body"])})
    return found


ANSWERS = read(Path(os.environ["BENCH_ANSWERS"])) if "BENCH_ANSWERS" in os.environ else {}


async def app(
    scope: dict[str, Any], _receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer the bytes that the path names."""
    start, body = ANSWERS[scope["path"]]
    await send(start)
    await send(body)
