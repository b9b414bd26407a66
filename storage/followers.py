"""Followers and followees as the protocol needs them: inboxes to deliver to, ids for collections."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId
from storage.relations import FollowRow


class InboxRow(Row, frozen=True, kw_only=True):
    """Where the posts for followers on one node go."""

    domain: str
    inbox_url: str


class AccountInboxRow(Row, frozen=True, kw_only=True):
    """Where what is for one account of elsewhere goes."""

    id: AccountId
    uri: str
    domain: str
    inbox_url: str
    shared_inbox_url: str


class MemberUriRow(Row, frozen=True, kw_only=True):
    """A follower or followee as the protocol's collections name it."""

    relation: int
    uri: str


class HereRow(Row, frozen=True, kw_only=True):
    """A follow by somebody here, and who that is on the wire."""

    uri: str
    follow: FollowRow


_HERE_OF = Query(
    HereRow,
    f"""
    SELECT a.uri, {FollowRow.columns("f")} FROM follows AS f JOIN accounts AS a ON a.id = f.follower_id
    WHERE f.followee_id = :account AND a.domain = '' AND a.deleted_at IS NULL
    ORDER BY f.id""",
    hot=True,
)
_FOLLOWERS_ON = Query(
    str,
    """
    SELECT a.uri FROM follows AS f JOIN accounts AS a ON a.id = f.follower_id
    WHERE f.followee_id = :account AND f.state = 'accepted' AND a.domain = :host AND a.deleted_at IS NULL
    ORDER BY a.uri""",
    hot=True,
)
_FOLLOWING_ON = Query(
    str,
    """
    SELECT a.uri FROM follows AS f JOIN accounts AS a ON a.id = f.followee_id
    WHERE f.follower_id = :account AND f.state = 'accepted' AND a.domain = :host AND a.deleted_at IS NULL
    ORDER BY a.uri""",
    hot=True,
)
_INBOXES_OF_FOLLOWERS = Query(
    InboxRow,
    """
    SELECT DISTINCT a.domain,
        CASE WHEN a.shared_inbox_url = '' THEN a.inbox_url ELSE a.shared_inbox_url END AS inbox_url
    FROM follows AS f JOIN accounts AS a ON a.id = f.follower_id
    WHERE f.followee_id = :account AND f.state = 'accepted' AND a.domain <> '' AND a.inbox_url <> ''
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    ORDER BY 1, 2""",
    hot=True,
)
_INBOXES_OF = Query(
    AccountInboxRow,
    f"""
    SELECT {AccountInboxRow.columns("a")} FROM accounts AS a
    WHERE a.id IN (:ids[]) AND a.domain <> '' AND a.inbox_url <> '' AND a.deleted_at IS NULL
    ORDER BY a.id""",
    hot=True,
)
_FOLLOWER_URIS = Query(
    MemberUriRow,
    """
    SELECT f.id AS relation, a.uri FROM follows AS f JOIN accounts AS a ON a.id = f.follower_id
    WHERE f.followee_id = :account AND f.state = 'accepted' AND f.id < :before AND f.id > :floor
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    ORDER BY f.id DESC
    LIMIT :limit""",
    hot=True,
)


def inboxes_of_followers(tx: Tx, account: AccountId) -> list[InboxRow]:
    """Shared inboxes (else own ones) of accepted followers elsewhere, each once."""
    return tx.rows(_INBOXES_OF_FOLLOWERS, account=account)


def inboxes_of(tx: Tx, ids: Sequence[AccountId]) -> list[AccountInboxRow]:
    """Inboxes of those of `ids` who live elsewhere."""
    return tx.rows(_INBOXES_OF, ids=ids) if ids else []


def follower_uris(tx: Tx, account: AccountId, before: int, floor: int, limit: int) -> list[MemberUriRow]:
    """Followers as the protocol names them, latest first."""
    return tx.rows(_FOLLOWER_URIS, account=account, before=before, floor=floor, limit=limit)


def here_of(tx: Tx, account: AccountId) -> list[HereRow]:
    """Every follow of the account, and every request, by somebody here."""
    return tx.rows(_HERE_OF, account=account)


def followers_on(tx: Tx, account: AccountId, host: str) -> list[str]:
    """The account's followers on one other node, or (host empty) here, as the protocol names them."""
    return tx.rows(_FOLLOWERS_ON, account=account, host=host)


def following_on(tx: Tx, account: AccountId, host: str) -> list[str]:
    """Whom the account follows on one other node, as the protocol names them."""
    return tx.rows(_FOLLOWING_ON, account=account, host=host)
