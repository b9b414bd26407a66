"""Rules by which people are members of a community because of where, as what or in which team they work."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NewType

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId

RuleId = NewType("RuleId", int)


class RuleField(StrEnum):
    """What a rule looks at."""

    SITE = "site"
    """the host name of the person's node"""
    JOB = "job"
    TEAM = "team"


class RuleRow(Row, frozen=True, kw_only=True):
    """One rule; `value` is compared without case."""

    id: RuleId
    community_id: AccountId
    field: RuleField
    value: str
    mandatory: bool

    @property
    def name(self) -> str:
        """What a membership calls it."""
        return f"{self.field}={self.value}"


_COLUMNS = RuleRow.columns("r")
_OF = Query(
    RuleRow, f"SELECT {_COLUMNS} FROM community_rules AS r WHERE r.community_id = :community ORDER BY r.id", hot=True
)
_FOR = Query(
    RuleRow,
    f"""
    SELECT {_COLUMNS}
    FROM community_rules AS r
    JOIN communities AS c ON c.account_id = r.community_id
    JOIN accounts AS a ON a.id = c.account_id
    WHERE (a.domain = '' OR a.domain IN (:hosts[]))
        AND (c.state = 'active' OR EXISTS (
            SELECT 1 FROM memberships AS m
            WHERE m.community_id = c.account_id AND m.account_id = :account AND m.by_rule <> ''
                AND (m.state = 'member' OR (m.state = 'invited' AND c.merged_into IS NOT NULL))))
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL
        AND ((r.field = 'site' AND r.value = :site) OR (r.field = 'job' AND r.value = :job)
            OR (r.field = 'team' AND r.value = :team))
    ORDER BY r.mandatory DESC, r.id""",
)
_INSERT = Query(
    None,
    """
    INSERT INTO community_rules (id, community_id, field, value, mandatory)
    VALUES (:id, :community_id, :field, :value, :mandatory)
    ON CONFLICT DO NOTHING""",
)
_DROP = Query(None, "DELETE FROM community_rules WHERE id = :id AND community_id = :community")
_ARE_ANY = Query(int, "SELECT CASE WHEN EXISTS (SELECT 1 FROM community_rules) THEN 1 ELSE 0 END")
_PEOPLE = Query(
    AccountRow,
    f"""
    SELECT {AccountRow.columns("a")}
    FROM users AS u JOIN accounts AS a ON a.id = u.account_id
    WHERE u.disabled_at IS NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.id > :after
    ORDER BY a.id LIMIT :limit""",
)


def of(tx: Tx, community: AccountId) -> list[RuleRow]:
    """The community's rules, the first first."""
    return tx.rows(_OF, community=community)


def holding(tx: Tx, account: AccountRow, site: str, hosts: Sequence[str] = ()) -> list[RuleRow]:
    """Rules of communities here, and of those `hosts`, that hold for somebody of that site with their job and team; the
    mandatory ones first. Those of an archived community hold for who is in by one already, or was when it went on as
    another one."""
    job, team = account.job.casefold(), account.team.casefold()
    return tx.rows(_FOR, account=account.id, site=site, job=job, team=team, hosts=["", *hosts])


def insert(tx: Tx, row: RuleRow) -> bool:
    """Add a rule; False if the community has it."""
    return tx.run(_INSERT, **{name: getattr(row, name) for name in RuleRow.__struct_fields__}) == 1


def drop(tx: Tx, id: RuleId, community: AccountId) -> bool:
    """Take a rule away; False if the community has not got it."""
    return tx.run(_DROP, id=id, community=community) == 1


def are_any(tx: Tx) -> bool:
    """Whether any community has a rule."""
    return tx.value(_ARE_ANY) == 1


def people(tx: Tx, after: AccountId, limit: int) -> Sequence[AccountRow]:
    """People with a login here whose account comes after that one."""
    return tx.rows(_PEOPLE, after=after, limit=limit)
