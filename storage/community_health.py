"""How a community fares, in sums: what was asked, what was answered and how soon. Never by person."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class AskedRow(Row, frozen=True, kw_only=True):
    """One post that began something: when it was written, when somebody else first answered, whether by who runs it."""

    asked_at: Millis
    answered_at: Millis | None
    by_host: bool


_ASKED = Query(
    AskedRow,
    """
    SELECT p.published_at AS asked_at,
        (
            SELECT MIN(r.published_at) FROM posts AS r
            WHERE r.parent_id = p.id AND r.author_id <> p.author_id AND r.removed_at IS NULL) AS answered_at,
        CASE WHEN m.account_id IS NULL THEN 0 ELSE 1 END AS by_host
    FROM placements AS l JOIN posts AS p ON p.id = l.post_id
    LEFT JOIN memberships AS m ON m.community_id = l.community_id AND m.account_id = p.author_id
        AND m.state = 'member' AND m.role IN ('host', 'moderator')
    WHERE l.community_id = :community AND l.is_root = 1 AND l.shown > :since AND l.removed_at IS NULL
    ORDER BY l.shown DESC LIMIT :limit""",
    hot=True,
)


def asked(tx: Tx, community: AccountId, since: Millis, limit: int) -> list[AskedRow]:
    """The posts that began something since then, the newest first."""
    return tx.rows(_ASKED, community=community, since=since, limit=limit)
