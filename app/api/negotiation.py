"""Which format a client gets: `format` wins over Accept; JSON where nothing is said."""

from collections.abc import Mapping

from starlette.requests import Request

from app.api.problems import ProblemError

JSON = "application/json"


def header(request: Request, name: bytes) -> str | None:
    """A header of a request, by its name in lower case; the first, where it is sent more than once."""
    for sent, value in request.scope["headers"]:
        if sent == name:
            return str(value, "latin-1")
    return None


def _quality(accepted: str, media_type: str) -> float:
    """How much an Accept header wants a media type; the most specific range decides."""
    best, quality = -1, 0.0
    kind = media_type.partition("/")[0]
    for part in accepted.split(","):
        name, *options = (piece.strip().lower() for piece in part.split(";"))
        specificity = {media_type: 2, f"{kind}/*": 1, "*/*": 0}.get(name, -1)
        if specificity <= best:
            continue
        best, quality = specificity, 1.0
        for option in options:
            if option.startswith("q="):
                try:
                    quality = min(max(float(option[2:]), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
    return quality


def only(request: Request, media_type: str) -> None:
    """Refuse a request that does not take the one media type that there is; who takes JSON takes JSON of a kind."""
    bare = media_type.partition(";")[0]
    taken = (bare, JSON) if bare.endswith("+json") else (bare,)
    accepted = (header(request, b"accept") or "").strip()
    if accepted not in {"", "*/*"} and not any(_quality(accepted, name) for name in taken):
        raise ProblemError(406, f"this address answers in {bare} only; leave Accept out or let it allow that")


def negotiate(
    request: Request, media_types: Mapping[str, str], chosen: str | None = None, *, by_name: bool = True
) -> str:
    """The name of the format to answer in, out of `media_types` (name → media type; the first is preferred).

    `chosen` is what the parameter `format` says; `by_name` tells whether there is that parameter.
    """
    if chosen:
        return chosen
    accepted = header(request, b"accept")
    if not accepted or accepted.strip() in {"", "*/*"}:
        return next(iter(media_types))
    wanted = {name: _quality(accepted, media_type) for name, media_type in media_types.items()}
    best = max(wanted, key=lambda name: wanted[name])
    if wanted[best] == 0:
        choices = ", ".join(f"{kind} (format={name})" if by_name else kind for name, kind in media_types.items())
        raise ProblemError(406, f"none of the accepted media types is served here; there are: {choices}")
    return best
