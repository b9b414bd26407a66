"""How many people a post would reach: those of the group's nodes, and the author's followers, by node."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId


class ReachRow(Row, frozen=True, kw_only=True):
    """A number of people on one node.

    `what`: `people`, `followers`, `blocked` (by the author), or what was decided about the node: `denied`, `allowed`.
    """

    what: str
    domain: str
    people: int


_PERSON = "a.kind = 'person' AND a.suspended_at IS NULL AND a.deleted_at IS NULL"
_REACH = Query(
    ReachRow,
    f"""
    SELECT 'people' AS what, a.domain, COUNT(*) AS people
    FROM accounts AS a WHERE a.domain IN (:domains[]) AND {_PERSON} GROUP BY a.domain
    UNION ALL
    SELECT 'followers' AS what, a.domain, COUNT(*) AS people
    FROM follows AS f JOIN accounts AS a ON a.id = f.follower_id
    WHERE f.followee_id = :author AND f.state = 'accepted' AND {_PERSON} AND NOT EXISTS (
        SELECT 1 FROM blocks AS b WHERE b.account_id = :author AND b.target_id = a.id)
    GROUP BY a.domain
    UNION ALL
    SELECT 'blocked' AS what, a.domain, COUNT(*) AS people
    FROM blocks AS b JOIN accounts AS a ON a.id = b.target_id
    WHERE b.account_id = :author AND {_PERSON} GROUP BY a.domain
    UNION ALL
    SELECT p.policy AS what, p.host AS domain, 0 AS people FROM peers AS p WHERE p.policy IN ('allowed', 'denied')""",
)


def of(tx: Tx, author: AccountId, domains: Sequence[str]) -> list[ReachRow]:
    """The people of these nodes, and the author's followers on any; one statement."""
    return tx.rows(_REACH, author=author, domains=domains)
