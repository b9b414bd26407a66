"""Communities that nobody looks after: of here without a host who lives, of the group whose node is gone.

Asked every ten minutes by one task, by nobody's page.
"""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import AccountId, Millis
from storage.visibility import is_over


def lives_here(community: str, *roles: str) -> str:
    """Condition: somebody of this node has one of the roles in the community."""
    named = ", ".join(f"'{role}'" for role in roles)
    return f"""EXISTS (
        SELECT 1 FROM memberships AS lm JOIN accounts AS lh ON lh.id = lm.account_id
        WHERE lm.community_id = {community} AND lm.state = 'member' AND lm.role IN ({named}) AND NOT {is_over("lm")}
            AND lh.domain = '' AND lh.suspended_at IS NULL AND lh.deleted_at IS NULL)"""


_GONE = "p.failures > 0 AND COALESCE(p.last_success_at, p.created_at) < :since"
"""A node that was asked, and has not answered since then."""
_HAS_HOST = f"""EXISTS (
        SELECT 1 FROM memberships AS m JOIN accounts AS h ON h.id = m.account_id
        WHERE m.community_id = c.account_id AND m.state = 'member' AND m.role = 'host' AND NOT {is_over("m")}
            AND h.suspended_at IS NULL AND h.deleted_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM peers AS p WHERE h.domain <> '' AND p.host = h.domain AND {_GONE}))"""
_IS_AWAY = f"EXISTS (SELECT 1 FROM peers AS p WHERE p.host = a.domain AND {_GONE})"
_HAS_MEMBER_HERE = """EXISTS (
        SELECT 1 FROM memberships AS n JOIN accounts AS o ON o.id = n.account_id
        WHERE n.community_id = c.account_id AND n.state = 'member' AND o.domain = '' AND o.suspended_at IS NULL
            AND o.deleted_at IS NULL)"""
_UNHOSTED = f"""((a.domain = '' AND NOT {_HAS_HOST})
        OR (a.domain IN (:near[]) AND {_HAS_MEMBER_HERE} AND {_IS_AWAY}))"""
_FOUND = Query(
    AccountId,
    f"""
    SELECT c.account_id FROM communities AS c JOIN accounts AS a ON a.id = c.account_id
    WHERE c.unhosted_at IS NULL AND c.state = 'active' AND c.merged_into IS NULL
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND {_UNHOSTED}
    ORDER BY c.account_id LIMIT :limit""",
)
_HOSTED = Query(
    None,
    f"""
    UPDATE communities SET unhosted_at = NULL
    WHERE unhosted_at IS NOT NULL AND account_id IN (
        SELECT c.account_id FROM communities AS c JOIN accounts AS a ON a.id = c.account_id
        WHERE c.unhosted_at IS NOT NULL AND NOT {_UNHOSTED})""",
)
_TOLD = Query(None, "UPDATE communities SET unhosted_at = :now WHERE account_id = :id AND unhosted_at IS NULL")


def unhosted(tx: Tx, near: Sequence[str], since: Millis, limit: int) -> list[AccountId]:
    """Communities that nobody looks after and of which nobody was told. `near`: the group's nodes; one that has not
    answered since `since` is gone, and with it who lives there."""
    return tx.rows(_FOUND, near=["-", *near], since=since, limit=limit)


def told(tx: Tx, id: AccountId, now: Millis) -> bool:
    """Administrators are told of it now; False if they were."""
    return tx.run(_TOLD, id=id, now=now) == 1


def hosted_again(tx: Tx, near: Sequence[str], since: Millis) -> int:
    """Those that somebody looks after again: when that ends, it is told again. How many."""
    return tx.run(_HOSTED, near=["-", *near], since=since)
