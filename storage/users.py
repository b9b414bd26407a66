"""Users: the logins of people here."""

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, UserId
from storage.visibility import Visibility


class UserRow(Row, frozen=True, kw_only=True):
    """A login with its settings; the password is not in it. `post_…` are defaults of new posts."""

    id: UserId
    account_id: AccountId
    email: str | None
    role: str
    locale: str
    theme: str
    post_visibility: Visibility
    post_sensitive: bool
    post_language: str | None
    created_at: Millis
    disabled_at: Millis | None
    quote_policy: str = "public"
    expand_media: str = "default"
    expand_spoilers: bool = False
    autoplay_gifs: bool = False
    shortcuts: bool = True
    looks: str = ""


class MemberRow(Row, frozen=True, kw_only=True):
    """A login with its account, for the list of members."""

    user: UserRow
    account: AccountRow


class LoginRow(Row, frozen=True, kw_only=True):
    """What a sign-in needs."""

    user: UserId
    account: AccountId
    username: str
    password_hash: str
    is_disabled: bool
    is_suspended: bool


class CountsRow(Row, frozen=True, kw_only=True):
    """How many people and posts are here."""

    users: int
    active_month: int
    active_halfyear: int
    local_posts: int


_COLUMNS = UserRow.columns("u")
_LOGIN = """
    SELECT u.id AS user, u.account_id AS account, a.username, u.password_hash,
        CASE WHEN u.disabled_at IS NULL THEN 0 ELSE 1 END AS is_disabled,
        CASE WHEN a.suspended_at IS NULL AND a.deleted_at IS NULL THEN 0 ELSE 1 END AS is_suspended
    FROM users AS u JOIN accounts AS a ON a.id = u.account_id"""
_BY_ID = Query(UserRow, f"SELECT {_COLUMNS} FROM users AS u WHERE u.id = :id", hot=True)
_BY_ACCOUNT = Query(UserRow, f"SELECT {_COLUMNS} FROM users AS u WHERE u.account_id = :account", hot=True)
_LOGIN_BY_NAME = Query(LoginRow, f"{_LOGIN} WHERE a.username_key = :name AND a.domain = ''", hot=True)
_LOGIN_BY_EMAIL = Query(LoginRow, f"{_LOGIN} WHERE u.email = :email", hot=True)
_LOGIN_BY_ID = Query(LoginRow, f"{_LOGIN} WHERE u.id = :id", hot=True)
_INSERT = Query(
    None,
    """
    INSERT INTO users (id, account_id, email, password_hash, role, locale, created_at)
    VALUES (:id, :account, CAST(:email AS TEXT), :password_hash, :role, :locale, :now)
    ON CONFLICT DO NOTHING""",
)
_SET_PASSWORD = Query(None, "UPDATE users SET password_hash = :password_hash WHERE id = :id")
_SET_ROLE = Query(None, "UPDATE users SET role = :role WHERE id = :id AND role <> :role")
_DISABLE = Query(None, "UPDATE users SET disabled_at = :now WHERE id = :id AND disabled_at IS NULL")
_ENABLE = Query(None, "UPDATE users SET disabled_at = NULL WHERE id = :id AND disabled_at IS NOT NULL")
_PREFER = Query(
    None,
    """
    UPDATE users
    SET locale = :locale, theme = :theme, post_visibility = :post_visibility, post_sensitive = :post_sensitive,
        post_language = CAST(:post_language AS TEXT), expand_media = :expand_media,
        expand_spoilers = :expand_spoilers, autoplay_gifs = :autoplay_gifs, quote_policy = :quote_policy,
        shortcuts = :shortcuts,
        looks = :looks
    WHERE id = :id""",
)
_OTHER_ADMINS = Query(
    int,
    """
    SELECT COUNT(*)
    FROM users AS u JOIN accounts AS a ON a.id = u.account_id
    WHERE u.role = 'admin' AND u.id <> :id AND u.disabled_at IS NULL AND a.suspended_at IS NULL""",
)
_LOCK_ADMINS = Query(UserId, "SELECT u.id FROM users AS u WHERE u.role = 'admin' ORDER BY u.id FOR UPDATE")
_MEMBERS = f"""
    SELECT {_COLUMNS}, {AccountRow.columns("a")}
    FROM users AS u JOIN accounts AS a ON a.id = u.account_id
    WHERE u.id < :before AND u.id > :floor"""
