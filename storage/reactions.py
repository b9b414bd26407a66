"""Likes and bookmarks."""

from collections.abc import Sequence

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, BookmarkId, LikeId, Millis, PostId
from storage.visibility import visible_to


class MineRow(Row, frozen=True, kw_only=True):
    """What one account did with a post."""

    post_id: PostId
    liked: bool
    boosted: bool
    bookmarked: bool
    muted: bool
    """The conversation it belongs to."""
    pinned: bool
    follows: bool
    """Its author; `followed`: the author follows the account."""
    followed: bool


class ReactionRow(Row, frozen=True, kw_only=True):
    """A like or boost with its account; `id` is the relation's, for paging."""

    id: int
    account: AccountRow


class EmojiReactionRow(Row, frozen=True, kw_only=True):
    """A reaction of elsewhere with an emoji (`social/emojis.py`); one account may have several at one post."""

    uri: str
    account_id: AccountId
    post_id: PostId
    emoji: str


class LikeRow(Row, frozen=True, kw_only=True):
    """One like."""

    id: LikeId
    account_id: AccountId
    post_id: PostId
    uri: str


class KeptRow(Row, frozen=True, kw_only=True):
    """A post in a list of the viewer's own (bookmarks, likes); `id` is the relation's, for paging."""

    id: int
    post_id: PostId


_MINE = Query(
    MineRow,
    """
    SELECT l.post_id, 1 AS liked, 0 AS boosted, 0 AS bookmarked, 0 AS muted, 0 AS pinned, 0 AS follows, 0 AS followed
    FROM likes AS l WHERE l.account_id = :account AND l.post_id IN (:ids[])
    UNION ALL
    SELECT b.post_id, 0, 0, 1, 0, 0, 0, 0
    FROM bookmarks AS b WHERE b.account_id = :account AND b.post_id IN (:ids[])
    UNION ALL
    SELECT p.boost_of_id, 0, 1, 0, 0, 0, 0, 0
    FROM posts AS p WHERE p.author_id = :account AND p.boost_of_id IN (:ids[])
    UNION ALL
    SELECT t.id, 0, 0, 0, 1, 0, 0, 0
    FROM posts AS t JOIN thread_mutes AS tm ON tm.thread_id = t.thread_id
    WHERE t.id IN (:ids[]) AND tm.account_id = :account
    UNION ALL
    SELECT n.post_id, 0, 0, 0, 0, 1, 0, 0
    FROM pins AS n WHERE n.account_id = :account AND n.post_id IN (:ids[])
    UNION ALL
    SELECT p.id, 0, 0, 0, 0, 0, 1, 0
    FROM posts AS p JOIN follows AS f ON f.follower_id = :account AND f.followee_id = p.author_id
    WHERE p.id IN (:ids[]) AND f.state = 'accepted'
    UNION ALL
    SELECT p.id, 0, 0, 0, 0, 0, 0, 1
    FROM posts AS p JOIN follows AS f ON f.follower_id = p.author_id AND f.followee_id = :account
    WHERE p.id IN (:ids[]) AND f.state = 'accepted'""",
    hot=True,
)
_LIKE = Query(
    None,
    """
    INSERT INTO likes (id, account_id, post_id, uri, created_at) VALUES (:id, :account, :post, :uri, :now)
    ON CONFLICT (account_id, post_id) DO NOTHING""",
)
_LIKE_OF = Query(
    LikeRow,
    f"SELECT {LikeRow.columns('l')} FROM likes AS l WHERE l.account_id = :account AND l.post_id = :post",
    hot=True,
)
_RENAME_LIKE = Query(None, "UPDATE likes SET uri = :uri WHERE account_id = :account AND post_id = :post")
_REACT = Query(
    None,
    """
    INSERT INTO reactions (uri, account_id, post_id, emoji, created_at) VALUES (:uri, :account, :post, :emoji, :now)
    ON CONFLICT (uri) DO NOTHING""",
)
_UNREACT = Query(None, "DELETE FROM reactions WHERE uri = :uri AND account_id = :account")
_REACTION = Query(
    EmojiReactionRow,
    f"SELECT {EmojiReactionRow.columns('r')} FROM reactions AS r WHERE r.uri = :uri",
    hot=True,
)
_REACTIONS_OF = Query(
    EmojiReactionRow,
    f"""
    SELECT {EmojiReactionRow.columns("r")} FROM reactions AS r
    WHERE r.post_id = :post AND r.account_id = :account
    ORDER BY r.created_at, r.uri""",
    hot=True,
)
_REACTIONS_TO = Query(
    EmojiReactionRow,
    f"""
    SELECT {EmojiReactionRow.columns("r")} FROM reactions AS r JOIN accounts AS a ON a.id = r.account_id
    WHERE r.post_id = :post AND a.suspended_at IS NULL
    ORDER BY r.created_at DESC, r.uri
    LIMIT :limit""",
    hot=True,
)
_UNLIKE = Query(None, "DELETE FROM likes WHERE account_id = :account AND post_id = :post")
_BOOKMARK = Query(
    None,
    """
    INSERT INTO bookmarks (id, account_id, post_id, created_at) VALUES (:id, :account, :post, :now)
    ON CONFLICT (account_id, post_id) DO NOTHING""",
)
_UNBOOKMARK = Query(None, "DELETE FROM bookmarks WHERE account_id = :account AND post_id = :post")
_LIKERS = Query(
    ReactionRow,
    f"""
    SELECT l.id, {AccountRow.columns("a")}
    FROM likes AS l JOIN accounts AS a ON a.id = l.account_id
    WHERE l.post_id = :post AND l.id < :before AND l.id > :after AND a.suspended_at IS NULL
    ORDER BY l.id DESC
    LIMIT :limit""",
    hot=True,
)
_BOOSTERS = Query(
    ReactionRow,
    f"""
    SELECT p.id, {AccountRow.columns("a")}
    FROM posts AS p JOIN accounts AS a ON a.id = p.author_id
    WHERE p.boost_of_id = :post AND p.id < :before AND p.id > :after AND {visible_to("p")}
    ORDER BY p.id DESC
    LIMIT :limit""",
    hot=True,
)
_BOOKMARKS = Query(
    KeptRow,
    f"""
    SELECT k.id, k.post_id
    FROM bookmarks AS k JOIN posts AS p ON p.id = k.post_id
    WHERE k.account_id = :viewer AND k.id < :before AND k.id > :after AND {visible_to("p")}
    ORDER BY k.id DESC
    LIMIT :limit""",
    hot=True,
)
_LIKES = Query(
    KeptRow,
    f"""
    SELECT k.id, k.post_id
    FROM likes AS k JOIN posts AS p ON p.id = k.post_id
    WHERE k.account_id = :viewer AND k.id < :before AND k.id > :after AND {visible_to("p")}
    ORDER BY k.id DESC
    LIMIT :limit""",
    hot=True,
)


