"""Notifications: written by the subscriber, one row for each cause, and removed with it.

`subject` makes a cause unique: the post, the boost, the post and the time of its edit or of the end of its poll, the
report, the warning; empty for follows and for who joins. Of a thread that somebody is tired of nothing is told.
"""

from collections.abc import Sequence
from enum import StrEnum

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, NotificationId, PostId
from storage.visibility import visible_to


class Kind(StrEnum):
    """What somebody is told of, in the words of Mastodon's clients."""

    MENTION = "mention"
    STATUS = "status"
    REBLOG = "reblog"
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    FAVOURITE = "favourite"
    UPDATE = "update"
    ADMIN_REPORT = "admin.report"
    ADMIN_SIGN_UP = "admin.sign_up"
    MODERATION_WARNING = "moderation_warning"
    POLL = "poll"


class NoticeRow(Row, frozen=True, kw_only=True):
    """One notification with whoever caused it."""

    id: NotificationId
    kind: Kind
    post_id: PostId | None
    created_at: Millis
    sender: AccountRow
    subject: str = ""


class WrittenRow(Row, frozen=True, kw_only=True):
    """A notification that was written just now."""

    id: NotificationId
    account_id: AccountId


_SHOWN = f"""
    FROM notifications AS n
    JOIN accounts AS a ON a.id = n.from_id
    LEFT JOIN posts AS p ON p.id = n.post_id
    WHERE n.account_id = :viewer AND a.suspended_at IS NULL AND a.deleted_at IS NULL
        AND (n.post_id IS NULL OR {visible_to("p")})
        AND NOT EXISTS (SELECT 1 FROM blocks AS b WHERE b.account_id = :viewer AND b.target_id = n.from_id)
        AND NOT EXISTS (
            SELECT 1 FROM mutes AS m
            WHERE m.account_id = :viewer AND m.target_id = n.from_id AND m.notifications = 1
                AND (m.expires_at IS NULL OR m.expires_at > :now))"""
_COLUMNS = f"n.id, n.kind, n.post_id, n.created_at, {AccountRow.columns('a')}, n.subject"
_FILTERED = f"""
    SELECT {_COLUMNS} {_SHOWN}
        AND n.kind IN (:kinds[]) AND (CAST(:sender AS BIGINT) = 0 OR n.from_id = :sender)
        AND n.id < :before AND n.id > :floor"""
_DOWN = Query(NoticeRow, f"{_FILTERED} ORDER BY n.id DESC LIMIT :limit", hot=True)
_UP = Query(NoticeRow, f"{_FILTERED} ORDER BY n.id ASC LIMIT :limit", hot=True)
_BY_ID = Query(NoticeRow, f"SELECT {_COLUMNS} {_SHOWN} AND n.id = :id", hot=True)
_UNREAD = Query(
    int,
    f"""
    SELECT COUNT(*) FROM (
        SELECT n.id {_SHOWN} AND n.kind IN (:kinds[]) AND n.id > COALESCE((
            SELECT k.last_read_id FROM markers AS k
            WHERE k.account_id = :viewer AND k.timeline = 'notifications'), 0)
        LIMIT :limit) AS x""",
    hot=True,
)
_DISMISS = Query(None, "DELETE FROM notifications WHERE id = :id AND account_id = :account")
_CLEAR = Query(None, "DELETE FROM notifications WHERE account_id = :account")

_INTO = "INSERT INTO notifications (account_id, kind, from_id, post_id, subject, created_at)"
_ONCE = """
    ON CONFLICT (account_id, kind, from_id, subject) DO NOTHING
    RETURNING id, account_id"""


def _wanted(to: str, sender: str) -> str:
    """Condition: the account of alias `to` is here and wants to hear of `sender`, somebody else in good standing."""
    return f"""{to}.domain = '' AND {to}.id <> {sender} AND {to}.deleted_at IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM accounts AS ws
            WHERE ws.id = {sender} AND (ws.suspended_at IS NOT NULL OR ws.deleted_at IS NOT NULL))
        AND NOT EXISTS (
            SELECT 1 FROM accounts AS wl
            WHERE wl.id = {sender} AND (wl.silenced_at IS NOT NULL OR wl.host_silenced = 1) AND NOT EXISTS (
                SELECT 1 FROM follows AS wf
                WHERE wf.follower_id = {to}.id AND wf.followee_id = wl.id AND wf.state = 'accepted'))
        AND NOT EXISTS (
            SELECT 1 FROM blocks AS wb
            WHERE (wb.account_id = {to}.id AND wb.target_id = {sender})
                OR (wb.account_id = {sender} AND wb.target_id = {to}.id))
        AND NOT EXISTS (
            SELECT 1 FROM mutes AS wm
            WHERE wm.account_id = {to}.id AND wm.target_id = {sender} AND wm.notifications = 1
                AND (wm.expires_at IS NULL OR wm.expires_at > :now))"""


