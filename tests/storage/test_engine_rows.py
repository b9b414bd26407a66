"""What both engines promise about rows and parameters."""

from __future__ import annotations

from typing import Any

import pytest

from storage.engine.database import (
    BadValue,
    Database,
    Tx,
)
from storage.engine.query import Query, Row
from tests.storage.ships import (
    ALL,
    BY_ID,
    CAPTAINS,
    COMMAND,
    GRADE,
    IDS_IN,
    IDS_NOT_IN,
    INSERT,
    LITERALS,
    MARK,
    MARK_BY_WITH,
    NAMES_IN,
    RETURNING,
    CaptainRow,
    Grade,
    Rig,
    ShipId,
    ShipRow,
    count,
    launch,
)


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


def test_a_type_that_no_column_holds_is_refused() -> None:
    class Wrong(Row, frozen=True, kw_only=True):
        both: int | str

    for row in (Wrong, dict, list[int]):
        with pytest.raises(TypeError):
            _ = Query(row, "SELECT 1").decode
    Query.all[:] = [query for query in Query.all if query.sql != "SELECT 1"]


def test_texts_of_the_engines_that_take_different_parameters_are_refused() -> None:
    query = Query(int, "SELECT :one", postgres="SELECT :other")
    Query.all.remove(query)
    with pytest.raises(ValueError, match="different parameters"):
        _ = query.text


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


def test_a_query_knows_its_own_name() -> None:
    assert (BY_ID.module, BY_ID.name) == ("tests.storage.ships", "BY_ID")
    assert (GRADE.module, GRADE.name) == ("tests.storage.ships", "GRADE")
    assert [query.name for query in PAIR] == ["PAIR[0]", "PAIR[1]"]
    assert PAIR[0].module == __name__


PAIR = (Query(int, "SELECT COUNT(*) FROM ships"), Query(int, "SELECT MAX(id) FROM ships"))


async def test_many_does_not_touch_its_callers_parameters(ships: Database) -> None:
    given = {"ids": [1, 2], "grade": Grade.GOOD}
    await ships.write(lambda tx: tx.many(GRADE_SOME, [given]))
    await ships.write(lambda tx: tx.many(GRADE_SOME, [given]))
    assert given == {"ids": [1, 2], "grade": Grade.GOOD}


GRADE_SOME = Query(None, "UPDATE ships SET grade = :grade WHERE id IN (:ids[])")
