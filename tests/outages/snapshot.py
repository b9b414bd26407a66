"""What a database holds, whole: to see that nothing half-written is left."""

import sqlite3
from typing import Any

import psycopg

Snapshot = dict[str, list[tuple[Any, ...]]]

# Numbers drawn from a sequence are not given back when a transaction ends badly; rows are what counts.
# How the index of words is cut into segments is its own affair; its contents are compared.
LEFT_OUT = {"sqlite_sequence", "migrations", "post_index_data", "post_index_idx"}


def snapshot(url: str) -> Snapshot:
    """Every row of every table, by another connection than the node's."""
    if url.startswith("sqlite:///"):
        return _sqlite(url.removeprefix("sqlite:///"))
    return _postgres(url)


def changed(before: Snapshot, after: Snapshot) -> dict[str, int]:
    """By table, how many rows are in only one of the two."""
    found = {table: len(set(before[table]) ^ set(after[table])) for table in before}
    return {table: count for table, count in found.items() if count}


def counts(found: Snapshot) -> dict[str, int]:
    """By table, how many rows it has."""
    return {table: len(rows) for table, rows in found.items()}


def _sqlite(path: str) -> Snapshot:
    connection = sqlite3.connect(path)
    try:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608  # names from the schema
            for (name,) in tables
            if name not in LEFT_OUT
        }
    finally:
        connection.close()


def _postgres(url: str) -> Snapshot:
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        return {
            name: connection.execute(f"SELECT * FROM {name}".encode()).fetchall()  # noqa: S608  # names from the schema
            for (name,) in tables
            if name not in LEFT_OUT
        }
