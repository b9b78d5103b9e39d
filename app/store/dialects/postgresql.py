"""PostgreSQL: a schema of a server, read through a pool and written by COPY; full text by `tsvector`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, cast

import psycopg
from psycopg import sql
from psycopg.adapt import Buffer, Dumper
from psycopg.types.numeric import Int8Dumper, NumericBinaryLoader
from psycopg.types.string import StrDumper
from psycopg_pool import ConnectionPool, PoolTimeout
from sqlalchemy import Column, Dialect, Integer, String
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler, PGDialect
from sqlalchemy.engine import make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from app.store.dialects.database import UnavailableError
from app.store.dialects.lexemes import query, vector
from app.store.dialects.statement import Statement
from app.store.schema import METADATA
from app.store.wanted import Wanted

Connection = psycopg.Connection[tuple[Any, ...]]

# A server that has gone without a word is noticed in some ten seconds.
KEEPALIVES = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
LOST = (
    psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError, PoolTimeout,
    psycopg.errors.UndefinedTable,  # the schema was dropped by hand
)  # fmt: skip
BRIEFLY = 0.25  # seconds
VECTOR = sql.SQL("CREATE TABLE wording_index (rowid BIGINT PRIMARY KEY, vector TSVECTOR NOT NULL)")


@compiles(Integer, "postgresql")
def _whole_number(_kind: Integer, _compiler: Any, **_options: Any) -> str:
    return "BIGINT"


@compiles(String, "postgresql")
def _text(_kind: String, _compiler: Any, **_options: Any) -> str:
    return 'TEXT COLLATE "C"'  # texts compare by code point, as everywhere else


class _Definitions(PGDDLCompiler):
    def get_column_specification(self, column: Column[Any], **_: Any) -> str:
        kind = self.dialect.type_compiler_instance.process(column.type, type_expression=column)
        return f"{self.preparer.format_column(column)} {kind}{'' if column.nullable else ' NOT NULL'}"


class _Dialect(PGDialect):
    ddl_compiler = _Definitions
    supports_statement_cache = True


DIALECT = cast(Callable[..., Dialect], _Dialect)(paramstyle="pyformat")


_PARAMETER = re.compile(r":(\w+)")


@lru_cache(maxsize=512)
def written(statement: Statement) -> bytes:
    """A statement as the driver takes it, and words looked for as the server does."""
    text = statement.replace("wording_index MATCH", "wording_index.vector @@")
    return _PARAMETER.sub(r"%(\1)s", text).encode()


class _Text(StrDumper):
    """PostgreSQL has no text with a NUL in it; none of ours has a 1 either, so the one finds as little as the other."""

    def dump(self, text: str) -> Buffer | None:
        return super().dump(text.replace("\0", "\1"))


class _Query(Dumper):
    oid = psycopg.adapters.types["tsquery"].oid

    def dump(self, wanted: Wanted) -> Buffer | None:
        return query(wanted).encode()


class _Sum(NumericBinaryLoader):
    """Numerics come of adding up whole numbers."""

    def load(self, data: Buffer) -> Any:
        return int(super().load(data))


def _adapt(connection: Connection) -> None:
    """Let a connection take and give values as the store has them."""
    for kind, dumper in ((int, Int8Dumper), (str, _Text), (Wanted, _Query)):
        connection.adapters.register_dumper(kind, dumper)
    connection.adapters.register_loader("numeric", _Sum)


@dataclass(frozen=True)
class Address:
    """Where a PostgreSQL server is, as `postgresql+psycopg://…`, and the seconds that it has for everything."""

    url: str
    timeout: float

    def connect(self) -> Connection:
        """A connection to write by: without a limit on statements, which may be long."""
        connection = psycopg.connect(self.conninfo, autocommit=True, **self.limits)
        _adapt(connection)
        return connection

    @property
    def conninfo(self) -> str:
        """The address as the driver takes it."""
        return make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)

    @property
    def limits(self) -> dict[str, Any]:
        """What ends a wait for a server that does not answer."""
        return {"connect_timeout": max(2, round(self.timeout)), "application_name": "sjr", **KEEPALIVES}

    def __str__(self) -> str:
        """The address without its password."""
        return make_url(self.url).render_as_string(hide_password=True)


HASH = "hashtextextended(%s, 0)"  # names what a lock is about


@contextmanager
def lock(connection: Connection, about: str, wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Nobody else does the same meanwhile; where somebody does, it is told, and waited for."""
    if connection.execute(f"SELECT pg_try_advisory_lock({HASH})".encode(), [about]).fetchone() != (True,):
        wait()
        connection.execute(f"SELECT pg_advisory_lock({HASH})".encode(), [about])
    yield  # the lock ends with the connection


