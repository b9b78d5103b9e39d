"""The id of a request: the client's, if it is one, else made here."""

import re
from uuid import uuid4

from starlette.types import Scope

HEADER = b"x-request-id"
WELL_FORMED = re.compile(r"[A-Za-z0-9._~+/=:-]{1,128}")


def request_id(scope: Scope) -> str:
    """The id of a request, the same for all who ask; made when the first does."""
    state = scope.setdefault("state", {})
    if "request_id" not in state:
        sent = next((value for name, value in scope["headers"] if name == HEADER), b"").decode("latin-1")
        state["request_id"] = sent if WELL_FORMED.fullmatch(sent) else uuid4().hex
    found: str = state["request_id"]
    return found
