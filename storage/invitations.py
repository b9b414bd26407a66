"""Invitations: links with which somebody makes an account."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import InvitationId, Millis, UserId


class InvitationRow(Row, frozen=True, kw_only=True):
    """One invitation. The link itself is known only to whoever made it."""

    id: InvitationId
    created_by: UserId
    role: str
    note: str
    created_at: Millis
    expires_at: Millis
    used_at: Millis | None
    used_by: UserId | None


_COLUMNS = InvitationRow.columns("i")
_BY_HASH = Query(InvitationRow, f"SELECT {_COLUMNS} FROM invitations AS i WHERE i.token_hash = :token_hash", hot=True)
_ALL = Query(InvitationRow, f"SELECT {_COLUMNS} FROM invitations AS i ORDER BY i.id DESC")
_INSERT = Query(
    None,
    """
    INSERT INTO invitations (id, token_hash, created_by, role, note, created_at, expires_at)
    VALUES (:id, :token_hash, :created_by, :role, :note, :now, :expires_at)""",
)
_USE = Query(
    None,
    """
    UPDATE invitations SET used_at = :now, used_by = :user
    WHERE id = :id AND used_at IS NULL AND expires_at > :now""",
)
_WITHDRAW = Query(None, "DELETE FROM invitations WHERE id = :id AND used_at IS NULL")


def by_hash(tx: Tx, token_hash: str) -> InvitationRow | None:
    """The invitation of a link."""
    return tx.row(_BY_HASH, token_hash=token_hash)


def all(tx: Tx) -> list[InvitationRow]:
    """Every invitation, newest first."""
    return tx.rows(_ALL)


def insert(
    tx: Tx,
    id: InvitationId,
    token_hash: str,
    created_by: UserId,
    role: str,
    note: str,
    expires_at: Millis,
    now: Millis,
) -> None:
    """Add an invitation."""
    tx.run(
        _INSERT,
        id=id,
        token_hash=token_hash,
        created_by=created_by,
        role=role,
        note=note,
        expires_at=expires_at,
        now=now,
    )


def use(tx: Tx, id: InvitationId, user: UserId, now: Millis) -> bool:
    """Use the invitation up; False if somebody was faster or it is too late."""
    return tx.run(_USE, id=id, user=user, now=now) == 1


def withdraw(tx: Tx, id: InvitationId) -> bool:
    """Take back an unused invitation; False if there is none."""
    return tx.run(_WITHDRAW, id=id) == 1
