"""Notifications of the site itself: moderators hear of reports and of who joined, people of what was done to them,
communicators of who is left to be asked in person, administrators of communities that nobody looks after."""

from storage.community_hosts import lives_here
from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import AccountId, Millis, PostId
from storage.notifications import Kind
from storage.telling import WrittenRow, group_key

_INTO = "INSERT INTO notifications (account_id, kind, from_id, post_id, subject, created_at, group_key)"
_ONCE = """
    ON CONFLICT (account_id, kind, from_id, subject) DO NOTHING
    RETURNING id, account_id, filtered"""
_MODERATORS = """
    FROM users AS u JOIN accounts AS o ON o.id = u.account_id
    WHERE u.role IN ('moderator', 'admin') AND u.disabled_at IS NULL AND o.suspended_at IS NULL
        AND o.deleted_at IS NULL AND o.id <> :sender"""
_REPORTED = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, 'admin.report', :sender, NULL, CAST(:subject AS TEXT), :at, ''
    {_MODERATORS} AND EXISTS (SELECT 1 FROM reports AS r WHERE r.id = :report)
    {_ONCE}""",
)
_JOINED = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, 'admin.sign_up', :sender, NULL, '', CAST(:at AS BIGINT), {group_key(Kind.ADMIN_SIGN_UP)}
    {_MODERATORS} AND EXISTS (SELECT 1 FROM accounts AS j WHERE j.id = :sender AND j.deleted_at IS NULL)
    {_ONCE}""",
)
_WARNED = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT w.target_id, 'moderation_warning', n.id, NULL, CAST(w.id AS TEXT), :at, ''
    FROM warnings AS w JOIN accounts AS n ON n.domain = '' AND n.username_key = :node
    WHERE w.id = :warning
    {_ONCE}""",
)

_LEFT = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, 'announcement.left', n.id, NULL, CAST(:subject AS TEXT), CAST(:at AS BIGINT), ''
    FROM announcements AS w
    JOIN users AS u ON (w.host = '' AND u.account_id = w.author_id)
        OR (w.host <> '' AND u.role IN ('communicator', 'admin'))
    JOIN accounts AS o ON o.id = u.account_id
    JOIN accounts AS n ON n.domain = '' AND n.username_key = :node
    WHERE w.post_id = :post AND u.disabled_at IS NULL AND o.suspended_at IS NULL AND o.deleted_at IS NULL
    {_ONCE}""",
)


_UNHOSTED = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, 'community.unhosted', :sender, NULL, CAST(:subject AS TEXT), CAST(:at AS BIGINT), ''
    {_MODERATORS} AND u.role = 'admin'
    {_ONCE}""",
)
_QUIET = Query(
    WrittenRow,
    f"""
    {_INTO}
    SELECT o.id, 'community.quiet', :sender, NULL, CAST(:subject AS TEXT), CAST(:at AS BIGINT), ''
    {_MODERATORS} AND u.role = 'admin' AND NOT {lives_here(":sender", "host", "moderator")}
    {_ONCE}""",
)


def reported(tx: Tx, report: int, sender: AccountId, at: Millis) -> list[WrittenRow]:
    """Tell the moderators of a report, but whoever made it."""
    return tx.rows(_REPORTED, report=report, subject=str(report), sender=sender, at=at)


def joined(tx: Tx, sender: AccountId, at: Millis) -> list[WrittenRow]:
    """Tell the moderators of somebody new."""
    return tx.rows(_JOINED, sender=sender, at=at)


def warned(tx: Tx, warning: int, node: str, at: Millis) -> list[WrittenRow]:
    """Tell somebody of a warning; it comes from the node's own actor, of user name `node`."""
    return tx.rows(_WARNED, warning=warning, node=node, at=at)


def left(tx: Tx, post: PostId, subject: str, node: str, at: Millis) -> list[WrittenRow]:
    """Tell who announced it, or who speaks for this site if it is of elsewhere, that some have not answered."""
    return tx.rows(_LEFT, post=post, subject=subject, node=node, at=at)


def unhosted(tx: Tx, community: AccountId, at: Millis) -> list[WrittenRow]:
    """Tell who administers the site that nobody looks after a community."""
    return tx.rows(_UNHOSTED, sender=community, subject=str(at), at=at)


def quiet(tx: Tx, community: AccountId, at: Millis) -> list[WrittenRow]:
    """Ask who administers the site whether a community lives that nobody of here looks after."""
    return tx.rows(_QUIET, sender=community, subject=str(at), at=at)
