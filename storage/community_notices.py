"""What communities have told to people here. The sender is the community, but for posts, which come from their author.

`subject` makes a cause unique: the other person's id, or the time. Of somebody's first post it is the community, so
that a host that calls every post one is heard once.
"""

import hashlib

from storage.community_hosts import lives_here
from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import AccountId, Millis, PostId
from storage.notifications import Kind
from storage.telling import WrittenRow, told_sql

_TO_MODERATORS = """
    SELECT m.account_id AS to_id, m.community_id AS from_id, CAST(NULL AS BIGINT) AS post_id,
        CAST(:subject AS TEXT) AS subject
    FROM memberships AS m
    WHERE m.community_id = :community AND m.state = 'member' AND m.role IN ('host', 'moderator')"""
_TO_MEMBER = """
    SELECT m.account_id AS to_id, m.community_id AS from_id, CAST(NULL AS BIGINT) AS post_id,
        CAST(:subject AS TEXT) AS subject
    FROM memberships AS m
    WHERE m.community_id = :community AND m.account_id = :account"""


def _telling(kind: Kind, cause: str, *, is_said: bool = False) -> Query[WrittenRow]:
    return Query(WrittenRow, told_sql(kind, cause, is_said=is_said))


_ASKED = _telling(
    Kind.COMMUNITY_REQUEST,
    # Of a community of elsewhere its node says who asks: until it knows, there is nothing to answer.
    f"""{_TO_MODERATORS} AND EXISTS (
        SELECT 1 FROM memberships AS q JOIN accounts AS g ON g.id = q.community_id
        WHERE q.community_id = m.community_id AND q.account_id = :account AND q.state = 'asked' AND g.domain = '')""",
)
_PASSED = _telling(
    Kind.COMMUNITY_REQUEST,
    """
    SELECT r.moderator_id AS to_id, r.community_id AS from_id, CAST(NULL AS BIGINT) AS post_id,
        CAST(r.account_id AS TEXT) AS subject
    FROM passed_requests AS r
    JOIN memberships AS m ON m.community_id = r.community_id AND m.account_id = r.moderator_id
    WHERE r.community_id = :community AND r.moderator_id = :account AND r.answer = ''
        AND m.state = 'member' AND m.role IN ('host', 'moderator')""",
)
_QUIET = _telling(
    Kind.COMMUNITY_QUIET, f"{_TO_MODERATORS} AND (m.role = 'host' OR NOT {lives_here('m.community_id', 'host')})"
)
_ACCEPTED = _telling(
    Kind.COMMUNITY_ACCEPTED,
    f"""{_TO_MEMBER} AND m.state = 'member' AND NOT EXISTS (
        SELECT 1 FROM notifications AS b
        WHERE b.account_id = m.account_id AND b.from_id = m.community_id AND b.kind = 'community.moved')""",
)
_MOVED = _telling(Kind.COMMUNITY_MOVED, f"{_TO_MEMBER} AND m.state IN ('member', 'asked')")
_INVITED = _telling(Kind.COMMUNITY_INVITED, f"{_TO_MEMBER} AND m.state = 'invited'")
_WARNED = _telling(
    Kind.COMMUNITY_WARNING,
    # Whoever was put out reads it too.
    """
    SELECT CAST(:account AS BIGINT) AS to_id, CAST(:community AS BIGINT) AS from_id, CAST(NULL AS BIGINT) AS post_id,
        CAST(:subject AS TEXT) AS subject""",
    is_said=True,
)
_UNINVITED = _telling(Kind.COMMUNITY_UNINVITED, _TO_MEMBER, is_said=True)
_LEAVING = _telling(Kind.COMMUNITY_LEAVING, f"{_TO_MEMBER} AND m.leaves_at IS NOT NULL")
_PAGE = _telling(Kind.COMMUNITY_PAGE, f"{_TO_MEMBER} AND m.state = 'member'")
_REMOVED = _telling(
    Kind.COMMUNITY_WARNING,
    """
    SELECT c.author_id AS to_id, c.community_id AS from_id, c.id AS post_id, CAST(:subject AS TEXT) AS subject
    FROM posts AS c WHERE c.id = :post AND c.removed_at IS NOT NULL""",
    is_said=True,
)
_GREETED = _telling(
    Kind.COMMUNITY_GREETING,
    """
    SELECT m.account_id AS to_id, c.author_id AS from_id, c.id AS post_id, CAST(c.community_id AS TEXT) AS subject
    FROM posts AS c JOIN memberships AS m ON m.community_id = c.community_id
    WHERE c.id = :post AND c.is_history = 0 AND m.state = 'member' AND m.role IN ('host', 'moderator')""",
)
_BEGUN = _telling(
    Kind.STATUS,
    """
    SELECT m.account_id AS to_id, c.author_id AS from_id, c.id AS post_id, CAST(c.id AS TEXT) AS subject
    FROM posts AS c JOIN memberships AS m ON m.community_id = c.community_id
    LEFT JOIN placements AS l ON l.post_id = c.id
    WHERE c.id = :post AND c.parent_uri IS NULL AND m.state = 'member' AND m.muted = 0
        AND (m.level = 'all' OR (m.level = 'posts' AND EXISTS (
            SELECT 1 FROM follows AS b
            WHERE b.follower_id = m.account_id AND b.followee_id = m.community_id AND b.notify = 1)))
        AND (m.topic_only = '' OR m.topic_only = l.topic)
        AND NOT EXISTS (
            SELECT 1 FROM mentions AS x WHERE x.post_id = c.id AND x.account_id = m.account_id AND x.silent = 0)""",
)


