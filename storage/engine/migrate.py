"""Numbered migrations: `storage/schema/NNNN_subject.sql`.

`NNNN_subject.sql` is for both engines, in the words of `statement.SCHEMA_WORDS`;
`NNNN_subject.sqlite.sql` and `NNNN_subject.postgres.sql` come after it, or stand alone, where they
differ. Each number is one transaction, unless the first line of a file is `-- no-transaction`:
then each statement stands alone, and must bear being run twice.
What was applied is remembered with a checksum; a database that tells another story is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

import msgspec

from storage.engine import dialect
from storage.engine.database import Database, open_database
from storage.engine.errors import StorageError
from storage.engine.query import Query, Row
from storage.engine.statement import Engine, schema_for, split
from storage.engine.transaction import Tx
from storage.ids import Millis, millis

NO_TRANSACTION: Final = "-- no-transaction"
_FILE = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)(?:\.(?P<engine>sqlite|postgres))?\.sql")


class SchemaRefused(StorageError):
    """The database was made by other migrations than ours; nothing was touched."""


class SchemaChanged(SchemaRefused):
    """A migration that was applied has another text now."""


class SchemaMissing(SchemaRefused):
    """A migration that was applied is not among ours."""


class SchemaTooNew(SchemaRefused):
    """The database was made by a newer version."""


class Migration(msgspec.Struct, frozen=True, kw_only=True):
    """One number, for one engine."""

    number: int
    name: str
    checksum: str
    statements: tuple[str, ...]
    in_transaction: bool


class AppliedRow(Row, frozen=True, kw_only=True):
    """One migration that this database has."""

    number: int
    name: str
    checksum: str
    applied_at: Millis


CREATE = """
    CREATE TABLE IF NOT EXISTS migrations (
        number ID_KEY,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL,
        applied_at BIGINT NOT NULL
    )"""
APPLIED = Query(AppliedRow, f"SELECT {AppliedRow.columns()} FROM migrations ORDER BY number")
RECORD = Query(
    None,
    """INSERT INTO migrations (number, name, checksum, applied_at)
    VALUES (:number, :name, :checksum, :applied_at)""",
)


def migrations(engine: Engine, folder: Traversable | None = None) -> list[Migration]:
    """The migrations of an engine, in order. Raises ValueError for a misnamed or doubled file."""
    files: dict[int, list[tuple[str, str, str]]] = {}
    for file in (folder or resources.files("storage") / "schema").iterdir():
        if not file.name.endswith(".sql"):
            continue
        found = _FILE.fullmatch(file.name)
        if found is None:
            raise ValueError(f"a migration is called NNNN_subject.sql, not {file.name}")
        kind = found["engine"] or ""
        if kind in ("", engine):
            text = file.read_text(encoding="utf-8")
            files.setdefault(int(found["number"]), []).append((kind, found["name"], text))
    return [_migration(engine, number, files[number]) for number in sorted(files)]


async def migrate(target: Database | str, folder: Traversable | None = None) -> list[Migration]:
    """Apply what is pending and give it. Several processes may do this at the same time.

    Raises SchemaRefused when the database does not match, StorageError.
    """
    if isinstance(target, Database):
        known = migrations(target.engine, folder)
        return await target.alone(lambda tx: _apply(tx, known))
    database = await open_database(target)
    try:
        return await migrate(database, folder)
    finally:
        await database.close()


async def pending(database: Database, folder: Traversable | None = None) -> list[Migration]:
    """What `migrate` would apply. Raises SchemaRefused when the database does not match."""
    known = migrations(database.engine, folder)
    applied = await database.read(_applied)
    return _pending(known, applied)


def _migration(engine: Engine, number: int, parts: list[tuple[str, str, str]]) -> Migration:
    parts = sorted(parts)  # the shared part comes first
    names = {name for _, name, _ in parts}
    if len(names) != 1 or len({kind for kind, _, _ in parts}) != len(parts):
        raise ValueError(f"migration {number:04} is there twice: {sorted(names)}")
    checksum = hashlib.sha256("\0".join(text for _, _, text in parts).encode()).hexdigest()
    statements = [statement for kind, _, text in parts for statement in split(schema_for(engine, text))]
    return Migration(
        number=number,
        name=names.pop(),
        checksum=checksum,
        statements=tuple(statements),
        in_transaction=not any(text.startswith(NO_TRANSACTION) for _, _, text in parts),
    )


def _applied(tx: Tx) -> list[AppliedRow]:
    return tx.rows(APPLIED) if tx.value(dialect.HAS_MIGRATIONS) else []


def _pending(known: list[Migration], applied: Iterable[AppliedRow]) -> list[Migration]:
    ours = {migration.number: migration for migration in known}
    newest = max(ours, default=0)
    for row in applied:
        if row.number > newest:
            raise SchemaTooNew(f"the database has {row.number:04}_{row.name}, we end at {newest:04}")
        if row.number not in ours:
            raise SchemaMissing(f"{row.number:04}_{row.name} was applied and is no longer there")
        if ours.pop(row.number).checksum != row.checksum:
            raise SchemaChanged(f"{row.number:04}_{row.name} was changed after it was applied")
    return [ours[number] for number in sorted(ours)]


def _apply(tx: Tx, known: list[Migration]) -> list[Migration]:
    if not tx.value(dialect.HAS_MIGRATIONS):
        tx.statement(schema_for(tx.engine, CREATE))
    todo = _pending(known, tx.rows(APPLIED))
    for migration in todo:
        if migration.in_transaction:
            _apply_whole(tx, migration)
        else:
            _run(tx, migration)
    return todo


def _apply_whole(tx: Tx, migration: Migration) -> None:
    tx.statement(dialect.BEGIN_WRITE[tx.engine])
    try:
        _run(tx, migration)
    except BaseException:
        tx.abandon()
        raise
    tx.statement("COMMIT")


def _run(tx: Tx, migration: Migration) -> None:
    for statement in migration.statements:
        tx.statement(statement)
    tx.run(
        RECORD,
        number=migration.number,
        name=migration.name,
        checksum=migration.checksum,
        applied_at=millis(),
    )
