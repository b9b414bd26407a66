"""Sign-in and the sessions of browsers.

A sign-in is three steps, the same for every face:

    login = await node.db.write(attempt, name, address, settings=…, now=…)     counts first: guesses at once count too
    right = await node.crunched(lambda: verify(settings, login.password_hash if login else None, password))
    token = await node.db.write(open_session, login.user, user_agent, ids=…, now=…)
"""

import msgspec

from social.clock import DAY, HOUR, MINUTE
from social.errors import NotFound, TooMany
from social.people import names
from social.people.tokens import new_token, token_digest
from social.people.users import clean_email, refuse_closed
from social.policy import Role, Viewer, require_person
from social.settings import PeopleSettings
from storage import sessions as rows
from storage import users as user_rows
from storage.engine.database import Tx
from storage.ids import IdMaker, Millis, SessionId, UserId
from storage.sessions import SessionRow
from storage.users import LoginRow

Login = LoginRow

STALE = HOUR
"""How old the note of the last use of a session may get before it is written again."""
ADDRESS_FACTOR = 10
"""A whole plant may come from one address: it has this many times the failures of one name."""
_USER_AGENT_LIMIT = 300
_KEY_LIMIT = 200


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A session that is good, and whoever holds it. `is_stale`: its last use should be written (`touch`)."""

    viewer: Viewer
    id: SessionId
    is_stale: bool


def name_key(name: str) -> str:
    """The key under which failures of a name are counted."""
    return f"name:{names.username_key(name.strip())[:_KEY_LIMIT]}"


def address_key(address: str) -> str:
    """The key under which failures of an address are counted."""
    return f"address:{address[:_KEY_LIMIT]}"


def attempt(tx: Tx, name: str, address: str, *, settings: PeopleSettings, now: Millis) -> Login | None:
    """The login of a user name or mail address, None if nobody has it; the attempt counts as failed until it succeeds.

    Raises TooMany when the name or the address failed too often.
    """
    note_failure(tx, [name_key(name), address_key(address)], settings=settings, now=now)
    return login(tx, name)


def login(tx: Tx, name: str) -> Login | None:
    """The login of a user name or mail address."""
    if "@" in name:
        return user_rows.login_by_email(tx, clean_email(name) or "")
    return user_rows.login_by_name(tx, names.username_key(name.strip()))


def check_attempts(tx: Tx, keys: list[str], *, settings: PeopleSettings, now: Millis) -> None:
    """Raises TooMany if one of the keys failed too often."""
    for row in rows.attempts(tx, keys, Millis(now - settings.attempts_minutes * MINUTE)):
        if row.failures >= _allowed(row.key, settings):
            raise TooMany(Millis(row.since + settings.attempts_minutes * MINUTE), "too_many_attempts")


def note_failure(tx: Tx, keys: list[str], *, settings: PeopleSettings, now: Millis) -> None:
    """Count a failed sign-in for each of the keys. Raises TooMany, counting nothing, if one failed too often."""
    since = Millis(now - settings.attempts_minutes * MINUTE)
    rows.prune_attempts(tx, since)
    for key in sorted(keys):
        row = rows.fail(tx, key, since, now)
        if row.failures > _allowed(key, settings):
            raise TooMany(Millis(row.since + settings.attempts_minutes * MINUTE), "too_many_attempts")


def clear(tx: Tx, keys: list[str]) -> None:
    """Forget the failures of the keys."""
    rows.forgive(tx, keys)


def open_session(tx: Tx, user: UserId, user_agent: str, *, address: str = "", ids: IdMaker, now: Millis) -> str:
    """The token of a new session, after the password was right. Raises Forbidden for a closed login.

    Failures of the name are forgotten, those of the address are not: an own account must not buy guesses at others.
    """
    found = user_rows.login_by_id(tx, user)
    if found is None:
        raise NotFound("account")
    refuse_closed(found.is_disabled, found.is_suspended)
    own = user_rows.by_id(tx, user)
    clear(tx, [name_key(found.username), *([name_key(own.email)] if own and own.email else [])])
    token = new_token()
    agent = " ".join(user_agent.split())[:_USER_AGENT_LIMIT]
    rows.insert(tx, SessionId(ids.make()), user, token_digest(token), agent, address[:_KEY_LIMIT], now)
    return token


def session_of(tx: Tx, token: str, *, settings: PeopleSettings, now: Millis) -> SessionView | None:
    """The session of a token: one statement. None if it ended, was unused too long, or its owner may not come in."""
    row = rows.bearer(tx, token_digest(token), Millis(now - settings.session_days * DAY))
    if row is None:
        return None
    viewer = Viewer(
        account=row.account,
        user=row.user,
        role=Role(row.role),
        username=row.username,
        locale=row.locale,
        filters=row.filters,
    )
    return SessionView(viewer=viewer, id=row.id, is_stale=row.seen_at <= now - STALE)


def viewer_of_session(tx: Tx, token: str, *, settings: PeopleSettings, now: Millis) -> Viewer | None:
    """Who holds the session: one statement."""
    found = session_of(tx, token, settings=settings, now=now)
    return None if found is None else found.viewer


def touch(tx: Tx, id: SessionId, *, address: str = "", now: Millis) -> None:
    """The session was used: written at most once an hour, because a write costs more than the page it is for."""
    rows.touch(tx, id, address[:_KEY_LIMIT], now)


def sessions(tx: Tx, viewer: Viewer) -> list[SessionRow]:
    """The viewer's own sessions, newest first; the one in use has the `token_digest` of its token."""
    return rows.of_user(tx, require_person(viewer))


def end_session(tx: Tx, token: str) -> None:
    """Sign out."""
    rows.end(tx, token_digest(token))


def end_one(tx: Tx, viewer: Viewer, id: SessionId) -> None:
    """End one of the viewer's own sessions. Raises NotFound."""
    if not rows.end_one(tx, require_person(viewer), id):
        raise NotFound("session")


def end_all(tx: Tx, viewer: Viewer, *, keep: str | None = None) -> None:
    """End all of the viewer's own sessions but the one whose token is `keep`."""
    require_person(viewer)
    if viewer.user is not None:
        rows.end_all(tx, viewer.user, token_digest(keep) if keep else "")


def prune(tx: Tx, *, settings: PeopleSettings, now: Millis) -> int:
    """Forget sessions that ended by themselves; their number."""
    return rows.prune(tx, Millis(now - settings.session_days * DAY))


def _allowed(key: str, settings: PeopleSettings) -> int:
    return settings.attempts * (1 if key.startswith("name:") else ADDRESS_FACTOR)
