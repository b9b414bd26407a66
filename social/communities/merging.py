"""One community becomes part of another: both addresses go on working, what was written stays where it stands.

The former one is archived and leads into the other, which has its topics, its rules of membership and, if everybody
might read them, its pages. Members go along (`bringing.py`): each node brings its own people.
"""

import msgspec

from social import events
from social.communities import bringing, pages_received, rules_received, standing, topics
from social.errors import Conflict
from social.people.moves import MOST_ALIASES
from social.policy import Viewer
from social.urls import Urls
from storage import accounts as account_rows
from storage import communities as rows
from storage import moves
from storage.communities import CommunityState, KnownRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis


def merge(tx: Tx, viewer: Viewer, id: AccountId, into: AccountId, *, ids: IdMaker, urls: Urls, now: Millis) -> None:
    """Make the community `id` part of `into`; the viewer is a host of both, which live here.

    Raises NotFound, Forbidden, Conflict for one that is part of another already, or is archived.
    """
    if id == into:
        raise Conflict("merged_with_itself")
    former = standing.require_host(tx, viewer, id)
    other = standing.require_host(tx, viewer, into)
    if former.community.merged_into is not None or other.community.merged_into is not None:
        raise Conflict("merged")
    if other.community.state is CommunityState.ARCHIVED:
        raise Conflict("archived")
    names = [*other.account.aliases.split(), former.account.uri, *former.account.aliases.split()]
    moves.call_also(tx, into, list(dict.fromkeys(names))[-MOST_ALIASES:])
    _join(tx, former, other, by=viewer.account, ids=ids, urls=urls, now=now)


def _join(tx: Tx, former: KnownRow, other: KnownRow, *, by: AccountId, ids: IdMaker, urls: Urls, now: Millis) -> None:
    id, into = former.account.id, other.account.id
    archived = former.community.archived_at or now
    merged = msgspec.structs.replace(
        former.community, state=CommunityState.ARCHIVED, archived_at=archived, merged_into=into, asked_at=None
    )
    rows.rewrite(tx, merged)
    topics.carry(tx, id, into)
    rules_received.carry(tx, id, into, ids=ids, now=now)
    account_rows.touch(tx, id)
    # Before its pages: who is told of them has to know that it is the former one too.
    _say(tx, into, by, now)
    if not former.community.is_closed:
        # What was written for few is never read by more.
        pages_received.carry_all(tx, id, into, tell=True, now=now)
    _say(tx, id, by, now)
    bringing.carry(tx, id, into, ids=ids, urls=urls, now=now)


def _say(tx: Tx, id: AccountId, by: AccountId, now: Millis) -> None:
    events.append(tx, events.CommunityChanged(by=by, at=now, community=id))
    events.append(tx, events.ProfileChanged(by=id, at=now))
