"""Coming into communities from elsewhere: who may ask one of this node, and what its moderators say to members here."""

from federation.communities.audience import trust
from federation.document import fields_of, text_of
from federation.incoming.arrived import Arrived, Context, Outcome
from federation.incoming.moderators import might
from federation.read.communities import read_rule
from social.communities import received, rules_received, standing, succession
from social.communities.membership import REASON_LIMIT
from social.sanitise import plain
from social.text import clean_text, shortened
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


def explained(tx: Tx, actor: AccountRow, target: AccountRow, arrived: Arrived, now: Millis) -> None:
    """The words with which somebody asks to come in."""
    words = plain(arrived.activity.content or arrived.activity.summary or "")[:_REASON]
    if words and target.kind is AccountKind.GROUP:
        received.explained(tx, target.id, actor.id, words, now=now)


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
