"""The vocabulary of values: what curators may write, and what clients then read."""

from typing import Annotated, Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from app import edtf, values
from app.values import Face, Point, Ref, page_ranges


def read(kind: Any, text: object) -> Any:
    return TypeAdapter(kind).validate_python(text)


def refused(kind: Any, text: object) -> str:
    """What the error says; the test fails where there is none."""
    with pytest.raises(ValidationError) as raised:
        read(kind, text)
    return str(raised.value.errors()[0]["msg"])


# --- numbers and flags, which YAML hands over as texts --------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("250000000", 250_000_000), ("67.5", 67.5), ("-4", -4), ("-0.25", -0.25), ("0123", 123), ("1.0", 1.0)],
)
def test_a_plain_number_is_read(text: str, number: float) -> None:
    found = read(values.Number, text)
    assert found == number
    assert type(found) is type(number)


@pytest.mark.parametrize(
    "text",
    ["1e5", "0x10", "1_000", "1,000", "1 000", "+1", ".5", "5.", "1.2.3", "", "ten", "inf", "nan", "１２", "1\n"],
)
def test_what_yaml_or_python_would_guess_at_is_no_number(text: str) -> None:
    assert "plain number" in refused(values.Number, text)


def test_a_count_starts_at_one() -> None:
    assert read(values.Count, "4") == 4
    assert refused(values.Count, "0")
    assert refused(values.Count, "1.5")


def test_the_essay_has_paragraphs_1_to_38() -> None:
    assert read(values.Paragraph, "1") == 1
    assert read(values.Paragraph, "38") == 38
    assert refused(values.Paragraph, "0")
    assert refused(values.Paragraph, "39")


def test_a_flag_is_true_or_false() -> None:
    assert read(values.Flag, "true") is True
    assert read(values.Flag, "false") is False


@pytest.mark.parametrize("text", ["yes", "no", "on", "off", "1", "0", "True", "FALSE", "y"])
def test_other_words_for_a_flag_are_refused(text: str) -> None:
    assert "true or false" in refused(values.Flag, text)


# --- texts of a form ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pages", "ranges"),
    [
        ("178", ((178, 178),)),
        ("179-180", ((179, 180),)),
        ("364, 385", ((364, 364), (385, 385))),
        ("1, 3-5, 9", ((1, 1), (3, 5), (9, 9))),
        ("7-7", ((7, 7),)),
    ],
)
def test_pages_are_ranges(pages: str, ranges: tuple[tuple[int, int], ...]) -> None:
    assert read(values.Pages, pages) == pages
    assert page_ranges(pages) == ranges


@pytest.mark.parametrize(
    "pages", ["", "p. 178", "178–179", "178 - 179", "178,179", "178-", "-178", "178, ", "x", "178\n", "١٧٨"]
)
def test_what_is_not_a_page_reference_is_refused(pages: str) -> None:
    assert "pages are written" in refused(values.Pages, pages)


@pytest.mark.parametrize("pages", ["183-182", "10, 30-20"])
def test_a_page_range_that_runs_backwards_is_refused(pages: str) -> None:
    assert "backwards" in refused(values.Pages, pages)


@pytest.mark.parametrize("text", ["P5Y", "P6M", "P2W", "P3D", "P1Y6M", "P1Y2M3W4D"])
def test_an_iso_8601_duration_is_read(text: str) -> None:
    assert read(values.Duration, text) == text


