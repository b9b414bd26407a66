"""Follows and blocks as other nodes tell of them. The actor was verified by `federation`; local rules do not apply.

Each verb may come twice, late, or for something unknown: then it changes nothing and says so.
"""

from social import events
from social.communities import admission, standing
from social.people import accounts
from social.people.follows import Verb, may_follow_at_once, move, removed
from social.posts import media
from storage import domain_blocks
from storage import relations as rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import IdMaker, Millis
from storage.relations import BlockId, FollowId, FollowRow, FollowState


def receive_follow(tx: Tx, actor: AccountRow, target: AccountRow, uri: str, *, ids: IdMaker, now: Millis) -> bool:
    """`actor` of elsewhere asks to follow `target` here: True if it does now, False if it waits or was refused.

    The answer (Accept, Reject) follows from the events. A follower that asks again is answered again.
    """
    if not _may_be_followed(tx, actor, target):
        events.append(tx, events.FollowRejected(by=actor.id, of=target.id, uri=uri, at=now))
        return False
    is_free = may_follow_at_once(tx, actor, target)
    state, verb = (FollowState.ACCEPTED, Verb.FOLLOW) if is_free else (FollowState.REQUESTED, Verb.ASK)
    row = FollowRow(
        id=FollowId(ids.make()),
        follower_id=actor.id,
        followee_id=target.id,
        state=state,
        boosts=True,
        notify=False,
        uri=uri,
        created_at=now,
    )
    if not move(tx, row, verb, host=actor.domain, now=now):
        known = rows.between(tx, actor.id, target.id)
        if known is not None:
            rows.rename(tx, known.id, uri)
            if known.state is FollowState.REQUESTED and state is FollowState.ACCEPTED:
                move(tx, known, Verb.ACCEPT, host=actor.domain, now=now)
            elif known.state is FollowState.REQUESTED:
                if target.kind is AccountKind.GROUP and known.uri != uri:
                    standing.requests_changed(tx, target.id, now)
                return False
    elif state is FollowState.REQUESTED:
        events.append(tx, events.FollowRequested(by=actor.id, of=target.id, uri=uri, host=actor.domain, at=now))
        return False
    events.append(tx, events.FollowAccepted(by=actor.id, of=target.id, uri=uri, answered=True, at=now))
    return True


def receive_accept(tx: Tx, actor: AccountRow, uri: str | None, follower: AccountRow | None, *, now: Millis) -> bool:
    """`actor` of elsewhere agrees to be followed by somebody here; the follow is named by its id, or by the pair."""
    row = _asked(tx, actor, uri, follower)
    if row is None or not move(tx, row, Verb.ACCEPT, host=actor.domain, now=now):
        return False
    event = events.FollowAccepted(by=row.follower_id, of=actor.id, uri=row.uri, host=actor.domain, at=now)
    events.append(tx, event)
    return True


def receive_reject(tx: Tx, actor: AccountRow, uri: str | None, follower: AccountRow | None, *, now: Millis) -> bool:
    """`actor` of elsewhere refuses somebody here, or removes a follower."""
    return removed(tx, _asked(tx, actor, uri, follower), Verb.REJECT, host=actor.domain, now=now)


def receive_unfollow(tx: Tx, actor: AccountRow, target: AccountRow, *, now: Millis) -> bool:
    """`actor` of elsewhere follows `target` no longer."""
    return removed(tx, rows.between(tx, actor.id, target.id), Verb.LEAVE, host=actor.domain, now=now)


def receive_block(tx: Tx, actor: AccountRow, target: AccountRow, uri: str, *, ids: IdMaker, now: Millis) -> bool:
    """`actor` of elsewhere blocks `target` here: follows both ways end, and `target` is not told."""
    if not rows.block(tx, BlockId(ids.make()), actor.id, target.id, uri, now):
        return False
    media.renew_addresses(tx, actor.id)
    removed(tx, rows.between(tx, actor.id, target.id), Verb.LEAVE, host=actor.domain, now=now)
    removed(tx, rows.between(tx, target.id, actor.id), Verb.REJECT, host=actor.domain, now=now)
    events.append(tx, events.AccountBlocked(by=actor.id, of=target.id, uri=uri, host=actor.domain, at=now))
    return True


def receive_unblock(tx: Tx, actor: AccountRow, target: AccountRow, *, now: Millis) -> bool:
    """`actor` of elsewhere lifts its block."""
    row = rows.unblock(tx, actor.id, target.id)
    if row is None:
        return False
    event = events.AccountUnblocked(by=actor.id, of=target.id, uri=row.uri, host=actor.domain, at=now)
    events.append(tx, event)
    return True


def _may_be_followed(tx: Tx, actor: AccountRow, target: AccountRow) -> bool:
    if not target.is_local or target.kind is AccountKind.APPLICATION:
        return False
    if target.suspended_at is not None or target.deleted_at is not None or actor.suspended_at is not None:
        return False
    if domain_blocks.is_blocked(tx, target.id, actor.domain):
        return False
    if admission.admission(tx, actor.id, target) is admission.Admission.REFUSED:
        return False
    return rows.block_between(tx, target.id, actor.id) is None


def _asked(tx: Tx, followee: AccountRow, uri: str | None, follower: AccountRow | None) -> FollowRow | None:
    """The follow of `followee` by somebody here: by its id, else by the pair.

    An id of ours that is not that of the follow is that of an earlier one, whose answer comes late: taken for this one,
    the two nodes would part.
    """
    row = rows.with_uri(tx, followee.id, uri) if uri else None
    if row is None and follower is not None and not (uri and uri.startswith(f"{follower.uri}#follows/")):
        row = rows.between(tx, follower.id, followee.id)
    if row is None:
        return None
    by = accounts.by_id(tx, row.follower_id)
    return row if by is not None and by.is_local else None
