"""Joining through an app: where the site lets anybody in, or with an invitation."""

from collections.abc import Mapping
from functools import partial

import msgspec

from server.api.call import Call
from server.api.entities.oauth import Token
from server.api.routing import Answer, Auth, Endpoint, route
from server.errors import described, sentence
from social.clock import SECOND
from social.errors import Forbidden, Invalid, raise_all
from social.people import grants, invitations, keys, names, passwords, users
from social.people.accounts import LOCALES
from social.people.users import NewUser
from social.settings import PeopleSettings
from storage.engine.database import Tx
from storage.ids import Millis

CODES: Mapping[str, str] = {
    "blank": "ERR_BLANK",
    "missing": "ERR_BLANK",
    "invalid": "ERR_INVALID",
    "not_accepted": "ERR_ACCEPTED",
    "reserved": "ERR_RESERVED",
    "taken": "ERR_TAKEN",
    "too_long": "ERR_TOO_LONG",
    "too_short": "ERR_TOO_SHORT",
    "too_simple": "ERR_INVALID",
}
"""Our codes in the words of Mastodon's clients."""


class SignUpParams(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever wants to join. `invite_code` is the last part of an invitation's address."""

    username: str = ""
    email: str = ""
    password: str = ""
    agreement: bool = False
    locale: str = ""
    reason: str = ""
    invite_code: str = ""


async def sign_up(call: Call, params: SignUpParams) -> Answer:
    """POST /api/v1/accounts: a token of the new person, with the scopes of the app's own."""
    await call.admit()
    node = call.node
    if call.seen is None or not call.seen.is_app:
        raise Forbidden("app_token_needed")
    if not params.invite_code and not node.settings.people.registrations:
        raise Forbidden("registrations_closed")
    app, scopes = call.seen.app.id, " ".join(call.seen.scopes)
    try:
        raise_all(_problems(node.settings.people, params))
        new = NewUser(
            username=params.username.strip(),
            email=params.email,
            password_hash=await node.crunched(partial(passwords.hash_password, node.settings.people, params.password)),
            keys=await node.crunched(keys.make_keys),
            locale=params.locale if params.locale in LOCALES else "",
        )

        def join(tx: Tx, now: Millis) -> str:
            if params.invite_code:
                user = invitations.accept_invitation(tx, params.invite_code, new, ids=node.ids, urls=node.urls, now=now)
            else:
                user = users.create(tx, None, new, ids=node.ids, urls=node.urls, now=now)
            return grants.issue(tx, app, user, scopes, ids=node.ids, now=now)

        now = node.clock()
        token = await node.db.write(join, now)
    except Invalid as wrong:
        return Answer(body=refusal(wrong), status=422)
    return Answer(body=Token(access_token=token, scope=scopes, created_at=now // SECOND))


def refusal(wrong: Invalid) -> dict[str, object]:
    """Every field that is wrong, with Mastodon's code of it and a sentence."""
    details: dict[str, list[dict[str, str]]] = {}
    for one in wrong.all():
        problem = {"error": CODES.get(one.code, "ERR_INVALID"), "description": described(one)}
        details.setdefault(one.field, []).append(problem)
    return {"error": sentence(wrong), "details": details}


def _problems(settings: PeopleSettings, params: SignUpParams) -> list[Invalid]:
    problems = []
    code = names.name_problem(params.username.strip().lower())
    if code is not None:
        problems.append(Invalid("username", code, maximum=names.USERNAME_LIMIT))
    if not params.email.strip():
        problems.append(Invalid("email", "blank"))
    if not params.password:
        problems.append(Invalid("password", "blank"))
    else:
        try:
            passwords.check_password(settings, params.password, params.username)
        except Invalid as wrong:
            problems.append(wrong)
    if not params.agreement:
        problems.append(Invalid("agreement", "not_accepted"))
    return problems


ROUTES: tuple[Endpoint, ...] = (
    route("POST", "/api/v1/accounts", sign_up, Auth.APP, "write:accounts", params=SignUpParams, window="sign_ups"),
)
