"""Applications: registered by anybody, worth nothing before a person lets them in."""

import msgspec

from server.api import present
from server.api.call import Call
from server.api.entities.oauth import Application, CredentialApplication
from server.api.params import Empty
from server.api.push import node_key
from server.api.routing import Auth, Endpoint, route
from social.errors import Unauthorized
from social.people import grants


class AppParams(msgspec.Struct, frozen=True, kw_only=True):
    """`redirect_uris` comes as a list, or as one text with spaces or line ends between."""

    client_name: str = ""
    redirect_uris: tuple[str, ...] = ()
    scopes: str = "read"
    website: str | None = None


async def register(call: Call, params: AppParams) -> CredentialApplication:
    """POST /api/v1/apps."""
    draft = grants.AppDraft(
        name=params.client_name,
        redirect_uris=tuple(" ".join(params.redirect_uris).split()),
        scopes=params.scopes or "read",
        website=params.website or None,
    )
    now = call.node.clock()
    app, secret = await call.node.db.write(grants.register_app, draft, ids=call.node.ids, now=now)
    return present.new_application(app, secret, await node_key(call))


async def verify(call: Call, _: Empty) -> Application:
    """GET /api/v1/apps/verify_credentials."""
    await call.admit()
    if call.seen is None:
        raise Unauthorized("token_needed")
    return present.application(call.seen.app, await node_key(call))


ROUTES: tuple[Endpoint, ...] = (
    route("POST", "/api/v1/apps", register, Auth.NONE, params=AppParams, window="apps"),
    route("GET", "/api/v1/apps/verify_credentials", verify, Auth.APP),
)
