"""Requests to come into a community, between the node that keeps it and those who moderate it from elsewhere.

`Offer` of a Follow: somebody asks, says the community, to one of its moderators; `Undo` of it: no answer is needed any
more. `Accept` and `Reject` of it: what the moderator answers. Each may come twice, late and in any order.
"""

from federation.document import fields_of, text_of
from federation.incoming import rejections
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome, Stranger, inner
from federation.names import same_origin
from federation.render.communities import OFFERS
from social.communities import membership, requests, standing
from social.communities.membership import REASON_LIMIT
from social.sanitise import plain
from social.text import clean_text, shortened
from storage import accounts, communities, holding, passed_requests, tombstones
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis

_KIND = "Offer"


def offer(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody asks to come into a community of elsewhere, which somebody here moderates."""
    if tombstones.is_kind(tx, arrived.id, _KIND, actor.uri):
        return Outcome.GONE
    known, to = communities.known(tx, actor.id), arrived.activity.to
    whom = accounts.by_uri(tx, to[0]) if len(to) == 1 and not arrived.activity.cc else None
    if known is None or known.account.is_local or whom is None or not whom.is_local:
        return Outcome.UNRELATED
    asked = inner(arrived, insecure=context.insecure)
    if asked.kind != "Follow" or asked.id is None or asked.object is None or asked.object.id != actor.uri:
        raise Disagreement("what is passed on is no request to come in")
    if not requests.may_be_told(tx, known, whom):
        return Outcome.REFUSED
    asker = accounts.by_uri(tx, asked.actor)
    if asker is None:
        raise Stranger(asked.actor)
    about = arrived.activity.object
    source = fields_of(((about.fields if about is not None else None) or {}).get("source")) or {}
    said = text_of(source.get("content")) or plain(asked.content or "")
    words = shortened(clean_text(said), REASON_LIMIT)
    is_new = requests.passed(tx, known, asker, whom, arrived.id, asked.id, words, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def undo(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """No answer is needed any more: it was decided or withdrawn, or they moderate no more."""
    uri = arrived.object_id
    if uri is None or not same_origin(uri, actor.uri):
        raise Disagreement("an Undo of something of another origin")
    if communities.known(tx, actor.id) is None:
        # Nothing that others offer is taken, so nothing of it has to be remembered.
        return Outcome.UNRELATED
    tombstones.bury(tx, uri, _KIND, actor.uri, now)
    return Outcome.APPLIED if requests.taken_back(tx, actor.id, uri) else Outcome.ALREADY


def accept(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A moderator of elsewhere lets somebody into a community of here."""
    outcome = _decided(tx, actor, arrived, accept=True, now=now)
    return Outcome.UNRELATED if outcome is None else outcome


def reject(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Or does not."""
    outcome = _decided(tx, actor, arrived, accept=False, now=now)
    return rejections.reject(tx, actor, arrived, context, now) if outcome is None else outcome


def _decided(tx: Tx, actor: AccountRow, arrived: Arrived, *, accept: bool, now: Millis) -> Outcome | None:
    """What became of an answer; None for one to nothing that is known here."""
    uri = arrived.object_id or ""
    row = passed_requests.by_uri(tx, uri)
    if row is None:
        account = accounts.by_uri(tx, uri.partition(OFFERS)[0])
        return Outcome.ALREADY if account is not None and account.is_local else None
    holding.community(tx, row.community_id)
    known = communities.known(tx, row.community_id)
    if known is None or not known.account.is_local or row.moderator_id != actor.id:
        raise Disagreement("an answer to what was asked of somebody else")
    if not standing.may_moderate(tx, row.community_id, actor.id):
        return Outcome.REFUSED
    is_new = membership.decide(tx, row.community_id, row.account_id, accept=accept, follow=row.follow_uri, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY
