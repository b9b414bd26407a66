"""The life of a follow: one table of moves, used for people here and for what other nodes say."""

from enum import StrEnum

from social import events
from social.posts import media
from storage import accounts as account_rows
from storage import relations as rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.relations import FollowRow, FollowState


class Verb(StrEnum):
    """What can happen to a follow."""

    FOLLOW = "follow"
    """of an account that needs no consent"""
    ASK = "ask"
    ACCEPT = "accept"
    REJECT = "reject"
    """by the followee: a request refused, or a follower removed"""
    LEAVE = "leave"
    """by the follower"""


TRANSITIONS: dict[tuple[FollowState | None, Verb], FollowState | None] = {
    (None, Verb.FOLLOW): FollowState.ACCEPTED,
    (None, Verb.ASK): FollowState.REQUESTED,
    (FollowState.REQUESTED, Verb.ACCEPT): FollowState.ACCEPTED,
    (FollowState.REQUESTED, Verb.REJECT): None,
    (FollowState.REQUESTED, Verb.LEAVE): None,
    (FollowState.ACCEPTED, Verb.REJECT): None,
    (FollowState.ACCEPTED, Verb.LEAVE): None,
}
"""State, verb → state; None: there is no follow. What is not here changes nothing."""

_NEW = (Verb.FOLLOW, Verb.ASK)


def may_follow_at_once(followee: AccountRow, *, limited: bool) -> bool:
    """Whether a follow of the account needs nobody's consent: it lives here and is not locked.

    `limited`: whoever follows is kept from strangers by moderators, and has to ask.
    """
    is_free = followee.is_local and not followee.locked and followee.kind is not AccountKind.APPLICATION
    return is_free and not limited


def move(tx: Tx, row: FollowRow, verb: Verb) -> bool:
    """Move a follow and the counters; False if the verb does nothing in its state, or somebody was faster."""
    before = None if verb in _NEW else row.state
    if (before, verb) not in TRANSITIONS:
        return False
    after = TRANSITIONS[before, verb]
    if before is None:
        moved = rows.follow(tx, row)
    elif after is None:
        moved = rows.remove(tx, row.id, before)
    else:
        moved = rows.accept(tx, row.id)
    step = (after is FollowState.ACCEPTED) - (before is FollowState.ACCEPTED)
    if moved and step:
        account_rows.count_follow(tx, row.follower_id, row.followee_id, step)
    return moved


def removed(tx: Tx, row: FollowRow | None, verb: Verb, *, host: str, now: Millis) -> bool:
    """End a follow or request by LEAVE or REJECT and say so; False if there is none. `host`: where that was done."""
    if row is None or not move(tx, row, verb):
        return False
    if verb is Verb.REJECT and row.state is FollowState.ACCEPTED:
        media.renew_addresses(tx, row.followee_id)
    event = events.FollowRemoved if verb is Verb.LEAVE else events.FollowRejected
    events.append(tx, event(by=row.follower_id, of=row.followee_id, uri=row.uri, host=host, at=now))
    return True
