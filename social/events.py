"""All that can happen in the network, on one page.

A command appends events to the log in its own transaction; subscribers (timelines, notifications, federation,
streaming) read them in order. An event carries ids, who did it, when, and what will be gone when it is read.
Local or remote, the event is the same: `host` is empty when it was done here, else the node it came from.
"""

from collections.abc import Iterable

import msgspec

from storage import log
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId, ScheduledId


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What all events have: who did it, on which node (empty: here), when (UTC ms)."""

    by: AccountId
    host: str = ""
    at: Millis


class PostPublished(Event, frozen=True, kw_only=True, tag=True):
    """A post appeared here. `history`: fetched as an old one, not for the top of timelines."""

    post: PostId
    history: bool = False
    community: AccountId | None = None
    """Where it was written."""


class PostSurfaced(Event, frozen=True, kw_only=True, tag=True):
    """A post known as history arrived live: it got the id `post` instead of `former`."""

    post: PostId
    former: PostId
    community: AccountId | None = None


class PostEdited(Event, frozen=True, kw_only=True, tag=True):
    """Text, warning, pictures or descriptions changed."""

    post: PostId


class PostDeleted(Event, frozen=True, kw_only=True, tag=True):
    """A post or a boost is gone. Its rows too: what subscribers need of it is here."""

    post: PostId
    uri: str
    visibility: str
    boost_of: PostId | None = None
    boost_of_uri: str = ""
    boost_of_author: AccountId | None = None
    mentioned: tuple[AccountId, ...] = ()
    by_moderator: bool = False
    community: AccountId | None = None


class PostRefreshed(Event, frozen=True, kw_only=True, tag=True):
    """Something beside the words changed: who may quote the post, or whether it may quote what it quotes."""

    post: PostId


class QuoteChanged(Event, frozen=True, kw_only=True, tag=True):
    """The quote in `post` is asked for (pending), agreed to, refused, taken back, or what it quotes is gone.

    `asked`: the QuoteRequest of another node that is answered; `stamp`: what the author agreed by.
    """

    post: PostId
    quoted: PostId | None
    state: str
    stamp: str = ""
    asked: str = ""


class PostBoosted(Event, frozen=True, kw_only=True, tag=True):
    """`post` is the boost, `of` what it boosts."""

    post: PostId
    of: PostId


class PostLiked(Event, frozen=True, kw_only=True, tag=True):
    """Somebody liked a post."""

    post: PostId
    uri: str


class PostUnliked(Event, frozen=True, kw_only=True, tag=True):
    """A like was taken back."""

    post: PostId
    uri: str


class PollVoted(Event, frozen=True, kw_only=True, tag=True):
    """`by` took the choices (by their places) of the poll of a post."""

    post: PostId
    choices: tuple[int, ...]


class PollCounted(Event, frozen=True, kw_only=True, tag=True):
    """The figures of the poll of `by`'s post are others than were told last."""

    post: PostId


class PollClosed(Event, frozen=True, kw_only=True, tag=True):
    """The poll of `by`'s post has ended."""

    post: PostId


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


class PostPinned(Event, frozen=True, kw_only=True, tag=True):
    """`by` shows the own post on top of their page."""

    post: PostId


class PostUnpinned(Event, frozen=True, kw_only=True, tag=True):
    """`by` does so no longer."""

    post: PostId


class TagFeatured(Event, frozen=True, kw_only=True, tag=True):
    """`by` puts a hashtag forward on their page; `name` as they write it."""

    name: str


class TagUnfeatured(Event, frozen=True, kw_only=True, tag=True):
    """`by` does so no longer."""

    name: str


class FollowRequested(Event, frozen=True, kw_only=True, tag=True):
    """`by` asks to follow `of`; `uri` is the Follow activity's id."""

    of: AccountId
    uri: str


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


class ManifestTaken(Event, frozen=True, kw_only=True, tag=True):
    """A version of the group's manifest was taken, to be brought to the nodes that it names."""

    version: int


class KudosAnswered(Event, frozen=True, kw_only=True, tag=True):
    """`by`, whom the post thanks, lets it stand on their page (`shown`), or no longer."""

    post: PostId
    uri: str
    shown: bool


