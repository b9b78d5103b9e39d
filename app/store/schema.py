"""Every table of the store. What makes a store needs them; what reads one does not load this."""

from sqlmodel import SQLModel

from app.store import dated_tables, sourced_tables, tables

DECLARED = (tables, dated_tables, sourced_tables)
METADATA = SQLModel.metadata
