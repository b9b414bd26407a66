"""The tool of the tests of faults, and that it finds what it is for."""

from __future__ import annotations

import pytest

from storage import log
from storage.engine.database import Database, Tx, open_database
from storage.engine.query import Query
from storage.engine.statement import ENGINES
from storage.ids import EventSeq, Millis
from tests.conftest import NewDatabase
from tests.faults import StatementFailed, every_statement_fails_once

LENGTH = Query(int, "SELECT COUNT(*) FROM events")


def two(tx: Tx) -> None:
    """Two events that belong together."""
    log.append(tx, "a", "{}", Millis(1))
    log.append(tx, "b", "{}", Millis(1))


def length(tx: Tx) -> int:
    """How many events there are."""
    return tx.value(LENGTH)


async def test_each_statement_and_the_commit_fail_once(db: Database) -> None:
    checks: list[int] = []

    async def check() -> None:
        checks.append(await db.read(length))

    await every_statement_fails_once(db, lambda: db.write(two), check)
    assert checks == [0, 0, 0]
    assert await db.read(length) == 2
    assert db.fail_at is None


async def test_it_finds_a_command_cut_in_two(db: Database) -> None:
    async def cut_in_two() -> None:
        await db.write(log.append, "a", "{}", Millis(1))
        await db.write(log.append, "b", "{}", Millis(1))

    async def check() -> None:
        assert await db.read(length) % 2 == 0

    with pytest.raises(AssertionError):
        await every_statement_fails_once(db, cut_in_two, check)


async def test_a_call_that_survives_a_failed_statement_goes_on_to_the_next(db: Database) -> None:
    survived: list[StatementFailed] = []

    async def stubborn() -> str:
        try:
            await db.write(two)
        except StatementFailed as error:
            survived.append(error)
        return "done"

    assert await every_statement_fails_once(db, stubborn) == "done"
    assert len(survived) == 3


async def test_reads_fail_too(db: Database) -> None:
    checks: list[str] = []
    await every_statement_fails_once(db, lambda: db.read(log.cursor, "nobody"), lambda: checks.append("checked"))
    assert checks == ["checked"]


async def test_another_error_is_not_hidden(db: Database) -> None:
    def wrong(tx: Tx) -> None:
        log.after(tx, EventSeq(0), 1)
        raise KeyError

    with pytest.raises(KeyError):
        await every_statement_fails_once(db, lambda: db.write(wrong))


async def test_databases_can_be_made_within_a_running_test(new_database: NewDatabase) -> None:
    for engine in ENGINES:
        db = await open_database(new_database(engine))
        assert await db.read(length) == 0
        await db.close()
