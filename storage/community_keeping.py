"""The communities that a node keeps, as whoever administers it looks over them; and those that say they follow another.

No page that many people read asks this, so none of it has an index of its own.
"""

from collections.abc import Sequence

from storage.accounts import AccountRow
from storage.communities import CommunityRow, KnownRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis
from storage.visibility import is_over


class KeptRow(Row, frozen=True, kw_only=True):
    """A community of this node. `last_at`: when somebody wrote in it last, or when it was made."""

    community: CommunityRow
    account: AccountRow
    last_at: Millis


class HostRow(Row, frozen=True, kw_only=True):
    """One host of a community."""

    community_id: AccountId
    account: AccountRow


_IS_HOST = f"""m.state = 'member' AND m.role = 'host' AND NOT {is_over("m")}
    AND h.suspended_at IS NULL AND h.deleted_at IS NULL"""
_KEPT = Query(
    KeptRow,
    f"""
    SELECT {CommunityRow.columns("c")}, {AccountRow.columns("a")},
        COALESCE((
            SELECT MAX(s.shown) FROM placements AS s WHERE s.community_id = c.account_id), c.created_at) AS last_at
    FROM communities AS c JOIN accounts AS a ON a.id = c.account_id
    WHERE a.domain = '' AND a.deleted_at IS NULL
        AND (CAST(:words AS TEXT) = '' OR a.search_name LIKE '% ' || CAST(:words AS TEXT) || '%')
        AND CASE CAST(:state AS TEXT)
            WHEN '' THEN 1
            WHEN 'unhosted' THEN CASE WHEN c.state = 'active' AND NOT EXISTS (
                SELECT 1 FROM memberships AS m JOIN accounts AS h ON h.id = m.account_id
                WHERE m.community_id = c.account_id AND {_IS_HOST}) THEN 1 ELSE 0 END
            WHEN 'silent' THEN CASE WHEN c.state = 'active' AND c.asked_at IS NOT NULL THEN 1 ELSE 0 END
            ELSE CASE WHEN c.state = :state THEN 1 ELSE 0 END
        END = 1
        AND c.account_id < :before AND c.account_id > :floor
    ORDER BY c.account_id DESC
    LIMIT :limit""",
)
_HOSTS = Query(
    HostRow,
    f"""
    SELECT m.community_id, {AccountRow.columns("h")}
    FROM memberships AS m JOIN accounts AS h ON h.id = m.account_id
    WHERE m.community_id IN (:ids[]) AND {_IS_HOST}
    ORDER BY m.community_id, m.created_at, m.account_id""",
)
_HEIRS = Query(
    KnownRow,
    f"""
    SELECT {CommunityRow.columns("c")}, {AccountRow.columns("a")}
    FROM communities AS c JOIN accounts AS a ON a.id = c.account_id
    WHERE ' ' || a.aliases || ' ' LIKE '% ' || CAST(:uri AS TEXT) || ' %' AND c.merged_into IS NULL
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    ORDER BY c.account_id LIMIT 20""",
)


def kept(tx: Tx, words: str, state: str, before: int, floor: int, limit: int) -> list[KeptRow]:
    """Communities of this node, newest first. `state`: `active`, `archived`, `silent` (asked whether it lives),
    `unhosted`, or empty for all."""
    return tx.rows(_KEPT, words=words, state=state, before=before, floor=floor, limit=limit)


def hosts(tx: Tx, ids: Sequence[AccountId]) -> list[HostRow]:
    """Who hosts them, the first to come first."""
    return tx.rows(_HOSTS, ids=ids) if ids else []


def heirs(tx: Tx, uri: str) -> list[KnownRow]:
    """Communities, of whatever node, that say they follow the one of that id."""
    # LIKE takes some letters of an address for any other: the ids are compared once more.
    return [row for row in tx.rows(_HEIRS, uri=uri) if uri in row.account.aliases.split()]
