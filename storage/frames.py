"""Who looks at a page, in one statement: their login, their account, and how much waits for them."""

from collections.abc import Sequence

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, UserId
from storage.notifications import AFTER_MARKER, CHOSEN, SHOWN
from storage.users import UserRow


class FrameRow(Row, frozen=True, kw_only=True):
    """Somebody, and how many notifications of the asked kinds are newer than their marker."""

    user: UserRow
    account: AccountRow
    unread: int


_FRAME = Query(
    FrameRow,
    f"""
    SELECT {UserRow.columns("u")}, {AccountRow.columns("me")}, (
        SELECT COUNT(*) FROM (
            SELECT n.id {SHOWN} AND {CHOSEN} AND {AFTER_MARKER}
            LIMIT :limit) AS x) AS unread
    FROM users AS u JOIN accounts AS me ON me.id = u.account_id
    WHERE u.id = :user""",
    hot=True,
)


def frame(
    tx: Tx, user: UserId, account: AccountId, kinds: Sequence[str], *, limit: int, now: Millis
) -> FrameRow | None:
    """The frame of somebody; None for a login that is gone."""
    return tx.row(_FRAME, user=user, viewer=account, kinds=kinds, sender=0, filtered=0, limit=limit, now=now)
