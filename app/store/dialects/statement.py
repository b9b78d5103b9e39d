"""Statements: one text for SQLite and PostgreSQL. Parameters have names, written as SQLite does (`:name`).

Texts, not expressions: these are few and plain, and what would compile them takes longer to load than all else that a
server needs.
"""

from typing import NewType

Statement = NewType("Statement", str)
