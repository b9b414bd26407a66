"""Who is in a community: the list, and what hosts do: requests, invitations, roles, taking out, handing over."""

from collections.abc import Awaitable, Callable

import msgspec
from starlette.responses import Response

from social.communities import communities as commands
from social.communities import front, membership, reading
from social.communities.reading import CommunityView
from social.errors import Invalid, NotFound
from social.paging import MAX_ID
from social.people import accounts
from social.policy import Viewer
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole, MemberRow, MembershipRow
from web import communities
from web.communities import ROLES, address
from web.forms import Form
from web.pages.communities import community_id
from web.pages.home import older
from web.visit import Visit

PER_PAGE = 40


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One member of a list, and what is said of them."""

    account: AccountRow
    member: MembershipRow
    words: str


async def members(visit: Visit) -> Response:
    """GET /communities/{id}/members: those who look after it first, then the others."""
    page = visit.paging(PER_PAGE)

    def found(tx: Tx, viewer: Viewer) -> tuple[CommunityView, list[MemberRow]]:
        view = front.view(tx, viewer, community_id(visit))
        return view, reading.members(tx, viewer, view.account.id, page)

    view, rows = await visit.read(found)
    return communities.page(
        visit,
        "communities/members.html",
        view,
        "/members",
        gauges=communities.gauges(view.entities),
        people=[_person(visit, row) for row in rows],
        roles=[(key, visit.say(words)) for key, (_, words) in ROLES.items() if words],
        is_host=view.mine is not None and view.mine.is_host and view.account.is_local,
        before=page.before != MAX_ID,
        older=older(visit, [row.account.id for row in rows], page.limit),
    )


async def requests(visit: Visit) -> Response:
    """GET /communities/{id}/requests: who asks, who is invited, who was taken out."""
    return await _desk(visit)


async def invite(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/invite: somebody of here or of another site, as a member or as a guest for a time."""
    try:
        handle = form.line("name", limit=200).removeprefix("@")
        until = _end_of_day(visit, form.line("until"))
        account = await _found(visit, handle)
        state = await visit.write(
            membership.invite, community_id(visit), account, until=until, ids=visit.node.ids, now=visit.now
        )
    except Invalid as wrong:
        return await _desk(visit, {"name": form.written("name"), "until": form.written("until")}, wrong)
    return visit.back(f"{address(community_id(visit))}/requests", done="invited" if state is not None else "host_asked")


async def person(visit: Visit) -> Response:
    """GET /communities/{id}/members/{account}/{act}: before somebody is taken out, or becomes its host."""
    if visit.request.path_params["act"] not in ("expel", "hand-over"):
        raise NotFound("page")

    def found(tx: Tx, viewer: Viewer) -> tuple[CommunityView, AccountRow]:
        view = front.view(tx, viewer, community_id(visit))
        if not communities.runs(view.mine):
            raise NotFound("page")
        return view, accounts.account(tx, viewer, _account_id(visit))

    view, account = await visit.read(found)
    return communities.page(
        visit,
        "communities/person.html",
        view,
        "/members",
        member=account,
        act=visit.request.path_params["act"],
    )


async def act(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/members/{account}/{act}: one of `ACTS`."""
    is_done = await visit.act(ACTS)(visit, form)
    end = "/requests" if visit.request.path_params["act"] in ("accept", "refuse", "unban") else "/members"
    return visit.back(f"{address(community_id(visit))}{end}", done="saved" if is_done else "host_asked")


async def _accept(visit: Visit, form: Form) -> bool:
    return await visit.write(
        membership.answer_request, community_id(visit), _account_id(visit), accept=True, now=visit.now
    )


async def _refuse(visit: Visit, form: Form) -> bool:
    """Refuse a request, or withdraw an invitation."""

    def refuse(tx: Tx, viewer: Viewer) -> bool:
        id, account = community_id(visit), _account_id(visit)
        if account in {one.account.id for one in front.desk(tx, viewer, id)[1].asking}:
            return membership.answer_request(tx, viewer, id, account, accept=False, now=visit.now)
        return membership.expel(tx, viewer, id, account, now=visit.now)

    return await visit.write(refuse)


async def _role(visit: Visit, form: Form) -> bool:
    role = MemberRole(form.chosen("role", tuple(MemberRole), MemberRole.MEMBER))
    await visit.write(membership.set_role, community_id(visit), _account_id(visit), role, now=visit.now)
    return True


async def _expel(visit: Visit, form: Form) -> bool:
    command = membership.ban if form.flag("ban") else membership.expel
    reason = form.text("reason", limit=5_000)
    return await visit.write(command, community_id(visit), _account_id(visit), reason, now=visit.now)


async def _unban(visit: Visit, form: Form) -> bool:
    return await visit.write(membership.unban, community_id(visit), _account_id(visit), now=visit.now)


async def _hand_over(visit: Visit, form: Form) -> bool:
    await visit.write(commands.hand_over, community_id(visit), _account_id(visit), now=visit.now)
    return True


ACTS: dict[str, Callable[[Visit, Form], Awaitable[bool]]] = {
    "accept": _accept,
    "refuse": _refuse,
    "role": _role,
    "expel": _expel,
    "unban": _unban,
    "hand-over": _hand_over,
}
"""What those who look after a community do with somebody; False: the site that keeps it is asked to."""


def _account_id(visit: Visit) -> AccountId:
    return AccountId(visit.request.path_params["account"])


def _person(visit: Visit, row: MemberRow) -> Person:
    words, until = communities.role(visit, row.membership.role), row.membership.until
    if until is not None:
        words = visit.say("Guest until %(day)s", day=visit.face.dates[visit.locale].day(until))
    return Person(account=row.account, member=row.membership, words=words)


async def _found(visit: Visit, handle: str) -> AccountId:
    """The account of an address. Raises Invalid."""
    if "@" in handle:
        found = await visit.node.remote.account_by_handle(handle)
        if found is not None:
            return found
    elif handle:
        try:
            return (await visit.read(accounts.by_name, handle, "")).id
        except NotFound:
            pass
    raise Invalid("name", "nobody" if handle else "blank")


def _end_of_day(visit: Visit, written: str) -> Millis | None:
    if not written:
        return None
    at = visit.face.dates[visit.locale].moment(f"{written}T23:59")
    if at is None:
        raise Invalid("until", "no_time")
    return at


async def _desk(visit: Visit, values: dict[str, str] | None = None, wrong: Invalid | None = None) -> Response:
    view, desk = await visit.read(front.desk, community_id(visit))
    return communities.page(
        visit,
        "communities/requests.html",
        view,
        "/requests",
        wrong,
        desk=desk,
        values=values or {"name": "", "until": ""},
    )
