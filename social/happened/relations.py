"""What happens between two accounts: following, blocking, muting."""

from social.happened.event import Event
from storage.ids import AccountId


class FollowRequested(Event, frozen=True, kw_only=True, tag=True):
    """`by` asks to follow `of`; `uri` is the Follow activity's id.

    `former`: the id of the community that became part of the one they ask to come into, if they come from there; who
    goes along has left it soon.
    """

    of: AccountId
    uri: str
    former: str = ""


class FollowAccepted(Event, frozen=True, kw_only=True, tag=True):
    """`of` agreed (or needs not agree): `by` follows `of`. `answered`: a Follow of another node needs its Accept."""

    of: AccountId
    uri: str
    answered: bool = False


class FollowRejected(Event, frozen=True, kw_only=True, tag=True):
    """`of` refused, or removed the follower `by`."""

    of: AccountId
    uri: str


class FollowRemoved(Event, frozen=True, kw_only=True, tag=True):
    """`by` no longer follows `of`, or withdrew the request."""

    of: AccountId
    uri: str


class AccountBlocked(Event, frozen=True, kw_only=True, tag=True):
    """`by` blocked `of`. Follows both ways are gone."""

    of: AccountId
    uri: str


class AccountUnblocked(Event, frozen=True, kw_only=True, tag=True):
    """`by` lifted the block."""

    of: AccountId
    uri: str


class AccountMuted(Event, frozen=True, kw_only=True, tag=True):
    """`by` muted `of`: an event of the person's own screens, it never leaves the node."""

    of: AccountId


class AccountUnmuted(Event, frozen=True, kw_only=True, tag=True):
    """`by` hears `of` again."""

    of: AccountId
