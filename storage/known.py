"""What is known here, asked as other nodes name it: ids in lists, who wants what, what a host may read."""

from collections.abc import Sequence

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.relations import FollowRow
from storage.visibility import visible_to_host


class WantedRow(Row, frozen=True, kw_only=True):
    """Since when somebody here follows an author with consent, and since when this node asks for the author's node."""

    person_since: Millis | None
    node_since: Millis | None


class OrphanRow(Row, frozen=True, kw_only=True):
    """A thread in which answers wait for a post, and how many posts it has here."""

    thread_id: PostId
    posts: int


_ACCOUNTS = Query(AccountRow, f"SELECT {AccountRow.columns('a')} FROM accounts AS a WHERE a.uri IN (:uris[])", hot=True)
_POSTS = Query(str, "SELECT p.uri FROM posts AS p WHERE p.uri IN (:uris[])", hot=True)
_WANTED = Query(
    WantedRow,
    """
    SELECT
        (SELECT MIN(f.created_at)
            FROM follows AS f JOIN accounts AS a ON a.id = f.follower_id
            WHERE f.followee_id = :author AND f.state = 'accepted' AND a.domain = '') AS person_since,
        (SELECT MIN(g.created_at)
            FROM follows AS g JOIN accounts AS n ON n.id = g.followee_id
            WHERE g.follower_id = :node AND n.domain = :domain) AS node_since""",
    hot=True,
)
_FOLLOWS_OF_PEOPLE = Query(
    FollowRow,
    f"""
    SELECT {FollowRow.columns("f")}
    FROM accounts AS a JOIN follows AS f ON f.follower_id = a.id OR f.followee_id = a.id
    WHERE a.domain = :host AND NOT EXISTS (
        SELECT 1 FROM accounts AS n
        WHERE n.domain = '' AND n.kind = 'application' AND n.id IN (f.follower_id, f.followee_id))
    ORDER BY f.id""",
)
_FOLLOWS_OF = Query(
    FollowRow,
    f"""
    SELECT {FollowRow.columns("f")} FROM follows AS f
    WHERE f.follower_id = :account OR f.followee_id = :account ORDER BY f.id""",
)
_SHARED_INBOX = Query(
    str,
    """
    SELECT a.shared_inbox_url FROM accounts AS a
    WHERE a.domain = :host AND a.shared_inbox_url <> '' AND a.deleted_at IS NULL
    ORDER BY a.id LIMIT 1""",
    hot=True,
)
_HAD_BY = Query(
    PostId, "SELECT DISTINCT h.post_id FROM post_peers AS h WHERE h.post_id IN (:ids[]) AND h.host = :host", hot=True
)
_OUTBOX = Query(
    PostId,
    f"""
    SELECT p.id FROM posts AS p
    WHERE p.author_id = :author AND p.id < :before AND p.visibility <> 'direct' AND {visible_to_host("p")}
    ORDER BY p.id DESC LIMIT :limit""",
    hot=True,
)
_LIKED_AS = Query(PostId, "SELECT l.post_id FROM likes AS l WHERE l.account_id = :account AND l.uri = :uri", hot=True)
_FOLLOWED_AS = Query(
    AccountId, "SELECT f.followee_id FROM follows AS f WHERE f.follower_id = :account AND f.uri = :uri", hot=True
)
_BLOCKED_AS = Query(
    AccountId, "SELECT b.target_id FROM blocks AS b WHERE b.account_id = :account AND b.uri = :uri", hot=True
)
_ORPHANS = Query(
    OrphanRow,
    """
    SELECT o.thread_id, COUNT(*) AS posts
    FROM posts AS o JOIN posts AS t ON t.thread_id = o.thread_id
    WHERE o.parent_uri = :uri AND o.parent_id IS NULL
    GROUP BY o.id, o.thread_id""",
    hot=True,
)


def accounts(tx: Tx, uris: Sequence[str]) -> list[AccountRow]:
    """The accounts with these ActivityPub ids, in whatever state."""
    return tx.rows(_ACCOUNTS, uris=uris) if uris else []


def posts(tx: Tx, uris: Sequence[str]) -> list[str]:
    """Which of these are the ids of posts known here."""
    return tx.rows(_POSTS, uris=uris) if uris else []


def wanted(tx: Tx, author: AccountId, domain: str, node: AccountId) -> WantedRow:
    """Who here wants posts of the author, who lives on `domain`; `node` is our instance actor."""
    return tx.value(_WANTED, author=author, domain=domain, node=node)


def follows_of_people(tx: Tx, host: str) -> list[FollowRow]:
    """Every follow of or by an account of the host, but those between the nodes themselves."""
    return tx.rows(_FOLLOWS_OF_PEOPLE, host=host)


def follows_of(tx: Tx, account: AccountId) -> list[FollowRow]:
    """Every follow of and by an account."""
    return tx.rows(_FOLLOWS_OF, account=account)


def shared_inbox(tx: Tx, host: str) -> str | None:
    """Where the host takes what is for all of it, if somebody of it is known."""
    return tx.row(_SHARED_INBOX, host=host)


def had_by(tx: Tx, ids: Sequence[PostId], host: str) -> list[PostId]:
    """Which of the posts the host has had."""
    return tx.rows(_HAD_BY, ids=ids, host=host)


def outbox(tx: Tx, author: AccountId, host: str, before: int, limit: int) -> list[PostId]:
    """Posts and boosts of the author that the host may read, newest first."""
    return tx.rows(_OUTBOX, author=author, host=host, before=before, limit=limit)


def liked_as(tx: Tx, account: AccountId, uri: str) -> PostId | None:
    """What the account liked by the activity `uri`."""
    return tx.row(_LIKED_AS, account=account, uri=uri)


def followed_as(tx: Tx, account: AccountId, uri: str) -> AccountId | None:
    """Whom the account follows by the activity `uri`."""
    return tx.row(_FOLLOWED_AS, account=account, uri=uri)


def blocked_as(tx: Tx, account: AccountId, uri: str) -> AccountId | None:
    """Whom the account blocks by the activity `uri`."""
    return tx.row(_BLOCKED_AS, account=account, uri=uri)


def awaiting(tx: Tx, uri: str) -> list[OrphanRow]:
    """Threads in which an answer waits for the post `uri`."""
    return tx.rows(_ORPHANS, uri=uri)
