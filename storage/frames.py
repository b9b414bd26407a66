"""Who looks at a page, in one statement: their login, their account, and how much waits for them."""

from collections.abc import Sequence

from storage.accounts import AccountRow
from storage.announcements import IS_OWED
from storage.bulletins import IS_SHOWN, PUT_AWAY
from storage.community_hosts import lives_here
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, UserId
from storage.memberships import is_unread
from storage.notifications import AFTER_MARKER, CHOSEN, SHOWN
from storage.users import UserRow
from storage.visibility import is_over

_MOST_COMMUNITIES = 100


class MooringRow(Row, frozen=True, kw_only=True):
    """One community that somebody is a member of; `id` 0 stands for none. `fresh`: posts newer than they read."""

    id: AccountId
    username: str
    display_name: str
    domain: str
    state: str
    entry: str
    posting: str
    role: str
    muted: bool
    asked_at: Millis
    """When the reader was asked whether it lives, as its host or in the place of one; 0: they are not."""
    leaves_at: Millis
    """When the reader's notice is over; 0: they have none."""
    fresh: int


class FrameRow(Row, frozen=True, kw_only=True):
    """Somebody with one of their communities, and how much waits for them.

    `unread`: notifications of the asked kinds that are newer than their marker; `named`: those of them by which
    somebody speaks to them. Whatever their marker says: `requests` to follow them, `words` to everybody that they did
    not put away, `answered` reports of theirs, `drafts`, and for moderators `reports` and `appeals` that are open.
    """

    user: UserRow
    account: AccountRow
    unread: int
    named: int
    requests: int
    words: int
    must_read: int
    roll: int
    answered: int
    drafts: int
    reports: int
    appeals: int
    gatherings: bool
    """Whether anything takes place at all: where nothing does, nobody asks for it."""
    mooring: MooringRow


_FRAME = Query(
    FrameRow,
    f"""
    SELECT {UserRow.columns("u")}, {AccountRow.columns("me")},
        (
            SELECT COUNT(*) FROM (
                SELECT n.id {SHOWN} AND {CHOSEN} AND {AFTER_MARKER}
                LIMIT :limit) AS x) AS unread,
        (
            SELECT COUNT(*) FROM (
                SELECT n.id {SHOWN} AND n.kind IN (:speaking[]) AND n.filtered = 0 AND {AFTER_MARKER}
                LIMIT :limit) AS x) AS named,
        (
            SELECT COUNT(*) FROM (
                SELECT f.id FROM follows AS f JOIN accounts AS a ON a.id = f.follower_id
                WHERE f.followee_id = :viewer AND f.state = 'requested' AND a.suspended_at IS NULL
                LIMIT :limit) AS x) AS requests,
        (SELECT COUNT(*) FROM bulletins AS u WHERE {IS_SHOWN} AND NOT {PUT_AWAY}) AS words,
        (
            SELECT COUNT(*) FROM announcement_asked AS k JOIN announcements AS w ON w.post_id = k.post_id
            WHERE k.account_id = :viewer AND {IS_OWED}) AS must_read,
        (
            SELECT COUNT(*) FROM roll_calls AS rc
            WHERE rc.id = (SELECT MAX(rl.id) FROM roll_calls AS rl) AND rc.ended_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM roll_answers AS ra WHERE ra.roll_id = rc.id AND ra.account_id = :viewer)) AS roll,
        (
            SELECT COUNT(*) FROM reports AS r
            WHERE r.account_id = :viewer AND r.resolved_at IS NOT NULL AND r.seen_at IS NULL) AS answered,
        (SELECT COUNT(*) FROM drafts AS d WHERE d.account_id = :viewer) AS drafts,
        CASE WHEN :moderates = 0 THEN 0 ELSE (
            SELECT COUNT(*) FROM (SELECT r.id FROM reports AS r WHERE r.resolved_at IS NULL LIMIT :limit) AS x
        ) END AS reports,
        CASE WHEN :moderates = 0 THEN 0 ELSE (
            SELECT COUNT(*) FROM (SELECT w.id FROM warnings AS w WHERE w.appeal_state = 'pending' LIMIT :limit) AS x
        ) END AS appeals,
        CASE WHEN EXISTS (
            SELECT 1 FROM gatherings AS fg WHERE fg.starts_at >= :now - 2678400000 AND fg.ends_at >= :now
        ) THEN 1 ELSE 0 END AS gatherings,
        COALESCE(m.community_id, 0) AS id, COALESCE(g.username, '') AS username,
        COALESCE(g.display_name, '') AS display_name, COALESCE(g.domain, '') AS domain,
        COALESCE(c.state, '') AS state, COALESCE(c.entry, '') AS entry, COALESCE(c.posting, '') AS posting,
        COALESCE(m.role, '') AS role, COALESCE(m.muted, 0) AS muted,
        CASE WHEN m.role = 'host' OR (
            m.role = 'moderator' AND c.asked_at IS NOT NULL AND NOT {lives_here("m.community_id", "host")}
        ) THEN COALESCE(c.asked_at, 0) ELSE 0 END AS asked_at, COALESCE(m.leaves_at, 0) AS leaves_at,
        (
            SELECT COUNT(*) FROM (
                SELECT l.post_id FROM placements AS l JOIN posts AS p ON p.id = l.post_id
                WHERE {is_unread("m", "l", "p")}
                LIMIT :limit) AS x) AS fresh
    FROM users AS u JOIN accounts AS me ON me.id = u.account_id
    LEFT JOIN memberships AS m ON m.account_id = me.id AND m.state = 'member' AND NOT {is_over("m")}
    LEFT JOIN communities AS c ON c.account_id = m.community_id
    LEFT JOIN accounts AS g ON g.id = m.community_id
    WHERE u.id = :user
    LIMIT :most""",
    hot=True,
)


def frame(
    tx: Tx,
    user: UserId,
    account: AccountId,
    kinds: Sequence[str],
    speaking: Sequence[str],
    *,
    moderates: bool,
    limit: int,
    now: Millis,
) -> list[FrameRow]:
    """The frame of somebody, once for each of their communities, or once; each number at most `limit`.

    Empty for a login that is gone.
    """
    asked = {"kinds": kinds, "speaking": speaking, "sender": 0, "filtered": 0, "moderates": int(moderates)}
    return tx.rows(_FRAME, user=user, viewer=account, limit=limit, now=now, most=_MOST_COMMUNITIES, **asked)
