"""Reading a query: the short way for plain ones reads what the standard library reads."""

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from app.api.requests import address, pairs, sent_parameters

PIECES = ["a", "sort", "=", "&", "&&", "==", "%20", "+", "%zz", "%e6%97", "é", ",", ";", "-", "\x00", " ", "%26", "%3D"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_query_is_read_as_the_standard_library_reads_it(query: str) -> None:
    raw = query.encode()
    read = parse_qsl(raw.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="replace")
    assert sent_parameters(Request({"type": "http", "query_string": raw})) == read


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.lists(st.text(), min_size=1, max_size=3)))
def test_the_parameters_of_an_address_are_in_the_order_of_their_names(texts: dict[str, list[str]]) -> None:
    written = address("/v1/treaties", pairs(texts)).partition("?")[2]
    assert [pair.partition("=")[0] for pair in written.split("&") if pair] == sorted(texts)
