"""What one shows on top of one's page, and threads of which one wants to hear no more."""

from social import events, reading
from social.errors import Invalid
from social.policy import Viewer, require_person
from storage import pins as rows
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PinId, PostId
from storage.posts import PostRow
from storage.visibility import Visibility

MOST = 5


def pin(tx: Tx, viewer: Viewer, post: PostId, *, ids: IdMaker, now: Millis) -> PostId:
    """Show an own post on top of the page; five at most. Raises NotFound, Invalid."""
    row = _seen(tx, viewer, post)
    if row.author_id != viewer.account or row.boost_of_id is not None:
        raise Invalid("status", "not_yours")
    if row.visibility is Visibility.DIRECT:
        raise Invalid("status", "not_to_be_pinned")
    if rows.count(tx, viewer.account) >= MOST:
        raise Invalid("status", "too_many_pins", maximum=MOST)
    if not rows.pin(tx, PinId(ids.make()), viewer.account, row.id, now):
        raise Invalid("status", "taken")
    events.append(tx, events.PostPinned(by=viewer.account, at=now, post=row.id))
    return row.id


def unpin(tx: Tx, viewer: Viewer, post: PostId, *, now: Millis) -> PostId:
    """Show it there no longer; what is not there changes nothing. Raises NotFound."""
    row = _seen(tx, viewer, post)
    if rows.unpin(tx, viewer.account, row.id):
        events.append(tx, events.PostUnpinned(by=viewer.account, at=now, post=row.id))
    return row.id


def pinned_ids(tx: Tx, viewer: Viewer, account: AccountId) -> list[PostId]:
    """What the account shows on top, as far as the viewer may see it."""
    return rows.pinned(tx, account, viewer.account, MOST)


def mute_thread(tx: Tx, viewer: Viewer, post: PostId, *, now: Millis) -> PostId:
    """Hear no more of the thread of a post. Raises NotFound."""
    row = _seen(tx, viewer, post)
    rows.mute_thread(tx, viewer.account, row.thread_id, now)
    return row.id


def unmute_thread(tx: Tx, viewer: Viewer, post: PostId) -> PostId:
    """Hear of it again. Raises NotFound."""
    row = _seen(tx, viewer, post)
    rows.unmute_thread(tx, viewer.account, row.thread_id)
    return row.id


def _seen(tx: Tx, viewer: Viewer, post: PostId) -> PostRow:
    require_person(viewer)
    return reading.post(tx, viewer, post).post
