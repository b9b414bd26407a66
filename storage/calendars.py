"""Secret addresses of calendars: whose they are, and of which community."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class CalendarRow(Row, frozen=True, kw_only=True):
    """One address. `community_id` 0: everything that the person takes part in."""

    account_id: AccountId
    community_id: int
    token: str
    created_at: Millis


_BY_TOKEN = Query(
    CalendarRow,
    f"""
    SELECT {CalendarRow.columns("c")} FROM calendars AS c JOIN users AS u ON u.account_id = c.account_id
    WHERE c.token = :token AND u.disabled_at IS NULL""",
    hot=True,
)
_OF = Query(
    CalendarRow, f"SELECT {CalendarRow.columns('c')} FROM calendars AS c WHERE c.account_id = :account", hot=True
)
_PUT = Query(
    None,
    """
    INSERT INTO calendars (account_id, community_id, token, created_at)
    VALUES (:account, :community, :token, :now)
    ON CONFLICT (account_id, community_id) DO UPDATE SET token = :token, created_at = :now""",
)
_DROP = Query(None, "DELETE FROM calendars WHERE account_id = :account AND community_id = :community")


def by_token(tx: Tx, token: str) -> CalendarRow | None:
    """The calendar at an address; None for one of somebody who may not sign in any more."""
    return tx.row(_BY_TOKEN, token=token)


def of_account(tx: Tx, account: AccountId) -> dict[int, CalendarRow]:
    """A person's addresses, by community."""
    return {row.community_id: row for row in tx.rows(_OF, account=account)}


def put(tx: Tx, account: AccountId, community: int, token: str, now: Millis) -> None:
    """A new address; the former one opens nothing any more."""
    tx.run(_PUT, account=account, community=community, token=token, now=now)


def drop(tx: Tx, account: AccountId, community: int) -> None:
    """The address opens nothing any more."""
    tx.run(_DROP, account=account, community=community)