class DeskChanged(Event, frozen=True, kw_only=True, tag=True):
    """Something of the editorial desk changed (a piece, an answer, a campaign): other nodes are told to look."""

    piece: str


class ScheduledChanged(Event, frozen=True, kw_only=True, tag=True):
    """A post of `by` waits for its time, has another one, or waits no longer without being published."""

    scheduled: ScheduledId


class KeysRotated(Event, frozen=True, kw_only=True, tag=True):
    """The keys of `by`, an account here, were replaced; `leaked`: what the old ones signed is not to be believed."""

    leaked: bool = False


class ProfileChanged(Event, frozen=True, kw_only=True, tag=True):
    """Name, words, pictures or settings of `by` changed."""


class FiltersChanged(Event, frozen=True, kw_only=True, tag=True):
    """The filters of `by` are other ones: their apps read them anew. It never leaves the node."""

    revision: int


class AccountJoined(Event, frozen=True, kw_only=True, tag=True):
    """A local account was made."""


class AccountSuspended(Event, frozen=True, kw_only=True, tag=True):
    """`by` is suspended (moderation): hidden everywhere, signed out."""


class AccountRestored(Event, frozen=True, kw_only=True, tag=True):
    """The suspension of `by` is lifted."""


class AccountMoved(Event, frozen=True, kw_only=True, tag=True):
    """`by` is the account `to` from now on, whose id elsewhere is `uri`."""

    to: AccountId
    uri: str


class AccountDeleted(Event, frozen=True, kw_only=True, tag=True):
    """`by` is gone for good."""

    uri: str


class Notified(Event, frozen=True, kw_only=True, tag=True):
    """A notification row was written for `to`: streams carry it."""

    to: AccountId
    notification: int


class ReportFiled(Event, frozen=True, kw_only=True, tag=True):
    """`by` reported `of`: a person here, or the instance actor of the node `host`. `is_forwarded`: its node is told."""

    report: int
    of: AccountId
    is_forwarded: bool = False


class AccountModerated(Event, frozen=True, kw_only=True, tag=True):
    """Moderators here keep `by` from strangers or hide its pictures, or no longer: nobody else is told."""


class AccountWarned(Event, frozen=True, kw_only=True, tag=True):
    """A moderator did something to the account `of`, a person here, and tells them so."""

    of: AccountId
    warning: int


class NotificationsMerged(Event, frozen=True, kw_only=True, tag=True):
    """`by` let somebody through: what waited among the requests stands with the other notifications now."""


class ConversationChanged(Event, frozen=True, kw_only=True, tag=True):
    """A conversation of `to` has another last post."""

    to: AccountId
    conversation: int


class BulletinPublished(Event, frozen=True, kw_only=True, tag=True):
    """A bulletin of the site is shown, or shows something else."""

    bulletin: int


class BulletinReacted(Event, frozen=True, kw_only=True, tag=True):
    """`by` put `name` below a bulletin, or took it away."""

    bulletin: int
    name: str


class BulletinWithdrawn(Event, frozen=True, kw_only=True, tag=True):
    """A bulletin is shown no longer."""

    bulletin: int


class CommunityMade(Event, frozen=True, kw_only=True, tag=True):
    """`by` made a community here."""

    community: AccountId


class CommunityChanged(Event, frozen=True, kw_only=True, tag=True):
    """What a community says of itself, its state, its hosts or its topics changed; also archived, merged, handed over.

    Beside it, when the account's own words changed, stands a ProfileChanged by the community.
    """

    community: AccountId


class MembershipChanged(Event, frozen=True, kw_only=True, tag=True):
    """`of` is something else to a community. `state`: asked, invited, member, banned, or empty for nothing any more."""

    community: AccountId
    of: AccountId
    state: str
    role: str = ""
    reason: str = ""
    before: str = ""
    """The state before."""


class PostPlaced(Event, frozen=True, kw_only=True, tag=True):
    """The host gave a post its place in its community."""

    community: AccountId
    post: PostId


