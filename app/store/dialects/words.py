"""Full text in each dialect: the table `wording_index`, and how it is asked."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, column, table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

wording_index = table("wording_index", column("rowid"))  # rowid: number of the record


class Matching(ColumnElement[bool]):
    """Whether a row of `wording_index` matches what is wanted (a `Wanted`, bound)."""

    inherit_cache = False

    def __init__(self, wanted: BindParameter[Any]) -> None:
        """By the name under which it is bound."""
        self.wanted = wanted


@compiles(Matching, "sqlite")
def _sqlite_matching(found: Matching, compiler: SQLCompiler, **options: Any) -> str:
    return f"wording_index MATCH {compiler.process(found.wanted, **options)}"


@compiles(Matching, "postgresql")
def _postgresql_matching(found: Matching, compiler: SQLCompiler, **options: Any) -> str:
    return f"wording_index.vector @@ {compiler.process(found.wanted, **options)}"
