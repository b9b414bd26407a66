"""Who is told of what: a notification is written once for each cause, by the receiver's own policy.

`subject` makes a cause unique: the post, the boost, or the post and the time of its edit or of the end of its poll;
empty for follows. Of a thread that somebody is tired of they are told nothing. What moderators and the moderated are
told is in `alerts.py`.
Every kind is one statement: its cause says to whom, from whom, about which post, and the rest is the same for all.
"""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, NotificationId, PostId
from storage.notifications import GROUPED, Kind
from storage.participations import State
from storage.visibility import node_wanted, visible_to

HOUR = 3_600_000
DAY = 24 * HOUR
GROUP_HOURS = 12
"""What comes so long after the first of a group begins another one."""
NEW_FOLLOWER_DAYS = 3
"""A follower counts as one after so long: a stranger follows in a second (Mastodon's rule)."""
NEW_ACCOUNT_DAYS = 30
"""So long an account counts as new."""

_BY_POLICY = frozenset({
    Kind.MENTION, Kind.STATUS, Kind.REBLOG, Kind.FOLLOW, Kind.FOLLOW_REQUEST, Kind.FAVOURITE, Kind.QUOTE,
})  # fmt: skip
"""Kinds that the receiver's policy may hold back: the others come from the site, or from what they did themselves."""


READING = "read:"
"""So subjects begin of which people are asked to read something."""


class WrittenRow(Row, frozen=True, kw_only=True):
    """A notification that was written just now; a filtered one waits among the requests."""

    id: NotificationId
    account_id: AccountId
    filtered: bool


_FOLLOWS = """EXISTS (
    SELECT 1 FROM follows AS yf
    WHERE yf.follower_id = o.id AND yf.followee_id = s.id AND yf.state = 'accepted')"""
_NO_FOLLOWER = f"""NOT EXISTS (
    SELECT 1 FROM follows AS yg
    WHERE yg.follower_id = s.id AND yg.followee_id = o.id AND yg.state = 'accepted'
        AND yg.created_at <= CAST(:now AS BIGINT) - {NEW_FOLLOWER_DAYS * DAY})"""
_UNASKED = f"""p.visibility = 'direct' AND NOT {_FOLLOWS} AND NOT EXISTS (
    SELECT 1 FROM posts AS yq JOIN mentions AS ym ON ym.post_id = yq.id
    WHERE yq.thread_id = p.thread_id AND yq.author_id = o.id AND yq.id < p.id AND yq.visibility = 'direct'
        AND ym.account_id = s.id)"""
_LIMITED = f"(s.silenced_at IS NOT NULL OR s.host_silenced = 1) AND NOT {_FOLLOWS}"
_RULES = (
    ("not_following", "accept", f"NOT {_FOLLOWS}"),
    ("not_followers", "accept", _NO_FOLLOWER),
    ("new_accounts", "accept", f"s.created_at > CAST(:now AS BIGINT) - {NEW_ACCOUNT_DAYS * DAY}"),
    ("private_mentions", "accept", _UNASKED),
    ("limited_accounts", "filter", _LIMITED),
    ("bots", "accept", f"s.kind IN ('service', 'application') AND NOT {_FOLLOWS}"),
)
"""Categories of the policy, the answer of whoever said nothing, and whom it means: `o` receives from `s`, about `p`."""
_LET_THROUGH = """(EXISTS (
        SELECT 1 FROM notification_permissions AS yp WHERE yp.account_id = o.id AND yp.from_id = s.id)
    OR EXISTS (SELECT 1 FROM users AS yu WHERE yu.account_id = s.id AND yu.role <> 'member'))"""


def _caught(answer: str) -> str:
    """Condition: a category that the sender falls into has this answer in the receiver's policy."""
    rules = "\n        OR ".join(
        f"(COALESCE(y.{name}, '{usual}') = '{answer}' AND {meant})" for name, usual, meant in _RULES
    )
    return f"(NOT {_LET_THROUGH} AND (\n        {rules}))"


