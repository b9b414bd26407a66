"""OAuth 2 for applications: registration, codes, tokens (RFC 6749, PKCE by RFC 7636, revocation by RFC 7009).

Mastodon's rules where they are narrower: confidential clients, codes of ten minutes, tokens that do not expire.
"""

import base64
import hashlib
import re
from collections.abc import Collection
from urllib.parse import urlsplit

import msgspec

from social.clock import DAY, HOUR, MINUTE
from social.errors import Forbidden, Invalid, NotFound, Unauthorized, raise_all
from social.people.issued import Token as Token
from social.people.issued import give
from social.people.issued import issue as issue
from social.people.scopes import is_for_role, is_within, parse_scopes, scopes_of_role
from social.people.tokens import is_token, new_token, token_digest
from social.people.users import refuse_closed
from social.policy import ANONYMOUS, Role, Viewer, require_person
from social.text import clean_line
from storage import grants as rows
from storage import users as user_rows
from storage.engine.database import Tx
from storage.grants import AppRow, AuthorisedRow, GrantRow
from storage.ids import AppId, IdMaker, Millis, TokenId, UserId

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
CODE_LIFE = 10 * MINUTE
USED_CODES_KEPT = DAY
STALE = HOUR
"""How old the note of the last use of a token may get before it is written again."""