def _sees(to: str) -> str:
    """Condition: the account of alias `to` may see the post of alias `p`: the one rule, for many viewers at once."""
    return visible_to("p").replace(":viewer", f"{to}.id")


def _hears(to: str) -> str:
    """Condition: the account of alias `to` has not muted the thread of the post of alias `p`."""
    return f"""NOT EXISTS (
            SELECT 1 FROM thread_mutes AS wt WHERE wt.account_id = {to}.id AND wt.thread_id = p.thread_id)"""


_MENTIONED = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, 'mention', p.author_id, p.id, CAST(p.id AS TEXT), :at
    FROM posts AS p
    JOIN mentions AS x ON x.post_id = p.id
    JOIN accounts AS o ON o.id = x.account_id
    WHERE p.id = :post AND x.silent = 0 AND {_sees("o")} AND {_wanted("o", "p.author_id")} AND {_hears("o")}
    {_ONCE}""",
)
_POSTED = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, 'status', p.author_id, p.id, CAST(p.id AS TEXT), :at
    FROM posts AS p
    JOIN follows AS f ON f.followee_id = p.author_id
    JOIN accounts AS o ON o.id = f.follower_id
    WHERE p.id = :post AND p.boost_of_id IS NULL AND f.state = 'accepted' AND f.notify = 1
        AND (p.parent_uri IS NULL OR p.parent_author_id = p.author_id)
        AND NOT EXISTS (SELECT 1 FROM mentions AS x WHERE x.post_id = p.id AND x.account_id = o.id AND x.silent = 0)
        AND {_sees("o")} AND {_wanted("o", "p.author_id")} AND {_hears("o")}
    {_ONCE}""",
)
_BOOSTED = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, 'reblog', b.author_id, p.id, CAST(b.id AS TEXT), :at
    FROM posts AS b
    JOIN posts AS p ON p.id = b.boost_of_id
    JOIN accounts AS o ON o.id = p.author_id
    WHERE b.id = :boost AND {_wanted("o", "b.author_id")} AND {_hears("o")}
    {_ONCE}""",
)
_LIKED = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, 'favourite', l.account_id, p.id, CAST(p.id AS TEXT), :at
    FROM likes AS l
    JOIN posts AS p ON p.id = l.post_id
    JOIN accounts AS o ON o.id = p.author_id
    WHERE l.post_id = :post AND l.account_id = :sender AND {_wanted("o", "l.account_id")} AND {_hears("o")}
    {_ONCE}""",
)
_EDITED = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, 'update', p.author_id, p.id, CAST(:subject AS TEXT), :at
    FROM posts AS p
    JOIN posts AS b ON b.boost_of_id = p.id
    JOIN accounts AS o ON o.id = b.author_id
    WHERE p.id = :post AND {_sees("o")} AND {_wanted("o", "p.author_id")} AND {_hears("o")}
    {_ONCE}""",
)
_CLOSED_FOR_VOTERS = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, 'poll', p.author_id, p.id, CAST(:subject AS TEXT), :at
    FROM posts AS p
    JOIN polls AS q ON q.post_id = p.id
    JOIN poll_voters AS v ON v.poll_id = q.id
    JOIN accounts AS o ON o.id = v.account_id
    WHERE p.id = :post AND {_sees("o")} AND {_wanted("o", "p.author_id")} AND {_hears("o")}
    {_ONCE}""",
)
_CLOSED_FOR_AUTHOR = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, 'poll', o.id, p.id, CAST(:subject AS TEXT), :at
    FROM posts AS p JOIN accounts AS o ON o.id = p.author_id
    WHERE p.id = :post AND o.domain = '' AND o.deleted_at IS NULL AND {_hears("o")}
    {_ONCE}""",
)
_FOLLOWED = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, CAST(:kind AS TEXT), f.follower_id, NULL, '', :at
    FROM follows AS f JOIN accounts AS o ON o.id = f.followee_id
    WHERE f.follower_id = :sender AND f.followee_id = :account AND f.state = :state AND {_wanted("o", "f.follower_id")}
    {_ONCE}""",
)
_DROP_BOOST = Query(None, "DELETE FROM notifications WHERE post_id = :post AND kind = 'reblog' AND subject = :subject")
_DROP_LIKE = Query(None, "DELETE FROM notifications WHERE post_id = :post AND kind = 'favourite' AND from_id = :sender")
_DROP_UPDATES = Query(
    None, "DELETE FROM notifications WHERE post_id = :post AND kind = 'update' AND subject <> :subject"
)
_DROP_FOLLOW = Query(
    None,
    """
    DELETE FROM notifications
    WHERE account_id = :account AND from_id = :sender AND kind IN (:kinds[]) AND subject = ''""",
)
_DROP_ALL_FROM = Query(None, "DELETE FROM notifications WHERE account_id = :account AND from_id = :sender")


def page(
    tx: Tx,
    viewer: AccountId,
    kinds: Sequence[Kind],
    sender: AccountId | None,
    before: int,
    floor: int,
    limit: int,
    now: Millis,
    *,
    up: bool,
) -> list[NoticeRow]:
    """Notifications of `kinds` strictly between two ids, newest first; `up`: the page directly above `floor`."""
    found = tx.rows(
        _UP if up else _DOWN,
        viewer=viewer,
        kinds=kinds,
        sender=sender or 0,
        before=before,
        floor=floor,
        limit=limit,
        now=now,
    )
    return found[::-1] if up else found


def by_id(tx: Tx, viewer: AccountId, id: NotificationId, now: Millis) -> NoticeRow | None:
    """One notification of the viewer."""
    return tx.row(_BY_ID, viewer=viewer, id=id, now=now)


def unread(tx: Tx, viewer: AccountId, kinds: Sequence[Kind], limit: int, now: Millis) -> int:
    """How many of `kinds` are newer than the marker, at most `limit`."""
    return tx.value(_UNREAD, viewer=viewer, kinds=kinds, limit=limit, now=now)


def dismiss(tx: Tx, account: AccountId, id: NotificationId) -> bool:
    """Remove one; False if it is not the account's."""
    return tx.run(_DISMISS, account=account, id=id) == 1


def clear(tx: Tx, account: AccountId) -> None:
    """Remove all of the account."""
    tx.run(_CLEAR, account=account)


def mentioned(tx: Tx, post: PostId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell whom the post names."""
    return tx.rows(_MENTIONED, post=post, at=at, now=now)


def posted(tx: Tx, post: PostId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell the followers who want to hear of each post."""
    return tx.rows(_POSTED, post=post, at=at, now=now)


def boosted(tx: Tx, boost: PostId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell the author of what was boosted."""
    return tx.rows(_BOOSTED, boost=boost, at=at, now=now)


def liked(tx: Tx, sender: AccountId, post: PostId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell the author of what was liked."""
    return tx.rows(_LIKED, sender=sender, post=post, at=at, now=now)


def edited(tx: Tx, post: PostId, subject: str, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell those who boosted the post; what was told of an earlier edit goes."""
    tx.run(_DROP_UPDATES, post=post, subject=subject)
    return tx.rows(_EDITED, post=post, subject=subject, at=at, now=now)


def closed(tx: Tx, post: PostId, subject: str, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell the author and those who voted that the poll has ended."""
    voters = tx.rows(_CLOSED_FOR_VOTERS, post=post, subject=subject, at=at, now=now)
    return voters + tx.rows(_CLOSED_FOR_AUTHOR, post=post, subject=subject, at=at)


def followed(
    tx: Tx, kind: Kind, sender: AccountId, account: AccountId, state: str, at: Millis, now: Millis
) -> list[WrittenRow]:
    """Tell `account` that `sender` follows or asks to, if that is still so."""
    return tx.rows(_FOLLOWED, kind=kind, sender=sender, account=account, state=state, at=at, now=now)


def drop_boost(tx: Tx, post: PostId, subject: str) -> None:
    """The boost `subject` of the post is gone."""
    tx.run(_DROP_BOOST, post=post, subject=subject)


def drop_like(tx: Tx, sender: AccountId, post: PostId) -> None:
    """The like is taken back."""
    tx.run(_DROP_LIKE, sender=sender, post=post)


def drop_follow(tx: Tx, account: AccountId, sender: AccountId, kinds: Sequence[Kind]) -> None:
    """The follow or request is gone."""
    tx.run(_DROP_FOLLOW, account=account, sender=sender, kinds=kinds)


def drop_all_from(tx: Tx, account: AccountId, sender: AccountId) -> None:
    """Everything that `sender` caused for `account` goes."""
    tx.run(_DROP_ALL_FROM, account=account, sender=sender)
