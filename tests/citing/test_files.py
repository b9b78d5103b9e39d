"""BibTeX, RIS and CSL-JSON: written out by hand, and hard to break."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.citing import bibtex, ris
from app.citing.item import Item
from tests.citing.test_styles import ARTICLE, DATASET, EUDIN, JONES, NEWSPAPER

text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


def test_a_book_in_bibtex() -> None:
    assert bibtex.entry(Item.of("jones-1954", JONES, [(182, 183), (178, 178)])) == (
        "@book{jones-1954,\n"
        "  author = {Jones, F. C.},\n"
        "  title = {{Japan's New Order in East Asia: Its Rise and Fall 1937-45}},\n"
        "  publisher = {Oxford UP},\n"
        "  address = {London},\n"
        "  year = {1954},\n"
        "  pages = {178, 182--183},\n"
        "}\n"
    )


def test_an_article_a_newspaper_and_the_dataset_in_bibtex() -> None:
    assert bibtex.entry(Item.of("k", {**ARTICLE, "page": "12-14"})) == (
        "@article{k,\n"
        "  author = {Kasahara, K.},\n"
        "  title = {{Boi u ozera Khasan: analiz chisla i kharaktera poter}},\n"
        "  journal = {Liberal Arts in Russia},\n"
        "  volume = {6},\n"
        "  number = {4},\n"
        "  year = {2017},\n"
        "  pages = {12--14},\n"
        "  doi = {10.15643/libartrus-2017.4.2},\n"
        "}\n"
    )
    assert "  year = {1938},\n  month = oct,\n  day = {22},\n" in bibtex.entry(Item.of("n", NEWSPAPER))
    dataset = bibtex.entry(Item.of("d", {**DATASET, "URL": "https://example.org/v1/x?a=b%20c&d_e={f}"}))
    assert "  author = {{The contributors}},\n" in dataset
    assert "  url = {https://example.org/v1/x?a=b%20c&d_e=%7Bf%7D},\n" in dataset


def test_what_latex_would_read_is_escaped_and_letters_stay() -> None:
    assert bibtex.escaped(r"50% of A & B_c #1 $2 ~x^y {z} \q") == (
        r"50\% of A \& B\_c \#1 \$2 \textasciitilde{}x\textasciicircum{}y \{z\} \textbackslash{}q"
    )
    assert bibtex.escaped("Tōgō, 東郷 and Молотов") == "Tōgō, 東郷 and Молотов"


@given(text, text, text)
def test_whatever_the_texts_the_braces_of_bibtex_pair(title: str, family: str, url: str) -> None:
    entry = bibtex.entry(
        Item.of("x", {"type": "book", "title": title, "author": [{"family": family}], "URL": url, "note": title})
    )
    bare = re.sub(r"\\[{}\\]", "", entry.replace(r"\textbackslash{}", ""))
    depth = 0
    for character in bare:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert not re.search(r"(?<!\\)[%&#$]", re.sub(r"url = \{.*\}", "", entry))


def test_a_book_in_ris() -> None:
    item = Item.of("eudin-slusser-1967", EUDIN, [(362, 363)])
    assert ris.entry(item).split("\r\n") == [
        "TY  - BOOK", "ID  - eudin-slusser-1967", "AU  - Eudin, Xenia Joukoff", "AU  - Slusser, Robert M.",
        "TI  - Soviet Foreign Policy, 1928-1934; Documents and Materials", "VL  - II", "PB  - Pennsylvania State UP",
        "CY  - University Park", "PY  - 1967", "SP  - 362", "EP  - 363", "ER  - ", "",
    ]  # fmt: skip


def test_several_ranges_in_ris_are_not_made_one() -> None:
    assert "SP  - 364-365, 385\r\n" in ris.entry(Item.of("x", EUDIN, [(385, 385), (364, 365)]))
    assert "EP  - " not in ris.entry(Item.of("x", EUDIN, [(385, 385), (364, 365)]))


def test_a_day_in_ris() -> None:
    assert "PY  - 1938\r\nDA  - 1938/10/22/\r\n" in ris.entry(Item.of("x", NEWSPAPER))


@given(text, text)
def test_whatever_the_texts_a_line_of_ris_is_a_tag(title: str, note: str) -> None:
    lines = ris.entry(Item.of("x", {"type": "book", "title": title, "note": note})).split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert lines[-2:] == ["ER  - ", ""]


def test_csl_has_no_nulls_and_says_what_is_cited() -> None:
    assert Item.of("jones-1954", JONES, [(178, 178), (182, 183)]).exported() == {
        "id": "jones-1954",
        "type": "book",
        "title": "Japan's New Order in East Asia: Its Rise and Fall 1937-45",
        "author": [{"family": "Jones", "given": "F. C."}],
        "publisher": "Oxford UP",
        "publisher-place": "London",
        "issued": {"date-parts": [[1954]]},
        "locator": "178, 182-183",
        "note": "Cited: 178, 182-183",
    }
