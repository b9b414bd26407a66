"""A post that is sent twice is one post: by the key that the sender gave it.

The key of an app is good for a day, as apps expect. That of our own pages is remembered for as long as a post may wait
for the network: a device whose first sending arrived, and which learns of it a week later, would write it again.
"""

from social.clock import DAY
from social.policy import Viewer
from storage import idempotency
from storage.engine.database import Tx
from storage.ids import Millis, PostId, ScheduledId

LONGEST_WAIT = 30 * DAY
"""How long ago a post may have been written that is published only now."""
_PAGE = "page:"
_LATER = "scheduled:"


def of_page(key: str) -> str:
    """The key of a composer of our pages, as `Draft.idempotency` holds it; empty for none."""
    return f"{_PAGE}{key}" if key else ""


def claim(tx: Tx, viewer: Viewer, key: str, post: PostId, now: Millis) -> PostId | None:
    """None: the post is new. Else the one that was published with this key."""
    return _claim(tx, viewer, key, "", post, now)


def claim_scheduled(tx: Tx, viewer: Viewer, key: str, id: ScheduledId, now: Millis) -> ScheduledId | None:
    """None: it is new. Else the one that waits since it came with this key."""
    held = _claim(tx, viewer, key, _LATER, PostId(id), now)
    return None if held is None else ScheduledId(held)


def is_sent(tx: Tx, viewer: Viewer, key: str) -> bool:
    """Whether the viewer sent something with this key: to be published at once, or later."""
    if not key or viewer.user is None:
        return False
    return idempotency.is_held(tx, viewer.user, [_stored(key, ""), _stored(key, _LATER)])


def prune(tx: Tx, now: Millis) -> int:
    """Forget the keys that are good no more; their number."""
    return idempotency.prune(tx, _expired("", now), f"%{_PAGE}%", _expired(_PAGE, now))


def _claim(tx: Tx, viewer: Viewer, key: str, what: str, post: PostId, now: Millis) -> PostId | None:
    if not key or viewer.user is None:
        return None
    return idempotency.claim(tx, viewer.user, _stored(key, what), post, now, _expired(key, now))


def _stored(key: str, what: str) -> str:
    return f"{what}{key}"[:200]


def _expired(key: str, now: Millis) -> Millis:
    return Millis(now - (LONGEST_WAIT if key.startswith(_PAGE) else 0) - DAY)
