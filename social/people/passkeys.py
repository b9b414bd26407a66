"""Passkeys (WebAuthn): a key in a telephone, a computer or on a stick signs in what it is asked to sign.

    options = await node.db.write(begin_adding, viewer, bound, party, now=…)      to `navigator.credentials.create`
    options = await node.db.write(begin_signing, Purpose.ALONE, bound, party, now=…)  to `navigator.credentials.get`
    asked = await node.db.write(spend, Purpose.ALONE, bound, now=…)               once, and before what came is read
    user = await node.db.write(signed_by, answer, asked, party, now=…)            then a session is opened

`docs/decisions/0027-passkeys.md` says what is kept and why.
"""

from enum import Enum
from ipaddress import ip_address
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

import msgspec

from social.clock import MINUTE
from social.errors import Conflict, Invalid, NotFound, Unauthorized
from social.people import sessions
from social.people.tokens import token_digest
from social.policy import Viewer, require_person
from social.settings import PeopleSettings
from social.text import clean_line
from social.urls import Urls
from storage import factors as factor_rows
from storage import passkeys as rows
from storage.engine.database import Tx
from storage.factors import HalfRow
from storage.ids import IdMaker, Millis, PasskeyId, UserId
from storage.passkeys import PasskeyRow

PATIENCE = 5 * MINUTE
"""How long a device may take to sign."""
MOST = 20
"""Keys of one person."""
CHALLENGE_BYTES = 64
NAME_LIMIT = 60
ANSWER_LIMIT = 60_000
"""Characters of what a browser gives."""


class Purpose(Enum):
    """What a signature is for; one is never good for another."""

    ADD = "add"
    ALONE = "alone"
    SECOND = "second"


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """This site as devices know it: the host that a key is for, and the origin of its pages."""

    host: str
    origin: str
    name: str

    @property
    def is_named(self) -> bool:
        """Whether keys can be made for it: a bare address has no name to make them for."""
        try:
            ip_address(self.host.strip("[]"))
        except ValueError:
            return bool(self.host)
        return False


def party(urls: Urls, name: str) -> Party:
    """The site under its address, called `name` by devices."""
    return Party(host=urlsplit(urls.base).hostname or "", origin=urls.base, name=name)


def passkeys(tx: Tx, viewer: Viewer) -> tuple[list[PasskeyRow], Millis | None]:
    """The viewer's own keys, and since when one is asked for after the password."""
    user = require_person(viewer)
    return rows.of(tx, user), rows.step(tx, user)


def begin_adding(tx: Tx, viewer: Viewer, bound: str, party: Party, *, now: Millis) -> dict[str, Any]:
    """What a device needs to make a key for the viewer. `bound`: the token of the session. Raises Invalid, Conflict."""
    user = require_person(viewer)
    _require_named(party)
    known = rows.of(tx, user)
    if len(known) >= MOST:
        raise Conflict("too_many_passkeys", maximum=MOST)
    from social.people import devices

    return devices.to_make_one(
        party.host,
        party.name,
        _handle(user),
        viewer.username,
        _asked(tx, Purpose.ADD, bound, now),
        [key.credential for key in known],
        PATIENCE,
    )


def add(tx: Tx, viewer: Viewer, answer: str, asked: str, party: Party, *, name: str, ids: IdMaker, now: Millis) -> None:
    """Keep the key that a device made. Raises Invalid for anything but what it was asked for, Conflict for a known one.

    What made the key is not asked to prove its maker: a site that trusts some makers only needs more than that.
    """
    user = require_person(viewer)
    if len(rows.of(tx, user)) >= MOST:
        raise Conflict("too_many_passkeys", maximum=MOST)
    from social.people import devices

    try:
        made = devices.made(_read(answer), asked, party.host, party.origin)
    except ValueError as wrong:
        raise Invalid("passkey", "no_passkey") from wrong
    added = rows.insert(
        tx,
        PasskeyId(ids.make()),
        user,
        made.credential,
        made.public_key,
        _name(name),
        sign_count=made.sign_count,
        backed_up=made.is_backed_up,
        now=now,
    )
    if not added:
        raise Conflict("passkey_is_here")


def rename(tx: Tx, viewer: Viewer, id: PasskeyId, name: str) -> None:
    """Call one of the viewer's own keys differently. Raises NotFound, Invalid."""
    if not rows.rename(tx, require_person(viewer), id, _name(name)):
        raise NotFound("passkey")


def remove(tx: Tx, viewer: Viewer, id: PasskeyId) -> None:
    """Forget one of the viewer's own keys; without any, none is asked for. Raises NotFound."""
    user = require_person(viewer)
    if not rows.remove(tx, user, id):
        raise NotFound("passkey")
    if not rows.of(tx, user):
        ask_no_more(tx, viewer)


