"""Cursors: where a page begins, bound to the query, its order and the version of the dataset."""

import base64
import binascii

from app.api.digest import digest


def _bound(version: str, query: str, position: int) -> bytes:
    return digest(version, f"{query}\n{position}", 9)


def cursor(version: str, query: str, position: int) -> str:
    """The cursor of the page after a position: base64url, unpadded."""
    return base64.b64encode(position.to_bytes(6, "big") + _bound(version, query, position), b"-_").decode()


def position(version: str, query: str, text: str) -> int | None:
    """The position that a cursor names; None where it is no cursor of this query and version."""
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    found = int.from_bytes(raw[:6], "big")
    return found if len(raw) == 15 and raw[6:] == _bound(version, query, found) else None