def group_key(kind: Kind) -> str:
    """The key of a group that began not long ago, or a new one; empty for kinds that stand alone."""
    if kind not in GROUPED:
        return "''"
    about = "''" if kind in (Kind.FOLLOW, Kind.ADMIN_SIGN_UP) else "CAST(w.post_id AS TEXT) || '-'"
    keys = [
        f"'{kind}-' || {about} || CAST(CAST(:at AS BIGINT) / {HOUR} - {back} AS TEXT)"
        for back in range(GROUP_HOURS + 1)
    ]
    listed = ",\n            ".join(keys)
    return f"""COALESCE((
        SELECT MAX(g.group_key) FROM notifications AS g
        WHERE g.account_id = o.id AND g.group_key <> '' AND g.group_key IN ({listed})), {keys[0]})"""


def told_sql(kind: Kind, cause: str, *, is_asked_by_site: bool = False, is_said: bool = False) -> str:
    """The statement of a kind. `cause` selects `to_id`, `from_id`, `post_id` and `subject`.

    Told is whoever lives here and wants to hear of the sender, somebody else in good standing, and sees the post; only
    the end of a poll is told to its author too. `is_said`: `:words` are kept with it.
    """
    sees = visible_to("p").replace(":viewer", "o.id")
    not_oneself = "" if kind is Kind.POLL else "AND o.id <> s.id"
    by_policy = kind in _BY_POLICY and not is_asked_by_site
    filtered = f"CASE WHEN {_caught('filter')} THEN 1 ELSE 0 END" if by_policy else "0"
    not_dropped = f"AND NOT {_caught('drop')}" if by_policy else ""
    words = "CAST(:words AS TEXT)" if is_said else "''"
    return f"""
    INSERT INTO notifications (account_id, kind, from_id, post_id, subject, created_at, group_key, filtered, words)
    SELECT o.id, '{kind}', s.id, w.post_id, w.subject, CAST(:at AS BIGINT), {group_key(kind)}, {filtered}, {words}
    FROM ({cause}) AS w
    JOIN accounts AS o ON o.id = w.to_id
    JOIN accounts AS s ON s.id = w.from_id
    LEFT JOIN posts AS p ON p.id = w.post_id
    LEFT JOIN notification_policies AS y ON y.account_id = o.id
    WHERE o.domain = '' AND o.kind <> 'group' {not_oneself} AND o.deleted_at IS NULL
        AND s.suspended_at IS NULL AND s.deleted_at IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM blocks AS wb
            WHERE (wb.account_id = o.id AND wb.target_id = s.id) OR (wb.account_id = s.id AND wb.target_id = o.id))
        AND NOT EXISTS (
            SELECT 1 FROM mutes AS wm
            WHERE wm.account_id = o.id AND wm.target_id = s.id AND wm.notifications = 1
                AND (wm.expires_at IS NULL OR wm.expires_at > :now))
        AND {node_wanted("o.id", "s.id")}
        AND (w.post_id IS NULL OR ({sees} AND NOT EXISTS (
            SELECT 1 FROM thread_mutes AS wt WHERE wt.account_id = o.id AND wt.thread_id = p.thread_id)))
        {not_dropped}
    ON CONFLICT (account_id, kind, from_id, subject) DO NOTHING
    RETURNING id, account_id, filtered"""


def _telling(kind: Kind, cause: str, *, is_asked_by_site: bool = False) -> Query[WrittenRow]:
    return Query(WrittenRow, told_sql(kind, cause, is_asked_by_site=is_asked_by_site))


