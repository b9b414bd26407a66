"""The nodes that have members in a community, by the host's signed list."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId


class CommunityNodeRow(Row, frozen=True, kw_only=True):
    """One node of the list. `inbox_url` is its shared inbox."""

    community_id: AccountId
    host: str
    inbox_url: str
    members: int


_OF = Query(
    CommunityNodeRow,
    f"""
    SELECT {CommunityNodeRow.columns("n")} FROM community_nodes AS n
    WHERE n.community_id = :community ORDER BY n.host""",
    hot=True,
)
_COUNTED = Query(
    CommunityNodeRow,
    """
    SELECT m.community_id, a.domain AS host,
        MIN(CASE WHEN a.shared_inbox_url <> '' THEN a.shared_inbox_url ELSE a.inbox_url END) AS inbox_url,
        CAST(COUNT(*) AS BIGINT) AS members
    FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.community_id = :community AND m.state = 'member' AND a.domain <> ''
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    GROUP BY m.community_id, a.domain ORDER BY a.domain""",
    hot=True,
)
_MEMBERS_HERE = Query(
    int,
    """
    SELECT COUNT(*) FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.community_id = :community AND m.state = 'member' AND a.domain = ''
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL""",
    hot=True,
)
_FORGET = Query(None, "DELETE FROM community_nodes WHERE community_id = :community")
_INSERT = Query(
    None,
    """
    INSERT INTO community_nodes (community_id, host, inbox_url, members)
    VALUES (:community_id, :host, :inbox_url, :members)""",
)


def of(tx: Tx, community: AccountId) -> list[CommunityNodeRow]:
    """The list."""
    return tx.rows(_OF, community=community)


def counted(tx: Tx, community: AccountId) -> list[CommunityNodeRow]:
    """The list as the members known here make it: other nodes with members."""
    return tx.rows(_COUNTED, community=community)


def members_here(tx: Tx, community: AccountId) -> int:
    """How many members live on this node."""
    return tx.value(_MEMBERS_HERE, community=community)


def replace(tx: Tx, community: AccountId, rows: Sequence[CommunityNodeRow]) -> None:
    """Another list in its place."""
    tx.run(_FORGET, community=community)
    if rows:
        tx.many(_INSERT, [{name: getattr(row, name) for name in CommunityNodeRow.__struct_fields__} for row in rows])