_NAME_LIMIT = 60
_URI_LIMIT = 2_000
_URIS_LIMIT = 10
_FORBIDDEN_SCHEMES = frozenset({"data", "javascript", "vbscript", "file", "blob", "about"})
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):[\x21-\x7e]*")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class AppDraft(msgspec.Struct, frozen=True, kw_only=True):
    """An application that registers itself."""

    name: str
    redirect_uris: tuple[str, ...]
    scopes: str = "read"
    website: str | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What an application asks a person for."""

    client_id: str
    redirect_uri: str
    scopes: str = "read"
    challenge: str | None = None
    method: str = "S256"


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """A code brought back for a token."""

    client_id: str
    client_secret: str | None
    code: str
    redirect_uri: str
    verifier: str | None = None


class TokenView(msgspec.Struct, frozen=True, kw_only=True):
    """A token that is good, and whoever holds it. `is_app`: the application itself, with no person behind it."""

    id: TokenId
    viewer: Viewer
    scopes: tuple[str, ...]
    app: AppRow
    created_at: Millis
    used_at: Millis | None
    is_app: bool

    def is_stale(self, now: Millis) -> bool:
        """Whether its last use should be written (`touch_token`)."""
        return (self.used_at or self.created_at) <= now - STALE


def register_app(tx: Tx, draft: AppDraft, *, ids: IdMaker, now: Millis) -> tuple[AppRow, str]:
    """A new application and its secret, which is shown this once. Raises Invalid with every wrong field."""
    raise_all(_app_problems(draft))
    secret = new_token()
    app = AppRow(
        id=AppId(ids.make()),
        client_id=new_token(),
        name=clean_line(draft.name),
        website=draft.website or None,
        redirect_uris="\n".join(dict.fromkeys(draft.redirect_uris)),
        scopes=" ".join(parse_scopes(draft.scopes)),
        created_at=now,
    )
    rows.insert_app(tx, app, token_digest(secret))
    return app, secret


def app_by_client_id(tx: Tx, client_id: str) -> AppRow | None:
    """The application."""
    found = rows.app_by_client_id(tx, client_id)
    return None if found is None else found.app


def node_app(tx: Tx, name: str, *, ids: IdMaker, now: Millis) -> AppId:
    """The application of tokens that the node itself makes (command line, demo): made once, found later.

    Nobody knows its secret, so nothing can be exchanged in its name.
    """
    client_id = f"node-{name}"
    scopes = " ".join(parse_scopes(scopes_of_role(Role.ADMIN)))
    app = AppRow(
        id=AppId(ids.make()),
        client_id=client_id,
        name=name,
        website=None,
        redirect_uris=OUT_OF_BAND,
        scopes=scopes,
        created_at=now,
    )
    if rows.insert_app(tx, app, token_digest(new_token())):
        return app.id
    return _app(tx, client_id).id


def check_asked(tx: Tx, viewer: Viewer, asked: Asked) -> AppRow:
    """The application that asks, if it may ask for that: for the page of consent.

    Raises NotFound(app) and Invalid(redirect_uri), which must not be answered to the redirect address; Invalid(scope),
    Invalid(code_challenge…) and Forbidden(scope_needs_role), which may.
    """
    require_person(viewer)
    app = _app(tx, asked.client_id)
    if asked.redirect_uri not in app.redirects:
        raise Invalid("redirect_uri", "invalid_redirect_uri")
    scopes = parse_scopes(asked.scopes)
    if not is_within(scopes, app.scopes):
        raise Invalid("scope", "invalid_scope")
    if not all(is_for_role(scope, viewer.role) for scope in scopes):
        raise Forbidden("scope_needs_role")
    if asked.challenge is not None:
        if asked.method != "S256":
            raise Invalid("code_challenge_method", "invalid_code_challenge_method")
        if _CHALLENGE.fullmatch(asked.challenge) is None:
            raise Invalid("code_challenge", "invalid_code_challenge")
    return app


def grant_code(tx: Tx, viewer: Viewer, asked: Asked, *, now: Millis) -> str:
    """The viewer agrees: a code for the application, good once and for ten minutes. Raises as `check_asked`."""
    user, app = require_person(viewer), check_asked(tx, viewer, asked)
    code = new_token()
    rows.prune_grants(tx, now)
    grant = GrantRow(
        app_id=app.id,
        user_id=user,
        redirect_uri=asked.redirect_uri,
        scopes=" ".join(parse_scopes(asked.scopes)),
        challenge=asked.challenge,
        expires_at=Millis(now + CODE_LIFE),
    )
    rows.insert_grant(tx, token_digest(code), grant)
    return code


def exchange(tx: Tx, brought: Exchange, *, ids: IdMaker, now: Millis) -> Token:
    """A token for a code.

    Raises Unauthorized(invalid_client), and Invalid(invalid_grant) for a code that is wrong, used, too old, another
    application's, for another address, or brought without its verifier. An application that keeps no secret may leave
    it out if the code was asked for with PKCE.
    """
    grant = rows.take_grant(tx, token_digest(brought.code))
    has_challenge = grant is not None and grant.challenge is not None
    app = _client(tx, brought.client_id, brought.client_secret, may_be_public=has_challenge)
    if grant is None or grant.expires_at <= now or grant.app_id != app.id or grant.redirect_uri != brought.redirect_uri:
        raise Invalid("code", "invalid_grant")
    if not _is_verified(grant.challenge, brought.verifier):
        raise Invalid("code", "invalid_grant")
    _require_open(tx, grant.user_id)
    id, token = give(tx, app, grant.user_id, grant.scopes, ids, now, secret=brought.client_secret)
    rows.note_used(tx, token_digest(brought.code), id, now, Millis(now - USED_CODES_KEPT))
    return token


def end_replayed(tx: Tx, code: str) -> None:
    """A code that was used came again: one of the two who have it stole it, and what it gave ends (RFC 6749 §10.5)."""
    token = rows.token_of_used(tx, token_digest(code))
    if token is not None:
        rows.revoke(tx, token)


def client_token(tx: Tx, client_id: str, client_secret: str | None, scopes: str, *, ids: IdMaker, now: Millis) -> Token:
    """A token of the application itself (`client_credentials`). Raises Unauthorized(invalid_client), Invalid(scope)."""
    app = _client(tx, client_id, client_secret)
    return give(tx, app, None, _within(app, scopes), ids, now)[1]


def password_token(
    tx: Tx, client_id: str, client_secret: str | None, user: UserId, scopes: str, *, ids: IdMaker, now: Millis
) -> Token:
    """A token for a person whose password was right. Raises Unauthorized(invalid_client), Invalid(scope), Forbidden."""
    app = _client(tx, client_id, client_secret)
    role = _require_open(tx, user)
    wanted = _within(app, scopes)
    if not all(is_for_role(scope, role) for scope in wanted.split()):
        raise Forbidden("scope_needs_role")
    return give(tx, app, user, wanted, ids, now, secret=client_secret)[1]


def viewer_of_token(tx: Tx, token: str) -> TokenView | None:
    """Who holds the token: one statement. None if it was revoked or its owner may not come in."""
    row = rows.bearer(tx, token_digest(token))
    if row is None:
        return None
    viewer = ANONYMOUS
    if row.user is not None and row.account is not None and row.role is not None:
        viewer = Viewer(
            account=row.account,
            user=row.user,
            role=Role(row.role),
            username=row.username or "",
            locale=row.locale or "",
            filters=row.filters or 0,
        )
    return TokenView(
        id=row.id,
        viewer=viewer,
        scopes=tuple(row.scopes.split()),
        app=row.app,
        created_at=row.created_at,
        used_at=row.used_at,
        is_app=row.user is None,
    )


def good_tokens(tx: Tx, ids: Collection[TokenId]) -> set[TokenId]:
    """Those of the tokens that still let their owners in: one statement for all who listen."""
    return set(rows.good(tx, list(ids)))


def touch_token(tx: Tx, id: TokenId, *, now: Millis) -> None:
    """The token was used: written at most once an hour."""
    rows.touch(tx, id, now)


def revoke(tx: Tx, client_id: str, client_secret: str | None, token: str) -> None:
    """End a token of the application; an unknown one is as good as ended. Raises Unauthorized(invalid_client),
    Forbidden(unauthorized_client) for the token of another application."""
    app = _client(tx, client_id, client_secret)
    row = rows.token_by_hash(tx, token_digest(token))
    if row is None:
        return
    if row.app_id != app.id:
        raise Forbidden("unauthorized_client")
    rows.revoke(tx, row.id)


def authorised_apps(tx: Tx, viewer: Viewer) -> list[AuthorisedRow]:
    """The applications that the viewer let in, each once with its latest token, latest first."""
    found: dict[AppId, AuthorisedRow] = {}
    for row in rows.authorised(tx, require_person(viewer)):
        found.setdefault(row.app.id, row)
    return list(found.values())


def revoke_app(tx: Tx, viewer: Viewer, app: AppId) -> None:
    """Let an application in no longer: all its tokens and codes of the viewer end. Raises NotFound."""
    if not rows.revoke_app(tx, require_person(viewer), app):
        raise NotFound("app")


def _app(tx: Tx, client_id: str) -> AppRow:
    app = app_by_client_id(tx, client_id)
    if app is None:
        raise NotFound("app")
    return app


def _client(tx: Tx, client_id: str, secret: str | None, *, may_be_public: bool = False) -> AppRow:
    found = rows.app_by_client_id(tx, client_id)
    if found is None:
        raise Unauthorized("invalid_client")
    if secret is None:
        if not may_be_public:
            raise Unauthorized("invalid_client")
    elif not is_token(secret, found.secret_hash):
        raise Unauthorized("invalid_client")
    return found.app


def _within(app: AppRow, scopes: str) -> str:
    wanted = parse_scopes(scopes)
    if not is_within(wanted, app.scopes):
        raise Invalid("scope", "invalid_scope")
    return " ".join(wanted)


def _require_open(tx: Tx, user: UserId) -> Role:
    login, row = user_rows.login_by_id(tx, user), user_rows.by_id(tx, user)
    if login is None or row is None:
        raise Invalid("code", "invalid_grant")
    refuse_closed(login.is_disabled, login.is_suspended)
    return Role(row.role)


def _is_verified(challenge: str | None, verifier: str | None) -> bool:
    """RFC 7636 §4.6. A verifier without a challenge is refused: somebody stripped it from the request (RFC 9700)."""
    if challenge is None or verifier is None:
        return challenge is None and not verifier
    if _VERIFIER.fullmatch(verifier) is None:
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge


def _app_problems(draft: AppDraft) -> list[Invalid]:
    problems = []
    if not clean_line(draft.name):
        problems.append(Invalid("client_name", "blank"))
    if len(draft.name) > _NAME_LIMIT:
        problems.append(Invalid("client_name", "too_long", maximum=_NAME_LIMIT))
    if not draft.redirect_uris:
        problems.append(Invalid("redirect_uris", "blank"))
    if len(draft.redirect_uris) > _URIS_LIMIT:
        problems.append(Invalid("redirect_uris", "too_many", maximum=_URIS_LIMIT))
    if not all(_may_redirect(uri) for uri in draft.redirect_uris):
        problems.append(Invalid("redirect_uris", "invalid"))
    if draft.website and not _is_website(draft.website):
        problems.append(Invalid("website", "invalid"))
    try:
        parse_scopes(draft.scopes)
    except Invalid as problem:
        problems.append(Invalid("scopes", problem.code, **problem.values))
    return problems


def _may_redirect(uri: str) -> bool:
    """Out of band, https, http on loopback, any scheme of an application's own; never one that runs in the browser."""
    found = _SCHEME.fullmatch(uri) if len(uri) <= _URI_LIMIT else None
    if found is None or "#" in uri:
        return False
    scheme = found[1].lower()
    if scheme not in ("http", "https"):
        return scheme not in _FORBIDDEN_SCHEMES
    host = _host(uri)
    return bool(host) and (
        scheme == "https" or host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")
    )


def _host(uri: str) -> str:
    try:
        return urlsplit(uri).hostname or ""
    except ValueError:
        return ""


def _is_website(uri: str) -> bool:
    return len(uri) <= _URI_LIMIT and uri.startswith(("https://", "http://")) and bool(_host(uri)) and uri.isprintable()
