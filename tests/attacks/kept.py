"""All that a node keeps, to be compared before and after: what was refused has changed nothing."""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from functools import lru_cache

from tests.sites import LocalNode

NOTES = {"sessions": "seen_at", "tokens": "used_at"}
"""When something was last used is noted for those who are refused too."""
BESIDE = (
    *("attempts", "cursors", "jobs", "tallies", "vapid_keys", "sqlite_sequence", "pulse", "thread_reads"),
    *("directory", "announcement_asked"),
)
"""Failures are counted on purpose; subscribers and jobs go on while somebody is refused, and tell numbers; one of them
writes the people directory after a person joined, one asks whoever has to read something when it is time. The key of
pushes is made when somebody first asks for it, and the node notes that it is alive."""

COUNTED = ("GatheringCounted",)
"""Events by which the node tells numbers, a moment after what they count."""

Kept = dict[str, list[tuple[object, ...]]]


def kept(node: LocalNode, *, without: Collection[str] = ()) -> Kept:
    """Every row of every table, by table."""
    path = node.settings.database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return {name: _rows(connection, name, asked) for name, asked in _columns(path).items() if name not in without}


def _rows(connection: sqlite3.Connection, table: str, columns: str) -> list[tuple[object, ...]]:
    found = connection.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608
    return sorted((row for row in found if _counts(table, row)), key=repr)


def _counts(table: str, row: tuple[object, ...]) -> bool:
    return table != "events" or not {*COUNTED}.intersection(row)


def changed(before: Kept, after: Kept) -> list[str]:
    """The tables that are not as they were, each with a few of the rows that came and went."""
    found = []
    for name in sorted(before.keys() | after.keys()):
        was, is_now = before.get(name, []), after.get(name, [])
        if was != is_now:
            came, went = [row for row in is_now if row not in was], [row for row in was if row not in is_now]
            found.append(f"{name}: +{came[:3]} -{went[:3]}")
    return found


@lru_cache(maxsize=8)
def _columns(path: str) -> dict[str, str]:
    """What is compared of each table of a file; a running node changes no table."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {name: connection.execute(f"PRAGMA table_info({name})").fetchall() for name in names}
    return {
        name: ", ".join(row[1] for row in rows if row[1] != NOTES.get(name))
        for name, rows in columns.items()
        if name not in BESIDE
    }