def asked(tx: Tx, community: AccountId, account: AccountId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell who moderates that somebody asks to join, if they still do."""
    return tx.rows(_ASKED, community=community, account=account, subject=str(account), at=at, now=now)


def passed(tx: Tx, community: AccountId, account: AccountId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell who moderates a community of elsewhere who asks to join it, if they may answer."""
    return tx.rows(_PASSED, community=community, account=account, at=at, now=now)


def quiet(tx: Tx, community: AccountId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Ask the hosts whether the community lives; where none of them lives here, those who moderate it."""
    return tx.rows(_QUIET, community=community, subject=str(at), at=at, now=now)


def accepted(tx: Tx, community: AccountId, account: AccountId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell somebody that they are in."""
    return tx.rows(_ACCEPTED, community=community, account=account, subject=str(at), at=at, now=now)


def invited(tx: Tx, community: AccountId, account: AccountId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell somebody that they may come in."""
    return tx.rows(_INVITED, community=community, account=account, subject=str(at), at=at, now=now)


def warned(tx: Tx, community: AccountId, account: AccountId, words: str, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell somebody what moderators wrote to them, also why they were put out."""
    subject = f"{at}:{hashlib.sha256(words.encode()).hexdigest()[:8]}"
    return tx.rows(_WARNED, community=community, account=account, words=words, subject=subject, at=at, now=now)


def uninvited(
    tx: Tx, community: AccountId, account: AccountId, subject: str, words: str, at: Millis, now: Millis
) -> list[WrittenRow]:
    """Tell who invited somebody, by name, that they cannot come in."""
    return tx.rows(_UNINVITED, community=community, account=account, words=words, subject=subject, at=at, now=now)


def leaving(tx: Tx, community: AccountId, account: AccountId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell a member by a rule that the membership ends."""
    return tx.rows(_LEAVING, community=community, account=account, subject=str(at), at=at, now=now)


def moved(
    tx: Tx, community: AccountId, account: AccountId, former: AccountId, at: Millis, now: Millis
) -> list[WrittenRow]:
    """Tell a member, once, that the community `former` goes on as this one."""
    return tx.rows(_MOVED, community=community, account=account, subject=str(former), at=at, now=now)


def page(tx: Tx, community: AccountId, account: AccountId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell who wrote on a page that it was not taken: the words stand beside the pages."""
    return tx.rows(_PAGE, community=community, account=account, subject=str(at), at=at, now=now)


def removed(tx: Tx, post: PostId, words: str, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell the author that the post was taken out, and why."""
    return tx.rows(_REMOVED, post=post, words=words, subject=str(at), at=at, now=now)


def written(tx: Tx, post: PostId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell who wants to hear of each thread."""
    return tx.rows(_BEGUN, post=post, at=at, now=now)


def greeted(tx: Tx, post: PostId, at: Millis, now: Millis) -> list[WrittenRow]:
    """Tell who moderates that it is somebody's first post there, once of each author."""
    return tx.rows(_GREETED, post=post, at=at, now=now)
