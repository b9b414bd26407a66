"""Birthdays and work anniversaries: a day and a month of those who let colleagues know."""

from collections.abc import Sequence
from typing import NamedTuple

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId

BIRTHDAY = "birthday"
ANNIVERSARY = "anniversary"
KINDS = (BIRTHDAY, ANNIVERSARY)


class Day(NamedTuple):
    """A day of the year, without a year."""

    month: int
    day: int


class DayRow(Row, frozen=True, kw_only=True):
    """A day that somebody lets others know."""

    account_id: AccountId
    kind: str
    month: int
    day: int


_OF = Query(
    DayRow, f"SELECT {DayRow.columns('d')} FROM days AS d WHERE d.account_id IN (:accounts[]) ORDER BY d.kind", hot=True
)
_PUT = Query(
    None,
    """
    INSERT INTO days (account_id, kind, month, day) VALUES (:account, :kind, :month, :day)
    ON CONFLICT (account_id, kind) DO UPDATE SET month = excluded.month, day = excluded.day
    WHERE days.month <> excluded.month OR days.day <> excluded.day""",
)
_DROP = Query(None, "DELETE FROM days WHERE account_id = :account AND kind = :kind")
_DROP_OF_HOST = Query(
    None, "DELETE FROM days WHERE account_id IN (SELECT a.id FROM accounts AS a WHERE a.domain = :host)"
)


def of(tx: Tx, accounts: Sequence[AccountId]) -> list[DayRow]:
    """The days of these people."""
    return tx.rows(_OF, accounts=accounts) if accounts else []


def put(tx: Tx, account: AccountId, kind: str, day: Day | None) -> bool:
    """Somebody lets a day be known, or (None) no longer; whether that is new."""
    if day is None:
        return tx.run(_DROP, account=account, kind=kind) == 1
    return tx.run(_PUT, account=account, kind=kind, month=day.month, day=day.day) == 1


def forget_host(tx: Tx, host: str) -> None:
    """Nobody's day of that node is known any more."""
    tx.run(_DROP_OF_HOST, host=host)
