"""Accounts that moved: where to, and what people here had with the former one, carried over."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis
from storage.relations import FollowRow


class MutedRow(Row, frozen=True, kw_only=True):
    """Somebody here who does not hear an account."""

    account_id: AccountId
    notifications: bool
    expires_at: Millis | None


_ALIASES = Query(None, "UPDATE accounts SET aliases = :aliases, revision = revision + 1 WHERE id = :id")
_MOVED = Query(
    None,
    """
    UPDATE accounts SET moved_to = :uri, moved_id = :target, moved_at = :now, revision = revision + 1
    WHERE id = :id AND deleted_at IS NULL""",
)
_STAYS = Query(
    None,
    """
    UPDATE accounts SET moved_to = '', moved_id = NULL, revision = revision + 1
    WHERE id = :id AND moved_id IS NOT NULL""",
)
_FOLLOWERS_HERE = Query(
    FollowRow,
    f"""
    SELECT {FollowRow.columns("f")}
    FROM follows AS f JOIN accounts AS a ON a.id = f.follower_id
    WHERE f.followee_id = :account AND a.domain = '' AND a.kind <> 'application' AND a.deleted_at IS NULL
    ORDER BY f.id
    LIMIT :limit""",
    hot=True,
)
_BLOCKERS_HERE = Query(
    AccountId,
    """
    SELECT b.account_id FROM blocks AS b JOIN accounts AS a ON a.id = b.account_id
    WHERE b.target_id = :former AND a.domain = '' AND b.account_id <> :target
        AND NOT EXISTS (SELECT 1 FROM blocks AS n WHERE n.account_id = b.account_id AND n.target_id = :target)
    ORDER BY b.account_id""",
)
_MUTES = Query(
    MutedRow,
    """
    SELECT m.account_id, m.notifications, m.expires_at FROM mutes AS m
    WHERE m.target_id = :former AND m.account_id <> :target
        AND NOT EXISTS (SELECT 1 FROM mutes AS n WHERE n.account_id = m.account_id AND n.target_id = :target)
    ORDER BY m.account_id""",
)


def call_also(tx: Tx, id: AccountId, aliases: Sequence[str]) -> None:
    """The account is also known as these actors."""
    tx.run(_ALIASES, id=id, aliases=" ".join(aliases))


def move(tx: Tx, id: AccountId, target: AccountId, uri: str, now: Millis) -> None:
    """The account is at another place from now on."""
    tx.run(_MOVED, id=id, target=target, uri=uri, now=now)


def stay(tx: Tx, id: AccountId) -> bool:
    """The account is where it was after all; False if it never moved."""
    return tx.run(_STAYS, id=id) == 1


def followers_here(tx: Tx, account: AccountId, limit: int) -> list[FollowRow]:
    """Follows of the account by people here, accepted or asked for."""
    return tx.rows(_FOLLOWERS_HERE, account=account, limit=limit)


def blockers_here(tx: Tx, former: AccountId, target: AccountId) -> list[AccountId]:
    """People here who block the former account and not yet the new one."""
    return tx.rows(_BLOCKERS_HERE, former=former, target=target)


def mutes(tx: Tx, former: AccountId, target: AccountId) -> list[MutedRow]:
    """Who does not hear the former account, and hears the new one so far."""
    return tx.rows(_MUTES, former=former, target=target)
