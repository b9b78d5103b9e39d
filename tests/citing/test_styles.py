"""Texts of citations against expectations written by hand: the essay's Works Cited, in each style's own order."""

from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.citing import apa, chicago, mla
from app.citing.item import Item, merged, spans

JONES: dict[str, Any] = {
    "type": "book",
    "title": "Japan's New Order in East Asia: Its Rise and Fall 1937-45",
    "author": [{"family": "Jones", "given": "F. C.", "literal": None}],
    "publisher": "Oxford UP",
    "publisher-place": "London",
    "issued": {"date-parts": [[1954]]},
    "volume": None,
}
EUDIN: dict[str, Any] = {
    "type": "book",
    "title": "Soviet Foreign Policy, 1928-1934; Documents and Materials",
    "author": [{"family": "Eudin", "given": "Xenia Joukoff"}, {"family": "Slusser", "given": "Robert M."}],
    "volume": "II",
    "publisher": "Pennsylvania State UP",
    "publisher-place": "University Park",
    "issued": {"date-parts": [[1967]]},
}
MARCH: dict[str, Any] = {
    "type": "book",
    "title": "Eastern Destiny: Russia in Asia and the North Pacific",
    "author": [{"family": "March", "given": "G. Patrick"}],
    "publisher": "Praeger",
    "publisher-place": "Westport, CT",
    "issued": {"date-parts": [[1996]]},
}
FRUS: dict[str, Any] = {"type": "book", "title": "Foreign Relations of the United States, 1936", "volume": "IV"}
ARTICLE: dict[str, Any] = {
    "type": "article-journal",
    "title": "Boi u ozera Khasan: analiz chisla i kharaktera poter",
    "author": [{"family": "Kasahara", "given": "K."}],
    "container-title": "Liberal Arts in Russia",
    "volume": "6",
    "issue": "4",
    "issued": {"date-parts": [[2017]]},
    "DOI": "10.15643/libartrus-2017.4.2",
}
NEWSPAPER: dict[str, Any] = {
    "type": "article-newspaper",
    "title": "[Report of the Japanese entry into Canton]",
    "container-title": "Auckland Star",
    "issued": {"date-parts": [[1938, 10, 22]]},
}
MAGAZINE: dict[str, Any] = {
    "type": "article-magazine",
    "title": "Before Moscow",
    "container-title": "Time",
    "issued": {"date-parts": [[1941, 12, 1]]},
}
EDITED: dict[str, Any] = {
    "type": "book",
    "title": "Founding the Communist International",
    "editor": [{"family": "Riddell", "given": "John"}],
    "publisher": "Pathfinder",
    "issued": {"date-parts": [[1987]]},
}
SECOND: dict[str, Any] = {
    "type": "book",
    "title": "V nebe Kitaya 1937-1940",
    "edition": "2",
    "publisher": "Nauka",
    "publisher-place": "Moscow",
    "issued": {"date-parts": [[1986]]},
}
DATASET: dict[str, Any] = {
    "type": "dataset",
    "title": "Tripartite Pact",
    "container-title": "Soviet–Japanese Relations, 1905–1945",
    "author": [{"literal": "The contributors"}],
    "publisher": "The contributors",
    "version": "1.0.0-0123abcd",
    "issued": {"date-parts": [[2026, 11, 23]]},
    "URL": "https://example.org/v1/treaties/tripartite-pact",
    "note": "SHA-256: 00ff",
}


