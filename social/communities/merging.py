"""One community becomes part of another: both addresses go on working, what was written stays where it stands.

The former one is archived and leads into the other, which has its topics, its rules of membership and, if everybody
might read them, its pages. Members here are members there at once; those of other nodes are
let in when their nodes follow.
"""

import msgspec

from social import events, jobs
from social.communities import communities, membership, pages_received, rules_received, standing, topics
from social.errors import Conflict
from social.policy import Viewer
from storage import accounts as account_rows
from storage import communities as rows
from storage import memberships, moves
from storage.communities import CommunityState
from storage.engine.database import Tx
from storage.ids import GREATEST_ID, AccountId, IdMaker, Millis
from storage.memberships import MembershipRow, MemberState

AT_ONCE = 200


def merge(tx: Tx, viewer: Viewer, id: AccountId, into: AccountId, *, ids: IdMaker, now: Millis) -> None:
    """Make the community `id` part of `into`; the viewer is a host of both, which live here.

    Raises NotFound, Forbidden, Conflict for one that is part of another already, or is archived.
    """
    if id == into:
        raise Conflict("merged_with_itself")
    former = standing.require_host(tx, viewer, id)
    other = standing.require_host(tx, viewer, into)
    if former.community.merged_into is not None or other.community.merged_into is not None:
        raise Conflict("merged")
    if other.community.state is CommunityState.ARCHIVED:
        raise Conflict("archived")
    merged = msgspec.structs.replace(
        former.community, state=CommunityState.ARCHIVED, archived_at=now, merged_into=into, asked_at=None
    )
    rows.rewrite(tx, merged)
    moves.call_also(tx, into, [*other.account.aliases.split(), former.account.uri])
    topics.carry(tx, id, into)
    rules_received.carry(tx, id, into, ids=ids, now=now)
    if not former.community.is_closed:
        # What was written for few is never read by more.
        pages_received.carry_all(tx, id, into, tell=True, now=now)
    account_rows.touch(tx, id)
    for changed in (id, into):
        events.append(tx, events.CommunityChanged(by=viewer.account, at=now, community=changed))
        events.append(tx, events.ProfileChanged(by=changed, at=now))
    jobs.enqueue(tx, jobs.CarryMembers(community=id, into=into), key=f"{id}-{GREATEST_ID}", due=now)


def carry(tx: Tx, id: AccountId, into: AccountId, before: AccountId, *, ids: IdMaker, now: Millis) -> None:
    """Job: bring members, and bans, of the former community into the other, some at a time."""
    target = rows.known(tx, into)
    if target is None:
        return
    for state in (MemberState.MEMBER, MemberState.BANNED):
        found = memberships.members(tx, id, state, before, 0, AT_ONCE)
        for one in found:
            known = memberships.one(tx, into, one.account.id)
            if known is not None and known.state in (MemberState.MEMBER, MemberState.BANNED):
                continue
            if state is MemberState.BANNED:
                membership.shut_out(tx, into, one.account.id, by=into, reason=one.membership.reason, now=now)
            elif one.account.is_local:
                communities.seat(tx, target.account, one.account, one.membership.role, ids=ids, now=now)
            elif known is None:
                memberships.put(tx, _awaited(into, one.membership, now))
        if state is MemberState.MEMBER and len(found) == AT_ONCE:
            last = found[-1].account.id
            jobs.enqueue(tx, jobs.CarryMembers(community=id, into=into, before=last), key=f"{id}-{last}", due=now)


def _awaited(into: AccountId, former: MembershipRow, now: Millis) -> MembershipRow:
    """A member of another node: let in without being asked when its node follows."""
    return MembershipRow(
        community_id=into,
        account_id=former.account_id,
        role=former.role,
        state=MemberState.INVITED,
        until=former.until,
        read_place=now,
        created_at=now,
    )
