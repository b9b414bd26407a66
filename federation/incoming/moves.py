"""Move: an account is another one from now on, a community became part of another one, a thread stands elsewhere."""

from federation.incoming import community_moves
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from social import jobs
from social.communities import merging
from social.people import moves
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import Millis


def move(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Believed only when the new account's own node says the same: a job asks for it. Of a thread: at once."""
    if arrived.activity.origin is not None and arrived.object_id != actor.uri:
        return community_moves.move(tx, actor, arrived)
    target = arrived.activity.target.id if arrived.activity.target else None
    if arrived.object_id != actor.uri:
        raise Disagreement("a Move of somebody else")
    if target is None:
        raise Disagreement("a Move to nowhere")
    if arrived.activity.merged_into == target and actor.kind is AccountKind.GROUP:
        if not merging.is_due(tx, actor.uri):
            return Outcome.ALREADY
        merging.look_soon(tx, actor.uri, target, now)
        return Outcome.APPLIED
    if not moves.is_due(actor, target, now):
        return Outcome.ALREADY
    jobs.enqueue(tx, jobs.BelieveMove(actor=actor.uri, target=target), key=f"{actor.uri} {target}"[:500], due=now)
    return Outcome.APPLIED
