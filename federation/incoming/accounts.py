"""Update of an actor: what it says of itself, and that its own node suspends it."""

from federation import translate
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from social import events, jobs
from social.governance import states
from social.people import remote
from storage import accounts, tombstones
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis

_MARK = "#suspended"
"""A tombstone of this name says that the account's own node hid it: only then may that node show it again."""


def update(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A profile changed."""
    if arrived.profile is None:
        raise Disagreement("an Update without its actor")
    remote.store_remote(tx, translate.remote_actor(arrived.profile), ids=context.ids, now=now)
    _follow_suspension(tx, actor, arrived.profile.is_suspended, now)
    return Outcome.APPLIED


def _follow_suspension(tx: Tx, actor: AccountRow, is_suspended: bool, now: Millis) -> None:
    mark = actor.uri + _MARK
    if is_suspended and accounts.suspend(tx, actor.id, now):
        tombstones.bury(tx, mark, "Suspension", actor.uri, now)
        due = Millis(now + states.KEPT_SUSPENDED)
        jobs.enqueue(tx, jobs.PurgeAccount(account=actor.id), key=str(actor.id), due=due)
        events.append(tx, events.AccountSuspended(by=actor.id, host=actor.domain, at=now))
    elif not is_suspended and tombstones.by_uri(tx, mark) is not None:
        tombstones.unbury(tx, mark)
        if accounts.restore(tx, actor.id):
            events.append(tx, events.AccountRestored(by=actor.id, host=actor.domain, at=now))
