"""What one shows on top of one's page, and threads of which one wants to hear no more."""

from collections.abc import Sequence

from social import events, reading
from social.errors import Forbidden, Invalid
from social.policy import Viewer, require_person
from storage import holding
from storage import pins as rows
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PinId, PostId
from storage.posts import PostRow
from storage.visibility import Visibility

MOST = 5
MOST_ELSEWHERE = 20
"""Other servers let people pin more than we do; all of it is shown."""


def pin(tx: Tx, viewer: Viewer, post: PostId, *, ids: IdMaker, now: Millis) -> PostId:
    """Show an own post on top of the page; five at most. Raises NotFound, Invalid."""
    row = _seen(tx, viewer, post)
    if row.author_id != viewer.account or row.boost_of_id is not None:
        raise Invalid("status", "not_yours")
    if row.visibility is Visibility.DIRECT:
        raise Invalid("status", "not_to_be_pinned")
    holding.account(tx, viewer.account)
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
    return rows.pinned(tx, account, viewer.account, MOST_ELSEWHERE)


def shown_to_host(tx: Tx, account: AccountId, host: str) -> list[str]:
    """The ids of what somebody here shows on top, as far as it may be handed to the node."""
    return rows.pinned_to_host(tx, account, host, MOST)


def receive(tx: Tx, actor: AccountRow, post: PostRow, *, ids: IdMaker, is_on: bool, now: Millis) -> bool:
    """`actor` of elsewhere shows an own post on top, or no longer; False if it was so. Raises Forbidden."""
    if not _may_show(post, actor.id):
        raise Forbidden("not_yours")
    if not is_on:
        if not rows.unpin(tx, actor.id, post.id):
            return False
        events.append(tx, events.PostUnpinned(by=actor.id, host=actor.domain, at=now, post=post.id))
        return True
    if not rows.pin(tx, PinId(ids.make()), actor.id, post.id, now):
        return False
    for former in rows.every(tx, actor.id)[MOST_ELSEWHERE:]:
        rows.unpin(tx, actor.id, former)
    events.append(tx, events.PostPinned(by=actor.id, host=actor.domain, at=now, post=post.id))
    return True


def receive_all(tx: Tx, account: AccountId, posts: Sequence[PostId], *, ids: IdMaker, now: Millis) -> bool:
    """What an account of elsewhere shows on top, first what was pinned last: replaces what was known."""
    wanted = [
        id for id in dict.fromkeys(posts) if (row := post_rows.by_id(tx, id)) is not None and _may_show(row, account)
    ][:MOST_ELSEWHERE]
    if wanted == rows.every(tx, account):
        return False
    rows.unpin_all(tx, account)
    for id in reversed(wanted):
        rows.pin(tx, PinId(ids.make()), account, id, now)
    return True


def _may_show(row: PostRow, account: AccountId) -> bool:
    return row.author_id == account and row.boost_of_id is None and row.visibility is not Visibility.DIRECT


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
