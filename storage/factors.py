"""The second step of a sign-in: secrets of code clocks, codes on paper, and sign-ins that are half done."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis, UserId


class FactorRow(Row, frozen=True, kw_only=True):
    """Somebody's clock of codes; `confirmed_at` None while its first code is still asked for."""

    secret: str
    step: int
    created_at: Millis
    confirmed_at: Millis | None


class HalfRow(Row, frozen=True, kw_only=True):
    """Whose password was right."""

    user: UserId
    username: str


_OF = Query(FactorRow, f"SELECT {FactorRow.columns('f')} FROM factors AS f WHERE f.user_id = :user", hot=True)
_BEGIN = Query(
    None,
    """
    INSERT INTO factors (user_id, secret, created_at) VALUES (:user, :secret, :now)
    ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, step = 0, created_at = excluded.created_at
    WHERE factors.confirmed_at IS NULL""",
)
_CONFIRM = Query(None, "UPDATE factors SET confirmed_at = :now WHERE user_id = :user AND confirmed_at IS NULL")
_USE = Query(None, "UPDATE factors SET step = :step WHERE user_id = :user AND step < :step")
_REMOVE = Query(None, "DELETE FROM factors WHERE user_id = :user")
_ADD_CODE = Query(None, "INSERT INTO recovery_codes (user_id, code_hash) VALUES (:user, :code_hash)")
_USE_CODE = Query(None, "DELETE FROM recovery_codes WHERE user_id = :user AND code_hash = :code_hash")
_DROP_CODES = Query(None, "DELETE FROM recovery_codes WHERE user_id = :user")
_CODES = Query(int, "SELECT COUNT(*) FROM recovery_codes AS c WHERE c.user_id = :user")
_HALVE = Query(None, "INSERT INTO half_sign_ins (token_hash, user_id, created_at) VALUES (:token_hash, :user, :now)")
_HALF = Query(
    HalfRow,
    """
    SELECT h.user_id AS user, a.username
    FROM half_sign_ins AS h
    JOIN users AS u ON u.id = h.user_id
    JOIN accounts AS a ON a.id = u.account_id
    WHERE h.token_hash = :token_hash AND h.created_at > :since""",
    hot=True,
)
_END = Query(None, "DELETE FROM half_sign_ins WHERE user_id = :user OR created_at <= :before")


def of(tx: Tx, user: UserId) -> FactorRow | None:
    """The clock of codes of somebody."""
    return tx.row(_OF, user=user)


def begin(tx: Tx, user: UserId, secret: str, now: Millis) -> bool:
    """Keep a secret whose first code is asked for; False if one is confirmed already."""
    return tx.run(_BEGIN, user=user, secret=secret, now=now) > 0


def confirm(tx: Tx, user: UserId, now: Millis) -> bool:
    """The first code was right; False if there was nothing to confirm."""
    return tx.run(_CONFIRM, user=user, now=now) > 0


def use(tx: Tx, user: UserId, step: int) -> bool:
    """Note the step of a code; False if that one or a later one was used."""
    return tx.run(_USE, user=user, step=step) > 0


def remove(tx: Tx, user: UserId) -> bool:
    """Forget the clock; False if there was none."""
    return tx.run(_REMOVE, user=user) > 0


def drop_codes(tx: Tx, user: UserId) -> None:
    """No code on paper is good any more."""
    tx.run(_DROP_CODES, user=user)


def replace_codes(tx: Tx, user: UserId, digests: Sequence[str]) -> None:
    """Keep these codes, and none from before."""
    tx.run(_DROP_CODES, user=user)
    for digest in digests:
        tx.run(_ADD_CODE, user=user, code_hash=digest)


def use_code(tx: Tx, user: UserId, digest: str) -> bool:
    """Cross a code out; False if it is none."""
    return tx.run(_USE_CODE, user=user, code_hash=digest) > 0


def codes_left(tx: Tx, user: UserId) -> int:
    """How many codes are good."""
    return tx.value(_CODES, user=user)


def halve(tx: Tx, token_hash: str, user: UserId, now: Millis) -> None:
    """A password was right."""
    tx.run(_HALVE, token_hash=token_hash, user=user, now=now)


def half(tx: Tx, token_hash: str, since: Millis) -> HalfRow | None:
    """Whose sign-in is half done since then."""
    return tx.row(_HALF, token_hash=token_hash, since=since)


def end_halves(tx: Tx, user: UserId, before: Millis) -> None:
    """Forget the half sign-ins of somebody, and those of anybody from before."""
    tx.run(_END, user=user, before=before)
