"""Logins of people here: making them, their passwords and roles."""

import msgspec

from social import events
from social.errors import Conflict, Forbidden, Invalid, NotFound, raise_all
from social.governance.audit import Act, record_of
from social.paging import Page
from social.people import accounts, names
from social.people import keys as key_commands
from social.people.keys import KeyPair
from social.people.tokens import token_digest
from social.policy import Role, Viewer, require_person, require_role
from social.urls import Urls
from storage import accounts as account_rows
from storage import grants as grant_rows
from storage import sessions as session_rows
from storage import states
from storage import users as rows
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, UserId
from storage.users import MemberRow, UserRow

_EMAIL_LIMIT = 254


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who joins. Hash and keys are made before the transaction (`passwords`, `keys`)."""

    username: str
    password_hash: str
    keys: KeyPair
    display_name: str = ""
    email: str | None = None
    role: Role = Role.MEMBER
    locale: str = ""
    job: str = ""
    locked: bool = False


def create(tx: Tx, viewer: Viewer | None, new: NewUser, *, ids: IdMaker, urls: Urls, now: Millis) -> UserId:
    """Make an account and its login. `viewer` None is the node itself: the command line, or a checked invitation.

    Raises Forbidden unless the viewer administers, Invalid with every wrong field (`taken` last, alone).
    """
    if viewer is not None:
        require_role(viewer, Role.ADMIN)
    username, email = new.username.strip().lower(), clean_email(new.email)
    raise_all(_problems(new, username, email))
    row = msgspec.structs.replace(
        accounts.new_row(AccountId(ids.make()), username, urls, now=now),
        display_name=names.tidy(new.display_name),
        job=names.tidy(new.job),
        locked=new.locked,
        language=new.locale,
    )
    search = names.search_name(row.display_name, row.username, row.job)
    if not account_rows.insert(tx, row, names.username_key(username), search):
        raise Invalid("username", "taken")
    user = UserId(ids.make())
    if not rows.insert(tx, user, row.id, email, new.password_hash, new.role.value, new.locale, now):
        raise Invalid("email", "taken")
    states.show_role(tx, row.id, _shown_role(new.role))
    if viewer is not None:
        record_of(tx, viewer, Act.ACCOUNT_CREATE, row, now=now)
    key_commands.keep_pair(tx, row.id, urls.key(row.uri), new.keys, now=now)
    events.append(tx, events.AccountJoined(by=row.id, at=now))
    return user


def clean_email(email: str | None) -> str | None:
    """A mail address as it is kept and compared; None for none."""
    return (email or "").strip().lower() or None


def user(tx: Tx, viewer: Viewer) -> UserRow:
    """The viewer's own login and settings."""
    require_person(viewer)
    return _found(rows.by_account(tx, viewer.account))


def user_of(tx: Tx, account: AccountId) -> UserRow | None:
    """The login of an account; None for accounts without one."""
    return rows.by_account(tx, account)


def account_of(tx: Tx, user: UserId) -> AccountId:
    """The account of a login. Raises NotFound."""
    return _found(rows.by_id(tx, user)).account_id


def viewer_of(tx: Tx, account: AccountId) -> Viewer:
    """The person of an account as whoever asks: for the command line and the demo. Raises NotFound."""
    found = _found(rows.by_account(tx, account))
    row = account_rows.by_id(tx, account)
    if row is None:
        raise NotFound("account")
    return Viewer(account=account, user=found.id, role=Role(found.role), username=row.username, locale=found.locale)


def members(tx: Tx, viewer: Viewer, page: Page) -> list[MemberRow]:
    """People with a login here, newest first, paged by the login's id. Raises Forbidden below moderators."""
    require_role(viewer, Role.MODERATOR)
    return rows.members(tx, page.before, page.floor, page.limit, up=page.is_upward)


def password_of(tx: Tx, viewer: Viewer) -> str:
    """The viewer's own password hash, to check the old password before a new one is taken."""
    login = rows.login_by_id(tx, require_person(viewer))
    if login is None:
        raise NotFound("account")
    return login.password_hash


def change_password(tx: Tx, viewer: Viewer, password_hash: str, *, keep: str | None, now: Millis) -> None:
    """Replace one's own password; every session ends but the one whose token is `keep`."""
    own = user(tx, viewer)
    rows.set_password(tx, own.id, password_hash)
    session_rows.end_all(tx, own.id, token_digest(keep) if keep else "")
    events.append(tx, events.ProfileChanged(by=own.account_id, at=now))


