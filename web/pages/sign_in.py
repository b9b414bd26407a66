"""Coming in and going out; and joining with an invitation."""

from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.responses import Response

from social.errors import Forbidden, Invalid, SocialError, TooMany, Unauthorized
from social.people import factors, invitations, keys, names, passkeys, passwords, sessions
from social.people.users import NewUser
from social.policy import Viewer
from storage.engine.database import Tx
from storage.ids import Millis, UserId
from storage.invitations import InvitationRow
from web.forms import Form
from web.visit import Visit, is_own_path

_LONGEST_PASSWORD = 1_000


async def show(visit: Visit) -> Response:
    """GET /sign-in: also for somebody who is signed in and asked to say `again` who they are."""
    if visit.viewer.is_person and not visit.request.query_params.get("again"):
        return visit.back(visit.request.query_params.get("next", "/"))
    return page(visit, "", visit.request.query_params.get("next", "/"))


async def enter(visit: Visit, form: Form) -> Response:
    """POST /sign-in: throttled; a wrong name and a wrong password are answered alike and take as long."""
    name, then = form.line("name", limit=300), form.text("next", limit=4_000) or "/"
    try:
        user = await _verified(visit, name, form.text("password", limit=_LONGEST_PASSWORD))
        half = await visit.node.db.write(factors.ask, user, now=visit.now)
        if half:
            return await code_page(visit, half, then)
        await open_session(visit, user)
    except (Unauthorized, TooMany, Forbidden) as refused:
        return page(visit, name, then, refused)
    return onward(visit, then)


async def second(visit: Visit, form: Form) -> Response:
    """POST /sign-in/code: the code after the password, throttled with it."""
    node, half, then = visit.node, form.text("half", limit=200), form.text("next", limit=4_000) or "/"
    try:
        asked = await node.db.write(factors.attempt, half, visit.address, settings=node.settings.people, now=visit.now)
        if not await node.db.write(factors.answer, asked, form.line("code", limit=60), now=visit.now):
            return await code_page(visit, half, then, Invalid("code", "wrong_code"))
        await open_session(visit, asked.user)
    except Unauthorized as late:
        return page(visit, "", then, late)
    except (TooMany, Forbidden) as refused:
        return await code_page(visit, half, then, refused)
    return onward(visit, then)


async def again(visit: Visit) -> Response:
    """GET /sign-in/code: asked for anew, or in another language, the sign-in begins again."""
    lang = visit.request.query_params.get("lang", "")
    return visit.back(f"/sign-in?{urlencode({'lang': lang})}" if lang else "/sign-in")


async def leave(visit: Visit, form: Form) -> Response:
    """POST /sign-out."""
    if visit.session_token:
        await visit.node.db.write(sessions.end_session, visit.session_token)
    visit.request.state.new_session = ""
    return visit.back("/sign-in")


async def invitation(visit: Visit) -> Response:
    """GET /invitation/{token}: choose a name and a password."""
    await visit.read(_invited, _token(visit), visit.now)
    return _invitation_page(visit, Form({}, {}))


async def join(visit: Visit, form: Form) -> Response:
    """POST /invitation/{token}: the account, and its first session."""
    node = visit.node
    try:
        await visit.read(_invited, _token(visit), visit.now)
        new = await new_user(visit, form)
        user = await node.db.write(
            invitations.accept_invitation, _token(visit), new, ids=node.ids, urls=node.urls, now=visit.now
        )
    except Invalid as wrong:
        return _invitation_page(visit, form, wrong)
    await open_session(visit, user)
    return visit.back("/")


async def new_user(visit: Visit, form: Form) -> NewUser:
    """Somebody new out of a form, password hashed and keys made. Raises Invalid with every field that is wrong."""
    settings = visit.node.settings.people
    username, password = form.line("username"), form.text("password", limit=_LONGEST_PASSWORD)
    problems: list[Invalid] = []
    code = names.name_problem(username.lower())
    if code is not None:
        problems.append(Invalid("username", code, maximum=names.USERNAME_LIMIT))
    try:
        passwords.check_password(settings, password, username)
    except Invalid as wrong:
        problems.append(wrong)
    if problems:
        problems[0].also = problems[1:]
        raise problems[0]
    return NewUser(
        username=username,
        password_hash=await visit.node.crunched(partial(passwords.hash_password, settings, password)),
        keys=await visit.node.crunched(keys.make_keys),
        display_name=form.line("display_name"),
        email=form.line("email") or None,
        job=form.line("job"),
        locale=visit.locale if not visit.viewer.is_person else "",
    )


async def _verified(visit: Visit, name: str, password: str) -> UserId:
    node, settings = visit.node, visit.node.settings.people
    login = await node.db.write(sessions.attempt, name, visit.address, settings=settings, now=visit.now)
    kept = login.password_hash if login else None
    if not await node.crunched(partial(passwords.verify, settings, kept, password)) or login is None:
        raise Unauthorized("wrong_password")
    return login.user


async def open_session(visit: Visit, user: UserId) -> None:
    """A session for this browser: the middleware writes its cookie."""
    agent = visit.request.headers.get("user-agent", "")
    token = await visit.node.db.write(
        sessions.open_session, user, agent, address=visit.address, ids=visit.node.ids, now=visit.now
    )
    visit.request.state.new_session = token


def _invited(tx: Tx, viewer: Viewer, token: str, now: Millis) -> InvitationRow:
    return invitations.invitation(tx, token, now=now)


def _token(visit: Visit) -> str:
    return str(visit.request.path_params["token"])


def onward(visit: Visit, then: str) -> Response:
    """To where one wanted to go before one was asked who one is."""
    return visit.back(then if is_own_path(then) else "/")


def page(visit: Visit, name: str, then: str, refused: SocialError | None = None) -> Response:
    """The door."""
    errors = visit.errors()
    if refused is not None:
        errors["password" if refused.code == "wrong_password" else "form"] = visit.sentence(refused)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return visit.page(
        "sign_in/sign_in.html", status, values={"name": name}, next=then, takes_passkeys=_takes(visit), errors=errors
    )


def _takes(visit: Visit) -> bool:
    return passkeys.party(visit.node.urls, "").is_named


async def code_page(visit: Visit, half: str, then: str, refused: SocialError | None = None) -> Response:
    """The second step: by a code, on paper or of the telephone, or by a passkey."""
    errors = visit.errors()
    if refused is not None:
        errors["code" if isinstance(refused, Invalid) else "form"] = visit.sentence(refused)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    ways = await visit.node.db.read(factors.ways, half, now=visit.now)
    return visit.page("sign_in/code.html", status, half=half, next=then, ways=ways, errors=errors)


def _invitation_page(visit: Visit, form: Form, wrong: Invalid | None = None) -> Response:
    values = {name: form.written(name) for name in ("display_name", "username", "email")}
    return visit.form_page("sign_in/invitation.html", wrong, token=_token(visit), values=values)
