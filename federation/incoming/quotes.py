"""QuoteRequest and the answers to ours (FEP-044f). What an Accept or Reject with a bare id answers, the id tells."""

from federation.incoming import approvals, gatherings, relations
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.incoming.posts import received_post
from federation.names import same_origin
from social.posts import publish, quotes_received
from storage import posts as post_rows
from storage import quotes as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.visibility import OPEN


def request(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody asks to quote a post here. The post in which they do is kept, and answered by the author's policy."""
    quoted = post_rows.by_uri(tx, arrived.object_id) if arrived.object_id else None
    if quoted is None or not quoted.is_local or quoted.boost_of_id is not None or quoted.visibility not in OPEN:
        return Outcome.UNRELATED
    instrument = arrived.activity.instrument
    uri = instrument.id if instrument is not None and instrument.id is not None else ""
    if post_rows.by_uri(tx, uri) is None:
        if arrived.post is None or arrived.post.quote is None or arrived.post.quote.id != quoted.uri:
            raise Disagreement("a request to quote in a post that does not")
        publish.receive(tx, actor, received_post(tx, actor, arrived, context, now), ids=context.ids, live=True, now=now)
    post = post_rows.by_uri(tx, uri)
    if post is None:
        raise Disagreement("a request to quote in a post with another id")
    quotes_received.receive_request(tx, actor, post, quoted, arrived.id, urls=context.urls, ids=context.ids, now=now)
    return Outcome.APPLIED


def accept(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """The quoted author agrees, by a stamp on their own node."""
    result = arrived.activity.result
    if result is None or result.id is None or not same_origin(result.id, actor.uri):
        raise Disagreement("a quote is agreed to without a stamp of its author's node")
    return _answered(tx, actor, arrived, result.id, now)


def reject(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """The quoted author does not agree, or no longer."""
    return _answered(tx, actor, arrived, None, now)


def accept_named(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """An Accept of what only its id, or its kind, tells."""
    if gatherings.is_answered(tx, arrived):
        return gatherings.accept(tx, actor, arrived, context, now)
    if approvals.about(tx, arrived) is not None:
        return approvals.accept(tx, actor, arrived, context, now)
    answer = accept if _is_asked(tx, arrived) else relations.accept
    return answer(tx, actor, arrived, context, now)


def reject_named(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A Reject of what only its id, or its kind, tells."""
    if gatherings.is_answered(tx, arrived):
        return gatherings.reject(tx, actor, arrived, context, now)
    if approvals.about(tx, arrived) is not None:
        return approvals.reject(tx, actor, arrived, context, now)
    answer = reject if _is_asked(tx, arrived) else relations.reject
    return answer(tx, actor, arrived, context, now)


def _is_asked(tx: Tx, arrived: Arrived) -> bool:
    return bool(arrived.object_id and rows.by_request(tx, arrived.object_id))


def _answered(tx: Tx, actor: AccountRow, arrived: Arrived, stamp: str | None, now: Millis) -> Outcome:
    is_new = quotes_received.receive_answer(tx, actor, arrived.object_id or "", stamp, now=now)
    if is_new is None:
        return Outcome.UNRELATED
    return Outcome.APPLIED if is_new else Outcome.ALREADY
