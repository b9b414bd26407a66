"""All that can happen in the network, on one page.

A command appends events to the log in its own transaction; subscribers (timelines, notifications, federation,
streaming) read them in order. An event carries ids, who did it, when, and what will be gone when it is read.
Local or remote, the event is the same: `host` is empty when it was done here, else the node it came from.
Each is described in `social/happened/`, by subject; everybody takes them from here.
"""

from collections.abc import Iterable

import msgspec

from social.happened.accounts import (
    AccountDeleted,
    AccountJoined,
    AccountMoved,
    AccountRestored,
    AccountSuspended,
    FiltersChanged,
    KeysRotated,
    ProfileChanged,
)
from social.happened.bulletins import BulletinPublished, BulletinReacted, BulletinWithdrawn
from social.happened.communities import (
    ChangeAsked,
    CommunityChanged,
    CommunityMade,
    CommunityMerged,
    CommunityNodesChanged,
    CommunityPageDropped,
    CommunityPageOffered,
    CommunityPageRefused,
    CommunityPageWritten,
    CommunityQuiet,
    CommunityUnhosted,
    HostAsked,
    InvitationRefused,
    MemberBrought,
    MemberNoticed,
    MembershipChanged,
    MemberWarned,
    PostLocked,
    PostPlaced,
    PostRemovedFrom,
    PostSorted,
    PostStuck,
    RequestPassed,
    RequestsChanged,
)
from social.happened.desk import DeskChanged
from social.happened.gatherings import (
    GatheringAnswered,
    GatheringChanged,
    GatheringCounted,
    GatheringNear,
    GatheringSeated,
)
from social.happened.governance import AccountModerated, AccountWarned, ReportFiled
from social.happened.notifications import ConversationChanged, NotificationsMerged, Notified
from social.happened.polls import PollClosed, PollCounted, PollVoted
from social.happened.posts import (
    PostBoosted,
    PostDeleted,
    PostEdited,
    PostLiked,
    PostPinned,
    PostPublished,
    PostRefreshed,
    PostSurfaced,
    PostUnliked,
    PostUnpinned,
    QuoteChanged,
    ScheduledChanged,
    TagFeatured,
    TagUnfeatured,
)
from social.happened.recognition import KudosAnswered
from social.happened.relations import (
    AccountBlocked,
    AccountMuted,
    AccountUnblocked,
    AccountUnmuted,
    FollowAccepted,
    FollowRejected,
    FollowRemoved,
    FollowRequested,
)
from social.happened.trust import ManifestTaken, PeerAllowed, PeerDenied
from storage import log
from storage.engine.database import Tx

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
    | CommunityMerged
    | MembershipChanged
    | PostPlaced
    | PostRemovedFrom
    | PostLocked
    | PostStuck
    | PostSorted
    | CommunityNodesChanged
    | MemberWarned
    | MemberBrought
    | MemberNoticed
    | HostAsked
    | ChangeAsked
    | InvitationRefused
    | RequestsChanged
    | RequestPassed
    | CommunityQuiet
    | CommunityUnhosted
    | CommunityPageWritten
    | CommunityPageOffered
    | CommunityPageRefused
    | CommunityPageDropped
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
