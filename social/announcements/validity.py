"""Until when an announcement is asked: its author moves the end, ends it now, or asks again what is over.

Who confirmed has confirmed, whenever it ends. Every node follows what the author's node signed.
"""

from social import events
from social.announcements import asking, audience, publish
from social.announcements.publish import LONGEST
from social.announcements.sealing import seal
from social.errors import Invalid, NotFound
from social.policy import Role, Viewer, require_role
from storage import announcements as rows
from storage import posts as post_rows
from storage.announcements import AnnouncementRow
from storage.engine.database import Tx
from storage.ids import Millis, PostId


def move(tx: Tx, viewer: Viewer, id: PostId, until: Millis, *, now: Millis) -> None:
    """Ask until another time, earlier or later; what is over is asked again, of whoever had not answered.

    Raises NotFound, Forbidden, Invalid for a time that is past, before everybody is informed, or too far away.
    """
    require_role(viewer, Role.COMMUNICATOR)
    row = publish.own(tx, viewer, id)
    if not max(now, audience.waves_of(row)[-1].at) < until <= now + LONGEST:
        raise Invalid("valid_until", "out_of_range")
    _end_at(tx, row, until, now)


def close(tx: Tx, viewer: Viewer, id: PostId, *, now: Millis) -> None:
    """Ask nobody any more, here and elsewhere: the post stays. Raises NotFound, Forbidden."""
    require_role(viewer, Role.COMMUNICATOR)
    row = publish.own(tx, viewer, id)
    if row.valid_until is None or row.valid_until > now:
        _end_at(tx, row, now, now)


def follow(tx: Tx, before: AnnouncementRow, after: AnnouncementRow, *, now: Millis) -> None:
    """People here are asked and reminded until the new time. Nothing if it is the old one.

    Whether it was over is decided by the time at which its node said so, so that every node decides the same, also one
    that hears of it days later.
    """
    if after.valid_until == before.valid_until or not after.is_current(now):
        return
    was_over = before.valid_until is not None and before.valid_until <= after.said_at
    if was_over and after.version == before.version:
        asking.ask_anew(tx, after, now=now)
    asking.tend_soon(tx, after, now=now)


def _end_at(tx: Tx, row: AnnouncementRow, until: Millis, now: Millis) -> None:
    post = post_rows.by_id(tx, row.post_id)
    if post is None:
        raise NotFound("post")
    if until == row.valid_until:
        return
    rows.end_at(tx, row.post_id, until)
    seal(tx, post, now=now)
    after = rows.by_post(tx, row.post_id)
    if after is not None:
        follow(tx, row, after, now=now)
    events.append(tx, events.PostRefreshed(by=row.author_id, at=now, post=row.post_id))
