"""What both engines promise about transactions, errors and callers."""

from __future__ import annotations

import asyncio

import pytest

from storage.engine.database import (
    CheckViolation,
    Database,
    ForeignKeyViolation,
    NotNullViolation,
    ReadOnly,
    StorageError,
    StorageUnavailable,
    TransactionFailed,
    Tx,
    UniqueViolation,
    open_database,
)
from tests.storage.ships import (
    ALL,
    BY_ID,
    CAPTAINS,
    COMMAND,
    MARK,
    Grade,
    Rig,
    count,
    launch,
)


async def test_a_command_that_fails_leaves_nothing(ships: Database) -> None:
    def store(tx: Tx) -> None:
        launch(tx, 1)
        raise KeyError("the author changed her mind")

    with pytest.raises(KeyError):
        await ships.write(store)
    assert await ships.read(count) == 0


async def test_a_savepoint_undoes_only_what_is_inside(ships: Database) -> None:
    def store(tx: Tx) -> None:
        launch(tx, 1)
        with pytest.raises(UniqueViolation), tx.savepoint():
            launch(tx, 2)
            with tx.savepoint():
                launch(tx, 3)
            launch(tx, 1)
        with tx.savepoint():
            launch(tx, 4)
            with pytest.raises(KeyError), tx.savepoint():
                launch(tx, 5)
                raise KeyError

    await ships.write(store)
    assert [ship.id for ship in await ships.read(lambda tx: tx.rows(ALL))] == [1, 4]


async def test_a_savepoint_saves_from_a_failure_among_many(ships: Database) -> None:
    def store(tx: Tx) -> None:
        launch(tx, 1)
        with pytest.raises(ForeignKeyViolation), tx.savepoint():
            tx.many(COMMAND, [{"name": "Amina", "ship": 1}, {"name": "Bruno", "ship": 2}])
        tx.many(COMMAND, [{"name": "Carla", "ship": 1}])
        assert [row.captain for row in tx.rows(CAPTAINS)] == ["Carla"]

    await ships.write(store)


@pytest.mark.parametrize("error", [OverflowError, UnicodeError, LookupError])
async def test_an_error_of_the_functions_own_stays_what_it_is(ships: Database, error: type[Exception]) -> None:
    def fail(tx: Tx) -> None:
        raise error("mine")

    for call in (ships.read, ships.write):
        with pytest.raises(error) as caught:
            await call(fail)
        assert type(caught.value) is error


async def test_an_error_that_is_swallowed_outside_a_savepoint_fails_the_command(ships: Database) -> None:
    def swallow(tx: Tx) -> None:
        launch(tx, 1)
        with pytest.raises(UniqueViolation):
            launch(tx, 1)

    def go_on(tx: Tx) -> None:
        swallow(tx)
        launch(tx, 2)

    for command in (swallow, go_on):
        with pytest.raises(TransactionFailed):
            await ships.write(command)
    assert await ships.read(count) == 0


async def test_constraints_have_the_same_names_on_both_engines(ships: Database) -> None:
    await ships.write(launch, 1)
    for kind, command in (
        (UniqueViolation, lambda tx: launch(tx, 1, "other")),
        (UniqueViolation, lambda tx: launch(tx, 2, "ship 1")),
        (CheckViolation, lambda tx: launch(tx, 2, flag="de")),
        (NotNullViolation, lambda tx: tx.run(COMMAND, name=None, ship=1)),
        (ForeignKeyViolation, lambda tx: tx.run(COMMAND, name="Bruno", ship=9)),
    ):
        with pytest.raises(kind) as caught:
            await ships.write(command)
        assert type(caught.value) is kind
        assert caught.value.__cause__ is not None
    assert await ships.read(count) == 1


async def test_a_read_cannot_write(ships: Database) -> None:
    with pytest.raises(ReadOnly):
        await ships.read(launch, 1)
    assert await ships.read(count) == 0


async def test_a_read_sees_one_moment(ships: Database) -> None:
    loop = asyncio.get_running_loop()

    def look_twice(tx: Tx) -> tuple[int, int]:
        before = count(tx)
        asyncio.run_coroutine_threadsafe(ships.write(launch, 1), loop).result(timeout=20)
        return before, count(tx)

    assert await ships.read(look_twice) == (0, 0)
    assert await ships.read(count) == 1


