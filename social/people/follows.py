"""The life of a follow: one table of moves, used for people here and for what other nodes say."""

from enum import StrEnum

import msgspec

from social import events
from social.communities import admission, standing
from social.posts import media
from storage import accounts as account_rows
from storage import memberships
from storage import relations as rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.memberships import MemberState
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
_BY_FOLLOWEE = (Verb.ACCEPT, Verb.REJECT)
_MEMBER: dict[FollowState | None, MemberState | None] = {
    FollowState.ACCEPTED: MemberState.MEMBER,
    FollowState.REQUESTED: MemberState.ASKED,
    None: None,
}
"""What a follow of a community makes of the membership."""


def may_follow_at_once(tx: Tx, follower: AccountRow, followee: AccountRow) -> bool:
    """Whether a follow of the account needs nobody's consent: it lives here and is not locked, or it is a community
    that lets the follower in. Whom moderators keep from strangers has to ask."""
    wish = admission.admission(tx, follower.id, followee)
    if wish is not None:
        return wish is admission.Admission.AT_ONCE and not follower.is_limited
    is_free = followee.is_local and not followee.locked and followee.kind is not AccountKind.APPLICATION
    return is_free and not follower.is_limited


def move(tx: Tx, row: FollowRow, verb: Verb, *, host: str = "", now: Millis) -> bool:
    """Move a follow, the counters, and the membership if a community is followed; `host`: where that was done.

    False if the verb does nothing in its state, or somebody was faster.
    """
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
    if moved:
        _move_membership(tx, row, verb, before, after, host, now)
    return moved


def removed(tx: Tx, row: FollowRow | None, verb: Verb, *, host: str, now: Millis) -> bool:
    """End a follow or request by LEAVE or REJECT and say so; False if there is none. `host`: where that was done."""
    if row is None or not move(tx, row, verb, host=host, now=now):
        return False
    if verb is Verb.REJECT and row.state is FollowState.ACCEPTED:
        media.renew_addresses(tx, row.followee_id)
    event = events.FollowRemoved if verb is Verb.LEAVE else events.FollowRejected
    events.append(tx, event(by=row.follower_id, of=row.followee_id, uri=row.uri, host=host, at=now))
    return True


def _move_membership(
    tx: Tx, row: FollowRow, verb: Verb, before: FollowState | None, after: FollowState | None, host: str, now: Millis
) -> None:
    held = memberships.one(tx, row.followee_id, row.follower_id) if after is None else None
    if not memberships.followed(tx, row.followee_id, row.follower_id, _MEMBER[after], now):
        return
    known = held or memberships.one(tx, row.followee_id, row.follower_id)
    if known is not None:
        by = row.followee_id if verb in _BY_FOLLOWEE else row.follower_id
        was = _MEMBER[before]
        state = None if after is not None else ""
        if verb is Verb.LEAVE and known.by_rule:
            # Left of the own will: the rule does not bring anybody back who may leave.
            memberships.put(tx, msgspec.structs.replace(known, state=MemberState.INVITED, leaves_at=None))
        standing.say(tx, known, by=by, before=was.value if was else "", state=state, host=host, now=now)
