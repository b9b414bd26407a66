"""Passkeys: keys of devices that sign somebody in, what they are asked to sign, and who wants one asked for too."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis, PasskeyId, UserId


class PasskeyRow(Row, frozen=True, kw_only=True):
    """A key of somebody. `backed_up`: whoever made it keeps copies, on other devices too."""

    id: PasskeyId
    user_id: UserId
    credential: str
    public_key: str
    name: str
    sign_count: int
    backed_up: bool
    created_at: Millis
    used_at: Millis | None


_COLUMNS = PasskeyRow.columns("k")
_OF = Query(PasskeyRow, f"SELECT {_COLUMNS} FROM passkeys AS k WHERE k.user_id = :user ORDER BY k.id", hot=True)
_BY_CREDENTIAL = Query(PasskeyRow, f"SELECT {_COLUMNS} FROM passkeys AS k WHERE k.credential = :credential", hot=True)
_INSERT = Query(
    None,
    """
    INSERT INTO passkeys (id, user_id, credential, public_key, name, sign_count, backed_up, created_at)
    VALUES (:id, :user, :credential, :public_key, :name, :sign_count, :backed_up, :now)
    ON CONFLICT DO NOTHING""",
)
_RENAME = Query(None, "UPDATE passkeys SET name = :name WHERE id = :id AND user_id = :user")
_USE = Query(
    None,
    "UPDATE passkeys SET sign_count = :sign_count, backed_up = :backed_up, used_at = :now WHERE id = :id",
)
_REMOVE = Query(None, "DELETE FROM passkeys WHERE id = :id AND user_id = :user")
_REMOVE_ALL = Query(None, "DELETE FROM passkeys WHERE user_id = :user")
_STEP = Query(Millis, "SELECT s.since FROM passkey_steps AS s WHERE s.user_id = :user", hot=True)
_STEP_ON = Query(
    None, "INSERT INTO passkey_steps (user_id, since) VALUES (:user, :now) ON CONFLICT (user_id) DO NOTHING"
)
_STEP_OFF = Query(None, "DELETE FROM passkey_steps WHERE user_id = :user")
_ASK = Query(
    None,
    """
    INSERT INTO passkey_challenges (bound_hash, challenge, created_at) VALUES (:bound_hash, :challenge, :now)
    ON CONFLICT (bound_hash) DO UPDATE SET challenge = excluded.challenge, created_at = excluded.created_at""",
)
_SPEND = Query(
    str,
    "DELETE FROM passkey_challenges WHERE bound_hash = :bound_hash AND created_at > :since RETURNING challenge",
)
_FORGET = Query(None, "DELETE FROM passkey_challenges WHERE created_at <= :before")


def of(tx: Tx, user: UserId) -> list[PasskeyRow]:
    """Somebody's keys, oldest first."""
    return tx.rows(_OF, user=user)


def by_credential(tx: Tx, credential: str) -> PasskeyRow | None:
    """The key that a device names."""
    return tx.row(_BY_CREDENTIAL, credential=credential)


def insert(
    tx: Tx,
    id: PasskeyId,
    user: UserId,
    credential: str,
    public_key: str,
    name: str,
    *,
    sign_count: int,
    backed_up: bool,
    now: Millis,
) -> bool:
    """Add a key; False if it is here already."""
    added = tx.run(
        _INSERT,
        id=id,
        user=user,
        credential=credential,
        public_key=public_key,
        name=name,
        sign_count=sign_count,
        backed_up=int(backed_up),
        now=now,
    )
    return added > 0


def rename(tx: Tx, user: UserId, id: PasskeyId, name: str) -> bool:
    """Call a key of somebody differently; False if it is not theirs."""
    return tx.run(_RENAME, id=id, user=user, name=name) > 0


def use(tx: Tx, id: PasskeyId, sign_count: int, backed_up: bool, now: Millis) -> None:
    """Note what a key told of itself when it signed."""
    tx.run(_USE, id=id, sign_count=sign_count, backed_up=int(backed_up), now=now)


def remove(tx: Tx, user: UserId, id: PasskeyId) -> bool:
    """Forget a key of somebody; False if it is not theirs."""
    return tx.run(_REMOVE, id=id, user=user) > 0


def remove_all(tx: Tx, user: UserId) -> bool:
    """Forget every key of somebody, and that one is asked for; False if there was none."""
    tx.run(_STEP_OFF, user=user)
    return tx.run(_REMOVE_ALL, user=user) > 0


def step(tx: Tx, user: UserId) -> Millis | None:
    """Since when a key is asked for after the password."""
    return tx.row(_STEP, user=user)


def ask_for(tx: Tx, user: UserId, now: Millis) -> None:
    """A key is asked for after the password, from now on."""
    tx.run(_STEP_ON, user=user, now=now)


def ask_no_more(tx: Tx, user: UserId) -> None:
    """The password is enough again."""
    tx.run(_STEP_OFF, user=user)


def challenge(tx: Tx, bound_hash: str, challenge: str, now: Millis, *, before: Millis) -> None:
    """Keep what a device is to sign, in the place of an earlier one; forget those from before."""
    tx.run(_FORGET, before=before)
    tx.run(_ASK, bound_hash=bound_hash, challenge=challenge, now=now)


def spend(tx: Tx, bound_hash: str, since: Millis) -> str | None:
    """What was to be signed; it is gone by that."""
    return tx.row(_SPEND, bound_hash=bound_hash, since=since)
