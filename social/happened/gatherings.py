"""What happens to a gathering: answers, seats, changes, and that it is near."""

from social.happened.event import Event
from storage.ids import AccountId, Millis, PostId


class GatheringAnswered(Event, frozen=True, kw_only=True, tag=True):
    """`by` answered to the gathering `post`. `state` and `was` are words of `storage/participations.py`."""

    post: PostId
    state: str
    was: str
    uri: str


class GatheringSeated(Event, frozen=True, kw_only=True, tag=True):
    """The node of the organiser `by` gave `of` a seat or a place in the queue, or refused. `uri` is that of the Join.

    `is_told`: it comes as news to them.
    """

    post: PostId
    of: AccountId
    state: str
    uri: str
    is_told: bool = False


class GatheringCounted(Event, frozen=True, kw_only=True, tag=True):
    """The numbers of `by`'s gathering are others than were told last."""

    post: PostId


class GatheringChanged(Event, frozen=True, kw_only=True, tag=True):
    """Time, place or state of a gathering changed: who comes has to know."""

    post: PostId
    is_cancelled: bool = False


class GatheringNear(Event, frozen=True, kw_only=True, tag=True):
    """A gathering begins soon: people here who come are reminded."""

    post: PostId
    starts_at: Millis
