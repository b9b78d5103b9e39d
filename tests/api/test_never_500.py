"""Whatever is asked, the answer is one of the documented ones, never a 500."""

import json
from urllib.parse import quote

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from app.resources import RESOURCES

ACCEPTS = ["*/*", "text/csv", "a/b;q=2", ";;", "text/*;q=-1,*/*"]
STATUSES = {200, 304, 308, 400, 404, 405, 406, 410, 414}
NAMES = ["party", "form", "date", "date_match", "in_force_on", "bbox", "work", "page", "sort", "limit", "cursor",
         "format", "same_as", "topic", "about", "paragraph", "secret", "colour", ""]  # fmt: skip
VALUES = ["northland", "treaty", "1925", "1925/..", "../1925", "certain", "179,50,-179,70", "harbour-1960", "10",
          "-date", "0", "200", "csv", "json", "wikidata:Q1", "wikidata:QQ1", "geonames:", "treaties/dawn-treaty", "/",
          "true", "", ",", ",,,", "0001", "9998-12-31", "-1", "1e3", "inf", "nan", "193X", "1938-21", "²",
          "٣"]  # fmt: skip
text = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(VALUES)
pairs = st.tuples(st.sampled_from(NAMES) | text, text | st.lists(text, max_size=3).map(",".join))
queries = st.lists(pairs, max_size=4).map(lambda found: "&".join(f"{quote(n)}={quote(v)}" for n, v in found))
raw_queries = st.binary(max_size=40).map(lambda found: quote(found, safe="&=,%")) | queries
segments = st.binary(max_size=12).map(lambda found: quote(found, safe="%/.-")) | st.sampled_from(
    ["v1", "V1", *RESOURCES, "schema", "dawn-treaty", "old-dawn-treaty", "docs", "files", "problems", "..", ".", ""]
)
paths = st.lists(segments, max_size=5).map(lambda found: "/" + "/".join(found))
headers = st.fixed_dictionaries(
    {},
    optional={
        "Accept": st.sampled_from(ACCEPTS) | st.text("*/;,=q01. a", max_size=20),
        "If-None-Match": st.sampled_from(["*", '"x"', 'W/"x", "y"']) | st.text('"W/*, x', max_size=20),
    },
)  # fmt: skip


def check(answer: httpx.Response) -> None:
    """The answer is a documented one; a refusal is a problem document."""
    assert answer.status_code in STATUSES, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    elif answer.status_code == 200 and answer.headers["content-type"] == "application/json":
        json.loads(answer.content)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(collection=st.sampled_from(sorted(RESOURCES)), query=raw_queries, sent=headers)
async def test_no_query_of_a_list_breaks_the_server(
    client: httpx.AsyncClient, collection: str, query: str, sent: dict[str, str]
) -> None:
    url = httpx.URL("http://test").copy_with(raw_path=f"/v1/{collection}?{query}".encode())
    check(await client.get(url, headers=sent))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(path=paths, query=raw_queries, method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS"]))
async def test_no_path_breaks_the_server(client: httpx.AsyncClient, path: str, query: str, method: str) -> None:
    url = httpx.URL("http://test").copy_with(raw_path=f"{path}?{query}".encode())
    answer = await client.request(method, url)
    if method != "HEAD":
        check(answer)
    assert answer.status_code in STATUSES
