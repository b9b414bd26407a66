"""What both engines promise about rows, parameters, transactions and errors."""

from __future__ import annotations

import asyncio
import enum
from typing import Any, Literal, NewType

import pytest

from storage.engine.database import (
    BadValue,
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
from storage.engine.query import Query, Row
from storage.engine.statement import Engine, schema_for

ShipId = NewType("ShipId", int)


class Rig(enum.StrEnum):
    """How a ship is rigged."""

    SLOOP = "sloop"
    KETCH = "ketch"


class Grade(enum.IntEnum):
    """How well it sails."""

    POOR = 1
    GOOD = 2


class ShipRow(Row, frozen=True, kw_only=True):
    """One of every kind of column."""

    id: ShipId
    name: str
    rig: Rig
    grade: Grade | None
    is_afloat: bool
    is_insured: bool | None
    draught: float | None
    papers: bytes | None
    flag: Literal["fr", "es"]


class CaptainRow(Row, frozen=True, kw_only=True):
    """A row that holds another."""

    captain: str
    ship: ShipRow


SCHEMA = """
    CREATE TABLE ships (
        id ID_KEY, name TEXT NOT NULL UNIQUE, rig TEXT NOT NULL, grade BIGINT, is_afloat BIGINT NOT NULL,
        is_insured BIGINT, draught REAL, papers BYTES, flag TEXT NOT NULL CHECK (flag IN ('fr', 'es'))
    );
    CREATE TABLE captains (name TEXT NOT NULL, ship_id BIGINT NOT NULL REFERENCES ships (id))"""
INSERT = Query(
    None,
    """
    INSERT INTO ships (id, name, rig, grade, is_afloat, is_insured, draught, papers, flag)
    VALUES (:id, :name, :rig, :grade, :is_afloat, :is_insured, :draught, :papers, :flag)""",
)
BY_ID = Query(ShipRow, f"SELECT {ShipRow.columns('s')} FROM ships AS s WHERE s.id = :id")  # noqa: S608
ALL = Query(ShipRow, f"SELECT {ShipRow.columns()} FROM ships ORDER BY id")  # noqa: S608
IDS_IN = Query(ShipId, "SELECT id FROM ships WHERE id IN (:ids[]) ORDER BY id")
IDS_NOT_IN = Query(ShipId, "SELECT id FROM ships WHERE id NOT IN (:ids[]) ORDER BY id")
NAMES_IN = Query(str, "SELECT name FROM ships WHERE name IN (:names[]) ORDER BY name")
COUNT = Query(int, "SELECT COUNT(*) FROM ships")
MARK = Query(None, "UPDATE ships SET is_afloat = :is_afloat WHERE id >= :least")
MARK_BY_WITH = Query(
    None, "WITH old AS (SELECT id FROM ships WHERE id < 3) UPDATE ships SET grade = 1 WHERE id IN (SELECT id FROM old)"
)
RETURNING = Query(ShipId, "UPDATE ships SET grade = 2 WHERE id >= :least RETURNING id")
COMMAND = Query(None, "INSERT INTO captains (name, ship_id) VALUES (:name, :ship)")
CAPTAINS = Query(
    CaptainRow,
    f"SELECT c.name, {ShipRow.columns('s')} FROM captains AS c JOIN ships AS s ON s.id = c.ship_id ORDER BY c.name",  # noqa: S608
)
GRADE = Query[int | None](int, "SELECT grade FROM ships WHERE id = :id")
LITERALS = Query(str, "SELECT ':no' || '100%' || :yes -- :neither, 5 % 3")


@pytest.fixture
async def ships(db: Database) -> Database:
    """The tables of these tests, beside the node's own."""

    def create(tx: Tx) -> None:
        for statement in schema_for(tx.engine, SCHEMA).split(";"):
            tx.statement(statement)

    await db.write(create)
    return db


def launch(
    tx: Tx,
    number: int,
    name: str | None = None,
    rig: Rig = Rig.SLOOP,
    grade: Grade | None = None,
    flag: str = "fr",
    draught: float | None = None,
    papers: bytes | None = None,
    is_insured: bool | None = None,
) -> ShipId:
    """Store a ship."""
    tx.run(
        INSERT,
        id=number,
        name=name or f"ship {number}",
        rig=rig,
        grade=grade,
        is_afloat=True,
        is_insured=is_insured,
        draught=draught,
        papers=papers,
        flag=flag,
    )
    return ShipId(number)


def count(tx: Tx) -> int:
    """How many ships there are."""
    return tx.value(COUNT)


async def test_every_kind_of_column_comes_back_as_it_went_in(ships: Database) -> None:
    def store(tx: Tx) -> None:
        launch(tx, 2**62, "Été", Rig.KETCH, Grade.GOOD, "es", 0.1, b"\x00\xff", is_insured=False)
        launch(tx, 1)

    await ships.write(store)
    small, large = await ships.read(lambda tx: tx.rows(ALL))
    assert large == ShipRow(
        id=ShipId(2**62),
        name="Été",
        rig=Rig.KETCH,
        grade=Grade.GOOD,
        is_afloat=True,
        is_insured=False,
        draught=0.1,
        papers=b"\x00\xff",
        flag="es",
    )
    assert large.is_afloat is True
    assert large.is_insured is False
    assert type(large.rig) is Rig
    assert type(large.grade) is Grade
    assert (small.grade, small.is_insured, small.draught, small.papers) == (None, None, None, None)


async def test_a_row_may_hold_a_row(ships: Database) -> None:
    def store(tx: Tx) -> list[CaptainRow]:
        launch(tx, 1)
        tx.run(COMMAND, name="Amina", ship=1)
        return tx.rows(CAPTAINS)

    (row,) = await ships.write(store)
    assert (row.captain, row.ship.id, row.ship.is_afloat) == ("Amina", 1, True)


async def test_lists_of_numbers_and_words_are_parameters(ships: Database) -> None:
    def look(tx: Tx) -> None:
        for number in (1, 2, 3, 2**60):
            launch(tx, number)
        assert tx.rows(IDS_IN, ids=[3, 2**60, 77]) == [3, 2**60]
        assert tx.rows(IDS_IN, ids=frozenset({1})) == [1]
        assert tx.rows(IDS_IN, ids=[]) == []
        assert tx.rows(IDS_IN, ids=[Grade.POOR]) == [1]
        assert tx.rows(IDS_NOT_IN, ids=(1, 2)) == [3, 2**60]
        assert tx.rows(IDS_NOT_IN, ids=[]) == [1, 2, 3, 2**60]
        assert tx.rows(NAMES_IN, names=["ship 2", "it's", 'a "b" \\ é']) == ["ship 2"]
        assert tx.rows(NAMES_IN, names=[]) == []

    await ships.write(look)


async def test_row_value_and_run_say_what_they_found(ships: Database) -> None:
    def look(tx: Tx) -> None:
        for number in (1, 2, 3):
            launch(tx, number)
        assert tx.row(BY_ID, id=9) is None
        found = tx.row(BY_ID, id=2)
        assert found is not None
        assert found.id == 2
        with pytest.raises(LookupError):
            tx.value(BY_ID, id=9)
        with pytest.raises(LookupError):
            tx.value(ALL)
        assert tx.value(GRADE, id=1) is None
        assert tx.run(MARK, is_afloat=False, least=2) == 2
        assert tx.run(MARK, is_afloat=False, least=7) == 0
        assert tx.run(MARK_BY_WITH) == 2
        assert tx.value(GRADE, id=1) == 1
        assert sorted(tx.rows(RETURNING, least=2)) == [2, 3]

    await ships.write(look)


async def test_text_in_quotes_and_comments_is_no_parameter(db: Database) -> None:
    assert await db.read(lambda tx: tx.value(LITERALS, yes="!")) == ":no100%!"


async def test_many_rows_go_in_with_one_statement(ships: Database) -> None:
    rows = [
        {
            "id": number,
            "name": f"n{number}",
            "rig": Rig.KETCH,
            "grade": None,
            "is_afloat": True,
            "is_insured": None,
            "draught": None,
            "papers": None,
            "flag": "fr",
        }
        for number in range(1, 101)
    ]

    def store(tx: Tx) -> int:
        tx.many(INSERT, rows)
        tx.many(INSERT, [])
        return tx.statements

    assert await ships.write(store) == 1
    assert await ships.read(count) == 100


async def test_statements_are_counted(ships: Database) -> None:
    def store(tx: Tx) -> int:
        launch(tx, 1)
        count(tx)
        with tx.savepoint():
            launch(tx, 2)
        return tx.statements

    assert await ships.write(store) == 3


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


@pytest.mark.parametrize(
    "name",
    [pytest.param("a\0b", id="NUL"), pytest.param("\ud800", id="half a surrogate pair")],
)
async def test_text_that_no_database_holds_is_refused(ships: Database, name: str) -> None:
    with pytest.raises(BadValue):
        await ships.write(launch, 1, name)
    with pytest.raises(BadValue):
        await ships.read(lambda tx: tx.rows(NAMES_IN, names=[name]))


async def test_a_number_of_more_than_64_bits_is_refused(ships: Database) -> None:
    for number in (2**63, -(2**63) - 1, 10**40):
        with pytest.raises(BadValue):
            await ships.write(launch, number)


async def test_parameters_must_be_those_of_the_statement(ships: Database) -> None:
    given: list[tuple[Query[Any], dict[str, Any]]] = [
        (BY_ID, {}),
        (BY_ID, {"id": 1, "more": 2}),
        (BY_ID, {"ids": [1]}),
        (BY_ID, {"id": [1]}),
        (BY_ID, {"id": {"a": 1}}),
        (BY_ID, {"id": object()}),
        (IDS_IN, {"ids": 1}),
        (IDS_IN, {"ids": "abc"}),
        (IDS_IN, {"ids": None}),
        (IDS_IN, {"ids": [b"x"]}),
        (IDS_IN, {"ids": [[1]]}),
    ]

    def look(tx: Tx) -> None:
        for query, params in given:
            with pytest.raises(TypeError):
                tx.rows(query, **params)

    await ships.read(look)


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


def test_a_type_that_no_column_holds_is_refused_at_import() -> None:
    class Wrong(Row, frozen=True, kw_only=True):
        both: int | str

    for row in (Wrong, dict, list[int]):
        with pytest.raises(TypeError):
            Query(row, "SELECT 1")
    Query.all[:] = [query for query in Query.all if query.sql != "SELECT 1"]


async def test_a_value_outside_its_enumeration_is_an_error(ships: Database) -> None:
    await ships.write(lambda tx: tx.statement("UPDATE captains SET name = name"))

    def store(tx: Tx) -> None:
        tx.run(
            INSERT,
            id=1,
            name="x",
            rig="raft",
            grade=None,
            is_afloat=1,
            is_insured=None,
            draught=None,
            papers=None,
            flag="fr",
        )

    await ships.write(store)
    with pytest.raises(ValueError, match="raft"):
        await ships.read(lambda tx: tx.rows(ALL))


def test_columns_carry_alias_and_prefix() -> None:
    class SmallRow(Row, frozen=True, kw_only=True):
        id: int
        name: str

    assert SmallRow.columns() == "id, name"
    assert SmallRow.columns("s") == "s.id, s.name"
    assert SmallRow.columns("s", "ship_") == "s.id AS ship_id, s.name AS ship_name"


def test_a_query_knows_its_own_name(engine: Engine) -> None:
    assert BY_ID.name == "BY_ID"
    assert BY_ID.module == GRADE.module == __name__
    assert engine in BY_ID.engines


async def _until_quiet(called: asyncio.Event) -> None:
    """Until the listener has had its first call, which comes whenever it is ready."""
    while True:
        called.clear()
        try:
            await asyncio.wait_for(called.wait(), 0.3)
        except TimeoutError:
            return
