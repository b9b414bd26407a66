"""Shut out of a community until it is lifted: what a ban makes of a membership and of the follow beside it.

Who may say so is looked at before.
"""

from social.communities import nodes, standing
from social.people import accounts
from social.people.follows import Verb, removed
from storage import memberships as rows
from storage import relations as follow_rows
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import MembershipRow, MemberState
from storage.relations import FollowState


def shut_out(
    tx: Tx,
    id: AccountId,
    account: AccountId,
    *,
    by: AccountId,
    reason: str = "",
    host: str = "",
    still_asks: bool = False,
    now: Millis,
) -> bool:
    """The account is banned from the community, by the word of whoever may say so; False if it was.

    `still_asks`: who just asked to come in has their answer yet to come, from the node that keeps the community.
    """
    before = rows.one(tx, id, account)
    if before is not None and before.state is MemberState.BANNED:
        return False
    banned = MembershipRow(community_id=id, account_id=account, state=MemberState.BANNED, reason=reason, created_at=now)
    rows.put(tx, banned)
    follow = follow_rows.between(tx, account, id)
    if not (still_asks and follow is not None and follow.state is FollowState.REQUESTED):
        removed(tx, follow, Verb.REJECT, host=host, now=now)
    standing.say(tx, banned, by=by, before=before.state.value if before else "", host=host, now=now)
    recount(tx, id, now)
    return True


def let_return(tx: Tx, id: AccountId, account: AccountId, *, by: AccountId, host: str = "", now: Millis) -> bool:
    """A ban is lifted, by the word of whoever may; False if there was none."""
    before = rows.one(tx, id, account)
    if before is None or before.state is not MemberState.BANNED:
        return False
    rows.drop(tx, id, account)
    if follow_rows.between(tx, account, id) is not None:
        # They asked before the ban was heard of here, and wait for the answer.
        rows.followed(tx, id, account, MemberState.ASKED, now)
    standing.say(tx, before, by=by, before=before.state.value, state="", host=host, now=now)
    return True


def recount(tx: Tx, id: AccountId, now: Millis) -> None:
    """By the list of member nodes a node may read what is closed: from this moment on, not from when it is told."""
    account = accounts.by_id(tx, id)
    if account is not None and account.is_local:
        nodes.recount(tx, id, now=now)
