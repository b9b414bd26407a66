"""A thread goes to another community of its site, or out of its own: NodeBB's `Move` and `Remove` of a topic.

NodeBB has it said by whoever moved it, to those who follow either, and announces it in none of them.
"""

from federation.incoming.arrived import Arrived, Outcome
from federation.names import same_origin
from storage import accounts, communities, placements
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.engine.database import Tx


def move(tx: Tx, actor: AccountRow, said: Arrived) -> Outcome:
    """From one community to another. One that is not known here has no members here: then it leaves its own."""
    origin, target = said.activity.origin, said.activity.target
    if origin is None or target is None or target.id is None or not same_origin(target.id, actor.uri):
        return Outcome.REFUSED
    return _go(tx, actor, said, origin.id, target.id)


def is_of_community(tx: Tx, said: Arrived) -> bool:
    """Whether something is taken out of a community itself, and off none of its lists."""
    return said.activity.target is not None and _known(tx, said.activity.target.id) is not None


def remove(tx: Tx, actor: AccountRow, said: Arrived) -> Outcome:
    """Out of a community."""
    target = said.activity.target
    return Outcome.UNRELATED if target is None else _go(tx, actor, said, target.id, None)


def _go(tx: Tx, actor: AccountRow, said: Arrived, by: str | None, to: str | None) -> Outcome:
    before, after = _known(tx, by), _known(tx, to)
    if before is None or before.account.is_local or said.object_id is None:
        return Outcome.UNRELATED
    # The host of both has let it be done; nobody else's word counts for it.
    if not same_origin(before.account.uri, actor.uri):
        return Outcome.REFUSED
    threads = placements.begun_as(tx, before.account.id, said.object_id)
    for thread in threads:
        placements.move_thread(tx, thread, before.account.id, after.account.id if after is not None else None)
    return Outcome.APPLIED if threads else Outcome.ALREADY


def _known(tx: Tx, uri: str | None) -> KnownRow | None:
    account = accounts.by_uri(tx, uri) if uri else None
    return communities.known(tx, account.id) if account is not None else None
