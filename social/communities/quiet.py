"""Communities where nobody writes any more: the hosts are asked, then it is archived, and never deleted.

Where no host lives at this node those who moderate it are asked, and where nobody does, who administers the site.
"""

import msgspec

from social import events
from social.clock import DAY
from social.communities import communities, standing
from social.governance.audit import Act
from social.policy import Viewer
from storage import communities as rows
from storage import holding
from storage.communities import CommunityState
from storage.engine.database import Tx
from storage.ids import AccountId, Millis

SILENCE = 90 * DAY
ANSWER = 14 * DAY
"""So long hosts have to say that it lives, before it is archived."""
AT_ONCE = 50


def ask_hosts(tx: Tx, now: Millis) -> None:
    """Ask where nobody wrote for long, and archive where that was asked and nobody said or wrote anything since."""
    since = Millis(now - SILENCE)
    for id in rows.silent(tx, since, AT_ONCE):
        holding.community(tx, id)
        row = rows.by_id(tx, id)
        if row is not None:
            rows.rewrite(tx, msgspec.structs.replace(row, asked_at=now))
            events.append(tx, events.CommunityQuiet(by=id, at=now, community=id))
    for id in rows.silent(tx, since, AT_ONCE, asked_before=Millis(now - ANSWER)):
        holding.community(tx, id)
        row = rows.by_id(tx, id)
        if row is not None:
            communities.set_state(tx, id, row, CommunityState.ARCHIVED, now=now)


def answer(tx: Tx, viewer: Viewer, id: AccountId, *, now: Millis) -> None:
    """A host, or who stands in for one, says that the community lives: it is not asked again for as long.

    Raises NotFound, Forbidden.
    """
    holding.community(tx, id)
    known = standing.require_answerable(tx, viewer, id, Act.COMMUNITY_KEEP, now=now)
    rows.rewrite(tx, msgspec.structs.replace(known.community, asked_at=None, alive_at=now))
