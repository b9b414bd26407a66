"""OAuth behind the consent page: tokens given, taken back, and where everything is (RFC 6749, 7009, 7636, 8414).

The consent page itself is a page (`web/pages/authorize.py`).
"""

from collections.abc import Awaitable, Callable
from functools import partial

import msgspec

from server.api.body import basic_of
from server.api.call import Call
from server.api.entities.accounts import UserInfo
from server.api.entities.oauth import ServerMetadata, Token
from server.api.params import Empty
from server.api.routing import Answer, Auth, Endpoint, route
from server.errors import sentence, status_of
from social.clock import SECOND
from social.errors import Forbidden, Invalid, SocialError, TooMany, Unauthorized
from social.people import accounts, factors, grants, passwords, scopes, sessions
from storage.engine.database import Tx

# What an app can tell apart; everything else of ours is `invalid_request` (RFC 6749 §5.2).
CODES = frozenset({"invalid_client", "invalid_grant", "invalid_scope", "unauthorized_client", "unsupported_grant_type"})
DESCRIPTIONS = {
    "invalid_client": "Client authentication failed: unknown client, or its secret is wrong.",
    "invalid_grant": "The authorization grant is invalid, expired, used, or was given to another client or address.",
    "invalid_scope": "The requested scope is invalid, unknown, or malformed.",
    "unauthorized_client": "You are not authorized to revoke this token.",
    "unsupported_grant_type": "The authorization grant type is not supported by this server.",
}


class TokenParams(msgspec.Struct, frozen=True, kw_only=True):
    """All that the grants need; clients send more, and sometimes too little."""

    grant_type: str = ""
    client_id: str = ""
    client_secret: str | None = None
    code: str = ""
    redirect_uri: str = ""
    code_verifier: str | None = None
    scope: str = "read"
    username: str = ""
    password: str = ""


class RevokeParams(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 7009 §2.1."""

    client_id: str = ""
    client_secret: str = ""
    token: str = ""


async def token(call: Call, params: TokenParams) -> object:
    """POST /oauth/token."""
    basic = basic_of(call.scope)
    if basic is not None:
        params = msgspec.structs.replace(params, client_id=basic[0], client_secret=basic[1])
    grant = GRANTS.get(params.grant_type)
    if grant is None or (params.grant_type == "password" and not call.node.settings.limits.password_grant):
        return _refused(Invalid("grant_type", "unsupported_grant_type"))
    try:
        given = await grant(call, params)
    except TooMany:
        raise
    except SocialError as error:
        return _refused(error)
    return Token(
        access_token=given.token,
        scope=given.scopes,
        created_at=given.created_at // SECOND,
    )


async def revoke(call: Call, params: RevokeParams) -> object:
    """POST /oauth/revoke: 200 also for a token that is gone."""
    basic = basic_of(call.scope)
    client, secret = basic or (params.client_id, params.client_secret)
    try:
        await call.node.db.write(grants.revoke, client, secret, params.token)
    except (Forbidden, Unauthorized, Invalid) as error:
        return _refused(error)
    return {}


async def userinfo(call: Call, _: Empty) -> UserInfo:
    """GET or POST /oauth/userinfo."""
    viewer = await call.admit()
    row = await call.read(accounts.account, viewer.account)
    urls = call.node.urls
    return UserInfo(
        iss=f"{urls.base}/",
        sub=row.uri,
        name=row.name,
        preferred_username=row.username,
        profile=row.url,
        picture=urls.media(row.avatar_token) if row.avatar_token else urls.default_avatar(row.id),
    )


async def metadata(call: Call, _: Empty) -> ServerMetadata:
    """GET /.well-known/oauth-authorization-server."""
    base = call.node.urls.base
    return ServerMetadata(
        issuer=f"{base}/",
        authorization_endpoint=f"{base}/oauth/authorize",
        token_endpoint=f"{base}/oauth/token",
        revocation_endpoint=f"{base}/oauth/revoke",
        userinfo_endpoint=f"{base}/oauth/userinfo",
        app_registration_endpoint=f"{base}/api/v1/apps",
        service_documentation="https://docs.joinmastodon.org/",
        scopes_supported=scopes.SCOPES,
        grant_types_supported=[
            name for name in GRANTS if name != "password" or call.node.settings.limits.password_grant
        ],
    )


async def _code(call: Call, params: TokenParams) -> grants.Token:
    asked = grants.Exchange(
        client_id=params.client_id,
        client_secret=params.client_secret,
        code=params.code,
        redirect_uri=params.redirect_uri,
        verifier=params.code_verifier,
    )
    try:
        return await call.node.db.write(grants.exchange, asked, ids=call.node.ids, now=call.node.clock())
    except Invalid:
        # In a transaction of its own: the refusal undoes that of the exchange.
        await call.node.db.write(grants.end_replayed, params.code)
        raise


async def _client(call: Call, params: TokenParams) -> grants.Token:
    return await call.node.db.write(
        grants.client_token,
        params.client_id,
        params.client_secret or "",
        params.scope,
        ids=call.node.ids,
        now=call.node.clock(),
    )


async def _password(call: Call, params: TokenParams) -> grants.Token:
    """For compatibility tests (`limits.password_grant`): throttled as the sign-in page is."""
    node, settings = call.node, call.node.settings.people
    login = await node.db.write(sessions.attempt, params.username, call.address, settings=settings, now=node.clock())
    hashed = login.password_hash if login else None
    is_right = await node.crunched(partial(passwords.verify, settings, hashed, params.password))
    if login is None or not is_right or await node.db.read(factors.is_on, login.account):
        # Who has a second step gives it on the page alone.
        raise Invalid("password", "invalid_grant")

    def issue(tx: Tx) -> grants.Token:
        sessions.clear(tx, [sessions.name_key(params.username)])
        return grants.password_token(
            tx,
            params.client_id,
            params.client_secret or "",
            login.user,
            params.scope,
            ids=node.ids,
            now=node.clock(),
        )

    return await node.db.write(issue)


def _refused(error: SocialError) -> Answer:
    """The error in OAuth's own form (RFC 6749 §5.2)."""
    code = error.code if error.code in CODES else "invalid_request"
    status = {"invalid_client": 401, "unauthorized_client": 403}.get(code, 400)
    if code == "invalid_request" and status_of(error) in (401, 403):
        code, status = "invalid_client", 401
    body = {"error": code, "error_description": DESCRIPTIONS.get(code, sentence(error))}
    return Answer(body=body, status=status)


GRANTS: dict[str, Callable[[Call, TokenParams], Awaitable[grants.Token]]] = {
    "authorization_code": _code,
    "client_credentials": _client,
    "password": _password,
}

ROUTES: tuple[Endpoint, ...] = (
    route("POST", "/oauth/token", token, Auth.NONE, params=TokenParams),
    route("POST", "/oauth/revoke", revoke, Auth.NONE, params=RevokeParams),
    route("GET POST", "/oauth/userinfo", userinfo, Auth.USER, "profile"),
    route("GET", "/.well-known/oauth-authorization-server", metadata, Auth.NONE),
)
