"""All that a node keeps, to be compared before and after: what was refused has changed nothing."""

import sqlite3
from collections.abc import Collection
from contextlib import closing

from tests.sites import LocalNode

NOTES = {"sessions": "seen_at", "tokens": "used_at"}
"""When something was last used is noted for those who are refused too."""
BESIDE = (
    *("attempts", "cursors", "jobs", "tallies", "vapid_keys", "sqlite_sequence", "pulse", "thread_reads"),
    "directory",
)
"""Failures are counted on purpose; subscribers and jobs go on while somebody is refused, and tell numbers; one of them
writes the people directory after a person joined. The key of pushes is made when somebody first asks for it, and the
node notes that it is alive."""

Kept = dict[str, list[tuple[object, ...]]]


def kept(node: LocalNode, *, without: Collection[str] = ()) -> Kept:
    """Every row of every table, by table."""
    path = node.settings.database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: _rows(connection, name) for (name,) in names if name not in BESIDE and name not in without}


def changed(before: Kept, after: Kept) -> list[str]:
    """The tables that are not as they were."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    asked = ", ".join(name for name in columns if name != NOTES.get(table))
    return sorted(connection.execute(f"SELECT {asked} FROM {table}").fetchall(), key=repr)  # noqa: S608
