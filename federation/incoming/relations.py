"""Follow, Accept, Reject, Block, and Undo of each; and an Undo that names only an id."""

from federation.document import BadDocument
from federation.incoming import memberships
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome, inner
from federation.incoming.reactions import own
from federation.names import same_origin
from federation.read.activities import read_activity
from social import events, peers
from social.communities import received as communities
from social.people import received
from social.posts import reactions
from storage import accounts, known, tombstones
from storage import posts as post_rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis


def follow(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody asks to follow a person here, or a node to follow this one."""
    if tombstones.by_uri(tx, arrived.id, actor.uri) is not None:
        return Outcome.GONE
    target = _local(tx, arrived.object_id)
    if target is None:
        return Outcome.UNRELATED
    if not memberships.may_ask(tx, actor, target, context, now):
        if memberships.is_known(tx, actor, target):
            events.append(tx, events.FollowRejected(by=actor.id, of=target.id, uri=arrived.id, at=now))
        return Outcome.REFUSED
    if target.id == context.node:
        peers.receive_node_follow(tx, actor, arrived.id, ids=context.ids, now=now)
    else:
        memberships.awaited(tx, actor, target, arrived, now)
        if target.kind is AccountKind.GROUP:
            peers.acquaint(tx, actor.domain, now)
        if not memberships.is_known(tx, actor, target):
            return Outcome.UNRELATED
        received.receive_follow(tx, actor, target, arrived.id, ids=context.ids, now=now)
        memberships.explained(tx, actor, target, arrived, now)
        memberships.seated(tx, actor, target, arrived, now)
    return Outcome.APPLIED


def accept(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """The followed one agrees."""
    about = _answered(tx, actor, arrived, context)
    if about is None:
        return Outcome.UNSUPPORTED
    if actor.kind is AccountKind.GROUP and about[1] is not None:
        communities.admitted(tx, actor, about[1], arrived.activity.published, now=now)
    is_new = received.receive_accept(tx, actor, about[0], about[1], now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def reject(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """The followed one refuses, or removes a follower."""
    about = _answered(tx, actor, arrived, context)
    if about is None:
        return Outcome.UNSUPPORTED
    is_new = received.receive_reject(tx, actor, about[0], about[1], now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def block(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody blocks a person here."""
    if tombstones.by_uri(tx, arrived.id, actor.uri) is not None:
        return Outcome.GONE
    target = _local(tx, arrived.object_id)
    if target is None:
        return Outcome.UNRELATED
    is_new = received.receive_block(tx, actor, target, arrived.id, ids=context.ids, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def undo_follow(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody follows no longer."""
    target = _target_of_undone(tx, actor, arrived, "Follow", context, now)
    if target is None or not received.receive_unfollow(tx, actor, target, now=now):
        return Outcome.ALREADY
    return Outcome.APPLIED


def undo_accept(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """The followed one takes its consent back: as a Reject. Only an Accept that embeds its Follow says whose."""
    about = own(arrived, actor, context).object
    if about is None or about.kind != "Follow" or about.fields is None:
        return Outcome.UNSUPPORTED
    try:
        asked = read_activity(about.fields, insecure=context.insecure)
    except BadDocument as cause:
        raise Disagreement(cause.reason) from cause
    if asked.object is None or asked.object.id != actor.uri:
        raise Disagreement("consent to a Follow of somebody else")
    is_new = received.receive_reject(tx, actor, asked.id, _local(tx, asked.actor), now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def undo_block(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody lifts a block."""
    target = _target_of_undone(tx, actor, arrived, "Block", context, now)
    if target is None or not received.receive_unblock(tx, actor, target, now=now):
        return Outcome.ALREADY
    return Outcome.APPLIED


def undo(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Something is taken back by its id alone; unknown, it is remembered and refused when it comes late."""
    id = arrived.object_id
    if id is None or not same_origin(id, actor.uri):
        raise Disagreement("an Undo of something of another origin")
    tombstones.bury(tx, id, "Activity", actor.uri, now)
    return Outcome.APPLIED if _undone(tx, actor, id, now) else Outcome.ALREADY


def _target_of_undone(
    tx: Tx, actor: AccountRow, arrived: Arrived, kind: str, context: Context, now: Millis
) -> AccountRow | None:
    """Whom of here a Follow or Block that is taken back was about; it is remembered, and refused when it comes late."""
    undone = own(arrived, actor, context)
    if undone.id is not None:
        tombstones.bury(tx, undone.id, kind, actor.uri, now)
    return _local(tx, undone.object.id if undone.object else None)


def _undone(tx: Tx, actor: AccountRow, id: str, now: Millis) -> bool:
    followed, blocked = known.followed_as(tx, actor.id, id), known.blocked_as(tx, actor.id, id)
    liked = known.liked_as(tx, actor.id, id)
    boost, post = post_rows.by_uri(tx, id), post_rows.by_id(tx, liked) if liked is not None else None
    if followed is not None:
        return received.receive_unfollow(tx, actor, _account(tx, followed), now=now)
    if blocked is not None:
        return received.receive_unblock(tx, actor, _account(tx, blocked), now=now)
    if reactions.receive_unreact(tx, actor, id, now=now):
        return True
    if post is not None:
        return reactions.receive_unlike(tx, actor, post, now=now)
    if boost is not None and boost.boost_of_id is not None and boost.author_id == actor.id:
        return reactions.receive_unboost(tx, actor, id, None, now=now)
    return False


def _answered(
    tx: Tx, actor: AccountRow, arrived: Arrived, context: Context
) -> tuple[str | None, AccountRow | None] | None:
    """Id and asker of the follow that an answer is about; None when it is about something else (a quote, a reply)."""
    about = arrived.activity.object
    if about is None:
        raise Disagreement("an answer to nothing")
    if about.fields is None:
        return about.id, None
    if about.kind != "Follow":
        return None
    asked = inner(arrived, insecure=context.insecure)
    if asked.object is None or asked.object.id != actor.uri:
        raise Disagreement("an answer to a Follow of somebody else")
    return asked.id, _local(tx, asked.actor)


def _local(tx: Tx, uri: str | None) -> AccountRow | None:
    row = accounts.by_uri(tx, uri) if uri else None
    return row if row is not None and row.is_local and row.deleted_at is None else None


def _account(tx: Tx, id: AccountId) -> AccountRow:
    row = accounts.by_id(tx, id)
    if row is None:
        raise LookupError(f"no account {id}, which a relation names")
    return row
