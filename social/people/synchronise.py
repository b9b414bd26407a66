"""Who here follows somebody of elsewhere, put right by that node's own list (FEP-8fcf)."""

from collections.abc import Sequence

from social import events
from social.people.follows import Verb, move, removed
from storage import accounts, followers
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.relations import FollowState


def synchronise(tx: Tx, followee: AccountRow, listed: Sequence[str], *, now: Millis) -> int:
    """Make our side what the followee's node lists of our people; how much changed.

    A follow that is not listed ends; a request that is listed is agreed to; of a follow that is listed and unknown here
    the other node is told that it is none.
    """
    here = followers.here_of(tx, followee.id)
    changed = 0
    for row in here:
        if row.follow.state is FollowState.ACCEPTED and row.uri not in listed:
            changed += removed(tx, row.follow, Verb.REJECT, host=followee.domain, now=now)
        elif row.follow.state is FollowState.REQUESTED and row.uri in listed and move(tx, row.follow, Verb.ACCEPT):
            by = row.follow.follower_id
            event = events.FollowAccepted(by=by, of=followee.id, uri=row.follow.uri, host=followee.domain, at=now)
            events.append(tx, event)
            changed += 1
    unknown = set(listed) - {row.uri for row in here}
    for uri in sorted(unknown):
        account = accounts.by_uri(tx, uri)
        if account is not None and account.is_local:
            undone = f"{uri}#follows/unknown-{followee.id}"
            events.append(tx, events.FollowRemoved(by=account.id, of=followee.id, uri=undone, at=now))
            changed += 1
    return changed