@pytest.mark.parametrize(
    ("style", "csl", "expected"),
    [
        (
            chicago, JONES,
            "Jones, F. C. Japan's New Order in East Asia: Its Rise and Fall 1937-45. London: Oxford UP, 1954.",
        ),
        (apa, JONES, "Jones, F. C. (1954). Japan's New Order in East Asia: Its Rise and Fall 1937-45. Oxford UP."),
        (mla, JONES, "Jones, F. C. Japan's New Order in East Asia: Its Rise and Fall 1937-45. Oxford UP, 1954."),
        (
            chicago, EUDIN,
            "Eudin, Xenia Joukoff, and Robert M. Slusser. Soviet Foreign Policy, 1928-1934; Documents and Materials. "
            "Vol. 2. University Park: Pennsylvania State UP, 1967.",
        ),
        (
            apa, EUDIN,
            "Eudin, X. J., & Slusser, R. M. (1967). Soviet Foreign Policy, 1928-1934; Documents and Materials "
            "(Vol. 2). Pennsylvania State UP.",
        ),
        (
            mla, EUDIN,
            "Eudin, Xenia Joukoff, and Robert M. Slusser. Soviet Foreign Policy, 1928-1934; Documents and Materials. "
            "Vol. 2, Pennsylvania State UP, 1967.",
        ),
        (
            chicago, MARCH,
            "March, G. Patrick. Eastern Destiny: Russia in Asia and the North Pacific. Westport, CT: Praeger, 1996.",
        ),
        (apa, MARCH, "March, G. P. (1996). Eastern Destiny: Russia in Asia and the North Pacific. Praeger."),
        (mla, MARCH, "March, G. Patrick. Eastern Destiny: Russia in Asia and the North Pacific. Praeger, 1996."),
        (chicago, FRUS, "Foreign Relations of the United States, 1936. Vol. 4."),
        (apa, FRUS, "Foreign Relations of the United States, 1936 (Vol. 4). (n.d.)."),
        (mla, FRUS, "Foreign Relations of the United States, 1936. Vol. 4."),
        (
            chicago, ARTICLE,
            "Kasahara, K. “Boi u ozera Khasan: analiz chisla i kharaktera poter.” Liberal Arts in Russia 6, no. 4 "
            "(2017). https://doi.org/10.15643/libartrus-2017.4.2.",
        ),
        (
            apa, ARTICLE,
            "Kasahara, K. (2017). Boi u ozera Khasan: analiz chisla i kharaktera poter. Liberal Arts in Russia, 6(4). "
            "https://doi.org/10.15643/libartrus-2017.4.2",
        ),
        (
            mla, ARTICLE,
            "Kasahara, K. “Boi u ozera Khasan: analiz chisla i kharaktera poter.” Liberal Arts in Russia, vol. 6, "
            "no. 4, 2017, https://doi.org/10.15643/libartrus-2017.4.2.",
        ),
        (
            chicago, {**ARTICLE, "page": "223-231", "DOI": None, "volume": None},
            "Kasahara, K. “Boi u ozera Khasan: analiz chisla i kharaktera poter.” Liberal Arts in Russia, no. 4 "
            "(2017): 223–31.",
        ),
        (chicago, NEWSPAPER, "Auckland Star. [Report of the Japanese entry into Canton]. October 22, 1938."),
        (apa, NEWSPAPER, "[Report of the Japanese entry into Canton]. (1938, October 22). Auckland Star."),
        (mla, NEWSPAPER, "[Report of the Japanese entry into Canton]. Auckland Star, 22 Oct. 1938."),
        (chicago, MAGAZINE, "Time. “Before Moscow.” December 1, 1941."),
        (apa, MAGAZINE, "Before Moscow. (1941, December 1). Time."),
        (mla, MAGAZINE, "“Before Moscow.” Time, 1 Dec. 1941."),
        (chicago, EDITED, "Riddell, John, ed. Founding the Communist International. Pathfinder, 1987."),
        (apa, EDITED, "Riddell, J. (Ed.). (1987). Founding the Communist International. Pathfinder."),
        (mla, EDITED, "Riddell, John, editor. Founding the Communist International. Pathfinder, 1987."),
        (chicago, SECOND, "V nebe Kitaya 1937-1940. 2nd ed. Moscow: Nauka, 1986."),
        (apa, SECOND, "V nebe Kitaya 1937-1940 (2nd ed.). (1986). Nauka."),
        (mla, SECOND, "V nebe Kitaya 1937-1940. 2nd ed., Nauka, 1986."),
        (
            chicago, DATASET,
            "The contributors. “Tripartite Pact.” Soviet–Japanese Relations, 1905–1945. Version 1.0.0-0123abcd. "
            "Released November 23, 2026. https://example.org/v1/treaties/tripartite-pact. SHA-256: 00ff.",
        ),
        (
            apa, DATASET,
            "The contributors. (2026, November 23). Tripartite Pact. In Soviet–Japanese Relations, 1905–1945 (Version "
            "1.0.0-0123abcd) [Data set]. SHA-256: 00ff. https://example.org/v1/treaties/tripartite-pact",
        ),
        (
            mla, DATASET,
            "The contributors. “Tripartite Pact.” Soviet–Japanese Relations, 1905–1945, version 1.0.0-0123abcd, "
            "23 Nov. 2026, https://example.org/v1/treaties/tripartite-pact. SHA-256: 00ff.",
        ),
    ],
)  # fmt: skip
def test_an_entry_is_as_written_by_hand(style: ModuleType, csl: dict[str, Any], expected: str) -> None:
    assert style.entry(Item.of("x", csl)) == expected