class PostgresqlReader:
    """A schema that holds a store, read through a pool of connections."""

    local = False

    def __init__(self, address: Address, schema: str, connections: int) -> None:
        """Open the pool; UnavailableError where the server cannot be reached.

        Each connection holds the schema by a shared lock, so that nobody drops it.
        """
        self.address, self.schema, self._is_lost = address, schema, False
        settings = {
            "search_path": schema,
            "default_transaction_read_only": "on",
            "statement_timeout": f"{round(address.timeout * 1000)}",
        }
        self.pool = ConnectionPool(
            address.conninfo,
            kwargs={
                "autocommit": True,
                "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
                **address.limits,
            },
            min_size=1,
            max_size=connections,
            timeout=address.timeout,
            reconnect_timeout=0,  # it is tried again at the next request, not when a growing wait is over
            reconnect_failed=self._lose,
            configure=self._configure,
            name=schema,
            open=False,
        )
        try:
            self.pool.open(wait=True, timeout=address.timeout)
        except LOST as error:
            self.close()
            raise UnavailableError(f"{address} cannot be reached ({error})") from error

    def close(self) -> None:
        """Close every connection."""
        self.pool.close()

    def _lose(self, _: Any) -> None:
        self._is_lost = True  # who asks next waits only for the time of an attempt

    def _configure(self, connection: Connection) -> None:
        """Hold the schema, and see that it is still there."""
        _adapt(connection)
        connection.execute(f"SELECT pg_advisory_lock_shared({HASH})".encode(), [self.schema])
        if not connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [self.schema]).fetchone():
            raise psycopg.OperationalError(f"the schema {self.schema} is gone; start the server again")
        self._is_lost = False

    def run(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement; UnavailableError where the server is lost or takes too long.

        Connections that broke while they lay idle are told by the first that is used: all are looked over, once.
        """
        text = written(statement)
        for is_last in (False, True):
            connection = None
            try:
                with self.pool.connection(BRIEFLY if self._is_lost else None) as connection:
                    return self._rows(connection, text, values)
            except LOST as error:
                if is_last or connection is None or not connection.broken:
                    raise UnavailableError(f"{self.address}: {error}") from error
                self.pool.check()
        raise AssertionError

    @staticmethod
    def _rows(connection: Connection, text: bytes, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with connection.cursor(binary=True) as cursor:
            return cursor.execute(text, values).fetchall()


class PostgresqlWriter:
    """A schema that is being written, in a transaction of its caller's."""

    def __init__(self, connection: Connection, schema: str) -> None:
        """Begin a schema that is not there yet."""
        self.connection = connection
        self._numbers: dict[str, count[int]] = {}
        connection.adapters.register_dumper(Wanted, _Query)
        self._cursors = count()
        self._is_loading = True
        name = sql.Identifier(schema)
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
        connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(name))
        connection.execute("SET LOCAL maintenance_work_mem = '256MB'")  # for the indexes

    def create(self) -> None:
        """Make the tables, empty."""
        for table in METADATA.sorted_tables:
            self._run(CreateTable(table))
        self.connection.execute(VECTOR)

    def _run(self, element: ExecutableDDLElement) -> None:
        self.connection.execute(str(element.compile(dialect=DIALECT)).encode())

    def add(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows to a table; all of them have the same columns. A key that they lack is counted up."""
        definition = METADATA.tables[table]
        key = definition.autoincrement_column
        columns = list(rows[0])
        if key is None or key.name in columns:
            self._copy(definition.name, columns, ([row[column] for column in columns] for row in rows))
            if table == "wording":
                self._copy("wording_index", ["rowid", "vector"], ([row["number"], vector(row)] for row in rows))
            return
        numbers = self._numbers.setdefault(definition.name, count(1))
        numbered = ([next(numbers), *(row[column] for column in columns)] for row in rows)
        self._copy(definition.name, [key.name, *columns], numbered)

    def _copy(self, table: str, columns: Sequence[str], rows: Any) -> None:
        """Send rows. While nothing is read they are frozen: seen by all at the end, with nothing left to vacuum."""
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        frozen = sql.SQL("(FREEZE)" if self._is_loading else "")
        copied = sql.SQL("COPY {} ({}) FROM STDIN {}").format(sql.Identifier(table), names, frozen)
        with self.connection.cursor().copy(copied) as copy:
            for row in rows:
                copy.write_row(row)

    def read(self, statement: Statement, values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Rows of what has been written, fetched some at a time."""
        with self.connection.cursor(name=f"read_{next(self._cursors)}", binary=True) as cursor:
            yield from cursor.execute(written(statement), values)

    def index(self) -> None:
        """Make the indexes, and let the planner learn what there is to read."""
        self._is_loading = False
        for table in METADATA.sorted_tables:
            for index in sorted(table.indexes, key=lambda found: str(found.name)):
                self._run(CreateIndex(index))
        self.connection.execute("CREATE INDEX wording_vector ON wording_index USING gin (vector)")
        self._analyse()

    def finish(self) -> None:
        """Let the planner learn what there is."""
        self._analyse()

    def _analyse(self) -> None:
        tables = [*METADATA.tables, "wording_index"]
        self.connection.execute(sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(map(sql.Identifier, tables))))
