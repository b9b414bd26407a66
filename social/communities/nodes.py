"""The list of the nodes that have members: made by the community's host, taken by the others."""

from collections.abc import Sequence

from social import events
from storage import accounts, communities, community_nodes
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
    events.append(
        tx, events.CommunityNodesChanged(by=community, host=host, at=now, community=community, version=version)
    )
    return True


def recount(tx: Tx, community: AccountId, *, now: Millis) -> bool:
    """Make the list of a community of this node anew; False if it is the same."""
    fresh = community_nodes.counted(tx, community)
    known = communities.by_id(tx, community)
    if known is None or fresh == community_nodes.of(tx, community):
        return False
    return take(tx, community, max(now, known.nodes_version + 1), fresh, now=now)
