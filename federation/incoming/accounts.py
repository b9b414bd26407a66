"""Update of an actor: what it says of itself, and that its own node suspends it."""

from federation import translate
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from social.governance import states
from social.people import remote
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis


def update(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A profile changed."""
    if arrived.profile is None:
        raise Disagreement("an Update without its actor")
    remote.store_remote(tx, translate.remote_actor(arrived.profile), ids=context.ids, now=now)
    states.follow(tx, actor, is_suspended=arrived.profile.is_suspended, now=now)
    return Outcome.APPLIED
