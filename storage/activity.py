"""What happened on this node week by week, as far as the rows are kept."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import SHIFT, Millis

WEEK = 7 * 86_400_000


class WeekRow(Row, frozen=True, kw_only=True):
    """Of a week, counted from 1970: posts written here, sign-ins that still last, accounts made."""

    week: int
    posts: int
    logins: int
    joined: int


_WEEKS = Query(
    WeekRow,
    f"""
    SELECT w.week, CAST(SUM(w.posts) AS BIGINT) AS posts, CAST(SUM(w.logins) AS BIGINT) AS logins,
        CAST(SUM(w.joined) AS BIGINT) AS joined
    FROM (
        SELECT p.received_at / {WEEK} AS week, 1 AS posts, 0 AS logins, 0 AS joined
        FROM posts AS p WHERE p.id > :floor AND p.is_local = 1 AND p.boost_of_id IS NULL
        UNION ALL
        SELECT s.created_at / {WEEK}, 0, 1, 0 FROM sessions AS s WHERE s.created_at >= :since
        UNION ALL
        SELECT t.created_at / {WEEK}, 0, 1, 0
        FROM tokens AS t WHERE t.user_id IS NOT NULL AND t.created_at >= :since
        UNION ALL
        SELECT u.created_at / {WEEK}, 0, 0, 1 FROM users AS u WHERE u.created_at >= :since) AS w
    GROUP BY w.week""",
)


def weeks(tx: Tx, since: Millis) -> list[WeekRow]:
    """The weeks from `since` on in which something happened, no order."""
    return tx.rows(_WEEKS, since=since, floor=since << SHIFT)
