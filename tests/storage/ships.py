"""The world of the engine's tests: a table with one of every kind of column."""

from __future__ import annotations

import enum
from typing import Literal, NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row

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
