"""The second step of a sign-in: six figures from a telephone (RFC 6238), a passkey, or a code on paper, good once.

    token = await node.db.write(ask, user, now=…)              after the password; "" when nothing more is asked
    half = await node.db.write(attempt, token, address, …)     counts first, under the name of the password
    right = await node.db.write(answer, half, code, now=…)     then a session is opened

`docs/decisions/0020-second-step.md` says what is kept and why; passkeys have a file of their own (`passkeys.py`).
"""

import hmac
import secrets

import msgspec
import pyotp

from social.clock import MINUTE, SECOND
from social.errors import Conflict, Invalid, NotFound, Unauthorized
from social.governance.audit import Act, record_of
from social.people import sessions
from social.people.tokens import new_token, token_digest
from social.policy import Role, Viewer, require_person, require_role
from social.settings import PeopleSettings
from storage import accounts as account_rows
from storage import factors as rows
from storage import passkeys as passkey_rows
from storage import users as user_rows
from storage.engine.database import Tx
from storage.factors import HalfRow
from storage.ids import AccountId, Millis, UserId

PATIENCE = 10 * MINUTE
"""How long the code is waited for after the password."""
CODES = 10
_PERIOD = 30 * SECOND
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what the eye confuses on paper."""
_LETTERS = 10
_FIGURES = 6


class FactorView(msgspec.Struct, frozen=True, kw_only=True):
    """How far somebody is: nothing, a `secret` to be put into the telephone, or on since `since`."""

    secret: str = ""
    since: Millis | None = None
    codes: int = 0


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """By what a half sign-in is finished, beside the codes on paper."""

    code: bool = False
    passkey: bool = False


def factor(tx: Tx, viewer: Viewer) -> FactorView:
    """The viewer's own second step; the secret only until its first code came."""
    user = require_person(viewer)
    row, codes = rows.of(tx, user), rows.codes_left(tx, user)
    if row is None:
        return FactorView(codes=codes)
    if row.confirmed_at is None:
        return FactorView(secret=row.secret, codes=codes)
    return FactorView(since=row.confirmed_at, codes=codes)


def is_on(tx: Tx, account: AccountId) -> bool:
    """Whether somebody's sign-in has a second step."""
    user = user_rows.by_account(tx, account)
    return user is not None and _is_on(tx, user.id)


def has_any(tx: Tx, account: AccountId) -> bool:
    """Whether something in somebody's hands signs them in, or is asked for: what a lost telephone takes along."""
    user = user_rows.by_account(tx, account)
    return user is not None and (_is_on(tx, user.id) or bool(passkey_rows.of(tx, user.id)))


def begin(tx: Tx, viewer: Viewer, *, now: Millis) -> None:
    """Make a secret; nothing is asked for before its first code came. Raises Conflict when the step is on already."""
    if not rows.begin(tx, require_person(viewer), pyotp.random_base32(), now):
        raise Conflict("factor_is_on")


def confirm(tx: Tx, viewer: Viewer, code: str, *, now: Millis) -> list[str]:
    """The first code turns the step on; the codes for paper, told this once. Raises Invalid."""
    user = require_person(viewer)
    if not _is_right(tx, user, code, now) or not rows.confirm(tx, user, now):
        raise Invalid("code", "wrong_code")
    return _new_codes(tx, user)


def new_codes(tx: Tx, viewer: Viewer) -> list[str]:
    """Other codes for paper; those from before are good no longer. Raises NotFound while the step is off."""
    user = require_person(viewer)
    if not _is_on(tx, user):
        raise NotFound("factor")
    return _new_codes(tx, user)


def ask_for_passkey(tx: Tx, viewer: Viewer, *, now: Millis) -> list[str]:
    """A passkey is asked for after the password from now on; codes for paper, unless there are some.

    Raises NotFound without any passkey.
    """
    user = require_person(viewer)
    if not passkey_rows.of(tx, user):
        raise NotFound("passkey")
    passkey_rows.ask_for(tx, user, now)
    return [] if rows.codes_left(tx, user) else _new_codes(tx, user)