def mine(tx: Tx, account: AccountId, ids: Sequence[PostId]) -> list[MineRow]:
    """One row for each of the posts that the account did something with, merged."""
    merged: dict[PostId, MineRow] = {}
    for row in tx.rows(_MINE, account=account, ids=ids):
        before = merged.get(row.post_id, row)
        merged[row.post_id] = MineRow(
            post_id=row.post_id,
            liked=row.liked or before.liked,
            boosted=row.boosted or before.boosted,
            bookmarked=row.bookmarked or before.bookmarked,
            muted=row.muted or before.muted,
            pinned=row.pinned or before.pinned,
            follows=row.follows or before.follows,
            followed=row.followed or before.followed,
        )
    return list(merged.values())


def like(tx: Tx, id: LikeId, account: AccountId, post: PostId, uri: str, now: Millis) -> bool:
    """Add a like; False if it was there."""
    return tx.run(_LIKE, id=id, account=account, post=post, uri=uri, now=now) == 1


def like_of(tx: Tx, account: AccountId, post: PostId) -> LikeRow | None:
    """The account's like of the post."""
    return tx.row(_LIKE_OF, account=account, post=post)


def rename_like(tx: Tx, account: AccountId, post: PostId, uri: str) -> None:
    """The like stands for another activity from now on."""
    tx.run(_RENAME_LIKE, account=account, post=post, uri=uri)


def react(tx: Tx, uri: str, account: AccountId, post: PostId, emoji: str, now: Millis) -> bool:
    """Add a reaction with an emoji; False if it was there."""
    return tx.run(_REACT, uri=uri, account=account, post=post, emoji=emoji, now=now) == 1


def unreact(tx: Tx, uri: str, account: AccountId) -> bool:
    """Take the account's reaction away; False if there was none."""
    return tx.run(_UNREACT, uri=uri, account=account) == 1


def reaction(tx: Tx, uri: str) -> EmojiReactionRow | None:
    """The reaction with an emoji that the activity is."""
    return tx.row(_REACTION, uri=uri)


def reactions_of(tx: Tx, account: AccountId, post: PostId) -> list[EmojiReactionRow]:
    """The account's reactions with an emoji to the post, oldest first."""
    return tx.rows(_REACTIONS_OF, account=account, post=post)


def reactions_to(tx: Tx, post: PostId, limit: int) -> list[EmojiReactionRow]:
    """Reactions with an emoji to the post, latest first."""
    return tx.rows(_REACTIONS_TO, post=post, limit=limit)


def unlike(tx: Tx, account: AccountId, post: PostId) -> bool:
    """Take the like away; False if there was none."""
    return tx.run(_UNLIKE, account=account, post=post) == 1


def bookmark(tx: Tx, id: BookmarkId, account: AccountId, post: PostId, now: Millis) -> bool:
    """Keep the post; False if it was kept."""
    return tx.run(_BOOKMARK, id=id, account=account, post=post, now=now) == 1


def unbookmark(tx: Tx, account: AccountId, post: PostId) -> bool:
    """Keep it no longer; False if it was not kept."""
    return tx.run(_UNBOOKMARK, account=account, post=post) == 1


def likers(tx: Tx, post: PostId, before: int, after: int, limit: int) -> list[ReactionRow]:
    """Who liked the post, latest first."""
    return tx.rows(_LIKERS, post=post, before=before, after=after, limit=limit)


def boosters(tx: Tx, viewer: AccountId, post: PostId, before: int, after: int, limit: int) -> list[ReactionRow]:
    """Whose boost of the post the viewer may see, latest first."""
    return tx.rows(_BOOSTERS, viewer=viewer, post=post, before=before, after=after, limit=limit)


def bookmarks(tx: Tx, viewer: AccountId, before: int, after: int, limit: int) -> list[KeptRow]:
    """What the viewer kept, latest first."""
    return tx.rows(_BOOKMARKS, viewer=viewer, before=before, after=after, limit=limit)


def likes(tx: Tx, viewer: AccountId, before: int, after: int, limit: int) -> list[KeptRow]:
    """What the viewer liked, latest first."""
    return tx.rows(_LIKES, viewer=viewer, before=before, after=after, limit=limit)
