"""What follows from an event beyond this node: older posts of whom somebody here follows now, and numbers."""

from social import contexts, events, jobs
from social.clock import SECOND
from storage import accounts, communities
from storage.accounts import AccountKind
from storage.engine.database import Tx
from storage.ids import Millis

NODES_WAIT = SECOND
"""Who joins a community at the same time is told together."""


def apply(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
    """Subscriber: asks for jobs. Twice asks for the same ones."""
    if isinstance(event, events.PostLiked | events.PostUnliked):
        contexts.counted(tx, event.post, now=now)
    elif isinstance(event, events.PostBoosted):
        contexts.counted(tx, event.of, now=now)
    elif isinstance(event, events.PostDeleted) and event.boost_of is not None:
        contexts.counted(tx, event.boost_of, now=now)
    elif isinstance(event, events.MembershipChanged) and event.state != event.before:
        # Whoever came or went, from wherever: the list is made anew, and told if it is another one.
        job = jobs.TellNodes(community=event.community)
        jobs.enqueue(tx, job, key=str(event.community), due=Millis(now + NODES_WAIT))
    elif isinstance(event, events.FollowAccepted):
        _followed(tx, event, now)


def _followed(tx: Tx, event: events.FollowAccepted, now: Millis) -> None:
    follower, followee = accounts.by_id(tx, event.by), accounts.by_id(tx, event.of)
    if follower is None or followee is None or not follower.is_local or followee.is_local:
        return
    if communities.by_id(tx, followee.id) is not None:
        jobs.enqueue(tx, jobs.ReadCommunity(actor=followee.uri), key=followee.uri, due=now)
        return
    # A node that is followed as a whole sends what it has from now on; nobody asked for what it had before.
    if followee.kind is not AccountKind.APPLICATION:
        jobs.enqueue(tx, jobs.Backfill(actor=followee.uri), key=followee.uri, due=now)