def remove(tx: Tx, viewer: Viewer) -> None:
    """Turn the code of the telephone off; codes on paper go with it, unless a passkey is still asked for."""
    user = require_person(viewer)
    rows.remove(tx, user)
    if passkey_rows.step(tx, user) is None:
        rows.drop_codes(tx, user)


def reset(tx: Tx, viewer: Viewer, account: AccountId, *, why: str = "", now: Millis) -> None:
    """Turn off the code, and forget the passkeys, of somebody who lost the telephone.

    Raises Forbidden unless the viewer administers.
    """
    require_role(viewer, Role.ADMIN)
    user, row = user_rows.by_account(tx, account), account_rows.by_id(tx, account)
    if user is None or row is None:
        raise NotFound("account")
    had_code, had_passkeys = rows.remove(tx, user.id), passkey_rows.remove_all(tx, user.id)
    rows.drop_codes(tx, user.id)
    if had_code or had_passkeys:
        record_of(tx, viewer, Act.ACCOUNT_FACTOR, row, why=why, now=now)


def ask(tx: Tx, user: UserId, *, now: Millis) -> str:
    """The password was right: the token of the half sign-in, empty when the person has no second step."""
    if not _is_on(tx, user):
        return ""
    rows.end_halves(tx, user, Millis(now - PATIENCE))
    token = new_token()
    rows.halve(tx, token_digest(token), user, now)
    return token


def ways(tx: Tx, token: str, *, now: Millis) -> Ways:
    """By what the half sign-in is finished."""
    half = rows.half(tx, token_digest(token), Millis(now - PATIENCE))
    if half is None:
        return Ways(code=True)
    row = rows.of(tx, half.user)
    return Ways(code=bool(row and row.confirmed_at), passkey=bool(passkey_rows.of(tx, half.user)))


def half_of(tx: Tx, token: str, *, now: Millis) -> HalfRow:
    """Whose sign-in it is. Raises Unauthorized when it is too late."""
    half = rows.half(tx, token_digest(token), Millis(now - PATIENCE))
    if half is None:
        raise Unauthorized("too_late")
    return half


def attempt(tx: Tx, token: str, address: str, *, settings: PeopleSettings, now: Millis) -> HalfRow:
    """Whose sign-in it is; counts as failed until a session opens. Raises Unauthorized when it is too late, TooMany."""
    half = half_of(tx, token, now=now)
    keys = [sessions.name_key(half.username), sessions.address_key(address)]
    sessions.note_failure(tx, keys, settings=settings, now=now)
    return half


def answer(tx: Tx, half: HalfRow, code: str, *, now: Millis) -> bool:
    """Whether the code is right, of the telephone or of the paper; it is used up by that."""
    right = _is_right(tx, half.user, code, now) or rows.use_code(tx, half.user, token_digest(_plain(code)))
    if right:
        rows.end_halves(tx, half.user, Millis(now - PATIENCE))
    return right


def _is_on(tx: Tx, user: UserId) -> bool:
    row = rows.of(tx, user)
    return (row is not None and row.confirmed_at is not None) or passkey_rows.step(tx, user) is not None


def _is_right(tx: Tx, user: UserId, code: str, now: Millis) -> bool:
    """Whether it is the code of now, of the half minute before or of the one after, and was not used."""
    row, figures = rows.of(tx, user), _plain(code)
    if row is None or len(figures) != _FIGURES or not (figures.isascii() and figures.isdigit()):
        return False
    clock, present = pyotp.TOTP(row.secret), now // _PERIOD
    steps = (present - 1, present, present + 1)
    good = [step for step in steps if hmac.compare_digest(clock.generate_otp(step), figures)]
    return bool(good) and rows.use(tx, user, good[-1])


def _new_codes(tx: Tx, user: UserId) -> list[str]:
    made = ["".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(CODES)]
    rows.replace_codes(tx, user, [token_digest(code) for code in made])
    return [f"{code[:5]}-{code[5:]}" for code in made]


def _plain(code: str) -> str:
    """What was written, without the spaces and lines that make it readable."""
    return "".join(code.split()).replace("-", "").lower()
