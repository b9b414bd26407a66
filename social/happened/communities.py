"""What happens in communities: their lives, their members, their threads, their pages."""

from social.happened.event import Event
from storage.ids import AccountId, Millis, PostId


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
    """The host gave a post its place in its community. `is_first`: no other one of its author stands before it."""

    community: AccountId
    post: PostId
    is_first: bool = False


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


class PostSorted(Event, frozen=True, kw_only=True, tag=True):
    """A thread stands under another topic of its community, or (empty) under none."""

    community: AccountId
    post: PostId
    topic: str
    former: str


class MemberWarned(Event, frozen=True, kw_only=True, tag=True):
    """A moderator wrote to a member of a community, and to nobody else."""

    community: AccountId
    of: AccountId
    reason: str


class HostAsked(Event, frozen=True, kw_only=True, tag=True):
    """`by`, who moderates a community of another node, asks its host to put `of` out, or to let them come.

    `verb`: out, ban (not to come back), return (they may come back), invite (`until`: as a guest); accept, refuse: what
    is answered to the request `uri`, as it was passed on.
    """

    community: AccountId
    of: AccountId
    verb: str
    reason: str = ""
    until: Millis | None = None
    uri: str = ""


class InvitationRefused(Event, frozen=True, kw_only=True, tag=True):
    """The node that keeps a community cannot let `whom` (an id) come, whom `to` invited from another node by `uri`."""

    community: AccountId
    to: AccountId
    uri: str
    whom: str


class RequestsChanged(Event, frozen=True, kw_only=True, tag=True):
    """Who asks to come into a community of here, or who may answer, is another: those who moderate it from elsewhere
    are told."""

    community: AccountId


class RequestPassed(Event, frozen=True, kw_only=True, tag=True):
    """The node that keeps a community passed on to `to`, who moderates it from here, that `of` asks to come in."""

    community: AccountId
    of: AccountId
    to: AccountId


class ChangeAsked(Event, frozen=True, kw_only=True, tag=True):
    """`by`, who hosts a community of another node, asks that node to change what it says of itself; or, who moderates
    it, to put up a topic or to take one down. None, and empty: that stays."""

    community: AccountId
    display_name: str | None = None
    purpose: str | None = None
    rules: str | None = None
    welcome: str | None = None
    entry: str | None = None
    posting: str | None = None
    new_topic: str = ""
    old_topic: str = ""


class MemberNoticed(Event, frozen=True, kw_only=True, tag=True):
    """The rule that made `of` a member holds no longer: the membership ends at `leaves_at`."""

    community: AccountId
    of: AccountId
    leaves_at: Millis


class CommunityMerged(Event, frozen=True, kw_only=True, tag=True):
    """A community is part of another one, `into`, from now on."""

    community: AccountId
    into: AccountId


class MemberBrought(Event, frozen=True, kw_only=True, tag=True):
    """`of` went along with a community that goes on as another one: from `former` into `community`."""

    community: AccountId
    of: AccountId
    former: AccountId


class CommunityUnhosted(Event, frozen=True, kw_only=True, tag=True):
    """Nobody looks after a community any more: its hosts are gone, or the node that keeps it is."""

    community: AccountId


class CommunityQuiet(Event, frozen=True, kw_only=True, tag=True):
    """Nobody wrote in a community of here for long: its hosts are asked whether it lives."""

    community: AccountId


class CommunityPageWritten(Event, frozen=True, kw_only=True, tag=True):
    """`by` wrote a version of a page of a community."""

    community: AccountId
    slug: str
    version: int


class CommunityPageOffered(Event, frozen=True, kw_only=True, tag=True):
    """`by` wrote on a page of a community that is kept elsewhere: its node is asked to take it. `uri`: the version."""

    community: AccountId
    uri: str


class CommunityPageRefused(Event, frozen=True, kw_only=True, tag=True):
    """The node of a community did not take what `of` wrote."""

    community: AccountId
    of: AccountId
    uri: str


class CommunityPageDropped(Event, frozen=True, kw_only=True, tag=True):
    """A moderator took a page away, by the id of its first version."""

    community: AccountId
    uri: str


class CommunityNodesChanged(Event, frozen=True, kw_only=True, tag=True):
    """The list of the nodes that have members is another one."""

    community: AccountId
    version: int