_MENTIONED = _telling(
    Kind.MENTION,
    """
    SELECT x.account_id AS to_id, c.author_id AS from_id, c.id AS post_id, CAST(c.id AS TEXT) AS subject
    FROM posts AS c JOIN mentions AS x ON x.post_id = c.id
    WHERE c.id = :post AND x.silent = 0 AND NOT EXISTS (
        SELECT 1 FROM memberships AS u
        WHERE u.community_id = c.community_id AND u.account_id = x.account_id AND u.level = 'none')""",
)
_POSTED = _telling(
    Kind.STATUS,
    """
    SELECT f.follower_id AS to_id, c.author_id AS from_id, c.id AS post_id, CAST(c.id AS TEXT) AS subject
    FROM posts AS c JOIN follows AS f ON f.followee_id = c.author_id
    WHERE c.id = :post AND c.boost_of_id IS NULL AND f.state = 'accepted' AND f.notify = 1
        AND (c.parent_uri IS NULL OR c.parent_author_id = c.author_id)
        AND NOT EXISTS (
            SELECT 1 FROM mentions AS x WHERE x.post_id = c.id AND x.account_id = f.follower_id AND x.silent = 0)""",
)
_MUST_READ = _telling(
    Kind.STATUS,
    f"""
    SELECT k.account_id AS to_id, w.author_id AS from_id, w.post_id,
        '{READING}' || CAST(w.post_id AS TEXT) || ':' || CAST(k.version AS TEXT) || ':' || CAST(k.reminders AS TEXT)
            || ':' || CAST(k.asked_at AS TEXT) AS subject
    FROM announcements AS w JOIN announcement_asked AS k ON k.post_id = w.post_id
    WHERE w.post_id = :post AND k.account_id IN (:accounts[])""",
    is_asked_by_site=True,
)
_ANSWERED = _telling(
    Kind.ANNOUNCEMENT_ANSWERED,
    """
    SELECT k.account_id AS to_id, w.author_id AS from_id, w.post_id, CAST(:subject AS TEXT) AS subject
    FROM announcements AS w JOIN acknowledgements AS k ON k.post_id = w.post_id AND k.version = w.version
    WHERE w.post_id = :post AND k.question = 1""",
)
_BOOSTED = _telling(
    Kind.REBLOG,
    """
    SELECT c.author_id AS to_id, b.author_id AS from_id, c.id AS post_id, CAST(b.id AS TEXT) AS subject
    FROM posts AS b JOIN posts AS c ON c.id = b.boost_of_id
    WHERE b.id = :boost""",
)
_LIKED = _telling(
    Kind.FAVOURITE,
    """
    SELECT c.author_id AS to_id, l.account_id AS from_id, c.id AS post_id, CAST(c.id AS TEXT) AS subject
    FROM likes AS l JOIN posts AS c ON c.id = l.post_id
    WHERE l.post_id = :post AND l.account_id = :sender""",
)
_EDITED = _telling(
    Kind.UPDATE,
    """
    SELECT b.author_id AS to_id, c.author_id AS from_id, c.id AS post_id, CAST(:subject AS TEXT) AS subject
    FROM posts AS c JOIN posts AS b ON b.boost_of_id = c.id
    WHERE c.id = :post""",
)
_CLOSED = _telling(
    Kind.POLL,
    """
    SELECT v.account_id AS to_id, c.author_id AS from_id, c.id AS post_id, CAST(:subject AS TEXT) AS subject
    FROM posts AS c JOIN polls AS q ON q.post_id = c.id JOIN poll_voters AS v ON v.poll_id = q.id
    WHERE c.id = :post
    UNION
    SELECT c.author_id, c.author_id, c.id, CAST(:subject AS TEXT) FROM posts AS c WHERE c.id = :post""",
)
_QUOTED = _telling(
    Kind.QUOTE,
    """
    SELECT q.quoted_author_id AS to_id, c.author_id AS from_id, c.id AS post_id, CAST(c.id AS TEXT) AS subject
    FROM quotes AS q JOIN posts AS c ON c.id = q.post_id
    WHERE q.post_id = :post AND q.state = 'accepted'""",
)
_QUOTED_EDITED = _telling(
    Kind.QUOTED_UPDATE,
    """
    SELECT q.author_id AS to_id, c.author_id AS from_id, q.post_id,
        CAST(q.post_id AS TEXT) || ':' || CAST(:subject AS TEXT) AS subject
    FROM quotes AS q JOIN posts AS c ON c.id = q.quoted_id
    WHERE q.quoted_id = :post AND q.state = 'accepted'""",
)
_OF_FOLLOW = """
    SELECT f.followee_id AS to_id, f.follower_id AS from_id, CAST(NULL AS BIGINT) AS post_id, '' AS subject
    FROM follows AS f
    WHERE f.follower_id = :sender AND f.followee_id = :account AND f.state ="""
