"""Accounts as those who administer look for them, with their logins."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId
from storage.users import UserRow


class InvitedRow(Row, frozen=True, kw_only=True):
    """A login, with the account of whoever invited it."""

    inviter: AccountId | None
    user: UserRow


_FOUND = """
    SELECT a.id
    FROM accounts AS a LEFT JOIN users AS u ON u.account_id = a.id
    WHERE a.deleted_at IS NULL AND a.kind <> 'application'
        AND (:origin = 0 OR (:origin = 1 AND a.domain = '') OR (:origin = 2 AND a.domain <> ''))
        AND (CAST(:status AS TEXT) = ''
            OR (:status = 'active' AND a.suspended_at IS NULL AND a.silenced_at IS NULL AND u.disabled_at IS NULL)
            OR (:status = 'suspended' AND a.suspended_at IS NOT NULL)
            OR (:status = 'silenced' AND (a.silenced_at IS NOT NULL OR a.host_silenced = 1))
            OR (:status = 'sensitized' AND a.sensitized_at IS NOT NULL)
            OR (:status = 'disabled' AND u.disabled_at IS NOT NULL))
        AND (:staff = 0 OR u.role IN ('moderator', 'admin'))
        AND (CAST(:role AS TEXT) = '' OR u.role = :role)
        AND (CAST(:username AS TEXT) = '' OR a.username_key LIKE :username ESCAPE '!')
        AND (CAST(:name AS TEXT) = '' OR a.search_name LIKE :name ESCAPE '!')
        AND (CAST(:domain AS TEXT) = '' OR a.domain = :domain)
        AND (CAST(:email AS TEXT) = '' OR u.email LIKE :email ESCAPE '!')
        AND (CAST(:inviter AS BIGINT) = 0 OR EXISTS (
            SELECT 1 FROM invitations AS i JOIN users AS v ON v.id = i.created_by
            WHERE i.used_by = u.id AND v.account_id = :inviter))
        AND a.id < :before AND a.id > :floor"""
# Scans of the accounts, bounded by the size of a group (thousands), for those who administer only.
_DOWN = Query(AccountId, f"{_FOUND} ORDER BY a.id DESC LIMIT :limit")
_UP = Query(AccountId, f"{_FOUND} ORDER BY a.id ASC LIMIT :limit")
_LOGINS = Query(
    InvitedRow,
    f"""
    SELECT (
            SELECT v.account_id FROM invitations AS i JOIN users AS v ON v.id = i.created_by
            WHERE i.used_by = u.id LIMIT 1) AS inviter,
        {UserRow.columns("u")}
    FROM users AS u WHERE u.account_id IN (:accounts[])""",
)


class Asked(Row, frozen=True, kw_only=True):
    """Which accounts. `origin` 1: of here, 2: of elsewhere; texts are beginnings, `name` of any word; empty: all."""

    origin: int = 0
    status: str = ""
    staff: bool = False
    role: str = ""
    username: str = ""
    name: str = ""
    domain: str = ""
    email: str = ""
    inviter: AccountId = AccountId(0)


def found(tx: Tx, asked: Asked, before: int, floor: int, limit: int, *, up: bool) -> list[AccountId]:
    """Ids of accounts strictly between two ids, newest first; `up`: the page directly above `floor`."""
    ids = tx.rows(
        _UP if up else _DOWN,
        origin=asked.origin,
        status=asked.status,
        staff=asked.staff,
        role=asked.role,
        username=_beginning(asked.username),
        name=f"% {_beginning(asked.name)}" if asked.name else "",
        domain=asked.domain,
        email=_beginning(asked.email),
        inviter=asked.inviter,
        before=before,
        floor=floor,
        limit=limit,
    )
    return ids[::-1] if up else ids


def logins(tx: Tx, accounts: Sequence[AccountId]) -> dict[AccountId, InvitedRow]:
    """The logins of accounts that have one."""
    rows = tx.rows(_LOGINS, accounts=accounts) if accounts else []
    return {row.user.account_id: row for row in rows}


def _beginning(text: str) -> str:
    if not text:
        return ""
    return "".join(f"!{letter}" if letter in "!%_" else letter for letter in text.lower()) + "%"
