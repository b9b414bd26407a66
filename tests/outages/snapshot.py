"""What a database holds, whole: to see that nothing half-written is left."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import psycopg

Snapshot = dict[str, list[object]]

# Numbers drawn from a sequence are not given back when a transaction ends badly; rows are what counts.
# How the index of words is cut into segments is its own affair; its contents are compared.
LEFT_OUT = {"sqlite_sequence", "migrations", "post_index_data", "post_index_idx"}


class Reader(Protocol):
    """Whoever asks again and again what a database holds, by a connection of its own."""

    def __call__(self) -> Snapshot:
        """Every row of every table."""

    def close(self) -> None:
        """Ask no more."""


def snapshot(url: str) -> Snapshot:
    """Every row of every table, by another connection than the node's."""
    with reader(url) as read:
        return read()


@contextmanager
def reader(url: str) -> Iterator[Reader]:
    """One connection for many snapshots of a database whose tables stay what they are."""
    is_sqlite = url.startswith("sqlite:///")
    opened: Reader = SqliteReader(url.removeprefix("sqlite:///")) if is_sqlite else PostgresReader(url)
    try:
        yield opened
    finally:
        opened.close()


def changed(before: Snapshot, after: Snapshot) -> dict[str, int]:
    """By table, how many rows are in only one of the two."""
    differ = (table for table in before if before[table] != after[table])
    found = {table: len(set(before[table]) ^ set(after[table])) for table in differ}
    return {table: count for table, count in found.items() if count}


def counts(found: Snapshot) -> dict[str, int]:
    """By table, how many rows it has."""
    return {table: len(rows) for table, rows in found.items()}


class SqliteReader:
    """Reads all of it again only when another connection has committed, as SQLite itself tells.

    https://www.sqlite.org/pragma.html#pragma_data_version
    """

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path)
        tables = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        self._tables = [name for (name,) in tables if name not in LEFT_OUT]
        self._version: object = None
        self._last: Snapshot = {}

    def __call__(self) -> Snapshot:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._version = version
            self._last = {
                name: self._connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608  # from the schema
                for name in self._tables
            }
        return self._last

    def close(self) -> None:
        self._connection.close()


class PostgresReader:
    """All tables in one prepared statement: a round trip for each, and a connection for each snapshot, was most of
    what these tests took. A row is compared as the text that PostgreSQL writes of it.
    """

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        tables = self._connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        self._tables = sorted(name for (name,) in tables if name not in LEFT_OUT)
        each = (
            f"SELECT {number}, CAST({name} AS text) FROM {name}"  # noqa: S608  # names from the schema
            for number, name in enumerate(self._tables)
        )
        self._all = " UNION ALL ".join(each).encode()

    def __call__(self) -> Snapshot:
        found: Snapshot = {name: [] for name in self._tables}
        rows: list[list[object]] = list(found.values())
        for number, row in self._connection.execute(self._all, prepare=True):
            rows[number].append(row)
        return found

    def close(self) -> None:
        self._connection.close()
