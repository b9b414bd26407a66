"""The end of an account: everything it said and did goes, the row stays so that its name is not given to another."""

from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import AccountId, Millis

_BLANK = Query(
    None,
    """
    UPDATE accounts
    SET deleted_at = :now, display_name = '', search_name = '', note_source = '', note_html = '', fields = '[]',
        job = '', avatar_id = NULL, avatar_token = NULL, header_id = NULL, header_token = NULL, posts_count = 0,
        followers_count = 0, following_count = 0, last_post_at = NULL, revision = revision + 1
    WHERE id = :id AND deleted_at IS NULL""",
)
_UNCOUNT_LIKES = Query(
    None,
    """
    UPDATE posts SET likes_count = likes_count - 1, revision = revision + 1
    WHERE id IN (SELECT l.post_id FROM likes AS l WHERE l.account_id = :id)""",
)
_UNCOUNT_BOOSTS = Query(
    None,
    """
    UPDATE posts SET boosts_count = boosts_count - 1, revision = revision + 1
    WHERE id IN (SELECT b.boost_of_id FROM posts AS b WHERE b.author_id = :id AND b.boost_of_id IS NOT NULL)""",
)
_UNCOUNT_REPLIES = Query(
    None,
    """
    UPDATE posts
    SET replies_count = replies_count - (
            SELECT COUNT(*) FROM posts AS r WHERE r.parent_id = posts.id AND r.author_id = :id),
        revision = revision + 1
    WHERE id IN (SELECT r.parent_id FROM posts AS r WHERE r.author_id = :id AND r.parent_id IS NOT NULL)""",
)
_UNCOUNT_BOOSTERS = Query(
    None,
    """
    UPDATE accounts
    SET posts_count = posts_count - (
            SELECT COUNT(*) FROM posts AS b JOIN posts AS o ON o.id = b.boost_of_id
            WHERE b.author_id = accounts.id AND o.author_id = :id),
        revision = revision + 1
    WHERE id IN (
        SELECT b.author_id FROM posts AS b JOIN posts AS o ON o.id = b.boost_of_id WHERE o.author_id = :id)""",
)
_UNCOUNT_FOLLOWERS = Query(
    None,
    """
    UPDATE accounts SET followers_count = followers_count - 1, revision = revision + 1
    WHERE id IN (SELECT f.followee_id FROM follows AS f WHERE f.follower_id = :id AND f.state = 'accepted')""",
)
_UNCOUNT_FOLLOWING = Query(
    None,
    """
    UPDATE accounts SET following_count = following_count - 1, revision = revision + 1
    WHERE id IN (SELECT f.follower_id FROM follows AS f WHERE f.followee_id = :id AND f.state = 'accepted')""",
)
_DROP_POSTS = Query(None, "DELETE FROM posts WHERE author_id = :id")
_DROP_LIKES = Query(None, "DELETE FROM likes WHERE account_id = :id")
_DROP_FOLLOWS = Query(None, "DELETE FROM follows WHERE follower_id = :id OR followee_id = :id")
_DROP_BLOCKS = Query(None, "DELETE FROM blocks WHERE account_id = :id OR target_id = :id")
_DROP_MUTES = Query(None, "DELETE FROM mutes WHERE account_id = :id OR target_id = :id")
# Their votes stay in the figures, as they were cast; who cast them is forgotten.
_DROP_VOTES = Query(None, "DELETE FROM poll_votes WHERE account_id = :id")
_DROP_VOTERS = Query(None, "DELETE FROM poll_voters WHERE account_id = :id")
_DROP_SCHEDULED = Query(None, "DELETE FROM scheduled_posts WHERE account_id = :id")
_DROP_THREAD_MUTES = Query(None, "DELETE FROM thread_mutes WHERE account_id = :id")
_DROP_NOTIFICATIONS = Query(None, "DELETE FROM notifications WHERE account_id = :id OR from_id = :id")
_DROP_MEDIA = Query(None, "DELETE FROM media WHERE account_id = :id")
_DROP_KEYS = Query(None, "DELETE FROM account_keys WHERE account_id = :id")
# Counters of others first: they are told by the rows that go.
_STEPS = (
    _UNCOUNT_LIKES,
    _UNCOUNT_BOOSTS,
    _UNCOUNT_REPLIES,
    _UNCOUNT_BOOSTERS,
    _UNCOUNT_FOLLOWERS,
    _UNCOUNT_FOLLOWING,
    _DROP_POSTS,
    _DROP_LIKES,
    _DROP_FOLLOWS,
    _DROP_BLOCKS,
    _DROP_MUTES,
    _DROP_VOTES,
    _DROP_VOTERS,
    _DROP_SCHEDULED,
    _DROP_THREAD_MUTES,
    _DROP_NOTIFICATIONS,
    _DROP_MEDIA,
    _DROP_KEYS,
)


def blank(tx: Tx, id: AccountId, now: Millis) -> bool:
    """Mark the account as deleted and take away all it said and did, counters of others included; False if it was."""
    if not tx.run(_BLANK, id=id, now=now):
        return False
    for query in _STEPS:
        tx.run(query, id=id)
    return True
