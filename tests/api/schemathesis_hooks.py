"""What schemathesis cannot know from the OpenAPI document: what a date looks like, and that a page needs its book."""

from typing import Any

import schemathesis
from hypothesis import strategies as st

BY_HAND = {"cursor", "state"}
DATES = ["1925", "1925-01-20", "1928-01", "1938-21", "193X", "1937~", "1938-07/1938-08", "../1925", "1941/..", "1928/"]

schemathesis.openapi.format("edtf", st.sampled_from(DATES))


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:  # noqa: ARG001 (a hook's form)
    """A made-up cursor is rightly refused, and a state with a filter on moments: test_paging, test_timeline."""
    for methods in raw_schema["paths"].values():
        for operation in methods.values():
            known = operation.get("parameters", [])
            operation["parameters"] = [parameter for parameter in known if parameter["name"] not in BY_HAND]


@schemathesis.hook
def map_query(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """A page is asked for with its book, and what rests on it alone; a depth with its root; relevance with words."""
    if query and "depth" in query and context.operation.path == "/v1/graph":
        query = {"root": "treaties/dawn-treaty", **query}
    if query and query.get("sort") == "relevance":
        query = {"q": "dawn", **query}
    return {"work": ["harbour-1960"], **query} if query and {"page", "alone"} & set(query) else query