def reset_password(tx: Tx, viewer: Viewer | None, account: AccountId, password_hash: str, *, now: Millis) -> None:
    """Give somebody a new password; every session and token ends. Raises Forbidden unless the viewer administers."""
    target = _governed(tx, viewer, account)
    rows.set_password(tx, target.id, password_hash)
    _sign_out(tx, target.id)
    _record(tx, viewer, Act.ACCOUNT_PASSWORD, account, "", now)
    events.append(tx, events.ProfileChanged(by=account, at=now))


def set_role(tx: Tx, viewer: Viewer | None, account: AccountId, role: Role, *, now: Millis) -> None:
    """Give somebody a role. Raises Conflict(last_admin) rather than leave the node without an administrator.

    Who loses rights loses the tokens that carry them.
    """
    target = _governed(tx, viewer, account)
    if role is not Role.ADMIN:
        require_another_admin(tx, target)
    if rows.set_role(tx, target.id, role.value):
        states.show_role(tx, account, _shown_role(role))
        grant_rows.revoke_all(tx, target.id)
        _record(tx, viewer, Act.ACCOUNT_ROLE, account, role.value, now)
        events.append(tx, events.ProfileChanged(by=account, at=now))


def disable(tx: Tx, viewer: Viewer | None, account: AccountId, *, why: str = "", now: Millis) -> None:
    """Let somebody in no longer; what they wrote stays. Raises Conflict(last_admin)."""
    target = _governed(tx, viewer, account)
    require_another_admin(tx, target)
    if rows.disable(tx, target.id, now):
        _sign_out(tx, target.id)
        _record(tx, viewer, Act.ACCOUNT_DISABLE, account, why, now)
        events.append(tx, events.ProfileChanged(by=account, at=now))


def enable(tx: Tx, viewer: Viewer | None, account: AccountId, *, why: str = "", now: Millis) -> None:
    """Let somebody in again."""
    target = _governed(tx, viewer, account)
    if rows.enable(tx, target.id):
        _record(tx, viewer, Act.ACCOUNT_ENABLE, account, why, now)
        events.append(tx, events.ProfileChanged(by=account, at=now))


def refuse_closed(login_is_disabled: bool, login_is_suspended: bool) -> None:
    """Raises Forbidden for a login that may not come in."""
    if login_is_disabled:
        raise Forbidden("account_disabled")
    if login_is_suspended:
        raise Forbidden("account_suspended")


def _found(row: UserRow | None) -> UserRow:
    if row is None:
        raise NotFound("account")
    return row


def _governed(tx: Tx, viewer: Viewer | None, account: AccountId) -> UserRow:
    if viewer is not None:
        require_role(viewer, Role.ADMIN)
    return _found(rows.by_account(tx, account))


def require_another_admin(tx: Tx, target: UserRow) -> None:
    """Raises Conflict(last_admin) when nobody else could administer the node."""
    if target.role == Role.ADMIN and target.disabled_at is None and not rows.other_admins(tx, target.id):
        raise Conflict("last_admin")


def _shown_role(role: Role) -> str:
    return "" if role is Role.MEMBER else role.value


def _record(tx: Tx, viewer: Viewer | None, act: Act, account: AccountId, why: str, now: Millis) -> None:
    row = account_rows.by_id(tx, account)
    if row is not None:
        record_of(tx, viewer, act, row, why=why, now=now)


def _sign_out(tx: Tx, user: UserId) -> None:
    session_rows.end_all(tx, user)
    grant_rows.revoke_all(tx, user)


def _problems(new: NewUser, username: str, email: str | None) -> list[Invalid]:
    problems = accounts.profile_problems(new.display_name, new.job)
    if (code := names.name_problem(username)) is not None:
        problems.insert(0, Invalid("username", code, maximum=names.USERNAME_LIMIT))
    if email is not None and not _is_email(email):
        problems.append(Invalid("email", "invalid"))
    if new.locale not in accounts.LOCALES:
        problems.append(Invalid("locale", "invalid"))
    return problems


def _is_email(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return (
        len(text) <= _EMAIL_LIMIT
        and bool(name and at and host)
        and "@" not in name
        and text.isprintable()
        and not any(letter.isspace() or letter in '<>,;:"()[]\\' for letter in text)
        and all(host.split("."))
    )
