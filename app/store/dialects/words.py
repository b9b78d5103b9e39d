"""Full text in each dialect: the table `wording_index`, how it is asked and how what it finds is ranked."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Float, column, table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

wording_index = table("wording_index", column("rowid"))  # rowid: number of the record

WEIGHTS = "10.0, 4.0, 2.0, 0.5, 4.0, 0.25"  # names, summary, text, mentions, loose names, loose rest


class Matching(ColumnElement[bool]):
    """Whether a row of `wording_index` matches what is wanted (a `Wanted`, bound)."""

    inherit_cache = False

    def __init__(self, wanted: BindParameter[Any]) -> None:
        """By the name under which it is bound."""
        self.wanted = wanted


class Rank(ColumnElement[float]):
    """How well a row that matches does so; the lower, the better. Only in a statement that has its `Matching`."""

    inherit_cache = False
    type = Float()

    def __init__(self, wanted: BindParameter[Any]) -> None:
        """By the name under which it is bound."""
        self.wanted = wanted


@compiles(Matching, "sqlite")
def _sqlite_matching(found: Matching, compiler: SQLCompiler, **options: Any) -> str:
    return f"wording_index MATCH {compiler.process(found.wanted, **options)}"


@compiles(Rank, "sqlite")
def _sqlite_rank(_found: Rank, _compiler: SQLCompiler, **_options: Any) -> str:
    return f"bm25(wording_index, {WEIGHTS})"
