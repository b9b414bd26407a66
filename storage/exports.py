"""What somebody takes along: whom they follow, block and mute, their lists, and what they kept."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis
from storage.memberships import Level, MemberRole
from storage.visibility import visible_to


class FollowedRow(Row, frozen=True, kw_only=True):
    """Somebody who is followed, and how. `languages`: with a space around each; empty: all."""

    username: str
    domain: str
    boosts: bool
    notify: bool
    languages: str


class MemberOfRow(Row, frozen=True, kw_only=True):
    """A community that somebody is in, and how."""

    username: str
    domain: str
    role: MemberRole
    level: Level
    muted: bool
    created_at: Millis


class ListedRow(Row, frozen=True, kw_only=True):
    """Somebody on a list."""

    title: str
    username: str
    domain: str


class BlockedRow(Row, frozen=True, kw_only=True):
    """Somebody who is blocked."""

    username: str
    domain: str


class MutedRow(Row, frozen=True, kw_only=True):
    """Somebody who is muted. `notifications`: theirs are hidden too."""

    username: str
    domain: str
    notifications: bool


_FOLLOWED = Query(
    FollowedRow,
    """
    SELECT a.username, a.domain, f.boosts, f.notify, f.languages
    FROM follows AS f JOIN accounts AS a ON a.id = f.followee_id
    WHERE f.follower_id = :account AND f.state = 'accepted' AND a.deleted_at IS NULL
    ORDER BY f.id""",
    hot=True,
)
_LISTED = Query(
    ListedRow,
    """
    SELECT l.title, a.username, a.domain
    FROM lists AS l JOIN list_members AS m ON m.list_id = l.id JOIN accounts AS a ON a.id = m.account_id
    WHERE l.account_id = :account AND a.deleted_at IS NULL
    ORDER BY l.id, m.id""",
    hot=True,
)
_BLOCKED = Query(
    BlockedRow,
    """
    SELECT a.username, a.domain FROM blocks AS b JOIN accounts AS a ON a.id = b.target_id
    WHERE b.account_id = :account AND a.deleted_at IS NULL
    ORDER BY b.id""",
    hot=True,
)
_MUTED = Query(
    MutedRow,
    """
    SELECT a.username, a.domain, m.notifications FROM mutes AS m JOIN accounts AS a ON a.id = m.target_id
    WHERE m.account_id = :account AND a.deleted_at IS NULL
    ORDER BY m.id""",
    hot=True,
)
_DOMAINS = Query(str, "SELECT d.domain FROM domain_blocks AS d WHERE d.account_id = :account ORDER BY d.id", hot=True)
_KEPT = Query(
    str,
    f"""
    SELECT p.uri FROM bookmarks AS k JOIN posts AS p ON p.id = k.post_id
    WHERE k.account_id = :viewer AND {visible_to("p")}
    ORDER BY k.id""",
    hot=True,
)
_MEMBER_OF = Query(
    MemberOfRow,
    """
    SELECT a.username, a.domain, m.role, m.level, m.muted, m.created_at
    FROM memberships AS m JOIN accounts AS a ON a.id = m.community_id
    WHERE m.account_id = :account AND m.state = 'member'
    ORDER BY m.created_at, m.community_id""",
)


def member_of(tx: Tx, account: AccountId) -> list[MemberOfRow]:
    """The communities that the account is in, the first joined first."""
    return tx.rows(_MEMBER_OF, account=account)


def followed(tx: Tx, account: AccountId) -> list[FollowedRow]:
    """Whom somebody follows."""
    return tx.rows(_FOLLOWED, account=account)


def listed(tx: Tx, account: AccountId) -> list[ListedRow]:
    """Who is on somebody's lists."""
    return tx.rows(_LISTED, account=account)


def blocked(tx: Tx, account: AccountId) -> list[BlockedRow]:
    """Whom somebody blocks."""
    return tx.rows(_BLOCKED, account=account)


def muted(tx: Tx, account: AccountId) -> list[MutedRow]:
    """Whom somebody mutes."""
    return tx.rows(_MUTED, account=account)


def domains(tx: Tx, account: AccountId) -> list[str]:
    """The nodes that somebody blocks."""
    return tx.rows(_DOMAINS, account=account)


def kept(tx: Tx, viewer: AccountId) -> list[str]:
    """The ids of the posts that the viewer kept and may still see."""
    return tx.rows(_KEPT, viewer=viewer)
