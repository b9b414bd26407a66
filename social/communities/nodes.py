"""The list of the nodes that have members: made by the community's host, taken by the others."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from social import events
from storage import accounts, communities, community_nodes
from storage.communities import KnownRow
from storage.community_nodes import CommunityNodeRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis


def of(tx: Tx, community: AccountId) -> list[CommunityNodeRow]:
    """The list as it is known here."""
    return community_nodes.of(tx, community)


def take(tx: Tx, community: AccountId, version: int, rows: Sequence[CommunityNodeRow], *, now: Millis) -> bool:
    """Take the host's list; False, and nothing changes, for a version that is not newer than the one here."""
    if not communities.nodes_taken(tx, community, version):
        return False
    community_nodes.replace(tx, community, rows)
    account = accounts.by_id(tx, community)
    host = account.domain if account else ""
    if account is not None and not account.is_local:
        # Lists say how many are in: all of them, not only those whose follow is known here.
        accounts.add_followers(tx, community, sum(row.members for row in rows) - account.followers_count)
    events.append(
        tx, events.CommunityNodesChanged(by=community, host=host, at=now, community=community, version=version)
    )
    return True


def recount(tx: Tx, community: AccountId, *, now: Millis) -> bool:
    """Make the list of a community of this node anew, with this node's own members on it; False if it is the same."""
    known = communities.known(tx, community)
    if known is None:
        return False
    fresh = sorted([*community_nodes.counted(tx, community), *_here(tx, known)], key=lambda row: row.host)
    if fresh == sorted(community_nodes.of(tx, community), key=lambda row: row.host):
        return False
    return take(tx, community, max(now, known.community.nodes_version + 1), fresh, now=now)


def _here(tx: Tx, known: KnownRow) -> list[CommunityNodeRow]:
    """The line of the node that keeps the community: to be counted, for whoever writes sends to it anyway."""
    members = community_nodes.members_here(tx, known.account.id)
    if not members:
        return []
    account = known.account
    host, inbox = urlsplit(account.uri).netloc, account.shared_inbox_url or account.inbox_url
    return [CommunityNodeRow(community_id=account.id, host=host, inbox_url=inbox, members=members)]
