"""Other nodes: let in or shut out by administrators, and followed as a whole.

The instance actors of a group's nodes follow one another; so each public post reaches each node once, whether or not
anybody there follows its author.
"""

import msgspec

from social import events, jobs
from social.governance.audit import Act, record
from social.peer_rules import names_over
from social.people import accounts
from social.people.follows import Verb, move, removed
from social.policy import NOBODY, Role, Viewer, require_role
from social.urls import Urls
from storage import deliveries, known, states
from storage import peers as rows
from storage import relations as relation_rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis
from storage.peers import PeerRow, Policy
from storage.relations import FollowId, FollowRow, FollowState


class PeerView(msgspec.Struct, frozen=True, kw_only=True):
    """A peer and what waits for it: how many deliveries, the oldest since when, and their last error."""

    peer: PeerRow
    waiting: int = 0
    oldest_at: Millis | None = None
    error: str = ""


def allow(tx: Tx, viewer: Viewer | None, host: str, *, now: Millis) -> None:
    """Let the node in; `viewer` None is the command line. `host` is in its normal form. Raises Forbidden."""
    _decide(tx, viewer, host, Policy.ALLOWED, now)
    record(tx, viewer, Act.PEER_ALLOW, subject=host, now=now)
    events.append(tx, events.PeerAllowed(by=_by(viewer), at=now, peer=host))


def deny(tx: Tx, viewer: Viewer | None, host: str, *, now: Millis) -> None:
    """Shut the node out, and all below its name: follows between people of both end, what waits is dropped.

    Raises Forbidden.

    What it sent before stays. That the nodes follow each other stays too, and counts again when it is let in again:
    the other side does not learn of this.
    """
    _decide(tx, viewer, host, Policy.DENIED, now)
    record(tx, viewer, Act.PEER_DENY, subject=host, now=now)
    below = [known for known in states.domains(tx) if known != host and host in names_over(known)]
    for name in (host, *below):
        _end_follows(tx, name, now)
        events.append(tx, events.PeerDenied(by=_by(viewer), at=now, peer=name))


def disallow(tx: Tx, viewer: Viewer | None, host: str, *, now: Millis) -> None:
    """Allow the node no longer, without shutting it out by name: its limits stay. Raises Forbidden."""
    _decide(tx, viewer, host, Policy.UNKNOWN, now)
    record(tx, viewer, Act.PEER_FORGET, subject=host, now=now)
    _end_follows(tx, host, now)


def part(tx: Tx, host: str, *, now: Millis) -> None:
    """The node is no longer of the group: follows between people of both end, what waits for it is dropped."""
    _end_follows(tx, host, now)
    deliveries.drop_host(tx, host, now)


def peers(tx: Tx, viewer: Viewer | None) -> list[PeerView]:
    """Every host that was ever decided upon or spoken with, by name. Raises Forbidden."""
    if viewer is not None:
        require_role(viewer, Role.ADMIN)
    queues = {queue.host: queue for queue in deliveries.queues(tx)}
    return [
        PeerView(peer=peer)
        if queue is None
        else PeerView(peer=peer, waiting=queue.waiting, oldest_at=queue.oldest_at, error=queue.error)
        for peer in rows.peers(tx)
        for queue in [queues.get(peer.host)]
    ]


def follow_node(tx: Tx, node: AccountRow, *, ids: IdMaker, urls: Urls, now: Millis) -> bool:
    """Have this node follow another one by its instance actor; False if it does or has asked already."""
    here = accounts.instance_actor(tx)
    id = FollowId(ids.make())
    uri = f"{urls.instance_actor}#follows/{id}"
    row = _node_follow(id, here, node, FollowState.REQUESTED, uri, now)
    if not move(tx, row, Verb.ASK, now=now):
        return False
    events.append(tx, events.FollowRequested(by=here.id, of=node.id, uri=uri, at=now))
    return True


def receive_node_follow(tx: Tx, node: AccountRow, uri: str, *, ids: IdMaker, now: Millis) -> bool:
    """Another node asks to follow this one, which policy has allowed: it does at once, and is followed back.

    Asked again, it is answered again. False for an actor that stands for no node.
    """
    here = accounts.instance_actor(tx)
    if node.is_local or node.kind is not AccountKind.APPLICATION:
        events.append(tx, events.FollowRejected(by=node.id, of=here.id, uri=uri, at=now))
        return False
    row = _node_follow(FollowId(ids.make()), node, here, FollowState.ACCEPTED, uri, now)
    if not move(tx, row, Verb.FOLLOW, now=now):
        before = relation_rows.between(tx, node.id, here.id)
        if before is not None:
            relation_rows.rename(tx, before.id, uri)
    if relation_rows.between(tx, here.id, node.id) is None:
        jobs.enqueue(tx, jobs.Greet(host=node.domain), key=node.domain, due=now)
    events.append(tx, events.FollowAccepted(by=node.id, of=here.id, uri=uri, answered=True, at=now))
    return True


def acquaint(tx: Tx, host: str, now: Millis) -> None:
    """Have a node asked what it runs, if that is not known: what a community is told depends on it."""
    known_peer = rows.by_host(tx, host)
    if known_peer is None or not known_peer.software:
        jobs.enqueue(tx, jobs.Greet(host=host, asks_only=True), key=host, due=now)


def _end_follows(tx: Tx, host: str, now: Millis) -> None:
    for row in known.follows_of_people(tx, host):
        removed(tx, row, Verb.LEAVE, host=host, now=now)


def _decide(tx: Tx, viewer: Viewer | None, host: str, policy: Policy, now: Millis) -> None:
    if viewer is not None:
        require_role(viewer, Role.ADMIN)
    rows.decide(tx, host, policy, now)


def _by(viewer: Viewer | None) -> AccountId:
    return viewer.account if viewer is not None else NOBODY


def _node_follow(
    id: FollowId, follower: AccountRow, followee: AccountRow, state: FollowState, uri: str, now: Millis
) -> FollowRow:
    return FollowRow(
        id=id,
        follower_id=follower.id,
        followee_id=followee.id,
        state=state,
        boosts=True,
        notify=False,
        uri=uri,
        created_at=now,
    )
