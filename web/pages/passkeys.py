"""One's own passkeys: added, named, removed, and asked for as a second step."""

from starlette.responses import JSONResponse, Response

from social.errors import Invalid, NotFound
from social.people import factors, passkeys
from social.people.passkeys import ANSWER_LIMIT, Party, Purpose
from social.policy import Viewer
from storage.engine.database import Tx
from storage.ids import Millis, PasskeyId
from storage.passkeys import PasskeyRow
from web.agents import agent_name
from web.forms import Form
from web.sure import require_password
from web.visit import Visit

_HERE = "/settings/passkeys"


async def show(visit: Visit) -> Response:
    """GET /settings/passkeys."""
    return await _page(visit)


async def begin(visit: Visit, form: Form) -> Response:
    """POST /settings/passkeys/begin: for the script; the password is asked for, so that nobody adds their own key at an
    open screen. What the device is to sign is bound to this session."""
    if not form.line("name", limit=200):
        raise Invalid("name", "blank")
    await require_password(visit, form, "former")
    options = await visit.write(passkeys.begin_adding, visit.session_token, party_of(visit), now=visit.now)
    return told(options)


async def add(visit: Visit, form: Form) -> Response:
    """POST /settings/passkeys: what the device made."""
    node, party = visit.node, party_of(visit)
    try:
        asked = await node.db.write(passkeys.spend, Purpose.ADD, visit.session_token, now=visit.now)
        answer = form.text("passkey", limit=ANSWER_LIMIT)
        name = form.line("name", limit=200)
        await visit.write(passkeys.add, answer, asked, party, name=name, ids=node.ids, now=visit.now)
    except Invalid as wrong:
        return await _page(visit, wrong)
    return visit.back(_HERE, done="passkey_added")


async def edit(visit: Visit) -> Response:
    """GET /settings/passkeys/{id}."""
    return await _one_page(visit)


async def rename(visit: Visit, form: Form) -> Response:
    """POST /settings/passkeys/{id}."""
    try:
        await visit.write(passkeys.rename, _id(visit), form.line("name", limit=200))
    except Invalid as wrong:
        return await _one_page(visit, wrong)
    return visit.back(_HERE, done="saved")


async def remove(visit: Visit, form: Form) -> Response:
    """POST /settings/passkeys/{id}/remove: the password is asked for."""
    try:
        await require_password(visit, form, "removing")
    except Invalid as wrong:
        return await _one_page(visit, wrong)
    await visit.write(passkeys.remove, _id(visit))
    return visit.back(_HERE, done="passkey_removed")


async def step(visit: Visit, form: Form) -> Response:
    """POST /settings/passkeys/step: asked for after the password, or no longer. Codes for paper are shown this once."""
    try:
        await require_password(visit, form, "stepping")
    except Invalid as wrong:
        return await _page(visit, wrong)
    if not form.flag("on"):
        await visit.write(passkeys.ask_no_more)
        return visit.back(_HERE, done="passkey_not_asked")
    made = await visit.write(factors.ask_for_passkey, now=visit.now)
    if not made:
        return visit.back(_HERE, done="passkey_asked")
    await visit.read_frame()
    return visit.page("settings/codes.html", part="account", codes=made)


def party_of(visit: Visit) -> Party:
    """This site as devices know it."""
    settings = visit.node.settings
    return passkeys.party(visit.node.urls, settings.node.title or settings.group.name)


def told(options: dict[str, object]) -> Response:
    """What the script hands to the browser."""
    return JSONResponse(options, headers={"Cache-Control": "private, no-store"})


async def _page(visit: Visit, wrong: Invalid | None = None) -> Response:
    keys, since, codes = await visit.read(_held)
    return visit.form_page(
        "settings/passkeys.html",
        wrong,
        part="account",
        held=keys,
        since=since,
        codes=codes,
        is_named=party_of(visit).is_named,
        proposed=agent_name(visit.request.headers.get("user-agent", "")) or visit.say("Passkey"),
    )


def _held(tx: Tx, viewer: Viewer) -> tuple[list[PasskeyRow], Millis | None, int]:
    keys, since = passkeys.passkeys(tx, viewer)
    return keys, since, factors.factor(tx, viewer).codes


async def _one_page(visit: Visit, wrong: Invalid | None = None) -> Response:
    keys, _ = await visit.read(passkeys.passkeys)
    return visit.form_page("settings/passkey.html", wrong, part="account", key=_own(keys, _id(visit)))


def _own(keys: list[PasskeyRow], id: PasskeyId) -> PasskeyRow:
    found = next((key for key in keys if key.id == id), None)
    if found is None:
        raise NotFound("passkey")
    return found


def _id(visit: Visit) -> PasskeyId:
    return PasskeyId(visit.request.path_params["id"])
