"""Add and Remove: what somebody shows on their page. Kudos, by the collection of their own; all else is put forward."""

from federation.incoming import featured
from federation.incoming.arrived import Arrived, Context, Outcome
from social.recognition import kudos
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis


def add(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody shows a kudos, or puts something forward."""
    if _is_of_kudos(actor, arrived):
        return _answered(tx, actor, arrived, now, shown=True)
    return featured.add(tx, actor, arrived, context, now)


def remove(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """No longer."""
    if _is_of_kudos(actor, arrived):
        return _answered(tx, actor, arrived, now, shown=False)
    return featured.remove(tx, actor, arrived, context, now)


def _answered(tx: Tx, actor: AccountRow, arrived: Arrived, now: Millis, *, shown: bool) -> Outcome:
    uri = arrived.object_id
    if uri is None:
        return Outcome.UNSUPPORTED
    is_new = kudos.receive_answer(tx, actor, uri, shown=shown, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _is_of_kudos(actor: AccountRow, arrived: Arrived) -> bool:
    target = arrived.activity.target
    return target is not None and target.id == f"{actor.uri}/kudos"
