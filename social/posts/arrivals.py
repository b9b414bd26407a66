"""Proof: at how many sites an own post has arrived, which are late, and why one refused it.

Only the author is told: whom a post reaches is part of what it is.
"""

from enum import StrEnum

import msgspec

from social.clock import MINUTE
from social.errors import NotFound
from social.policy import Viewer
from social.reading import PostView
from storage import arrivals as rows
from storage import posts
from storage.engine.database import Tx
from storage.ids import Millis, PostId

LATE = MINUTE
"""How long a delivery may be on its way before it is called late."""


class State(StrEnum):
    """Where a post stands with one node."""

    ARRIVED = "arrived"
    SENDING = "sending"
    LATE = "late"
    FAILED = "failed"


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A post at one node. `since`: when it arrived, or has been on its way; `reason` in the words of that node."""

    host: str
    state: State
    since: Millis
    reason: str = ""


def arrivals(tx: Tx, viewer: Viewer, view: PostView, *, now: Millis) -> list[Arrival]:
    """What became of the viewer's own post, by node; nothing for anybody else's."""
    if not viewer.is_person or view.post.author_id != viewer.account or view.post.boost_of_id is not None:
        return []
    return [_arrival(row, now) for row in rows.of(tx, _activity(view.post.uri))]


def again(tx: Tx, viewer: Viewer, post: PostId, host: str, *, now: Millis) -> None:
    """Send the viewer's own post to that node once more, now. Raises NotFound."""
    row = posts.by_id(tx, post)
    if row is None or not viewer.is_person or row.author_id != viewer.account:
        raise NotFound("post")
    if not rows.again(tx, row.author_id, _activity(row.uri), host, now):
        raise NotFound("delivery")


def _activity(uri: str) -> str:
    return f"{uri}/activity"


def _arrival(row: rows.ArrivalRow, now: Millis) -> Arrival:
    if row.state == "done":
        return Arrival(host=row.host, state=State.ARRIVED, since=row.done_at or row.sent_at)
    if row.state == "failed":
        return Arrival(host=row.host, state=State.FAILED, since=row.done_at or row.sent_at, reason=row.error)
    state = State.LATE if now - row.sent_at > LATE else State.SENDING
    return Arrival(host=row.host, state=state, since=row.sent_at, reason=row.error)
