"""The first page of a community in few statements: its posts with their places, who leads it, its shelves and sites."""

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis
from storage.memberships import MemberRow, MembershipRow
from storage.placements import PlacementRow
from storage.visibility import visible_to, wanted_by


class ShelfRow(Row, frozen=True, kw_only=True):
    """A topic (`display` is its name as it is read), or how many members a node has (`name` is its domain): `known`
    here, or `told` by the node that keeps the community."""

    kind: str
    name: str
    display: str
    number: int


_OPEN = f"""
        FROM placements AS s JOIN posts AS p ON p.id = s.post_id
        WHERE s.community_id = :community AND s.is_root = 1
            AND (CAST(:topic AS TEXT) = '' OR s.topic = :topic)
            AND {visible_to("p")} AND {wanted_by("p")}"""
_COLUMNS = PlacementRow.columns("s")
_PLACED = Query(
    PlacementRow,
    f"""
    SELECT {PlacementRow.columns("top")}
    FROM (SELECT {_COLUMNS} {_OPEN} AND s.sticky = 1 AND :tops = 1 ORDER BY s.shown DESC LIMIT :limit) AS top
    UNION ALL
    SELECT {PlacementRow.columns("rest")}
    FROM (
        SELECT {_COLUMNS} {_OPEN} AND s.sticky = 0 AND s.shown < :before
        ORDER BY s.shown DESC, p.uri DESC LIMIT :limit) AS rest""",
    hot=True,
)
_CREW = Query(
    MemberRow,
    f"""
    SELECT {MembershipRow.columns("m")}, {AccountRow.columns("a")}
    FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.community_id = :community AND (m.account_id = :viewer
        OR (m.state = 'member' AND m.role IN ('host', 'moderator') AND a.suspended_at IS NULL AND a.deleted_at IS NULL))
    ORDER BY m.created_at, m.account_id""",
    hot=True,
)
_WAITING = Query(
    MemberRow,
    f"""
    SELECT {MembershipRow.columns("m")}, {AccountRow.columns("a")}
    FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.community_id = :community AND m.state IN ('asked', 'invited', 'banned')
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    ORDER BY m.created_at, m.account_id LIMIT :limit""",
    hot=True,
)
_SHELVES = Query(
    ShelfRow,
    """
    SELECT 'topic' AS kind, t.name, t.display, t.position AS number
    FROM community_topics AS t WHERE t.community_id = :community
    UNION ALL
    SELECT 'known' AS kind, a.domain AS name, '' AS display, CAST(COUNT(*) AS BIGINT) AS number
    FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.community_id = :community AND m.state = 'member' AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    GROUP BY a.domain
    UNION ALL
    SELECT 'told' AS kind, n.host AS name, '' AS display, CAST(n.members AS BIGINT) AS number
    FROM community_nodes AS n WHERE n.community_id = :community""",
    hot=True,
)


def placed(
    tx: Tx, community: AccountId, viewer: AccountId, before: int, limit: int, *, tops: bool, topic: str, now: Millis
) -> list[PlacementRow]:
    """The posts that begin something, as the viewer may see them: what is on top (`tops`) first, then the newest."""
    asked = {"community": community, "viewer": viewer, "topic": topic, "now": now}
    rows = tx.rows(_PLACED, before=before, limit=limit, tops=int(tops), **asked)
    return sorted(rows, key=lambda row: (not row.sticky, -row.shown))


def crew(tx: Tx, community: AccountId, viewer: AccountId) -> list[MemberRow]:
    """Who leads the community, the first to come first; and the viewer, whatever they are to it."""
    return tx.rows(_CREW, community=community, viewer=viewer)


def waiting(tx: Tx, community: AccountId, limit: int) -> list[MemberRow]:
    """Who asks to come in, is invited or was put out, the first to come first."""
    return tx.rows(_WAITING, community=community, limit=limit)


def shelves(tx: Tx, community: AccountId) -> list[ShelfRow]:
    """The topics and the sites."""
    return sorted(
        tx.rows(_SHELVES, community=community), key=lambda row: (row.number if row.kind == "topic" else 0, row.name)
    )
