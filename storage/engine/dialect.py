"""What only one engine has, or has otherwise: locks, the numbering of the log, the catalogue.

Everything else is one text for both, see `statement.py`.
"""

from __future__ import annotations

from typing import Final

from storage.engine.query import Query
from storage.engine.statement import Engine

BEGIN_WRITE: Final[dict[Engine, str]] = {"sqlite": "BEGIN IMMEDIATE", "postgres": "BEGIN"}

# Advisory locks of PostgreSQL are numbers: "ARCH" and a count.
MIGRATION_LOCK: Final = 0x41524348_0001
NUMBERING_LOCK: Final = 0x41524348_0002
DISPATCH_LOCK: Final = 0x41524348_0003
NODE_LOCK: Final = 0x41524348_0004

LOCK_NUMBERING = Query(int, f"SELECT COUNT(pg_advisory_xact_lock({NUMBERING_LOCK}))", only="postgres")
LOCK_NODE = Query(int, f"SELECT COUNT(pg_advisory_xact_lock({NODE_LOCK}))", only="postgres")
TRY_LOCK_DISPATCH = Query(
    bool,
    f"SELECT CASE WHEN pg_try_advisory_xact_lock({DISPATCH_LOCK}) THEN 1 ELSE 0 END",
    only="postgres",
)
NUMBER_EVENTS = Query(
    None,
    """
    UPDATE events SET seq = numbered.seq
    FROM (
        SELECT fresh.id, last.seq + ROW_NUMBER() OVER (ORDER BY fresh.id) AS seq
        FROM events AS fresh
        CROSS JOIN (SELECT COALESCE(MAX(seq), 0) AS seq FROM events) AS last
        WHERE fresh.seq IS NULL
    ) AS numbered
    WHERE events.id = numbered.id""",
    only="postgres",
)
HAS_MIGRATIONS = Query(
    int,
    "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'",
    postgres="""
    SELECT COUNT(*) FROM pg_catalog.pg_tables
    WHERE schemaname = current_schema() AND tablename = 'migrations'""",
)
