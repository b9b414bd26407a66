"""Coming into communities from elsewhere: who may ask one of this node, and invitations to people here."""

from federation.communities.audience import trust
from federation.document import fields_of, text_of
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.incoming.moderators import might
from federation.names import same_origin
from federation.read.communities import read_rule
from social.communities import membership, received, rules_received, standing, succession
from social.communities.membership import REASON_LIMIT
from social.errors import Conflict
from social.sanitise import plain
from social.text import clean_text, shortened
from storage import accounts, communities, memberships
from storage.accounts import AccountKind, AccountRow
from storage.communities import KnownRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.memberships import MemberRole

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


def warned(tx: Tx, actor: AccountRow, arrived: Arrived, now: Millis) -> Outcome | None:
    """What a moderator says to a member who lives here, and to nobody else; None for any other letter, and for one of
    somebody who may not: that is theirs alone."""
    uri, about, post = arrived.activity.warns_in, arrived.activity.object, arrived.post
    group = accounts.by_uri(tx, uri) if uri is not None else None
    known = communities.known(tx, group.id) if group is not None else None
    whom = accounts.by_uri(tx, post.to[0]) if post is not None and len(post.to) == 1 and not post.cc else None
    if known is None or about is None or whom is None or not whom.is_local:
        return None
    is_theirs = standing.may_moderate(tx, known.account.id, actor.id) or (
        not known.account.is_local and might(tx, known, actor.uri, now, now)
    )
    source = fields_of((about.fields or {}).get("source")) or {}
    said = text_of(source.get("content")) or plain(post.content if post is not None else "")
    words = shortened(clean_text(said), REASON_LIMIT)
    is_said = is_theirs and received.warned(tx, known, actor, whom, words, now=now)
    return Outcome.APPLIED if is_said else None


def invite(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A community of elsewhere lets somebody here in who did not ask; said by itself, or by somebody of its host. Or a
    moderator of elsewhere lets somebody into a community of here, wherever they live."""
    group = accounts.by_uri(tx, arrived.object_id) if arrived.object_id else None
    target = arrived.activity.target
    whom = accounts.by_uri(tx, target.id) if target is not None and target.id else None
    known = communities.known(tx, group.id) if group is not None else None
    if known is None or whom is None:
        return Outcome.UNRELATED
    if known.account.is_local:
        return _invited_here(tx, known, actor, whom, arrived.activity.ends_at, now)
    if not whom.is_local:
        return Outcome.UNRELATED
    if not same_origin(actor.uri, known.account.uri):
        raise Disagreement("an invitation to a community of another node")
    before = memberships.one(tx, known.account.id, whom.id)
    if before is not None:
        return Outcome.ALREADY
    received.invited(tx, known, actor, whom, until=arrived.activity.ends_at, now=now)
    return Outcome.APPLIED


def _invited_here(
    tx: Tx, known: KnownRow, actor: AccountRow, whom: AccountRow, ends_at: int | None, now: Millis
) -> Outcome:
    if not standing.may_moderate(tx, known.account.id, actor.id) or whom.kind is not AccountKind.PERSON:
        return Outcome.REFUSED
    if ends_at is not None and ends_at <= now:
        return Outcome.REFUSED
    until = None if ends_at is None else Millis(ends_at)
    role = MemberRole.MEMBER if until is None else MemberRole.GUEST
    try:
        membership.let_come(tx, known.account.id, whom.id, by=actor.id, role=role, until=until, now=now)
    except Conflict:
        return Outcome.ALREADY
    return Outcome.APPLIED
