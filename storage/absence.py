"""What came while somebody was away: what they were told of, and the posts of their home.

With the posts of the home stands how often the reader turned to their authors before.
"""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import SHIFT, AccountId, Millis, PostId
from storage.notifications import SHOWN
from storage.visibility import at_home, visible_to, wanted_by


class MissedRow(Row, frozen=True, kw_only=True):
    """A post. `kind`: of the notification that told it, empty for one of the home.

    `acts`: how often the reader liked, kept or answered its author before. `is_followed`: whether it stands in the home
    because of its author; else because of a hashtag.
    """

    id: PostId
    author_id: AccountId
    kind: str
    acts: int
    is_followed: bool


_ACTS = """
        SELECT q.author_id, COUNT(*) AS times
        FROM (
            SELECT l.post_id FROM likes AS l WHERE l.account_id = :viewer AND l.created_at > :lately
            UNION ALL
            SELECT k.post_id FROM bookmarks AS k WHERE k.account_id = :viewer AND k.created_at > :lately
            UNION ALL
            SELECT r.parent_id FROM posts AS r
            WHERE r.author_id = :viewer AND r.parent_id IS NOT NULL AND r.published_at > :lately) AS d
        JOIN posts AS q ON q.id = d.post_id
        GROUP BY q.author_id"""
_AT_HOME = f"""
        SELECT p.id, p.author_id, '' AS kind, COALESCE(x.times, 0) AS acts,
            CASE WHEN EXISTS (
                SELECT 1 FROM follows AS f
                WHERE f.follower_id = :viewer AND f.followee_id = p.author_id AND f.state = 'accepted')
            THEN 1 ELSE 0 END AS is_followed
        FROM home_entries AS h
        JOIN posts AS p ON p.id = h.post_id
        LEFT JOIN acts AS x ON x.author_id = p.author_id
        WHERE h.owner_id = :viewer AND h.post_id > :floor AND h.author_id <> :viewer
            AND p.boost_of_id IS NULL AND p.parent_uri IS NULL AND p.visibility <> 'direct'
            AND {at_home(":viewer", "h")} AND {visible_to("p")} AND {wanted_by("p")}
        ORDER BY h.post_id DESC
        LIMIT :limit"""
_TOLD = f"""
        SELECT n.post_id AS id, n.from_id AS author_id, n.kind, 0 AS acts, 0 AS is_followed
        {SHOWN}
            AND n.created_at > :since AND n.filtered = 0 AND n.post_id IS NOT NULL AND n.kind IN (:kinds[])
        ORDER BY n.id DESC
        LIMIT :limit"""
# Not hot: it scans what its own parts found, a few hundred rows.
_MISSED = Query(
    MissedRow,
    f"""
    WITH acts AS ({_ACTS}),
    home AS ({_AT_HOME}),
    told AS ({_TOLD})
    SELECT m.id, m.author_id, m.kind, m.acts, m.is_followed
    FROM (SELECT t.id, t.author_id, t.kind, t.acts, t.is_followed FROM told AS t UNION ALL
        SELECT e.id, e.author_id, e.kind, e.acts, e.is_followed FROM home AS e) AS m
    ORDER BY m.id DESC""",
)


def missed(
    tx: Tx, viewer: AccountId, kinds: Sequence[str], since: Millis, lately: Millis, limit: int, now: Millis
) -> list[MissedRow]:
    """What came after `since`, newest first: at most `limit` told of by `kinds`, and as many of the home.

    Acts are those after `lately`.
    """
    found = {"kinds": kinds, "since": since, "floor": since << SHIFT, "lately": lately, "limit": limit}
    return tx.rows(_MISSED, viewer=viewer, now=now, **found)