async def test_a_write_can_be_read_as_soon_as_it_is_answered(ships: Database) -> None:
    async def write_and_read(number: int) -> None:
        await ships.write(launch, number)
        assert await ships.read(lambda tx: tx.row(BY_ID, id=number)) is not None

    await asyncio.gather(*(write_and_read(number) for number in range(1, 60)))
    assert await ships.read(count) == 59


async def test_positional_and_named_arguments_reach_the_function(ships: Database) -> None:
    await ships.write(launch, 1, rig=Rig.KETCH, grade=Grade.POOR)
    ship = await ships.read(lambda tx: tx.value(BY_ID, id=1))
    assert (ship.rig, ship.grade) == (Rig.KETCH, Grade.POOR)


async def test_many_callers_at_once_all_get_their_own_answer(ships: Database) -> None:
    async def one(number: int) -> int:
        return await (ships.write(launch, number) if number % 2 else ships.read(lambda tx: number))

    assert await asyncio.gather(*(one(number) for number in range(300))) == list(range(300))
    assert await ships.read(count) == 150


async def test_a_command_that_is_cancelled_is_finished_all_the_same(ships: Database, db_url: str) -> None:
    started = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(tx: Tx) -> None:
        launch(tx, 1)
        loop.call_soon_threadsafe(started.set)
        launch(tx, 2)

    request = asyncio.create_task(ships.write(slow))
    await started.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    await ships.close()
    again = await open_database(db_url)
    assert await again.read(count) == 2
    await again.close()


async def test_closing_finishes_what_was_begun_and_refuses_the_rest(ships: Database, db_url: str) -> None:
    begun = [asyncio.create_task(ships.write(launch, number)) for number in range(1, 40)]
    await asyncio.sleep(0)
    await ships.close()
    assert await asyncio.gather(*begun) == list(range(1, 40))
    for call in (ships.read(count), ships.write(launch, 99), ships.alone(count)):
        with pytest.raises(StorageUnavailable):
            await call
    await ships.close()
    again = await open_database(db_url)
    assert await again.read(count) == 39
    await again.close()


async def test_commits_that_change_something_call_back(ships: Database) -> None:
    called = asyncio.Event()
    unsubscribe = ships.on_commit(called.set)
    await ships.write(launch, 1)
    await asyncio.wait_for(called.wait(), 20)
    await _until_quiet(called)
    await ships.write(count)
    await ships.write(lambda tx: tx.run(MARK, is_afloat=False, least=999))
    await ships.read(count)
    with pytest.raises(UniqueViolation):
        await ships.write(launch, 1)
    assert not called.is_set()
    await ships.write(launch, 2)
    assert called.is_set()
    unsubscribe()
    called.clear()
    await ships.write(launch, 3)
    assert not called.is_set()
    unsubscribe()


async def test_a_callback_that_fails_spoils_nothing(ships: Database, caplog: pytest.LogCaptureFixture) -> None:
    called = asyncio.Event()

    def broken() -> None:
        raise RuntimeError("no dispatcher here")

    ships.on_commit(broken)
    ships.on_commit(called.set)
    assert await ships.write(launch, 1) == 1
    assert called.is_set()
    assert "no dispatcher here" in caplog.text


async def test_a_command_may_raise_what_a_future_refuses(ships: Database) -> None:
    def stop(tx: Tx) -> None:
        raise StopIteration

    with pytest.raises(RuntimeError):
        await ships.write(stop)
    with pytest.raises(RuntimeError):
        await ships.read(stop)
    assert await ships.write(launch, 1) == 1


async def test_a_failing_statement_can_be_injected(ships: Database) -> None:
    seen: list[tuple[int, str]] = []

    def note(number: int, sql: str) -> None:
        seen.append((number, sql.split()[0]))
        if sql.startswith("SELECT"):
            raise StorageError("the second one")

    def two(tx: Tx) -> None:
        launch(tx, 1)
        count(tx)

    ships.fail_at = note
    with pytest.raises(StorageError, match="the second one"):
        await ships.write(two)
    assert seen == [(1, "INSERT"), (2, "SELECT")]
    seen.clear()
    await ships.write(launch, 2)
    assert seen == [(1, "INSERT"), (2, "COMMIT")]
    ships.fail_at = None
    assert await ships.read(count) == 1


async def _until_quiet(called: asyncio.Event) -> None:
    """Until the listener has had its first call, which comes whenever it is ready."""
    while True:
        called.clear()
        try:
            await asyncio.wait_for(called.wait(), 0.3)
        except TimeoutError:
            return
