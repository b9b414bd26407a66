"""Who may come into a community that lives here: asked by every follow of its account."""

from enum import StrEnum

from social.errors import Conflict, Forbidden
from storage import communities as rows
from storage import holding, memberships
from storage.accounts import AccountKind, AccountRow
from storage.communities import Entry
from storage.engine.database import Tx
from storage.ids import AccountId
from storage.memberships import MemberRole, MemberState

_HOST = MemberRole.HOST


class Admission(StrEnum):
    """What becomes of a wish to join."""

    AT_ONCE = "at_once"
    ASKED = "asked"
    """a host decides"""
    REFUSED = "refused"
    """not invited, or banned"""


def admission(tx: Tx, follower: AccountId, followee: AccountRow) -> Admission | None:
    """What becomes of the account's wish to follow; None for what is no community of this node."""
    if followee.kind is not AccountKind.GROUP or not followee.is_local:
        return None
    community = rows.by_id(tx, followee.id)
    if community is None:
        return None
    known = memberships.one(tx, followee.id, follower)
    if known is not None and known.state is MemberState.BANNED:
        return Admission.REFUSED
    if known is not None and known.state in (MemberState.INVITED, MemberState.MEMBER):
        return Admission.AT_ONCE
    if community.entry is Entry.OPEN:
        return Admission.AT_ONCE
    return Admission.ASKED if community.entry is Entry.REQUEST else Admission.REFUSED


def require_free(tx: Tx, account: AccountId, community: AccountId) -> None:
    """Raises Forbidden(mandatory) where a rule keeps the account in a community, Conflict(last_host) rather than leave
    nobody in charge of one of here."""
    known = memberships.one(tx, community, account)
    if known is None:
        return
    if known.mandatory:
        raise Forbidden("mandatory")
    if known.is_host:
        # Of two who go at once the second sees that the first is gone, by whatever door.
        holding.community(tx, community)
    if known.is_host and all(host.account.id == account for host in memberships.with_roles(tx, community, [_HOST])):
        raise Conflict("last_host")


def knows(tx: Tx, community: AccountRow, account: AccountId, host: str = "") -> bool:
    """Whether the account is in a hidden community, or invited: nobody else learns of it.

    `host`: asked for a whole node, that it hosts the community or has somebody there who is in it.
    """
    if host and not account:
        return community.domain == host or memberships.are_on(tx, community.id, host)
    known = memberships.one(tx, community.id, account)
    return known is not None and known.state in (MemberState.MEMBER, MemberState.INVITED, MemberState.ASKED)
