"""Administration: people, invitations, other sites."""

from collections.abc import Callable
from functools import partial

import msgspec
from starlette.responses import Response

from social.errors import Invalid
from social.governance import members, states
from social.people import accounts, factors, invitations, passwords, users
from social.policy import Role, Viewer
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, InvitationId
from storage.members import Asked
from storage.users import UserRow
from web import tables
from web.codes import ROLES
from web.forms import Form
from web.i18n import N_
from web.pages.home import older
from web.pages.sign_in import new_user
from web.visit import Visit

STATES = {
    "active": N_("In good standing"),
    "silenced": N_("Limited"),
    "sensitized": N_("Hidden pictures"),
    "disabled": N_("Sign-in closed"),
    "suspended": N_("Suspended"),
}
_ROLE_HELP = {
    Role.MEMBER: N_("Takes part."),
    Role.COMMUNICATOR: N_("Also writes announcements for the site."),
    Role.MODERATOR: N_("Also suspends accounts, removes posts and invites members."),
    Role.ADMIN: N_("Also creates accounts, gives roles and decides on other sites."),
}


async def people(visit: Visit) -> Response:
    """GET /admin/people: everybody known here, found by name, origin, state and role."""
    page, query = visit.paging(40), visit.request.query_params
    values = {name: query.get(name, "")[:100].strip() for name in ("q", "where", "state", "role")}
    asked = Asked(
        origin={"elsewhere": 2, "all": 0}.get(values["where"], 1),
        status=values["state"] if values["state"] in STATES else "",
        role=values["role"] if values["role"] in ROLES else "",
        name=values["q"],
    )
    found = await visit.read(members.members, asked, page)
    ids = [one.account.id for one in found]
    return visit.page(
        "admin/people.html",
        part="people",
        members=found,
        roles=_roles(visit),
        values=values,
        wheres=[
            ("", visit.say("This site")),
            ("elsewhere", visit.say("Other sites")),
            ("all", visit.say("Everywhere")),
        ],
        states=[("", visit.say("Every state")), *((state, visit.say(words)) for state, words in STATES.items())],
        role_options=[("", visit.say("Every role")), *_roles(visit).items()],
        older=older(visit, ids, page.limit),
    )


async def delete(visit: Visit, form: Form) -> Response:
    """POST /admin/people/{id}/delete: for good; the user name is written as a sign of being sure."""
    account, _, _ = await visit.read(_governed, _account(visit))
    if form.line("name") != account.username:
        return await _person_page(visit, Invalid("name", "not_the_name"))
    await visit.write(states.delete, account.id, why=form.text("why", limit=2_000), now=visit.now)
    return visit.back("/admin/people", done="deleted")


async def person(visit: Visit) -> Response:
    """GET /admin/people/{id}."""
    return await _person_page(visit)


async def reset_code(visit: Visit, form: Form) -> Response:
    """POST /admin/people/{id}/code: for who lost the telephone and the codes on paper."""
    await visit.write(factors.reset, _account(visit), why=form.text("why", limit=2_000), now=visit.now)
    return visit.back(_path(visit), done="code_reset")


async def act(visit: Visit, form: Form) -> Response:
    """POST /admin/people/{id}/{act}: suspend, restore, disable, enable; what the role forbids is refused."""
    command, done = visit.act(ACTS)
    await visit.write(command, _account(visit), why=form.text("why", limit=2_000), now=visit.now)
    return visit.back(_path(visit), done=done)


async def set_role(visit: Visit, form: Form) -> Response:
    """POST /admin/people/{id}/role."""
    role = Role(form.chosen("role", tuple(Role), Role.MEMBER))
    await visit.write(users.set_role, _account(visit), role, now=visit.now)
    return visit.back(_path(visit), done="saved")


async def set_password(visit: Visit, form: Form) -> Response:
    """POST /admin/people/{id}/password: for who forgot it."""
    settings = visit.node.settings.people
    password = form.text("password", limit=1_000)
    try:
        passwords.check_password(settings, password)
    except Invalid as wrong:
        return await _person_page(visit, wrong)
    hashed = await visit.node.crunched(partial(passwords.hash_password, settings, password))
    await visit.write(users.reset_password, _account(visit), hashed, now=visit.now)
    return visit.back(_path(visit), done="saved")


async def invitation_list(visit: Visit) -> Response:
    """GET /admin/invitations."""
    return await _invitations_page(visit)


