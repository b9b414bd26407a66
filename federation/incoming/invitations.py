"""Invitations into communities: to people here, by moderators of elsewhere into communities of here, and what was not
possible of those that moderators here made."""

from federation.document import decode, id_of
from federation.incoming import rejections
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.names import same_origin
from social.communities import membership, received, standing
from social.errors import Conflict
from storage import accounts, communities, deliveries
from storage.accounts import AccountKind, AccountRow
from storage.communities import KnownRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.memberships import MemberRole


def invite(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A community of elsewhere lets somebody here in who did not ask; said by itself, or by somebody of its host. Or a
    moderator of elsewhere lets somebody into a community of here, wherever they live."""
    group = accounts.by_uri(tx, arrived.object_id) if arrived.object_id else None
    target = arrived.activity.target
    whom = accounts.by_uri(tx, target.id) if target is not None and target.id else None
    known = communities.known(tx, group.id) if group is not None else None
    if known is not None and known.account.is_local:
        outcome = _invited_here(tx, known, actor, whom, arrived.activity.ends_at, now)
        # Who does not moderate it is told nothing.
        is_theirs = standing.may_moderate(tx, known.account.id, actor.id)
        if outcome is Outcome.REFUSED and is_theirs and target is not None and target.id:
            received.uninvited(tx, known, actor, arrived.id, target.id, now=now)
        return outcome
    if known is None or whom is None or not whom.is_local:
        return Outcome.UNRELATED
    if not same_origin(actor.uri, known.account.uri):
        raise Disagreement("an invitation to a community of another node")
    said = arrived.activity
    is_new = received.invited(tx, known, actor, whom, at=said.published, until=said.ends_at, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def uninvited(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """The node that keeps a community could not let somebody come whom a moderator here wanted to: by our own words."""
    body = deliveries.activity(tx, arrived.object_id or "")
    said = decode(body.encode()) if body is not None else {}
    known, by = communities.known(tx, actor.id), accounts.by_uri(tx, id_of(said.get("actor")) or "")
    whom = id_of(said.get("target"))
    if known is None or by is None or whom is None or id_of(said.get("object")) != actor.uri:
        return rejections.reject(tx, actor, arrived, context, now)
    received.uninvited(tx, known, by, arrived.object_id or "", whom, now=now)
    return Outcome.APPLIED


def _invited_here(
    tx: Tx, known: KnownRow, actor: AccountRow, whom: AccountRow | None, ends_at: int | None, now: Millis
) -> Outcome:
    if whom is None or whom.kind is not AccountKind.PERSON:
        return Outcome.REFUSED
    if not standing.may_moderate(tx, known.account.id, actor.id):
        return Outcome.REFUSED
    if ends_at is not None and ends_at <= now:
        return Outcome.REFUSED
    until = None if ends_at is None else Millis(ends_at)
    role = MemberRole.MEMBER if until is None else MemberRole.GUEST
    try:
        membership.let_come(tx, known.account.id, whom.id, by=actor.id, role=role, until=until, now=now)
    except Conflict as error:
        return Outcome.REFUSED if error.code == "banned" else Outcome.ALREADY
    return Outcome.APPLIED