@pytest.mark.parametrize("text", ["P", "5Y", "P5", "P6M1Y", "PT5H", "p5y", "P-5Y", "P1.5Y", "P٥Y"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    assert refused(values.Duration, text)


@pytest.mark.parametrize("text", ["wikidata:Q959", "geonames:2013348"])
def test_a_foreign_id_names_its_source(text: str) -> None:
    assert read(values.ForeignId, text) == text


@pytest.mark.parametrize(
    "text", ["Q959", "wikidata:959", "wikidata:q959", "geonames:Q1", "viaf:1", "wikidata:Q959 ", "geonames:١٢"]
)
def test_another_foreign_id_is_refused(text: str) -> None:
    assert refused(values.ForeignId, text)


@pytest.mark.parametrize("text", ["a", "soviet-union", "republic-of-china-1912-1949", "1936"])
def test_a_slug_is_lower_case_words_with_hyphens(text: str) -> None:
    assert read(values.Slug, text) == text


@pytest.mark.parametrize("text", ["", "Soviet", "soviet_union", "-a", "a-", "a--b", "tōgō", "a b", "a/b", "a" * 81])
def test_what_is_no_slug_is_refused(text: str) -> None:
    assert refused(values.Slug, text)


@pytest.mark.parametrize("text", ["ja", "zh", "zh-Hant", "kok", "sr-Latn-RS"])
def test_a_language_tag_is_read(text: str) -> None:
    assert read(values.Language, text) == text


@pytest.mark.parametrize("text", ["", "JA", "j", "japanese", "zh_Hant"])
def test_what_is_no_language_tag_is_refused(text: str) -> None:
    assert refused(values.Language, text)


def test_an_empty_text_is_refused() -> None:
    assert refused(values.Text, "")


@pytest.mark.parametrize("lat", ["43.10561", "-0.00001"])
def test_a_point_finer_than_points_are_compared_is_refused(lat: str) -> None:
    with pytest.raises(ValidationError, match="four decimals"):
        Point.model_validate({"lat": lat, "lon": "131.8735", "basis": "invented"})


@pytest.mark.parametrize(("lat", "lon"), [("90.1", "0"), ("-91", "0"), ("0", "180.5"), ("0", "-181")])
def test_a_point_off_the_globe_is_refused(lat: str, lon: str) -> None:
    with pytest.raises(ValidationError):
        Point.model_validate({"lat": lat, "lon": lon, "basis": "invented"})


# --- references and dates, which have two faces ---------------------------------------------------


class Holder(Face):
    actor: values.Actor
    target: values.AnyRecord
    when: values.Edtf


def holder(**changed: str) -> Holder:
    return Holder.model_validate({"actor": "northland", "target": "treaties/x", "when": "1936-02", **changed})


def test_a_reference_is_served_with_its_name_and_path() -> None:
    names = {("actors", "northland"): "Northland", ("treaties", "x"): "Treaty X"}
    served = holder().model_dump(mode="json", context=names)
    assert served["actor"] == {"id": "northland", "name": "Northland", "url": "/v1/actors/northland"}
    assert served["target"] == {"id": "x", "name": "Treaty X", "url": "/v1/treaties/x"}


def test_a_reference_without_a_name_is_served_by_its_id() -> None:
    assert holder().model_dump(mode="json")["actor"]["name"] == "northland"


def test_a_reference_of_one_collection_is_a_slug() -> None:
    assert Ref("actors").key("northland") == ("actors", "northland")
    with pytest.raises(ValidationError):
        holder(actor="actors/northland")


@pytest.mark.parametrize("target", ["x", "treaties/", "/x", "treaties/X", "treaties/x/y", "Treaties/x"])
def test_a_reference_of_any_collection_names_it(target: str) -> None:
    assert Ref().key("treaties/x") == ("treaties", "x")
    with pytest.raises(ValidationError):
        holder(target=target)


def test_a_date_is_served_as_it_is_known_and_never_padded() -> None:
    assert holder(when="1936-02").model_dump(mode="json")["when"] == {
        "edtf": "1936-02",
        "earliest": "1936-02",
        "latest": "1936-02",
        "precision": "month",
        "qualifier": None,
        "label": "February 1936",
    }


def test_a_date_with_an_unknown_end_has_no_latest() -> None:
    served = holder(when="1940-09-27/").model_dump(mode="json")["when"]
    assert (served["earliest"], served["latest"]) == ("1940-09-27", None)


def test_a_bad_date_is_refused_with_what_is_wrong() -> None:
    assert "28" in refused(values.Edtf, "1937-02-29")
    assert "ends before it starts" in refused(values.Edtf, "1939/1938")


def test_a_date_is_read_once_and_kept_as_written() -> None:
    assert holder(when="1939-22").when == edtf.parse("1939-22")


# --- what is written and what is served -----------------------------------------------------------


def properties(kind: Any, mode: Any) -> set[str]:
    return set(TypeAdapter(kind).json_schema(mode=mode)["properties"])


def test_sources_are_written_but_not_served_in_place() -> None:
    own = {"place", "role"}
    assert properties(values.PlaceRole, "validation") == own | {"cite", "uncited", "noted"}
    assert properties(values.PlaceRole, "serialization") == own


def test_a_relation_carries_its_paragraph_in_place_of_uncited() -> None:
    assert properties(values.Relation, "validation") == {"type", "target", "paragraph", "cite", "noted"}
    assert properties(values.Relation, "serialization") == {"type", "target", "paragraph"}


def test_every_key_of_a_value_is_served() -> None:
    served = values.Quantity.model_validate({"text": "many"}).model_dump(mode="json")
    assert served == {"measure": None, "value": None, "unit": None, "qualifier": None, "text": "many"}


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        values.Alias.model_validate({"name": "x", "langauge": "ja"})


def test_every_relation_has_a_label_for_each_direction() -> None:
    assert set(values.RELATIONS) == set(get_args(values.RelationType))
    labels = [label for pair in values.RELATIONS.values() for label in pair]
    assert len(set(labels)) == len(labels)


def test_an_editors_script_learns_which_collection_a_reference_is_of() -> None:
    schema = TypeAdapter(Annotated[str, Ref("actors")]).json_schema()
    assert schema["type"] == "string"
    assert "actors" in schema["description"]