_FOLLOWED = _telling(Kind.FOLLOW, f"{_OF_FOLLOW} 'accepted'")
_REQUESTED = _telling(Kind.FOLLOW_REQUEST, f"{_OF_FOLLOW} 'requested'")
_OF_GATHERING = """
    SELECT m.account_id AS to_id, c.author_id AS from_id, c.id AS post_id, CAST(:subject AS TEXT) AS subject
    FROM participations AS m JOIN posts AS c ON c.id = m.post_id
    WHERE m.post_id = :post"""
_SEATED = _telling(Kind.UPDATE, f"{_OF_GATHERING} AND m.account_id = :account")
_COMING = _telling(Kind.UPDATE, f"{_OF_GATHERING} AND m.state IN (:states[])")
_DROP_UPDATES = Query(
    None,
    """
    DELETE FROM notifications
    WHERE post_id = :post AND kind = 'update' AND subject <> :subject AND subject NOT LIKE 'gathering:%'""",
)
_DROP_QUOTED_UPDATES = Query(
    None,
    """
    DELETE FROM notifications
    WHERE kind = 'quoted_update' AND created_at < :at
        AND post_id IN (SELECT q.post_id FROM quotes AS q WHERE q.quoted_id = :post)""",
)
_DROP_QUOTE = Query(None, "DELETE FROM notifications WHERE post_id = :post AND kind = 'quote'")


def mentioned(tx: Tx, post: PostId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell whom the post names."""
    return tx.rows(_MENTIONED, post=post, at=at, now=now)


def posted(tx: Tx, post: PostId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell the followers who want to hear of each post."""
    return tx.rows(_POSTED, post=post, at=at, now=now)


def must_read(tx: Tx, post: PostId, accounts: Sequence[AccountId], now: Millis) -> list[WrittenRow]:
    """Tell people that they are asked to read the post; of each asking and each reminder once."""
    return tx.rows(_MUST_READ, post=post, accounts=accounts, at=now, now=now)


def answered(tx: Tx, post: PostId, subject: str, now: Millis) -> list[WrittenRow]:
    """Tell those here who had a question about an announcement that it was answered."""
    return tx.rows(_ANSWERED, post=post, subject=subject, at=now, now=now)


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


def quoted(tx: Tx, post: PostId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell whom the post quotes, with their consent."""
    return tx.rows(_QUOTED, post=post, at=at, now=now)


def quoted_edited(tx: Tx, post: PostId, subject: str, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell those who quote the post that it says something else now; what was told of an earlier edit goes."""
    tx.run(_DROP_QUOTED_UPDATES, post=post, at=at)
    return tx.rows(_QUOTED_EDITED, post=post, subject=subject, at=at, now=now)


def drop_quote(tx: Tx, post: PostId) -> None:
    """The post may not quote any more."""
    tx.run(_DROP_QUOTE, post=post)


def closed(tx: Tx, post: PostId, subject: str, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell the author and those who voted that the poll has ended."""
    return tx.rows(_CLOSED, post=post, subject=subject, at=at, now=now)


def seated(tx: Tx, post: PostId, account: AccountId, subject: str, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell somebody what became of their yes to a gathering."""
    return tx.rows(_SEATED, post=post, account=account, subject=subject, at=at, now=now)


def coming(tx: Tx, post: PostId, states: Sequence[State], subject: str, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell those who answered in one of these ways to a gathering."""
    return tx.rows(_COMING, post=post, states=states, subject=subject, at=at, now=now)


def followed(tx: Tx, sender: AccountId, account: AccountId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell `account` that `sender` follows, if that is still so."""
    return tx.rows(_FOLLOWED, sender=sender, account=account, at=at, now=now)


def requested(tx: Tx, sender: AccountId, account: AccountId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell `account` that `sender` asks to follow, if that is still so."""
    return tx.rows(_REQUESTED, sender=sender, account=account, at=at, now=now)