async def invite(visit: Visit, form: Form) -> Response:
    """POST /admin/invitations: a link, shown this once."""
    node = visit.node
    try:
        role = Role(form.chosen("role", tuple(Role), Role.MEMBER))
        token = await visit.write(
            invitations.invite,
            role=role,
            note=form.line("note"),
            ids=node.ids,
            settings=node.settings.people,
            now=visit.now,
        )
    except Invalid as wrong:
        return await _invitations_page(visit, form=form, wrong=wrong)
    return await _invitations_page(visit, link=f"{node.urls.base}/invitation/{token}")


async def invite_many(visit: Visit, form: Form) -> Response:
    """POST /admin/invitations/many: a name a line, or the first column of a table; a sheet shown this once."""
    node = visit.node
    try:
        brought = await tables.table(form, "table")
        written = tables.rows(form.text("names"), "names", form.chosen("between", (",", ";"), ","))
        names = [cells[0] for cells in (*written, *(brought or ()))]
        made = await visit.write(
            invitations.invite_many, names, ids=node.ids, settings=node.settings.people, now=visit.now
        )
    except Invalid as wrong:
        return await _invitations_page(visit, form=form, wrong=wrong)
    await visit.read_frame()
    sheet = [(name, f"{node.urls.base}/invitation/{token}") for name, token in made]
    return visit.page("admin/sheet.html", part="invitations", sheet=sheet)


async def withdraw(visit: Visit, form: Form) -> Response:
    """POST /admin/invitations/{id}/withdraw."""
    await visit.write(invitations.withdraw, InvitationId(visit.request.path_params["id"]), now=visit.now)
    return visit.back("/admin/invitations", done="withdrawn")


async def creation(visit: Visit) -> Response:
    """GET /admin/create."""
    await visit.read_frame()
    return _create_page(visit, Form({}, {}))


async def create(visit: Visit, form: Form) -> Response:
    """POST /admin/create: an account made for somebody, who gets the password from hand to hand."""
    try:
        role = Role(form.chosen("role", tuple(Role), Role.MEMBER))
        new = msgspec.structs.replace(await new_user(visit, form), role=role)
        await visit.write(users.create, new, ids=visit.node.ids, urls=visit.node.urls, now=visit.now)
    except Invalid as wrong:
        await visit.read_frame()
        return _create_page(visit, form, wrong)
    return visit.back("/admin/people", done="created")


async def _person_page(visit: Visit, wrong: Invalid | None = None) -> Response:
    account, user, has_code = await visit.read(_governed, _account(visit))
    options = [(role.value, visit.say(ROLES[role.value]), visit.say(words)) for role, words in _ROLE_HELP.items()]
    return visit.form_page(
        "admin/person.html",
        wrong,
        part="people",
        account=account,
        user=user,
        has_code=has_code,
        role_choices=options,
    )


def _governed(tx: Tx, viewer: Viewer, id: AccountId) -> tuple[AccountRow, UserRow | None, bool]:
    account = accounts.account(tx, viewer, id)
    if not account.is_local:
        return account, None, False
    return account, users.user_of(tx, account.id), factors.has_any(tx, account.id)


async def _invitations_page(
    visit: Visit, *, form: Form | None = None, link: str = "", wrong: Invalid | None = None
) -> Response:
    return visit.form_page(
        "admin/invitations.html",
        wrong,
        part="invitations",
        invitations=await visit.read(invitations.invitations),
        link=link,
        values={name: form.written(name) if form else "" for name in ("note", "role", "names")},
        roles=_roles(visit),
        role_options=list(_roles(visit).items()),
    )


def _create_page(visit: Visit, form: Form, wrong: Invalid | None = None) -> Response:
    return visit.form_page(
        "admin/create.html",
        wrong,
        part="create",
        values={name: form.written(name) for name in ("username", "display_name", "job", "email", "role")},
        role_options=list(_roles(visit).items()),
    )


def _roles(visit: Visit) -> dict[str, str]:
    return {role: visit.say(words) for role, words in ROLES.items()}


def _account(visit: Visit) -> AccountId:
    return AccountId(visit.request.path_params["id"])


def _path(visit: Visit) -> str:
    return f"/admin/people/{_account(visit)}"


ACTS: dict[str, tuple[Callable[..., None], str]] = {
    "silence": (states.silence, "saved"),
    "unsilence": (states.unsilence, "saved"),
    "sensitize": (states.sensitize, "saved"),
    "unsensitize": (states.unsensitize, "saved"),
    "suspend": (states.suspend, "suspended"),
    "restore": (states.restore, "restored"),
    "disable": (states.disable, "saved"),
    "enable": (states.enable, "saved"),
}
