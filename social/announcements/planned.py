"""Must-reads for everybody that are to come: they wait like any post for later, and are announced at their time.

So nothing of them leaves the node before, and when they are out they are posts for everybody.
"""

import msgspec

from social.announcements import publish
from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement
from social.desk import entering
from social.policy import Viewer
from social.posts import scheduled
from social.posts.publish import Context, Draft
from social.posts.scheduled import ScheduledView
from storage.desk import PieceId
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from storage.visibility import Visibility


class _Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept beside the words."""

    valid_until: Millis | None = None
    urgent: bool = False
    reason: str = ""


_DECODER = msgspec.json.Decoder(_Kept)


def is_to_come(new: NewAnnouncement, now: Millis) -> bool:
    """Whether it is for everybody, at once, and late enough to wait for."""
    return len(new.waves) == 1 and new.waves[0].is_everybody and new.waves[0].at >= now + scheduled.SOONEST


def plan(tx: Tx, viewer: Viewer, new: NewAnnouncement, *, context: Context, now: Millis) -> ScheduledView:
    """Have it announced at its time, as the piece that it was planned as. Raises as `announce` and `schedule` do."""
    publish.check(tx, viewer, new, context=context, now=now)
    kept = _Kept(valid_until=new.valid_until, urgent=new.urgent, reason=new.reason)
    draft = msgspec.structs.replace(new.draft, visibility=Visibility.PUBLIC)
    at = Millis(new.waves[0].at)
    asks = msgspec.json.encode(kept).decode()
    view = scheduled.schedule(tx, viewer, draft, at, announcement=asks, context=context, now=now)
    if new.piece is not None:
        said = None if draft.article is not None else draft.text
        entering.planned(tx, viewer, new.piece, view.id, at, said=said, now=now)
    return view


def announce(
    tx: Tx, author: Viewer, draft: Draft, asks: str, piece: PieceId | None, *, context: Context, now: Millis
) -> PostId:
    """Its time has come. Raises as `announce` does: who may no longer speak for the site asks nobody."""
    kept = _DECODER.decode(asks)
    new = NewAnnouncement(
        draft=draft,
        waves=(Wave(at=0),),
        valid_until=kept.valid_until,
        urgent=kept.urgent,
        reason=kept.reason,
        piece=piece,
    )
    return publish.announce(tx, author, new, context=context, now=now)
