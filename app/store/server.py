"""Stores on a PostgreSQL server: each in a schema named after its version; a table says which one is current."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from app.resource import Resource
from app.store.compile import Progress, write
from app.store.current import StoreError
from app.store.dialects.database import UnavailableError
from app.store.dialects.postgresql import HASH, Address, Connection, PostgresqlReader, PostgresqlWriter, lock
from app.store.engine import Source, curated
from app.store.schema import METADATA

HOME = (
    "CREATE SCHEMA IF NOT EXISTS sjr",
    "CREATE TABLE IF NOT EXISTS sjr.store (schema text PRIMARY KEY, version text NOT NULL, is_current boolean)",
)
STANDING = "SELECT schema, version FROM sjr.store JOIN pg_namespace ON nspname = schema"
LONGEST = 63  # bytes of a name


def schema_of(name: str) -> str:
    """The schema of a version."""
    return "sjr_" + re.sub("[^a-z0-9]+", "_", name.lower())[-LONGEST + 4 :]


RIGHTS = (
    "to build, grant the role CREATE on the database; to serve, USAGE on the schemas and SELECT on their tables"
    " (docs/operations.md, On PostgreSQL)"
)


class Server:
    """The stores of a server."""

    def __init__(self, url: str, timeout: float, connections: int) -> None:
        """At an address; each reader has a pool of so many connections."""
        self.address, self.connections = Address(url, timeout), connections

    def __str__(self) -> str:
        """The address without its password."""
        return str(self.address)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with self.address.connect() as connection:
                yield connection
        except psycopg.errors.InsufficientPrivilege as error:
            raise StoreError(f"{self}: {error.diag.message_primary}; {RIGHTS}") from error
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
            told = error.diag.message_primary
            raise StoreError(f"{self}: the store is of other tables ({told}); `sjr build` makes one") from error
        except psycopg.Error as error:
            raise StoreError(f"{self}: {' '.join(str(error).split())}") from error

    @staticmethod
    def _current(connection: Connection) -> tuple[str, str] | None:
        """Schema and version of the current store."""
        try:
            found = connection.execute(f"{STANDING} WHERE is_current").fetchone()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            return None
        return (found[0], found[1]) if found else None

    def standing(self) -> str | None:
        """The version of the current store; None where there is none."""
        with self._connected() as connection:
            found = self._current(connection)
        return found[1] if found else None

    def open(self) -> PostgresqlReader:
        """The current store, to be read; StoreError where there is none."""
        with self._connected() as connection:
            found = self._current(connection)
            if found is None:
                raise StoreError(f"no store at {self}; run `sjr build` first")
            for table in METADATA.tables.values():  # what may not be read is told now, not to clients
                columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
                asked = sql.SQL("SELECT {} FROM {} LIMIT 0").format(columns, sql.Identifier(found[0], table.name))
                connection.execute(asked)
        try:
            return PostgresqlReader(self.address, found[0], self.connections)
        except UnavailableError as error:
            raise StoreError(str(error)) from None

    def build(self, data: Path, resources: Mapping[str, Resource], progress: Progress = lambda _: None) -> str:
        """Compile the data into the schema of their version and make it current; what stood is not touched."""
        return self.put(curated(data, resources), progress)

    def put(self, source: Source, progress: Progress) -> str:
        """Compile a source into the schema of its version and make it current; what stood is not touched.

        All of it is one transaction: before its end nobody sees anything, and a build that is killed leaves nothing.
        """
        name = source.version()
        schema = schema_of(name)
        with self._connected() as connection, lock(connection, "sjr build", lambda: progress("waiting for a build")):
            for statement in HOME:
                connection.execute(statement)
            with connection.transaction():
                if not connection.execute(f"{STANDING} WHERE schema = %s", [schema]).fetchone():
                    write(PostgresqlWriter(connection, schema), source.dataset(name, progress), progress)
                    if source.version() != name:
                        raise StoreError("the data or the code changed during the build; run it again")
                kept = "ON CONFLICT (schema) DO NOTHING"
                connection.execute(f"INSERT INTO sjr.store VALUES (%s, %s, false) {kept}", [schema, name])
                connection.execute("UPDATE sjr.store SET is_current = (schema = %s)", [schema])
        return f"{schema} at {self}"

    def versions(self) -> list[str]:
        """The version of every store."""
        with self._connected() as connection:
            if self._current(connection) is None:
                return []
            return [name for _, name in connection.execute(STANDING)]

    def prune(self) -> list[str]:
        """Drop every store but the current one and those that a server reads; says what became of each."""
        said = []
        with self._connected() as connection, lock(connection, "sjr build"):
            current = self._current(connection)
            if current is None:
                return []
            for (schema,) in connection.execute("SELECT schema FROM sjr.store WHERE NOT is_current ORDER BY schema"):
                with connection.transaction():
                    free = connection.execute(f"SELECT pg_try_advisory_xact_lock({HASH})".encode(), [schema])
                    if free.fetchone() != (True,):
                        said.append(f"kept {schema}: a server reads it")
                        continue
                    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
                    connection.execute("DELETE FROM sjr.store WHERE schema = %s", [schema])
                    said.append(f"dropped {schema}")
        return said
