"""Whole threads across nodes: when one is worth reading anew, and whose numbers the group is told."""

from social import jobs
from social.clock import MINUTE, SECOND
from social.errors import NotFound
from social.policy import Viewer
from storage import contexts as rows
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from storage.posts import PostRow
from storage.visibility import OPEN

READ_APART = 10 * MINUTE
"""Between two readings of one thread."""
TELL_AFTER = 5 * SECOND
"""How long likes and boosts are gathered before the group is told the numbers."""


def opened(tx: Tx, viewer: Viewer, id: PostId, *, now: Millis) -> None:
    """Somebody of this node looks at a thread: one that has posts of elsewhere is read in the background."""
    post = post_rows.by_id(tx, id)
    if post is None:
        raise NotFound("post")
    if is_elsewhere(post) and rows.claim_read(tx, post.thread_id, now, Millis(now - READ_APART)):
        jobs.enqueue(tx, jobs.ReadThread(post=id), key=str(post.thread_id), due=now)


def prune(tx: Tx, now: Millis) -> int:
    """Forget reads that hinder no other any more; their number."""
    return rows.prune_reads(tx, Millis(now - READ_APART))


def is_worth_reading(tx: Tx, viewer: Viewer, id: PostId) -> bool:
    """Whether a look at the thread of this post should have it read. One statement."""
    post = post_rows.by_id(tx, id)
    return viewer.is_person and post is not None and is_elsewhere(post)


def is_elsewhere(post: PostRow) -> bool:
    """Whether other nodes may know more of the thread than this one."""
    return not post.is_local and post.visibility in OPEN and bool(post.replies_url or post.conversation)


def counted(tx: Tx, id: PostId, *, now: Millis) -> None:
    """The numbers of a post changed: those of this node's own open posts are told to the group."""
    post = post_rows.by_id(tx, id)
    if post is not None and post.is_local and post.visibility in OPEN:
        rows.mark(tx, id, now)
        jobs.enqueue(tx, jobs.TellTallies(), key="all", due=Millis(now + TELL_AFTER))
