"""Followers that two people have in common."""

from collections.abc import Sequence

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId


class FamiliarRow(Row, frozen=True, kw_only=True):
    """`account` follows `followee_id`, and is followed by whoever asks."""

    followee_id: AccountId
    account: AccountRow


_FAMILIAR = Query(
    FamiliarRow,
    f"""
    SELECT f.followee_id, {AccountRow.columns("a")}
    FROM follows AS f
    JOIN follows AS g ON g.follower_id = :viewer AND g.followee_id = f.follower_id AND g.state = 'accepted'
    JOIN accounts AS a ON a.id = f.follower_id
    JOIN accounts AS o ON o.id = f.followee_id AND o.hide_collections = 0
    WHERE f.followee_id IN (:ids[]) AND f.state = 'accepted' AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    ORDER BY f.id DESC
    LIMIT :limit""",
    hot=True,
)


def followers(tx: Tx, viewer: AccountId, ids: Sequence[AccountId], limit: int) -> list[FamiliarRow]:
    """Followers of the accounts whom the viewer follows, latest first."""
    return tx.rows(_FAMILIAR, viewer=viewer, ids=ids, limit=limit)
