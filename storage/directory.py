"""The directory: people who want to be found."""

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query

_LISTED = f"""
    SELECT {AccountRow.columns("a")}
    FROM accounts AS a
    WHERE a.discoverable = 1 AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.kind <> 'application'
        AND a.silenced_at IS NULL AND a.host_silenced = 0
        AND (:local = 0 OR a.domain = '')"""
# Scans of the accounts, bounded by the size of a group (thousands).
_BY_ACTIVITY = Query(
    AccountRow, f"{_LISTED} ORDER BY COALESCE(a.last_post_at, 0) DESC, a.id DESC LIMIT :limit OFFSET :offset"
)
_BY_ARRIVAL = Query(AccountRow, f"{_LISTED} ORDER BY a.created_at DESC, a.id DESC LIMIT :limit OFFSET :offset")


def by_activity(tx: Tx, *, local: bool, limit: int, offset: int) -> list[AccountRow]:
    """Those who wrote last come first."""
    return tx.rows(_BY_ACTIVITY, local=local, limit=limit, offset=offset)


def by_arrival(tx: Tx, *, local: bool, limit: int, offset: int) -> list[AccountRow]:
    """Those who came last come first."""
    return tx.rows(_BY_ARRIVAL, local=local, limit=limit, offset=offset)
