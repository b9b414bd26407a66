"""Planning: one gathering, or one that is repeated. Each occurrence is a post of its own, which can be moved alone.

Every node and every calendar understands single gatherings; a rule of repetition few of them do. Only the first one
stands in feeds: the others are found in the agenda, in calendars and behind the first one.
"""

import msgspec

from social.errors import Invalid
from social.gatherings import times
from social.gatherings.drafts import GatheringDraft
from social.policy import Viewer
from social.posts.publish import Context, Draft, publish
from storage.engine.database import Tx
from storage.ids import Millis, PostId, new_token


def plan(tx: Tx, viewer: Viewer, draft: Draft, *, context: Context, now: Millis) -> PostId:
    """Publish a gathering and what it is repeated as; the first post is given. Raises as `publish` does."""
    planned = draft.gathering
    if planned is None:
        raise Invalid("starts_at", "blank")
    if planned.repeat is None:
        return publish(tx, viewer, draft, context=context, now=now)
    series = f"{context.urls.base}/series/{new_token()}"
    first = msgspec.structs.replace(draft, gathering=msgspec.structs.replace(planned, series=series, occurrence=1))
    post = publish(tx, viewer, first, context=context, now=now)
    starts = times.repeated(planned.starts_at, planned.timezone, planned.repeat)
    for place, starts_at in enumerate(starts[1:], start=2):
        later = msgspec.structs.replace(
            draft,
            # A picture belongs to one post, and the key is that of the first.
            media=(),
            idempotency="",
            gathering=_moved(planned, starts_at, series, place),
        )
        publish(tx, viewer, later, context=context, now=now)
    return post


def _moved(planned: GatheringDraft, starts_at: Millis, series: str, place: int) -> GatheringDraft:
    """The same on another day: it ends at the hour of the wall at which the first one ends."""
    ends_at = planned.ends_at
    if ends_at is not None:
        began, ended = (times.local(at, planned.timezone) for at in (planned.starts_at, ends_at))
        long = ended.replace(tzinfo=None) - began.replace(tzinfo=None)
        wall = times.local(starts_at, planned.timezone).replace(tzinfo=None) + long
        ends_at = times.moment(wall, planned.timezone)
    return msgspec.structs.replace(
        planned, starts_at=starts_at, ends_at=ends_at, repeat=None, series=series, occurrence=place
    )
