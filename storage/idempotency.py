"""Keys by which a client says that it sends the same post again."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import Millis, PostId, UserId

_CLAIM = Query(
    None,
    """
    INSERT INTO idempotency (user_id, key, post_id, created_at) VALUES (:user, :key, :post, :now)
    ON CONFLICT (user_id, key) DO UPDATE SET post_id = :post, created_at = :now
    WHERE idempotency.created_at < :expired""",
)
_HELD = Query(PostId, "SELECT i.post_id FROM idempotency AS i WHERE i.user_id = :user AND i.key = :key", hot=True)
_IS_HELD = Query(int, "SELECT COUNT(*) FROM idempotency AS i WHERE i.user_id = :user AND i.key IN (:keys[])", hot=True)
_PRUNE = Query(
    None,
    """
    DELETE FROM idempotency
    WHERE created_at < :expired AND (key NOT LIKE :longer OR created_at < :long_expired)""",
)


def claim(tx: Tx, user: UserId, key: str, post: PostId, now: Millis, expired: Millis) -> PostId | None:
    """None: the key is yours, for `post`. Else the post that was sent with it since `expired`."""
    if tx.run(_CLAIM, user=user, key=key, post=post, now=now, expired=expired):
        return None
    return tx.value(_HELD, user=user, key=key)


def is_held(tx: Tx, user: UserId, keys: Sequence[str]) -> bool:
    """Whether something was sent with one of the keys."""
    return tx.value(_IS_HELD, user=user, keys=keys) > 0


def prune(tx: Tx, expired: Millis, longer: str, long_expired: Millis) -> int:
    """Forget keys older than `expired`, those like `longer` only if older than `long_expired`; their number."""
    return tx.run(_PRUNE, expired=expired, longer=longer, long_expired=long_expired)
