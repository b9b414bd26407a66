"""Who here follows somebody of elsewhere, put right by that node's own list (FEP-8fcf)."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from social import events
from social.clock import MINUTE
from social.people.follows import Verb, move, removed
from storage import accounts, deliveries, followers
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.followers import HereRow
from storage.ids import Millis
from storage.relations import FollowId, FollowState

ANSWERED_WITHIN = 10 * MINUTE
"""How long the answer to a request is waited for before the list counts."""

Counted = Mapping[FollowId, FollowState]
"""The follows of somebody by people here, at one moment."""


def counted(tx: Tx, followee: AccountRow) -> Counted:
    """What is known here, to be looked up before the list is asked for.

    Left out is who has a word on the way to that node: the list is older than it.
    """
    asking = set(deliveries.asking(tx, urlsplit(followee.shared_inbox_url or followee.inbox_url).netloc.lower()))
    here = [row.follow for row in followers.here_of(tx, followee.id)]
    return {follow.id: follow.state for follow in here if follow.follower_id not in asking}


def synchronise(tx: Tx, followee: AccountRow, listed: Sequence[str], before: Counted, *, now: Millis) -> int:
    """Make our side what the followee's node lists of our people; how much changed.

    A follow that is not listed ends. A request that is listed, and whose answer should be here by now, is agreed to:
    shortly after a follow was taken back, who is listed may be so by the earlier one. Of a follow that is listed and
    unknown here the other node is told that it is none. What has changed here since `before` is newer than the list.
    """
    here = followers.here_of(tx, followee.id)
    changed = 0
    for row in here:
        if before.get(row.follow.id) is not row.follow.state:
            continue
        if row.follow.state is FollowState.ACCEPTED and row.uri not in listed:
            changed += removed(tx, row.follow, Verb.REJECT, host=followee.domain, now=now)
        elif _is_answered(row, listed, now) and move(tx, row.follow, Verb.ACCEPT, host=followee.domain, now=now):
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


def _is_answered(row: HereRow, listed: Sequence[str], now: Millis) -> bool:
    is_old = row.follow.created_at <= now - ANSWERED_WITHIN
    return is_old and row.follow.state is FollowState.REQUESTED and row.uri in listed
