"""Members go along with a community that goes on as another one: lot by lot, with what they wanted to hear of it.

Each node brings its own people. Whom a block, a ban or the end of an account keeps stays behind, and stops nobody.
"""

import msgspec

from social import events, jobs
from social.communities import bans, communities, membership, standing
from social.errors import Forbidden, NotFound
from social.people import relations, users
from social.trust import group
from social.urls import Urls
from storage import communities as rows
from storage import memberships, passed_requests
from storage import relations as relation_rows
from storage.accounts import AccountRow
from storage.communities import CommunityRow, Entry, KnownRow
from storage.engine.database import Tx
from storage.ids import GREATEST_ID, AccountId, IdMaker, Millis
from storage.memberships import MemberRole, MemberRow, MembershipRow, MemberState

AT_ONCE = 200
_LAST = AccountId(GREATEST_ID)
_OWN = ("level", "muted", "read_place", "topic_only", "by_rule", "mandatory", "leaves_at")
"""What a membership says beside the role, and keeps on the way."""


def carry(
    tx: Tx, former: AccountId, into: AccountId, before: AccountId = _LAST, *, ids: IdMaker, urls: Urls, now: Millis
) -> None:
    """Bring some of the members, and keep out who was banned; a job brings the others. It may be done twice."""
    known, target = rows.known(tx, former), rows.known(tx, into)
    if known is None or target is None:
        return
    # Whoever asked there asks the other one, which says so itself.
    passed_requests.forget(tx, former)
    found = memberships.members(tx, former, MemberState.MEMBER, before, 0, AT_ONCE)
    is_last = len(found) < AT_ONCE
    floor = 0 if is_last else found[-1].account.id - 1
    for asked in memberships.members(tx, former, MemberState.ASKED, before, floor, GREATEST_ID):
        if not known.account.is_local:
            # The host was away: whoever waits for its answer waits for that of the other one.
            _bring(tx, asked, known, target, ids=ids, urls=urls, now=now)
    if target.account.is_local:
        for banned in memberships.members(tx, former, MemberState.BANNED, before, floor, GREATEST_ID):
            reason = banned.membership.reason
            bans.shut_out(tx, into, banned.account.id, by=into, reason=reason, now=now)
    for member in found:
        if _bring(tx, member, known, target, ids=ids, urls=urls, now=now):
            brought = events.MemberBrought(
                by=into, host=target.account.domain, at=now, community=into, of=member.account.id, former=former
            )
            events.append(tx, brought)
    if not is_last:
        last = found[-1].account.id
        jobs.enqueue(tx, jobs.CarryMembers(community=former, into=into, before=last), key=f"{former}-{last}", due=now)
    elif known.account.moved_id == into:
        # Only now: who follows the new one is taken out of the former one, and with it what they wanted.
        transfer = jobs.TransferFollowers(former=former, target=into)
        jobs.enqueue(tx, transfer, key=f"{former}:{into}", due=now)


def may_come(tx: Tx, former: CommunityRow, target: CommunityRow, host: str, now: Millis) -> bool:
    """Whether members of a node go along unasked. Of a hidden community no node learns so that is none of the group's,
    unless the former one was as hidden."""
    is_told = target.entry is Entry.HIDDEN and former.entry is not Entry.HIDDEN
    return not is_told or host in group.domains(tx, now)


def office(held: MembershipRow | None, account: AccountRow, former: CommunityRow) -> MemberRole:
    """As what somebody goes along. Who hosts a community of elsewhere moderates it, as far as is known of them here;
    which of those it is, its node says to the group's."""
    if held is None or not held.may_moderate:
        return MemberRole.GUEST if held is not None and held.role is MemberRole.GUEST else MemberRole.MEMBER
    return MemberRole.HOST if account.uri in former.hosts.split() else held.role


def _bring(
    tx: Tx, member: MemberRow, former: KnownRow, target: KnownRow, *, ids: IdMaker, urls: Urls, now: Millis
) -> bool:
    """Whether somebody of this node is in the other community now, or waits for its host."""
    account, into = member.account, target.account
    before = memberships.one(tx, into.id, account.id)
    if before is not None and before.state is MemberState.BANNED:
        return False
    if not account.is_local:
        if former.account.is_local and into.is_local:
            _await(tx, member, former, target, before, now)
        return False
    if before is None or before.state is not MemberState.MEMBER:
        if not _enter(tx, member, former, into, ids=ids, urls=urls, now=now):
            return False
        own = memberships.one(tx, into.id, account.id)
        if own is None:
            return False
        _keep(tx, own, member.membership)
    return True


def _enter(
    tx: Tx, member: MemberRow, former: KnownRow, into: AccountRow, *, ids: IdMaker, urls: Urls, now: Millis
) -> bool:
    account = member.account
    asked = relation_rows.between(tx, account.id, former.account.id)
    boosts, notify = (asked.boosts, asked.notify) if asked is not None else (None, None)
    if not into.is_local:
        try:
            viewer = users.viewer_of(tx, account.id)
            relations.follow(tx, viewer, into.id, boosts=boosts, notify=notify, ids=ids, urls=urls, now=now)
        except (Forbidden, NotFound):
            # One blocks the other, or the account is no more: nothing was written, and the others go on.
            return False
        return True
    between = relation_rows.blocks(tx, account.id, into.id)
    if between.is_blocked or between.is_blocking:
        return False
    role = office(member.membership, account, former.community)
    communities.seat(tx, into, account, role, ids=ids, now=now)
    follow = relation_rows.between(tx, account.id, into.id)
    if follow is not None:
        relation_rows.adjust(tx, follow.id, boosts, notify)
    return follow is not None


def _keep(tx: Tx, own: MembershipRow, held: MembershipRow) -> None:
    """What somebody wanted to hear of the former one, and until when they are in it."""
    kept = {name: getattr(held, name) for name in _OWN}
    if own.role is MemberRole.GUEST or held.role is MemberRole.GUEST:
        kept["until"] = held.until
    memberships.put(tx, msgspec.structs.replace(own, **kept))
    for end in (held.leaves_at, kept.get("until")):
        if end is not None:
            standing.ends(tx, end)


def _await(
    tx: Tx, member: MemberRow, former: KnownRow, target: KnownRow, before: MembershipRow | None, now: Millis
) -> None:
    """A member of another node, of a community of here: let in without being asked when their node follows."""
    account, held = member.account, member.membership
    if not may_come(tx, former.community, target.community, account.domain, now):
        return
    if before is not None and before.state is MemberState.ASKED:
        membership.let_in(tx, before, now=now)
    if before is not None:
        return
    awaited = MembershipRow(
        community_id=target.account.id,
        account_id=account.id,
        role=held.role,
        state=MemberState.INVITED,
        until=held.until,
        read_place=now,
        created_at=now,
    )
    memberships.put(tx, awaited)
    if target.account.is_hidden and not former.account.is_hidden:
        # Nobody else is told where it went: so they are invited there.
        standing.say(tx, awaited, by=target.account.id, now=now)
