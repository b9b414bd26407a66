"""Coming in, and letting apps in."""

from starlette.routing import BaseRoute

from web.doors import Door, get, post
from web.pages import authorize, passkey_door, sign_in


def routes() -> list[BaseRoute]:
    """Path, function, who may come, and through which door posts are shown."""
    return [
        get("/sign-in", sign_in.show, Door.ANYBODY),
        post("/sign-in", sign_in.enter, Door.ANYBODY),
        get("/sign-in/code", sign_in.again, Door.ANYBODY),
        post("/sign-in/code", sign_in.second, Door.ANYBODY),
        post("/sign-in/passkey/begin", passkey_door.begin, Door.ANYBODY),
        post("/sign-in/passkey", passkey_door.enter, Door.ANYBODY),
        post("/sign-in/code/passkey/begin", passkey_door.begin_second, Door.ANYBODY),
        post("/sign-in/code/passkey", passkey_door.second, Door.ANYBODY),
        post("/sign-out", sign_in.leave, Door.ANYBODY),
        get("/invitation/{token}", sign_in.invitation, Door.ANYBODY),
        post("/invitation/{token}", sign_in.join, Door.ANYBODY),
        # Some apps ask with a slash at the end.
        get("/oauth/authorize", authorize.consent, Door.PEOPLE),
        get("/oauth/authorize/", authorize.consent, Door.PEOPLE),
        post("/oauth/authorize", authorize.answer, Door.PEOPLE),
        post("/oauth/authorize/", authorize.answer, Door.PEOPLE),
    ]