_MEMBERS_DOWN = Query(MemberRow, f"{_MEMBERS} ORDER BY u.id DESC LIMIT :limit", hot=True)
_MEMBERS_UP = Query(MemberRow, f"{_MEMBERS} ORDER BY u.id ASC LIMIT :limit", hot=True)
_ACTIVE = """
    SELECT COUNT(DISTINCT x.user_id) FROM (
        SELECT s.user_id FROM sessions AS s WHERE s.seen_at > {since}
        UNION ALL SELECT t.user_id FROM tokens AS t WHERE COALESCE(t.used_at, t.created_at) > {since}) AS x"""
_COUNTS = Query(
    CountsRow,
    f"""
    SELECT (SELECT COUNT(*) FROM users AS u WHERE u.disabled_at IS NULL) AS users,
        ({_ACTIVE.format(since=":month")}) AS active_month,
        ({_ACTIVE.format(since=":halfyear")}) AS active_halfyear,
        (SELECT CAST(COALESCE(SUM(a.posts_count), 0) AS BIGINT)
            FROM accounts AS a WHERE a.domain = '') AS local_posts""",
)


def by_id(tx: Tx, id: UserId) -> UserRow | None:
    """The login."""
    return tx.row(_BY_ID, id=id)


def by_account(tx: Tx, account: AccountId) -> UserRow | None:
    """The login of an account; None for accounts without one."""
    return tx.row(_BY_ACCOUNT, account=account)


def login_by_name(tx: Tx, name: str) -> LoginRow | None:
    """The login by user name, in lower case."""
    return tx.row(_LOGIN_BY_NAME, name=name)


def login_by_email(tx: Tx, email: str) -> LoginRow | None:
    """The login by mail address, in lower case."""
    return tx.row(_LOGIN_BY_EMAIL, email=email)


def login_by_id(tx: Tx, id: UserId) -> LoginRow | None:
    """The login, with its password hash."""
    return tx.row(_LOGIN_BY_ID, id=id)


def insert(
    tx: Tx, id: UserId, account: AccountId, email: str | None, password_hash: str, role: str, locale: str, now: Millis
) -> bool:
    """Add a login; False if its mail address is taken."""
    return (
        tx.run(
            _INSERT, id=id, account=account, email=email, password_hash=password_hash, role=role, locale=locale, now=now
        )
        == 1
    )


def set_password(tx: Tx, id: UserId, password_hash: str) -> None:
    """Replace the password."""
    tx.run(_SET_PASSWORD, id=id, password_hash=password_hash)


def set_role(tx: Tx, id: UserId, role: str) -> bool:
    """Replace the role; False if it was that."""
    return tx.run(_SET_ROLE, id=id, role=role) == 1


def disable(tx: Tx, id: UserId, now: Millis) -> bool:
    """Let the person in no longer; False if that was so."""
    return tx.run(_DISABLE, id=id, now=now) == 1


def enable(tx: Tx, id: UserId) -> bool:
    """Let the person in again; False if that was so."""
    return tx.run(_ENABLE, id=id) == 1


def prefer(tx: Tx, user: UserRow) -> None:
    """Replace the settings of the person."""
    tx.run(
        _PREFER,
        id=user.id,
        locale=user.locale,
        theme=user.theme,
        post_visibility=user.post_visibility,
        post_sensitive=user.post_sensitive,
        post_language=user.post_language,
        expand_media=user.expand_media,
        expand_spoilers=user.expand_spoilers,
        autoplay_gifs=user.autoplay_gifs,
        quote_policy=user.quote_policy,
        shortcuts=user.shortcuts,
        looks=user.looks,
    )


def other_admins(tx: Tx, id: UserId) -> int:
    """How many others administer the node; two who step down at once wait for each other."""
    tx.rows(_LOCK_ADMINS)
    return tx.value(_OTHER_ADMINS, id=id)


def members(tx: Tx, before: int, floor: int, limit: int, *, up: bool) -> list[MemberRow]:
    """Logins strictly between two ids, newest first; `up`: the page directly above `floor`."""
    found = tx.rows(_MEMBERS_UP if up else _MEMBERS_DOWN, before=before, floor=floor, limit=limit)
    return found[::-1] if up else found


def counts(tx: Tx, month: Millis, halfyear: Millis) -> CountsRow:
    """Logins, those seen since `month` and since `halfyear`, and posts written here."""
    return tx.value(_COUNTS, month=month, halfyear=halfyear)
