"""One community becomes part of another: both addresses go on working, what was written stays where it stands.

The former one is archived and leads into the other, which has its topics, its rules of membership and, if everybody
might read them, its pages. Members go along (`bringing.py`): each node brings its own people.

Where a community of another node went is for its host to say, and believed only if the other one says the same of
itself: nobody is led into a community that does not know of it.
"""

import msgspec

from social import events, jobs
from social.communities import bringing, pages_received, rules_received, standing, topics
from social.errors import Conflict
from social.governance.audit import Act
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
    """Make the community `id` part of `into`; the viewer hosts both, which live here, or administers the site.

    Raises NotFound, Forbidden, Conflict for one that is part of another already, or is archived.
    """
    if id == into:
        raise Conflict("merged_with_itself")
    former = standing.require_keeper(tx, viewer, id, Act.COMMUNITY_MERGE, now=now)
    other = standing.require_keeper(tx, viewer, into, Act.COMMUNITY_MERGE, now=now)
    if former.community.merged_into is not None or other.community.merged_into is not None:
        raise Conflict("merged")
    if other.community.state is CommunityState.ARCHIVED:
        raise Conflict("archived")
    names = [*other.account.aliases.split(), former.account.uri, *former.account.aliases.split()]
    moves.call_also(tx, into, list(dict.fromkeys(names))[-MOST_ALIASES:])
    _join(tx, former, other, by=viewer.account, ids=ids, urls=urls, now=now)


def look_soon(tx: Tx, community: str, into: str, now: Millis) -> None:
    """The host of a community says that it became part of `into`, by their ids: have that one asked. What it says last
    counts, so that there is never more than one to be asked."""
    jobs.replace(tx, jobs.BelieveMerge(community=community, into=into), key=community[:500], due=now)


def is_due(tx: Tx, community: str) -> bool:
    """Whether a community of elsewhere is known here, and not that it is part of another one."""
    account = account_rows.by_uri(tx, community)
    row = rows.by_id(tx, account.id) if account is not None and not account.is_local else None
    return row is not None and row.merged_into is None


def believed(tx: Tx, community: str, into: AccountId, *, ids: IdMaker, urls: Urls, now: Millis) -> bool:
    """The host of a community of elsewhere says that it became part of another, whose document was read just now.

    False, and nothing changes, if that one does not say so of itself, or it is known, or each would be in the other.
    """
    other = rows.known(tx, into)
    if other is None or not is_due(tx, community) or community not in other.account.aliases.split():
        return False
    account = account_rows.by_uri(tx, community)
    former = rows.known(tx, account.id) if account is not None else None
    if former is None or former.account.id in _way(tx, other):
        return False
    _join(tx, former, other, by=former.account.id, host=former.account.domain, ids=ids, urls=urls, now=now)
    return True


def _way(tx: Tx, known: KnownRow) -> list[AccountId]:
    """The community, the one that it became part of, and so on."""
    way = [known.account.id]
    while (row := rows.by_id(tx, way[-1])) is not None and row.merged_into is not None and row.merged_into not in way:
        way.append(row.merged_into)
    return way


def _join(
    tx: Tx,
    former: KnownRow,
    other: KnownRow,
    *,
    by: AccountId,
    host: str = "",
    ids: IdMaker,
    urls: Urls,
    now: Millis,
) -> None:
    """`host`: where it was done."""
    id, into = former.account.id, other.account.id
    archived = former.community.archived_at or now
    merged = msgspec.structs.replace(
        former.community, state=CommunityState.ARCHIVED, archived_at=archived, merged_into=into, asked_at=None
    )
    rows.rewrite(tx, merged)
    account_rows.touch(tx, id)
    if other.account.is_local:
        topics.carry(tx, id, into)
        rules_received.carry(tx, id, into, ids=ids, now=now)
        # Before its pages: who is told of them has to know that it is the former one too.
        _say(tx, into, by, "", now)
    if former.account.domain == other.account.domain and not former.community.is_closed:
        # What was written for few is never read by more.
        pages_received.carry_all(tx, id, into, tell=other.account.is_local, now=now)
    _say(tx, id, by, host, now)
    events.append(tx, events.CommunityMerged(by=by, host=host, at=now, community=id, into=into))
    bringing.carry(tx, id, _way(tx, other)[-1], ids=ids, urls=urls, now=now)


def _say(tx: Tx, id: AccountId, by: AccountId, host: str, now: Millis) -> None:
    events.append(tx, events.CommunityChanged(by=by, host=host, at=now, community=id))
    if not host:
        events.append(tx, events.ProfileChanged(by=id, at=now))
