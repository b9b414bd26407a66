"""Communities that nobody looks after any more: whoever administers the site is told, once.

That is one of here whose hosts left, or whose accounts ended, or live where nobody has answered for a week; and one of
a node of the group that has not answered for as long, if somebody here is in it: it may go on elsewhere.
"""

from collections.abc import Sequence

from social import events
from social.clock import DAY
from social.trust import group
from storage import accounts
from storage import community_hosts as rows
from storage.engine.database import Tx
from storage.ids import Millis

SILENCE = 7 * DAY
"""As long as what is sent to a node waits for it."""
AT_ONCE = 50


def look(tx: Tx, entities: Sequence[str], own: str, now: Millis) -> int:
    """Have it told of those of which it was not; how many. `entities`: the group's hosts as this node is configured,
    `own` among them."""
    near = sorted(({*entities, *group.domains(tx, now)}) - {own})
    since = Millis(now - SILENCE)
    rows.hosted_again(tx, near, since)
    found = rows.unhosted(tx, near, since, AT_ONCE)
    for id in found:
        account = accounts.by_id(tx, id)
        if account is not None and rows.told(tx, id, now):
            events.append(tx, events.CommunityUnhosted(by=id, host=account.domain, at=now, community=id))
    return len(found)
