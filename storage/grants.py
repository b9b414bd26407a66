"""Applications, what people granted them, and their tokens (OAuth)."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, AppId, Millis, TokenId, UserId


class AppRow(Row, frozen=True, kw_only=True):
    """A registered application; the secret is not in it."""

    id: AppId
    client_id: str
    name: str
    website: str | None
    redirect_uris: str
    scopes: str
    created_at: Millis

    @property
    def redirects(self) -> tuple[str, ...]:
        """Where it may be answered; compared to the letter."""
        return tuple(self.redirect_uris.split("\n"))


class SecretRow(Row, frozen=True, kw_only=True):
    """An application with the hash of its secret."""

    app: AppRow
    secret_hash: str


class GrantRow(Row, frozen=True, kw_only=True):
    """A code as it was granted."""

    app_id: AppId
    user_id: UserId
    redirect_uri: str
    scopes: str
    challenge: str | None
    expires_at: Millis


class BearerRow(Row, frozen=True, kw_only=True):
    """Who holds a token: everything that a request must know, in one row. No user: the application itself."""

    id: TokenId
    scopes: str
    created_at: Millis
    used_at: Millis | None
    app: AppRow
    user: UserId | None
    account: AccountId | None
    role: str | None
    username: str | None
    locale: str | None
    filters: int | None = None


class TokenRow(Row, frozen=True, kw_only=True):
    """Whose a token is."""

    id: TokenId
    app_id: AppId


class SealedRow(Row, frozen=True, kw_only=True):
    """A token that its application can be given again."""

    id: TokenId
    sealed: str
    created_at: Millis


class AuthorisedRow(Row, frozen=True, kw_only=True):
    """An application that a person let in, with the widest and latest of its tokens."""

    app: AppRow
    scopes: str
    created_at: Millis
    used_at: Millis | None


_COLUMNS = AppRow.columns("p")
_BY_CLIENT_ID = Query(
    SecretRow, f"SELECT {_COLUMNS}, p.secret_hash FROM apps AS p WHERE p.client_id = :client_id", hot=True
)
_INSERT_APP = Query(
    None,
    """
    INSERT INTO apps (id, client_id, secret_hash, name, website, redirect_uris, scopes, created_at)
    VALUES (:id, :client_id, :secret_hash, :name, CAST(:website AS TEXT), :redirect_uris, :scopes, :created_at)
    ON CONFLICT (client_id) DO NOTHING""",
)
_INSERT_GRANT = Query(
    None,
    """
    INSERT INTO grants (code_hash, app_id, user_id, redirect_uri, scopes, challenge, expires_at)
    VALUES (:code_hash, :app_id, :user_id, :redirect_uri, :scopes, CAST(:challenge AS TEXT), :expires_at)""",
)
_TAKE_GRANT = Query(
    GrantRow,
    f"DELETE FROM grants WHERE code_hash = :code_hash RETURNING {GrantRow.columns()}",
)
_PRUNE_GRANTS = Query(None, "DELETE FROM grants WHERE expires_at <= :before")
_NOTE_USED = Query(
    None,
    """
    INSERT INTO used_codes (code_hash, token_id, used_at) VALUES (:code_hash, :token, :now)
    ON CONFLICT (code_hash) DO NOTHING""",
)
_USED = Query(TokenId, "SELECT c.token_id FROM used_codes AS c WHERE c.code_hash = :code_hash", hot=True)
_PRUNE_USED = Query(None, "DELETE FROM used_codes WHERE used_at <= :before")
_INSERT_TOKEN = Query(
    None,
    """
    INSERT INTO tokens (id, token_hash, app_id, user_id, scopes, created_at, sealed)
    VALUES (:id, :token_hash, :app, CAST(:user AS BIGINT), :scopes, :now, CAST(:sealed AS TEXT))""",
)
_SEALED = Query(
    SealedRow,
    """
    SELECT t.id, t.sealed, t.created_at
    FROM tokens AS t
    WHERE t.user_id = :user AND t.app_id = :app AND t.scopes = :scopes AND t.sealed IS NOT NULL
    ORDER BY t.id DESC LIMIT 1""",
    hot=True,
)
_BEARER = Query(
    BearerRow,
    f"""
    SELECT t.id, t.scopes, t.created_at, t.used_at, {_COLUMNS},
        u.id AS user, u.account_id AS account, u.role, a.username, u.locale, u.filters_revision AS filters
    FROM tokens AS t
    JOIN apps AS p ON p.id = t.app_id
    LEFT JOIN users AS u ON u.id = t.user_id
    LEFT JOIN accounts AS a ON a.id = u.account_id
    WHERE t.token_hash = :token_hash
        AND (t.user_id IS NULL
            OR (u.disabled_at IS NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL))""",
    hot=True,
)
_GOOD = Query(
    TokenId,
    """
    SELECT t.id
    FROM tokens AS t
    LEFT JOIN users AS u ON u.id = t.user_id
    LEFT JOIN accounts AS a ON a.id = u.account_id
    WHERE t.id IN (:ids[])
        AND (t.user_id IS NULL
            OR (u.disabled_at IS NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL))""",
    hot=True,
)
_BY_HASH = Query(TokenRow, "SELECT t.id, t.app_id FROM tokens AS t WHERE t.token_hash = :token_hash", hot=True)
_TOUCH = Query(None, "UPDATE tokens SET used_at = :now WHERE id = :id AND COALESCE(used_at, 0) < :now")
_REVOKE = Query(None, "DELETE FROM tokens WHERE id = :id")
_REVOKE_APP = Query(None, "DELETE FROM tokens WHERE user_id = :user AND app_id = :app")
_FORGET_GRANTS = Query(None, "DELETE FROM grants WHERE user_id = :user AND app_id = :app")
_REVOKE_ALL = Query(None, "DELETE FROM tokens WHERE user_id = :user")
_FORGET_ALL_GRANTS = Query(None, "DELETE FROM grants WHERE user_id = :user")
_AUTHORISED = Query(
    AuthorisedRow,
    f"""
    SELECT {_COLUMNS}, t.scopes, t.created_at, t.used_at
    FROM tokens AS t JOIN apps AS p ON p.id = t.app_id
    WHERE t.user_id = :user
    ORDER BY t.id DESC""",
    hot=True,
)


def app_by_client_id(tx: Tx, client_id: str) -> SecretRow | None:
    """The application."""
    return tx.row(_BY_CLIENT_ID, client_id=client_id)


def good(tx: Tx, ids: Sequence[TokenId]) -> list[TokenId]:
    """Those of the tokens that are there and whose owner may come in."""
    return tx.rows(_GOOD, ids=ids)


def insert_app(tx: Tx, app: AppRow, secret_hash: str) -> bool:
    """Add an application; False if its client id is taken."""
    return (
        tx.run(
            _INSERT_APP,
            id=app.id,
            client_id=app.client_id,
            secret_hash=secret_hash,
            name=app.name,
            website=app.website,
            redirect_uris=app.redirect_uris,
            scopes=app.scopes,
            created_at=app.created_at,
        )
        == 1
    )


def insert_grant(tx: Tx, code_hash: str, grant: GrantRow) -> None:
    """Keep a code."""
    tx.run(
        _INSERT_GRANT,
        code_hash=code_hash,
        app_id=grant.app_id,
        user_id=grant.user_id,
        redirect_uri=grant.redirect_uri,
        scopes=grant.scopes,
        challenge=grant.challenge,
        expires_at=grant.expires_at,
    )


def take_grant(tx: Tx, code_hash: str) -> GrantRow | None:
    """What the code stands for; it is good for this once."""
    return tx.row(_TAKE_GRANT, code_hash=code_hash)


def prune_grants(tx: Tx, before: Millis) -> int:
    """Forget codes that are no longer good; their number."""
    return tx.run(_PRUNE_GRANTS, before=before)


def insert_token(
    tx: Tx,
    id: TokenId,
    token_hash: str,
    app: AppId,
    user: UserId | None,
    scopes: str,
    now: Millis,
    sealed: str | None = None,
) -> None:
    """Add a token; `sealed` is what its application alone can read it from again."""
    tx.run(_INSERT_TOKEN, id=id, token_hash=token_hash, app=app, user=user, scopes=scopes, now=now, sealed=sealed)


def sealed(tx: Tx, user: UserId, app: AppId, scopes: str) -> SealedRow | None:
    """The latest token of the person for the application with just these scopes, if it can be given again."""
    return tx.row(_SEALED, user=user, app=app, scopes=scopes)


def note_used(tx: Tx, code_hash: str, token: TokenId, now: Millis, forget_before: Millis) -> None:
    """A code became a token: known for a while, should it come again."""
    tx.run(_PRUNE_USED, before=forget_before)
    tx.run(_NOTE_USED, code_hash=code_hash, token=token, now=now)


def token_of_used(tx: Tx, code_hash: str) -> TokenId | None:
    """The token that a used code became."""
    return tx.row(_USED, code_hash=code_hash)


def bearer(tx: Tx, token_hash: str) -> BearerRow | None:
    """Who holds the token, if its owner may come in."""
    return tx.row(_BEARER, token_hash=token_hash)


def token_by_hash(tx: Tx, token_hash: str) -> TokenRow | None:
    """The token, whoever may use it."""
    return tx.row(_BY_HASH, token_hash=token_hash)


def touch(tx: Tx, id: TokenId, now: Millis) -> None:
    """The token was used."""
    tx.run(_TOUCH, id=id, now=now)


def revoke(tx: Tx, id: TokenId) -> None:
    """End the token."""
    tx.run(_REVOKE, id=id)


def revoke_app(tx: Tx, user: UserId, app: AppId) -> int:
    """End every token and code that the person gave the application; number of tokens."""
    tx.run(_FORGET_GRANTS, user=user, app=app)
    return tx.run(_REVOKE_APP, user=user, app=app)


def revoke_all(tx: Tx, user: UserId) -> int:
    """End every token and code of the person; number of tokens."""
    tx.run(_FORGET_ALL_GRANTS, user=user)
    return tx.run(_REVOKE_ALL, user=user)


def authorised(tx: Tx, user: UserId) -> list[AuthorisedRow]:
    """The person's tokens with their applications, newest first."""
    return tx.rows(_AUTHORISED, user=user)
