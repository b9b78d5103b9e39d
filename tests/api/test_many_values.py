"""Filters with more values than can be listed."""

import pytest

from app.api.filters import of_filter
from app.api.parameters import ParameterError
from app.api.schemas import schema_document
from app.resources import RESOURCES
from app.store.found import Values
from app.store.query import Store

FIGURES = RESOURCES["figures"]


def test_a_value_is_looked_up_where_there_are_too_many_to_list(store: Store) -> None:
    parameter = of_filter("series", FIGURES.conditions["series"], FIGURES, store, Values({"fishing-share": 2}, 1_000))
    assert parameter.schema == {"type": "string"}
    assert parameter.read("fishing-share") == "fishing-share"
    with pytest.raises(ParameterError) as refused:
        parameter.read("fishing-shares")
    assert refused.value.closed
    assert "fishing-share" in refused.value.allowed


def test_a_schema_says_how_many_values_it_leaves_out() -> None:
    occurring = {"series": Values({"fishing-share": 2}, 1_000)}
    schema = schema_document(FIGURES, occurring, {"series": None})  # type: ignore[dict-item]
    assert schema["x-values"] == {"series": {"fishing-share": 2}}
    assert schema["x-values-left-out"] == {"series": 1_000}
