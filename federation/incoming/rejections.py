"""A Reject of what this node sent, by the node that it is for: NodeBB's word for what it cannot do.

NodeBB leaves the request itself unanswered, names no id, and wraps what the activity was about in its kind and actor.
"""

from federation.document import BadDocument, decode, id_of, text_of
from federation.incoming import quotes
from federation.incoming.arrived import Arrived, Context, Outcome
from storage import accounts, deliveries
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis

LOOKED_AT = 200
ERROR = "rejected by its server"


def reject(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """The answer to a follow, a seat, a quote; else the end of what waits for that node and is meant."""
    outcome = quotes.reject_named(tx, actor, arrived, context, now)
    if outcome is not Outcome.UNSUPPORTED:
        return outcome
    return Outcome.APPLIED if _called_off(tx, actor, arrived, now) else Outcome.UNSUPPORTED


def _called_off(tx: Tx, actor: AccountRow, arrived: Arrived, now: Millis) -> bool:
    about = arrived.activity.object
    fields = (about.fields if about is not None else None) or {}
    kind, what = text_of(fields.get("type")), id_of(fields.get("object"))
    sender = accounts.by_uri(tx, id_of(fields.get("target")) or id_of(fields.get("actor")) or "")
    if not kind or what is None or sender is None or not sender.is_local:
        return False
    waiting = deliveries.waiting_of(tx, sender.id, actor.domain, kind, LOOKED_AT)
    meant = [row for row in waiting if _is_about(row.body, what)]
    for row in meant:
        deliveries.refused(tx, row.id, ERROR, now)
    return bool(meant)


def _is_about(body: str, what: str) -> bool:
    try:
        return id_of(decode(body.encode()).get("object")) == what
    except BadDocument:
        return False