class PostRemovedFrom(Event, frozen=True, kw_only=True, tag=True):
    """A moderator took a post out of its community, or put it back."""

    community: AccountId
    post: PostId
    reason: str = ""
    restored: bool = False


class PostLocked(Event, frozen=True, kw_only=True, tag=True):
    """A thread of a community takes no answers any more, or does again."""

    community: AccountId
    post: PostId
    locked: bool
    reason: str = ""


class PostStuck(Event, frozen=True, kw_only=True, tag=True):
    """A thread stands on top of its community, or no longer."""

    community: AccountId
    post: PostId
    stuck: bool


class MemberWarned(Event, frozen=True, kw_only=True, tag=True):
    """A moderator wrote to a member of a community, and to nobody else."""

    community: AccountId
    of: AccountId
    reason: str


class MemberNoticed(Event, frozen=True, kw_only=True, tag=True):
    """The rule that made `of` a member holds no longer: the membership ends at `leaves_at`."""

    community: AccountId
    of: AccountId
    leaves_at: Millis


class CommunityQuiet(Event, frozen=True, kw_only=True, tag=True):
    """Nobody wrote in a community of here for long: its hosts are asked whether it lives."""

    community: AccountId


class CommunityPageWritten(Event, frozen=True, kw_only=True, tag=True):
    """`by` wrote a version of a page of a community."""

    community: AccountId
    slug: str
    version: int


class CommunityNodesChanged(Event, frozen=True, kw_only=True, tag=True):
    """The list of the nodes that have members is another one."""

    community: AccountId
    version: int


class PeerAllowed(Event, frozen=True, kw_only=True, tag=True):
    """The node `peer` is allowed from now on: the nodes follow each other."""

    peer: str


class PeerDenied(Event, frozen=True, kw_only=True, tag=True):
    """The node `peer` is refused from now on."""

    peer: str


AnyEvent = (
    PostPublished
    | PostSurfaced
    | PostEdited
    | PostDeleted
    | PostRefreshed
    | QuoteChanged
    | PostBoosted
    | PostLiked
    | PostUnliked
    | PollVoted
    | PollCounted
    | PollClosed
    | GatheringAnswered
    | GatheringSeated
    | GatheringCounted
    | GatheringChanged
    | GatheringNear
    | PostPinned
    | PostUnpinned
    | TagFeatured
    | TagUnfeatured
    | FollowRequested
    | FollowAccepted
    | FollowRejected
    | FollowRemoved
    | AccountBlocked
    | AccountUnblocked
    | AccountMuted
    | AccountUnmuted
    | ManifestTaken
    | KudosAnswered
    | DeskChanged
    | ScheduledChanged
    | KeysRotated
    | ProfileChanged
    | FiltersChanged
    | AccountJoined
    | AccountSuspended
    | AccountRestored
    | AccountMoved
    | AccountDeleted
    | Notified
    | NotificationsMerged
    | ConversationChanged
    | BulletinPublished
    | BulletinReacted
    | BulletinWithdrawn
    | CommunityMade
    | CommunityChanged
    | MembershipChanged
    | PostPlaced
    | PostRemovedFrom
    | PostLocked
    | PostStuck
    | CommunityNodesChanged
    | MemberWarned
    | MemberNoticed
    | CommunityQuiet
    | CommunityPageWritten
    | ReportFiled
    | AccountModerated
    | AccountWarned
    | PeerAllowed
    | PeerDenied
)

_DECODER: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_ENCODER = msgspec.json.Encoder()


def append(tx: Tx, event: AnyEvent) -> None:
    """Write the event to the log, in the caller's transaction."""
    log.append(tx, type(event).__name__, _ENCODER.encode(event).decode(), event.at)


def append_all(tx: Tx, events: Iterable[AnyEvent]) -> None:
    """Write several events to the log in their order, in one statement."""
    log.append_all(tx, [(type(event).__name__, _ENCODER.encode(event).decode(), event.at) for event in events])


def read(payload: str) -> AnyEvent:
    """The event of a row of the log. Raises msgspec.ValidationError for one this version does not know."""
    return _DECODER.decode(payload)
