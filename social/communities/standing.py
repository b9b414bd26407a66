"""What somebody is in a community, and what that lets them do."""

import msgspec

from social import events, jobs
from social.communities import admission
from social.errors import Forbidden, NotFound
from social.governance.audit import Act, record_of
from social.policy import Role, Viewer, require_person
from storage import accounts, memberships
from storage import communities as rows
from storage.communities import KnownRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole, MembershipRow, MemberState

MODERATORS = (MemberRole.HOST, MemberRole.MODERATOR)


def shown(tx: Tx, viewer: Viewer, id: AccountId) -> KnownRow:
    """A community that the viewer may know of. Raises NotFound."""
    known = rows.known(tx, id)
    if known is None or known.account.suspended_at is not None or known.account.deleted_at is not None:
        raise NotFound("community")
    hidden = known.account.is_hidden and not viewer.may(Role.MODERATOR)
    if hidden and not admission.knows(tx, known.account, viewer.account, viewer.host):
        raise NotFound("community")
    return known


def led(tx: Tx, viewer: Viewer, id: AccountId) -> KnownRow:
    """A community, or the one that it became part of, and so on: where one joins. Raises NotFound."""
    known = shown(tx, viewer, id)
    seen = {id}
    while (into := known.community.merged_into) is not None and into not in seen:
        seen.add(into)
        known = shown(tx, viewer, into)
    return known


def require_host(tx: Tx, viewer: Viewer, id: AccountId) -> KnownRow:
    """A community of this node that the viewer is a host of.

    Raises Unauthorized, NotFound, Forbidden: `elsewhere` for one of another node, `hosts_only` for who is none.
    """
    require_person(viewer)
    known = shown(tx, viewer, id)
    own = memberships.one(tx, id, viewer.account)
    if own is None or not own.is_host:
        raise Forbidden("hosts_only")
    if not known.account.is_local:
        raise Forbidden("elsewhere")
    return known


def require_keeper(tx: Tx, viewer: Viewer, id: AccountId, act: Act, *, now: Millis) -> KnownRow:
    """A community of this node that the viewer hosts, or whose site they administer: that is written into the log.

    Raises as `require_host`.
    """
    require_person(viewer)
    known = shown(tx, viewer, id)
    if not viewer.may(Role.ADMIN) or not known.account.is_local or is_host(tx, id, viewer.account):
        return require_host(tx, viewer, id)
    record_of(tx, viewer, act, known.account, now=now)
    return known


def require_answerable(tx: Tx, viewer: Viewer, id: AccountId, act: Act, *, now: Millis) -> KnownRow:
    """As `require_keeper`, and for who moderates a community of which no host lives here. Raises as that."""
    require_person(viewer)
    known = shown(tx, viewer, id)
    if known.account.is_local and may_moderate(tx, id, viewer.account):
        hosts = memberships.with_roles(tx, id, [MemberRole.HOST])
        if not any(host.account.is_local for host in hosts):
            return known
    return require_keeper(tx, viewer, id, act, now=now)


def require_moderator(tx: Tx, viewer: Viewer, id: AccountId) -> KnownRow:
    """A community, of whatever node, that the viewer moderates. Raises Unauthorized, NotFound, Forbidden."""
    require_person(viewer)
    known = shown(tx, viewer, id)
    own = memberships.one(tx, id, viewer.account)
    if own is None or not own.may_moderate:
        raise Forbidden("moderators_only")
    return known


def hosts_afar(tx: Tx, known: KnownRow, account: AccountId) -> bool:
    """Whether somebody of here hosts a community of elsewhere, as its node tells those of its group."""
    own = accounts.by_id(tx, account)
    return own is not None and own.uri in known.community.hosts.split() and may_moderate(tx, known.account.id, account)


def may_moderate(tx: Tx, community: AccountId, account: AccountId) -> bool:
    """Whether the account is a host or a moderator, as is known here now: for what other nodes say too."""
    own = memberships.one(tx, community, account)
    return own is not None and own.may_moderate


def ends(tx: Tx, at: Millis) -> None:
    """Have memberships that end at a time taken away then: what they let somebody see ends by itself."""
    jobs.enqueue(tx, jobs.EndMemberships(), key=str(at), due=at)


def is_host(tx: Tx, community: AccountId, account: AccountId) -> bool:
    """Whether the account is a host, as is known here now: who moderates is for hosts to say, from wherever."""
    own = memberships.one(tx, community, account)
    return own is not None and own.is_host


def seat_as(tx: Tx, row: MembershipRow, role: MemberRole, *, by: AccountId, host: str = "", now: Millis) -> bool:
    """Give a member another role, and say so; False if it is theirs. A guest who becomes more stays without an end."""
    if row.role is role:
        return False
    until = row.until if role is MemberRole.GUEST else None
    memberships.put(tx, msgspec.structs.replace(row, role=role, until=until))
    say(tx, msgspec.structs.replace(row, role=role), by=by, before=row.state.value, host=host, now=now)
    return True


def say(
    tx: Tx,
    row: MembershipRow,
    *,
    by: AccountId,
    before: str = "",
    state: str | None = None,
    host: str = "",
    now: Millis,
) -> None:
    """Log what a membership is now; `state` empty: it is none any more."""
    changed = events.MembershipChanged(
        by=by,
        host=host,
        at=now,
        community=row.community_id,
        of=row.account_id,
        state=row.state.value if state is None else state,
        role=row.role.value,
        reason=row.reason,
        before=before,
    )
    events.append(tx, changed)
    is_of_chairs = row.role in MODERATORS or changed.before == changed.state == MemberState.MEMBER
    if is_of_chairs or MemberState.ASKED in (changed.before, changed.state):
        requests_changed(tx, row.community_id, now)


def requests_changed(tx: Tx, community: AccountId, now: Millis) -> None:
    """Who asks to come in, with which words, or who may answer is another: of a community of here."""
    account = accounts.by_id(tx, community)
    if account is not None and account.is_local:
        events.append(tx, events.RequestsChanged(by=community, at=now, community=community))
