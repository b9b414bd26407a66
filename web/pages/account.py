"""Signing in as one's own affair: the password, and the sessions that are open."""

from functools import partial

import msgspec
from starlette.responses import Response

from social.errors import Invalid
from social.governance import states
from social.people import passwords, sessions, users
from social.people.tokens import token_digest
from storage.ids import Millis, SessionId
from storage.sessions import SessionRow
from web.agents import agent_name
from web.forms import Form
from web.sure import require_password
from web.visit import Visit


class SessionShown(msgspec.Struct, frozen=True, kw_only=True):
    """An open session, the browser in words."""

    id: SessionId
    agent: str
    created_at: Millis
    seen_at: Millis
    address: str
    is_own: bool


async def show(visit: Visit) -> Response:
    """GET /settings/account."""
    return await _page(visit)


async def change_password(visit: Visit, form: Form) -> Response:
    """POST /settings/password: the present one is asked for, and the other sessions end."""
    settings = visit.node.settings.people
    password = form.text("password", limit=1_000)
    try:
        await require_password(visit, form, "former")
        passwords.check_password(settings, password, visit.viewer.username)
        hashed = await visit.node.crunched(partial(passwords.hash_password, settings, password))
        await visit.write(users.change_password, hashed, keep=_token(visit), now=visit.now)
    except Invalid as wrong:
        return await _page(visit, wrong)
    return visit.back("/settings/account", done="password")


async def leave(visit: Visit, form: Form) -> Response:
    """POST /settings/leave: ends the account for good; the password is asked for."""
    try:
        await require_password(visit, form, "leaving")
    except Invalid as wrong:
        return await _page(visit, wrong)
    await visit.write(states.leave, now=visit.now)
    visit.request.state.new_session = ""
    return visit.back("/sign-in", done="left")


async def end(visit: Visit, form: Form) -> Response:
    """POST /settings/sessions/{id}/end."""
    await visit.write(sessions.end_one, SessionId(visit.request.path_params["id"]))
    return visit.back("/settings/account", done="ended")


async def end_others(visit: Visit, form: Form) -> Response:
    """POST /settings/sessions/end-others."""
    await visit.write(sessions.end_all, keep=_token(visit))
    return visit.back("/settings/account", done="ended")


async def _page(visit: Visit, wrong: Invalid | None = None) -> Response:
    own = token_digest(_token(visit) or "")
    shown = [_shown(visit, row, own) for row in await visit.read(sessions.sessions)]
    return visit.form_page("settings/account.html", wrong, part="account", sessions=shown)


def _shown(visit: Visit, row: SessionRow, own: str) -> SessionShown:
    agent = agent_name(row.user_agent) or visit.say("Unknown browser")
    return SessionShown(
        id=row.id,
        agent=agent,
        created_at=row.created_at,
        seen_at=row.seen_at,
        address=row.address,
        is_own=row.token_hash == own,
    )


def _token(visit: Visit) -> str | None:
    return visit.session_token or None
