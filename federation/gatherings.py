"""Gatherings of elsewhere as `social` keeps them."""

from federation.gathering_words import Gathering
from federation.vocabulary import Post
from social.gatherings.drafts import MAX_PLACE
from social.gatherings.keeping import ReceivedGathering
from social.gatherings.times import FIRST, LAST
from social.sanitise import plain
from storage.gatherings import JoinMode, Status
from storage.ids import Millis

MAX_CLAIM = 1_000_000_000


def received_gathering(post: Post) -> ReceivedGathering | None:
    """When, where and how many, out of a post; None for what is none, or is in no year that calendars hold."""
    said = post.gathering
    if said is None or not _is_believable(said.starts_at):
        return None
    ends_at = said.ends_at if said.ends_at is not None and _is_believable(said.ends_at) else None
    return ReceivedGathering(
        starts_at=Millis(said.starts_at),
        ends_at=Millis(ends_at) if ends_at is not None else None,
        timezone=said.timezone,
        place=plain(said.place)[:MAX_PLACE],
        address=plain(said.address)[:MAX_PLACE],
        link=said.link,
        category=plain(said.category),
        status=Status(said.status),
        seats=None if said.seats is None else min(said.seats, MAX_CLAIM),
        has_waiting=said.has_waiting,
        join_mode=JoinMode(said.join_mode),
        outside_url=said.outside_url,
        series=said.series,
        occurrence=said.occurrence,
        going=min(said.going, MAX_CLAIM),
        left=None if said.left is None else min(said.left, MAX_CLAIM),
        waiting=min(said.waiting, MAX_CLAIM),
    )


def is_later(said: Gathering | None) -> bool:
    """Whether it is a further occurrence of one that is repeated: these stand in the agenda, not in feeds."""
    return said is not None and bool(said.series) and said.occurrence > 1


def _is_believable(at: int) -> bool:
    return FIRST.timestamp() * 1000 <= at < LAST.timestamp() * 1000
