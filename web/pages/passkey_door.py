"""Coming in by a passkey: alone, or after the password."""

from starlette.responses import Response

from social.errors import Forbidden, TooMany, Unauthorized
from social.people import factors, passkeys
from social.people.passkeys import ANSWER_LIMIT, Purpose
from social.people.tokens import new_token
from web.forms import Form
from web.pages import sign_in
from web.pages.passkeys import party_of, told
from web.visit import Visit

COOKIE = "archipel_passkey"
"""Binds what the device is to sign to this browser, while nobody is signed in."""


async def begin(visit: Visit, form: Form) -> Response:
    """POST /sign-in/passkey/begin: for the script."""
    token, node = new_token(), visit.node
    options = await node.db.write(passkeys.begin_signing, Purpose.ALONE, token, party_of(visit), now=visit.now)
    answer = told(options)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=passkeys.PATIENCE // 1000,
        path="/sign-in",
        secure=node.settings.node.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


async def enter(visit: Visit, form: Form) -> Response:
    """POST /sign-in/passkey: a device that verified who uses it needs no password; throttled as passwords are."""
    node, then = visit.node, form.text("next", limit=4_000) or "/"
    bound, answer = visit.request.cookies.get(COOKIE, ""), form.written("passkey")[: ANSWER_LIMIT + 1]
    try:
        await node.db.write(passkeys.note_failure, answer, visit.address, settings=node.settings.people, now=visit.now)
        asked = await node.db.write(passkeys.spend, Purpose.ALONE, bound, now=visit.now)
        user = await node.db.write(passkeys.signed_by, answer, asked, party_of(visit), now=visit.now)
        await sign_in.open_session(visit, user)
    except (Unauthorized, TooMany, Forbidden) as refused:
        return sign_in.page(visit, "", then, refused)
    return sign_in.onward(visit, then)


async def begin_second(visit: Visit, form: Form) -> Response:
    """POST /sign-in/code/passkey/begin: after the password; for the script."""
    node, token = visit.node, form.text("half", limit=200)
    half = await node.db.read(factors.half_of, token, now=visit.now)
    options = await node.db.write(
        passkeys.begin_signing, Purpose.SECOND, token, party_of(visit), half=half, now=visit.now
    )
    return told(options)


async def second(visit: Visit, form: Form) -> Response:
    """POST /sign-in/code/passkey: counted with the codes, under the name of the password."""
    node, token, then = visit.node, form.text("half", limit=200), form.text("next", limit=4_000) or "/"
    answer = form.written("passkey")[: ANSWER_LIMIT + 1]
    try:
        half = await node.db.write(factors.attempt, token, visit.address, settings=node.settings.people, now=visit.now)
        asked = await node.db.write(passkeys.spend, Purpose.SECOND, token, now=visit.now)
        user = await node.db.write(passkeys.signed_by, answer, asked, party_of(visit), half=half, now=visit.now)
        await sign_in.open_session(visit, user)
    except Unauthorized as refused:
        if refused.code == "wrong_passkey":
            return await sign_in.code_page(visit, token, then, refused)
        return sign_in.page(visit, "", then, refused)
    except (TooMany, Forbidden) as refused:
        return await sign_in.code_page(visit, token, then, refused)
    return sign_in.onward(visit, then)
