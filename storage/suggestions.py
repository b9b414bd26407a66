"""Whom somebody may want to follow: friends of friends, who writes under hashtags that they follow, who came to this
site lately.

Nobody is put before others for being followed by many. A closed community is suggested to nobody: the reason would say
who is in it.
"""

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import SHIFT, AccountId, Millis


class SuggestedRow(Row, frozen=True, kw_only=True):
    """An account, how many of those followed follow it, how many followed hashtags it uses, whether it is new here.

    `friend` and `tag`: one of them by name, empty for none.
    """

    friends: int
    tags: int
    near: bool
    friend: str
    tag: str
    account: AccountRow


_SUGGESTED = Query(
    SuggestedRow,
    f"""
    SELECT s.friends, s.tags, s.near, COALESCE(NULLIF(w.display_name, ''), w.username, '') AS friend,
        COALESCE(y.display, '') AS tag, {AccountRow.columns("a")}
    FROM (
        SELECT u.id, CAST(SUM(u.friends) AS BIGINT) AS friends, CAST(SUM(u.tags) AS BIGINT) AS tags,
            MAX(u.near) AS near, MAX(u.friend) AS friend, MAX(u.tag) AS tag
        FROM (
            SELECT g.followee_id AS id, COUNT(*) AS friends, 0 AS tags, 0 AS near, MAX(f.followee_id) AS friend,
                CAST(0 AS BIGINT) AS tag
            FROM follows AS f
            JOIN accounts AS v ON v.id = f.followee_id AND v.hide_collections = 0
            JOIN follows AS g ON g.follower_id = f.followee_id AND g.state = 'accepted'
            WHERE f.follower_id = :viewer AND f.state = 'accepted'
            GROUP BY g.followee_id
            UNION ALL
            SELECT p.author_id AS id, 0 AS friends, COUNT(DISTINCT x.tag_id) AS tags, 0 AS near,
                CAST(0 AS BIGINT) AS friend, MAX(x.tag_id) AS tag
            FROM followed_tags AS t
            JOIN post_tags AS x ON x.tag_id = t.tag_id AND x.post_id > :floor
            JOIN posts AS p ON p.id = x.post_id
            WHERE t.account_id = :viewer AND p.visibility = 'public'
            GROUP BY p.author_id
            UNION ALL
            SELECT n.id, 0 AS friends, 0 AS tags, 1 AS near, CAST(0 AS BIGINT) AS friend, CAST(0 AS BIGINT) AS tag
            FROM (
                SELECT c.id FROM accounts AS c
                WHERE c.domain = '' AND c.kind = 'person' AND c.discoverable = 1
                ORDER BY c.id DESC
                LIMIT :newest) AS n) AS u
        GROUP BY u.id) AS s
    JOIN accounts AS a ON a.id = s.id
    LEFT JOIN accounts AS w ON w.id = s.friend
    LEFT JOIN tags AS y ON y.id = s.tag
    WHERE a.id <> :viewer AND a.discoverable = 1 AND a.kind <> 'application'
        AND (a.kind <> 'group' OR a.hide_collections = 0)
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.silenced_at IS NULL AND a.host_silenced = 0
        AND NOT EXISTS (SELECT 1 FROM follows AS f WHERE f.follower_id = :viewer AND f.followee_id = a.id)
        AND NOT EXISTS (
            SELECT 1 FROM blocks AS b
            WHERE (b.account_id = :viewer AND b.target_id = a.id) OR (b.account_id = a.id AND b.target_id = :viewer))
        AND NOT EXISTS (SELECT 1 FROM mutes AS m WHERE m.account_id = :viewer AND m.target_id = a.id)
        AND NOT EXISTS (SELECT 1 FROM domain_blocks AS d WHERE d.account_id = :viewer AND d.domain = a.domain)
        AND NOT EXISTS (SELECT 1 FROM dismissed_suggestions AS x WHERE x.account_id = :viewer AND x.target_id = a.id)
    ORDER BY s.friends + s.tags + s.near DESC, a.id DESC
    LIMIT :limit OFFSET :offset""",
    hot=True,
)
_DISMISS = Query(
    None,
    """
    INSERT INTO dismissed_suggestions (account_id, target_id) VALUES (:account, :target)
    ON CONFLICT (account_id, target_id) DO NOTHING""",
)


def suggested(tx: Tx, viewer: AccountId, since: Millis, limit: int, offset: int, *, newest: int) -> list[SuggestedRow]:
    """Accounts that have most in common with the viewer first.

    Hashtags count when used after `since`, this site for the `newest` who came to it.
    """
    return tx.rows(_SUGGESTED, viewer=viewer, floor=since << SHIFT, limit=limit, offset=offset, newest=newest)


def dismiss(tx: Tx, account: AccountId, target: AccountId) -> None:
    """Suggest it to that person no more."""
    tx.run(_DISMISS, account=account, target=target)