@pytest.mark.parametrize(
    ("style", "csl", "expected"),
    [
        (
            chicago, JONES,
            "F. C. Jones, Japan's New Order in East Asia: Its Rise and Fall 1937-45 (London: Oxford UP, 1954), "
            "178–80, 182–83.",
        ),
        (apa, JONES, "(Jones, 1954, pp. 178–180, 182–183)"),
        (mla, JONES, "(Jones 178–80, 182–83)"),
        (
            chicago, EUDIN,
            "Xenia Joukoff Eudin and Robert M. Slusser, Soviet Foreign Policy, 1928-1934; Documents and Materials "
            "(University Park: Pennsylvania State UP, 1967), 2:178–80, 182–83.",
        ),
        (apa, EUDIN, "(Eudin & Slusser, 1967, pp. 178–180, 182–183)"),
        (mla, EUDIN, "(Eudin and Slusser 178–80, 182–83)"),
        (
            chicago, ARTICLE,
            "K. Kasahara, “Boi u ozera Khasan: analiz chisla i kharaktera poter,” Liberal Arts in Russia 6, no. 4 "
            "(2017): 178–80, 182–83, https://doi.org/10.15643/libartrus-2017.4.2.",
        ),
        (chicago, MAGAZINE, "“Before Moscow,” Time, December 1, 1941, 178–80, 182–83."),
        (apa, MAGAZINE, "(“Before Moscow,” 1941, pp. 178–180, 182–183)"),
        (mla, MAGAZINE, "(“Before Moscow” 178–80, 182–83)"),
    ],
)  # fmt: skip
def test_a_note_has_the_pages_in_order_each_once(style: ModuleType, csl: dict[str, Any], expected: str) -> None:
    assert style.note(Item.of("x", csl, [(182, 183), (178, 178), (179, 180), (178, 179)])) == expected


def test_a_place_that_is_no_page_is_said_as_the_note_says_it() -> None:
    item = Item.of("x", FRUS, places=["doc. 458", "doc. 458", "doc. 83"])
    assert chicago.note(item) == "Foreign Relations of the United States, 1936, vol. 4, doc. 458, doc. 83."
    assert apa.note(item) == "(Foreign Relations of the United States, 1936, n.d., doc. 458, doc. 83)"
    assert mla.note(item) == "(Foreign Relations of the United States, 1936, doc. 458, doc. 83)"


def test_one_page_is_a_page() -> None:
    assert apa.note(Item.of("x", MARCH, [(223, 223)])) == "(March, 1996, p. 223)"


def test_many_authors_are_shortened_as_each_style_does() -> None:
    four = [{"family": f"A{n}", "given": "B."} for n in range(4)]
    item = Item.of("x", {"type": "book", "title": "T", "author": four, "issued": {"date-parts": [[1950]]}})
    assert chicago.entry(item) == "A0, B., B. A1, B. A2, and B. A3. T. 1950."
    assert chicago.note(item) == "B. A0 et al., T, 1950."
    assert apa.entry(item) == "A0, B., A1, B., A2, B., & A3, B. (1950). T."
    assert apa.note(item) == "(A0 et al., 1950)"
    assert mla.entry(item) == "A0, B., et al. T. 1950."


def test_a_title_that_ends_in_a_sign_gets_no_second_one() -> None:
    item = Item.of("x", {**MAGAZINE, "title": "Whither “Moscow”?"})
    assert chicago.entry(item) == "Time. “Whither ‘Moscow’?” December 1, 1941."
    assert chicago.note(item) == "“Whither ‘Moscow’?” Time, December 1, 1941."


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(71, 72, "71–72"), (100, 104, "100–104"), (107, 108, "107–8"), (178, 179, "178–79"), (395, 401, "395–401"),
     (1496, 1500, "1496–500"), (11564, 11615, "11564–615"), (96, 117, "96–117"), (505, 517, "505–17"), (7, 7, "7")],
)  # fmt: skip
def test_chicago_shortens_ranges_as_its_manual_does(first: int, last: int, expected: str) -> None:
    assert chicago.shorten(first, last) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(21, 48, "21–48"), (96, 101, "96–101"), (103, 104, "103–04"), (395, 401, "395–401"), (1003, 1005, "1003–05"),
     (923, 1003, "923–1003")],
)  # fmt: skip
def test_mla_keeps_two_figures(first: int, last: int, expected: str) -> None:
    assert mla.shorten(first, last) == expected


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)).map(lambda r: (r[0], r[0] + r[1]))))
def test_merged_ranges_hold_the_same_pages_in_order_and_apart(ranges: list[tuple[int, int]]) -> None:
    found = merged(ranges)
    assert {p for a, b in found for p in range(a, b + 1)} == {p for a, b in ranges for p in range(a, b + 1)}
    assert all(a[1] + 1 < b[0] for a, b in pairwise(found))


@given(st.integers(1, 99999), st.integers(0, 5000))
def test_a_shortened_range_can_be_read_back(first: int, more: int) -> None:
    last = first + more
    for style in (chicago, mla, apa):
        text = style.shorten(first, last)
        assert "–" in text or first == last
        end = text.rpartition("–")[2]
        assert int(str(last)[: len(str(last)) - len(end)] + end) == last
        if len(end) < len(str(last)):
            assert str(first)[: -len(end)] == str(last)[: -len(end)]


def test_spans_write_every_range() -> None:
    assert spans(((178, 178), (182, 183)), "–") == "178, 182–183"