def ask_no_more(tx: Tx, viewer: Viewer) -> None:
    """The password is enough again, unless a code of the telephone is asked for."""
    user = require_person(viewer)
    rows.ask_no_more(tx, user)
    if factor_rows.of(tx, user) is None:
        factor_rows.drop_codes(tx, user)


def begin_signing(
    tx: Tx, purpose: Purpose, bound: str, party: Party, *, half: HalfRow | None = None, now: Millis
) -> dict[str, Any]:
    """What a device needs to sign in: with any key it holds, verifying who uses it; or, as a second step after the
    password, with one of those of the person. Raises Invalid."""
    _require_named(party)
    allowed = [key.credential for key in rows.of(tx, half.user)] if half else None
    from social.people import devices

    return devices.to_sign(party.host, _asked(tx, purpose, bound, now), allowed, PATIENCE)


def spend(tx: Tx, purpose: Purpose, bound: str, *, now: Millis) -> str:
    """What a device was asked to sign, good no longer by that. Raises Unauthorized when it is too late."""
    asked = rows.spend(tx, _bound(purpose, bound), Millis(now - PATIENCE))
    if asked is None:
        raise Unauthorized("too_late")
    return asked


def note_failure(tx: Tx, answer: str, address: str, *, settings: PeopleSettings, now: Millis) -> None:
    """Count an attempt at the door as failed, for its address and the key that it names. Raises TooMany."""
    keys = [sessions.address_key(address), _key_of(answer)]
    sessions.note_failure(tx, keys, settings=settings, now=now)


def signed_by(tx: Tx, answer: str, asked: str, party: Party, *, half: HalfRow | None = None, now: Millis) -> UserId:
    """Whose key signed what was asked. Raises Unauthorized for every other answer, whatever is wrong with it.

    As a second step, the key must be of whoever's password was right, and the half sign-in ends.
    """
    from social.people import devices

    try:
        credential = _read(answer)
        key = rows.by_credential(tx, str(credential["id"]))
        if key is None or not _is_for(credential, key, half):
            raise Unauthorized("wrong_passkey")
        seen = devices.signed(
            credential, asked, party.host, party.origin, key.public_key, key.sign_count, is_alone=half is None
        )
    except (ValueError, LookupError) as wrong:
        raise Unauthorized("wrong_passkey") from wrong
    rows.use(tx, key.id, seen.sign_count, seen.is_backed_up, now)
    sessions.clear(tx, [_key_of(answer)])
    if half is not None:
        factor_rows.end_halves(tx, key.user_id, Millis(now - PATIENCE))
    return key.user_id


def _is_for(credential: dict[str, Any], key: PasskeyRow, half: HalfRow | None) -> bool:
    """Whether the device says the person whose key it is; as a second step it may leave that out."""
    told = credential["response"].get("userHandle")
    if half is not None and key.user_id != half.user:
        return False
    if told is None:
        return half is not None
    from social.people import devices

    return devices.is_handle(told, _handle(key.user_id))


def _asked(tx: Tx, purpose: Purpose, bound: str, now: Millis) -> str:
    made = token_urlsafe(CHALLENGE_BYTES)
    rows.challenge(tx, _bound(purpose, bound), made, now, before=Millis(now - PATIENCE))
    return made


def _bound(purpose: Purpose, token: str) -> str:
    if not token:
        raise Unauthorized("too_late")
    return token_digest(f"{purpose.value}\n{token}")


def _read(answer: str) -> dict[str, Any]:
    """What the browser gave. Raises ValueError, which includes what is no JSON."""
    if len(answer) > ANSWER_LIMIT:
        raise ValueError("too long")
    try:
        found = msgspec.json.decode(answer, type=dict[str, Any])
    except RecursionError as deep:
        raise ValueError("too deep") from deep
    if not isinstance(found.get("response"), dict):
        raise ValueError("no response")
    return found


def _key_of(answer: str) -> str:
    """Where attempts with one key are counted: never under the name of a person, whom a stranger could shut out."""
    try:
        named = str(_read(answer).get("id", ""))
    except ValueError:
        named = ""
    return f"name:passkey {token_digest(named)}"


def _handle(user: UserId) -> bytes:
    """What a device keeps of a person beside the key: a number that says nothing of them."""
    return str(user).encode()


def _name(written: str) -> str:
    name = clean_line(written)
    if not name:
        raise Invalid("name", "blank")
    if len(name) > NAME_LIMIT:
        raise Invalid("name", "too_long", maximum=NAME_LIMIT)
    return name


def _require_named(party: Party) -> None:
    if not party.is_named:
        raise Invalid("passkey", "no_name")
