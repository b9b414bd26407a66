"""To which of the people who are connected now a post goes: many viewers and one post, in one statement."""

from collections.abc import Sequence

from storage import quotes
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.lists import ListId
from storage.visibility import at_home, visible_to, wanted_by


class ReaderRow(Row, frozen=True, kw_only=True):
    """Somebody who may see the post and wants to: whether it is in their home, and what they did with what it shows."""

    account_id: AccountId
    is_at_home: bool
    is_liked: bool
    is_boosted: bool
    is_bookmarked: bool
    is_muted: bool
    is_pinned: bool
    follows: bool
    followed: bool
    quote_state: str
    quoted_id: PostId | None
    filters: int = 0
    """Revision of their filters."""


def _truth(condition: str, name: str) -> str:
    return f"CASE WHEN EXISTS ({condition}) THEN 1 ELSE 0 END AS {name}"


_SHOWN = "COALESCE(p.boost_of_id, p.id)"
_AT_HOME = f"""
    SELECT 1 FROM home_entries AS h WHERE h.owner_id = r.id AND h.post_id = p.id AND {at_home("r.id", "h")}"""
_AUTHOR = "COALESCE(o.author_id, p.author_id)"
_MUTED = """
    SELECT 1 FROM thread_mutes AS tm
    WHERE tm.account_id = r.id AND tm.thread_id = COALESCE(o.thread_id, p.thread_id)"""
# The fragments ask for one viewer; here there are many at once.
_MAY = f"{visible_to('p')} AND {wanted_by('p')}".replace(":viewer", "r.id")
_READERS = Query(
    ReaderRow,
    f"""
    SELECT r.id AS account_id,
        {_truth(_AT_HOME, "is_at_home")},
        {_truth(f"SELECT 1 FROM likes AS l WHERE l.account_id = r.id AND l.post_id = {_SHOWN}", "is_liked")},
        {_truth(f"SELECT 1 FROM posts AS b WHERE b.boost_of_id = {_SHOWN} AND b.author_id = r.id", "is_boosted")},
        {_truth(f"SELECT 1 FROM bookmarks AS k WHERE k.account_id = r.id AND k.post_id = {_SHOWN}", "is_bookmarked")},
        {_truth(_MUTED, "is_muted")},
        {_truth(f"SELECT 1 FROM pins AS n WHERE n.account_id = r.id AND n.post_id = {_SHOWN}", "is_pinned")},
        {quotes.following("r.id", _AUTHOR)} AS follows, {quotes.following(_AUTHOR, "r.id")} AS followed,
        {quotes.seen("r.id")},
        COALESCE((SELECT u.filters_revision FROM users AS u WHERE u.account_id = r.id), 0) AS filters
    FROM posts AS p
    LEFT JOIN posts AS o ON o.id = p.boost_of_id
    LEFT JOIN quotes AS q ON q.post_id = COALESCE(p.boost_of_id, p.id)
    JOIN accounts AS r ON r.id IN (:accounts[])
    WHERE p.id = :post AND {_MAY}""",
    hot=True,
)
_LISTS = Query(
    ListId, "SELECT e.list_id FROM list_entries AS e WHERE e.post_id = :post AND e.list_id IN (:lists[])", hot=True
)
_FOLLOWERS = Query(
    AccountId,
    """
    SELECT f.follower_id FROM follows AS f
    WHERE f.followee_id = :author AND f.state = 'accepted' AND f.follower_id IN (:accounts[])""",
    hot=True,
)
_BLOCKED_BY = Query(
    AccountId,
    "SELECT b.target_id FROM blocks AS b WHERE b.account_id = :author AND b.target_id IN (:accounts[])",
    hot=True,
)

_LOST = Query(
    PostId,
    f"""
    SELECT p.id FROM posts AS p
    WHERE p.community_id = :community AND p.visibility = 'followers' AND NOT {visible_to("p")}
    ORDER BY p.id DESC LIMIT :limit""",
    hot=True,
)


def readers(tx: Tx, post: PostId, accounts: Sequence[AccountId], now: Millis) -> list[ReaderRow]:
    """Those of the accounts who may see the post, and neither block nor mute whom it is by."""
    return tx.rows(_READERS, post=post, accounts=accounts, now=now)


def lists_with(tx: Tx, post: PostId, lists: Sequence[ListId]) -> list[ListId]:
    """Those of the lists that have the post in their timeline."""
    return tx.rows(_LISTS, post=post, lists=lists) if lists else []


def blocked_by(tx: Tx, author: AccountId, accounts: Sequence[AccountId]) -> list[AccountId]:
    """Those of the accounts whom the author blocks."""
    return tx.rows(_BLOCKED_BY, author=author, accounts=accounts)


def followers(tx: Tx, author: AccountId, accounts: Sequence[AccountId]) -> list[AccountId]:
    """Those of the accounts who follow the author."""
    return tx.rows(_FOLLOWERS, author=author, accounts=accounts)


def lost(tx: Tx, viewer: AccountId, community: AccountId, limit: int) -> list[PostId]:
    """The last posts for members of a community that the account sees not, or no more."""
    return tx.rows(_LOST, viewer=viewer, community=community, limit=limit)
