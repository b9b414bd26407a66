"""Coming into communities from elsewhere: who may ask one of this node, and invitations to people here."""

from federation.communities.audience import trust
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.names import same_origin
from federation.read.communities import read_rule
from social.communities import received, rules_received, succession
from social.sanitise import plain
from storage import accounts, communities, memberships
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import Millis

_REASON = 500


def may_ask(tx: Tx, actor: AccountRow, target: AccountRow, context: Context, now: Millis) -> bool:
    """Whether somebody of elsewhere may follow an account here: a closed community only from a node that keeps what is
    for its members from everybody else."""
    if target.kind is not AccountKind.GROUP:
        return True
    known = communities.known(tx, target.id)
    if known is None or not known.community.is_closed:
        return True
    return trust(context.settings, now).honours(tx, actor.domain)


def is_known(tx: Tx, actor: AccountRow, target: AccountRow) -> bool:
    """Whether the node of an actor may know that the account is here: of a hidden community those alone that have
    somebody in it, or invited. Others are not even refused."""
    return not target.is_hidden or memberships.are_on(tx, target.id, actor.domain)


def awaited(tx: Tx, actor: AccountRow, target: AccountRow, arrived: Arrived, now: Millis) -> None:
    """Somebody comes as a member of the community that this one follows, or by a rule of this one: `instrument`."""
    by = arrived.activity.instrument
    if by is None or target.kind is not AccountKind.GROUP:
        return
    rule = read_rule(by.fields) if by.fields is not None else None
    if rule is not None:
        rules_received.awaited(tx, target, actor, rule.field, rule.value, now=now)
    elif by.id is not None:
        succession.awaited(tx, target, by.id, actor, now=now)


def seated(tx: Tx, actor: AccountRow, target: AccountRow, arrived: Arrived, now: Millis) -> None:
    """Who moderated in the community that this one follows came in, and moderates here: the members are told."""
    if arrived.activity.instrument is not None and target.kind is AccountKind.GROUP:
        succession.seated(tx, target, actor, now=now)


def explained(tx: Tx, actor: AccountRow, target: AccountRow, arrived: Arrived) -> None:
    """The words with which somebody asks to come in."""
    words = plain(arrived.activity.content or arrived.activity.summary or "")[:_REASON]
    if words and target.kind is AccountKind.GROUP:
        received.explained(tx, target.id, actor.id, words)


def invite(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A community of elsewhere lets somebody here in who did not ask; said by itself, or by somebody of its host."""
    group = accounts.by_uri(tx, arrived.object_id) if arrived.object_id else None
    target = arrived.activity.target
    whom = accounts.by_uri(tx, target.id) if target is not None and target.id else None
    known = communities.known(tx, group.id) if group is not None else None
    if known is None or whom is None or not whom.is_local or known.account.is_local:
        return Outcome.UNRELATED
    if not same_origin(actor.uri, known.account.uri):
        raise Disagreement("an invitation to a community of another node")
    before = memberships.one(tx, known.account.id, whom.id)
    if before is not None:
        return Outcome.ALREADY
    received.invited(tx, known, actor, whom, until=arrived.activity.ends_at, now=now)
    return Outcome.APPLIED
