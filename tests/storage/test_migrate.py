"""Migrations: found, cut, applied once, and refused when the database tells another story."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.engine.database import Database, StorageError, Tx, open_database
from storage.engine.migrate import (
    AppliedRow,
    SchemaChanged,
    SchemaMissing,
    SchemaTooNew,
    migrate,
    migrations,
    pending,
)
from storage.engine.query import Query
from storage.engine.statement import ENGINES, Engine

APPLIED = Query(AppliedRow, f"SELECT {AppliedRow.columns()} FROM migrations ORDER BY number")  # noqa: S608
HARBOURS = Query(str, "SELECT name FROM harbours ORDER BY name")

Write = Callable[[str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of migrations, far above the node's own numbers."""
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "0901_harbours.sql").write_text(
        "-- Harbours; and their names.\nCREATE TABLE harbours (id SERIAL_KEY, name TEXT NOT NULL UNIQUE);\n"
        "INSERT INTO harbours (name) VALUES ('Port; Louis');\n"
    )
    (folder / "0902_boats.sql").write_text("CREATE TABLE boats (id ID_KEY);")
    return folder


@pytest.fixture
async def bare(db: Database) -> Database:
    """A database that has no migrations."""
    await db.write(lambda tx: tx.statement("DROP TABLE migrations"))
    return db


def applied(tx: Tx) -> list[int]:
    """The numbers that the database has."""
    return [row.number for row in tx.rows(APPLIED)]


async def test_pending_migrations_are_applied_once_in_order(bare: Database, folder: Path) -> None:
    assert [migration.number for migration in await pending(bare, folder)] == [901, 902]
    assert [migration.name for migration in await migrate(bare, folder)] == ["harbours", "boats"]
    assert await migrate(bare, folder) == []
    assert await pending(bare, folder) == []
    assert await bare.read(applied) == [901, 902]
    assert await bare.read(lambda tx: tx.rows(HARBOURS)) == ["Port; Louis"]


async def test_a_node_can_be_migrated_by_its_address(engine: Engine, db_url: str) -> None:
    assert await migrate(db_url) == []
    database = await open_database(db_url)
    assert await database.read(applied) == [migration.number for migration in migrations(engine)]
    await database.close()


async def test_a_new_migration_is_applied_after_the_others(bare: Database, folder: Path) -> None:
    await migrate(bare, folder)
    write(folder, "0903_more.sql", "ALTER TABLE boats ADD COLUMN name TEXT")
    assert [migration.number for migration in await migrate(bare, folder)] == [903]


async def test_a_migration_that_fails_leaves_nothing_of_itself(bare: Database, folder: Path) -> None:
    write(folder, "0903_wrong.sql", "CREATE TABLE masts (id ID_KEY); INSERT INTO nowhere VALUES (1)")
    with pytest.raises(StorageError):
        await migrate(bare, folder)
    assert await bare.read(applied) == [901, 902]
    write(folder, "0903_wrong.sql", "CREATE TABLE masts (id ID_KEY)")
    assert [migration.number for migration in await migrate(bare, folder)] == [903]


async def test_a_changed_migration_is_refused(bare: Database, folder: Path) -> None:
    await migrate(bare, folder)
    write(folder, "0902_boats.sql", "CREATE TABLE boats (id ID_KEY, sails BIGINT)")
    for call in (migrate, pending):
        with pytest.raises(SchemaChanged, match="0902_boats"):
            await call(bare, folder)


async def test_a_missing_migration_is_refused(bare: Database, folder: Path) -> None:
    await migrate(bare, folder)
    remove(folder, "0901_harbours.sql")
    with pytest.raises(SchemaMissing, match="0901_harbours"):
        await migrate(bare, folder)


async def test_a_database_from_a_newer_version_is_refused(bare: Database, folder: Path) -> None:
    await migrate(bare, folder)
    remove(folder, "0902_boats.sql")
    with pytest.raises(SchemaTooNew, match="0902_boats"):
        await migrate(bare, folder)


async def test_a_refusal_touches_nothing(bare: Database, folder: Path) -> None:
    await migrate(bare, folder)
    write(folder, "0902_boats.sql", "CREATE TABLE boats (id ID_KEY, sails BIGINT)")
    write(folder, "0903_more.sql", "CREATE TABLE masts (id ID_KEY)")
    with pytest.raises(SchemaChanged):
        await migrate(bare, folder)
    assert await bare.read(applied) == [901, 902]


async def test_migrators_that_start_together_do_the_work_once(engine: Engine, db_url: str, folder: Path) -> None:
    first = await open_database(db_url)
    await first.write(lambda tx: tx.statement("DROP TABLE migrations"))
    others = [await open_database(db_url) for _ in range(3)]
    done = await asyncio.gather(*(migrate(database, folder) for database in (first, *others)))
    assert sorted(len(each) for each in done) == [0, 0, 0, 2]
    assert await first.read(lambda tx: tx.rows(HARBOURS)) == ["Port; Louis"]
    for database in (first, *others):
        await database.close()


async def test_a_migration_may_stand_outside_transactions(bare: Database, folder: Path, engine: Engine) -> None:
    own = {"sqlite": "VACUUM", "postgres": "CREATE INDEX CONCURRENTLY boats_by_id ON boats (id)"}
    write(folder, f"0903_outside.{engine}.sql", f"-- no-transaction\n{own[engine]};")
    assert [migration.number for migration in await migrate(bare, folder)] == [901, 902, 903]
    assert await bare.read(applied) == [901, 902, 903]


async def test_the_engines_own_part_comes_after_the_shared_one(bare: Database, folder: Path, engine: Engine) -> None:
    write(folder, "0903_quays.sql", "CREATE TABLE quays (id ID_KEY, name TEXT)")
    for each in ENGINES:
        write(folder, f"0903_quays.{each}.sql", f"DROP TABLE quays; INSERT INTO harbours (name) VALUES ('{each}')")  # noqa: S608
    await migrate(bare, folder)
    assert await bare.read(lambda tx: tx.rows(HARBOURS)) == ["Port; Louis", engine]


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["harbours.sql"], id="no number"),
        pytest.param(["1_harbours.sql"], id="short number"),
        pytest.param(["0001_a.sql", "0001_b.sql"], id="number twice"),
        pytest.param(["0001_a.sql", "0001_b.sqlite.sql"], id="number twice by engine"),
        pytest.param(["0001_a.mysql.sql"], id="unknown engine"),
    ],
)
def test_misnamed_files_are_refused(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(ValueError, match="migration"):
        migrations("sqlite", tmp_path)


def test_both_engines_have_the_same_numbers() -> None:
    names = [[(migration.number, migration.name) for migration in migrations(engine)] for engine in ENGINES]
    assert names[0] == names[1]
    assert names[0][0] == (1, "log")


def test_no_constraint_is_deferred_to_the_commit_that_others_share() -> None:
    for engine in ENGINES:
        for migration in migrations(engine):
            assert not [text for text in migration.statements if "DEFERR" in text.upper()], migration.name


def write(folder: Path, name: str, text: str) -> None:
    """Store a migration."""
    (folder / name).write_text(text)


def remove(folder: Path, name: str) -> None:
    """Take a migration away."""
    (folder / name).unlink()
