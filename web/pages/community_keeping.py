"""Where and how a community goes on: kept open, archived, in another community, with another host."""

from collections.abc import Mapping, Sequence

import msgspec
from starlette.responses import Response

from social.communities import communities as commands
from social.communities import front, keeping, merging, quiet
from social.communities.reading import CommunityView
from social.errors import Conflict, Forbidden, Invalid
from social.paging import Page
from social.policy import Role, Viewer
from storage.communities import CommunityState, KnownRow
from storage.engine.database import Tx
from storage.ids import AccountId
from web import communities
from web.communities import address
from web.forms import Form
from web.i18n import N_
from web.pages.communities import community_id
from web.visit import Visit

_MOST_OTHERS = 100


class Sure(msgspec.Struct, frozen=True, kw_only=True):
    """A page between the wish and the deed: what happens then, and the button that does it."""

    title: str
    happens: Sequence[str]
    action: str
    button: str
    fields: Mapping[str, str] = {}


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A community, with the others here in which it may go on, and those that say they follow it.

    `name`: what one of another site could be called here.
    """

    view: CommunityView
    others: Sequence[tuple[str, str]] = ()
    heirs: Sequence[KnownRow] = ()
    name: str = ""


async def show(visit: Visit) -> Response:
    """GET /communities/{id}/keeping: for its hosts; of one of another site, whether to keep it."""
    return await _page(visit)


async def keep(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/keep: it was silent, and a host says that it lives."""
    await visit.write(quiet.answer, community_id(visit), now=visit.now)
    return visit.back(form.text("back") or address(community_id(visit)), done="kept_open")


async def ask_archive(visit: Visit) -> Response:
    """GET /communities/{id}/keeping/archive: what that means."""
    view = (await visit.read(_kept, visit)).view
    if not view.account.is_local:
        raise Forbidden("elsewhere")
    if view.community.state is CommunityState.ARCHIVED:
        raise Conflict("archived")
    happens = (
        N_("Everything stays to be read, on every site."),
        N_("Nobody writes, answers or joins any more."),
        N_("A host, or whoever administers the site, opens it again at any time."),
    )
    button = visit.say("Archive the community")
    return sure_page(
        visit,
        view,
        Sure(
            title=visit.say("Archive %(name)s?", name=view.account.name),
            happens=[visit.say(one) for one in happens],
            action=f"{address(view.account.id)}/archive",
            button=button,
        ),
    )


async def archive(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/archive."""
    await visit.write(commands.archive, community_id(visit), now=visit.now)
    return visit.back(form.text("back") or address(community_id(visit)), done="archived")


async def reopen(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/reopen."""
    await visit.write(commands.reopen, community_id(visit), now=visit.now)
    return visit.back(address(community_id(visit)), done="opened_again")


async def ask_merge(visit: Visit) -> Response:
    """GET /communities/{id}/keeping/merge?into=: what that means."""
    kept = await visit.read(_kept, visit)
    view = kept.view
    if not view.account.is_local:
        raise Forbidden("elsewhere")
    into = visit.request.query_params.get("into", "")
    name = dict(kept.others).get(into)
    if name is None:
        return _shown(visit, kept, Invalid("into", "not_a_choice") if into else None)
    if view.community.merged_into is not None:
        raise Conflict("merged")
    people = communities.people(visit, view.account.followers_count)
    pages = (
        N_("Its topics and its rules of joining come along. Its pages stay, since they are for few.")
        if view.community.is_closed
        else N_("Its topics, its pages and its rules of joining come along.")
    )
    happens = [
        visit.say("%(people)s become members there, without doing anything.", people=people),
        visit.say("What was written here stays to be read; new posts are written there."),
        visit.say(pages),
        visit.say("The address of this one leads to the other. This cannot be taken back."),
    ]
    return sure_page(
        visit,
        view,
        Sure(
            title=visit.say("Let %(name)s go on in %(other)s?", name=view.account.name, other=name),
            happens=happens,
            action=f"{address(view.account.id)}/merge",
            button=visit.say("Merge it"),
            fields={"into": into},
        ),
    )


async def merge(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/merge: it goes on in another one here."""
    into = form.number("into")
    if not into:
        return await _page(visit, Invalid("into", "blank"))
    node, id = visit.node, community_id(visit)
    await visit.write(merging.merge, id, AccountId(into), ids=node.ids, urls=node.urls, now=visit.now)
    return visit.back(address(into), done="merged")


async def appoint(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/appoint: whoever administers the site names a host where there is none."""
    id, name = community_id(visit), form.line("heir", limit=200)
    try:
        await visit.write(keeping.appoint, id, name, ids=visit.node.ids, now=visit.now)
    except Invalid as wrong:
        return await _page(visit, wrong, written=name)
    return visit.back(f"{address(id)}/keeping", done="appointed")


def _kept(tx: Tx, viewer: Viewer, visit: Visit) -> Kept:
    """What the page shows. Raises NotFound, Forbidden."""
    view = front.view(tx, viewer, community_id(visit))
    if not communities.keeps(viewer, view):
        raise Forbidden("hosts_only" if view.account.is_local else "moderators_only")
    heirs = keeping.heirs(tx, view.account)
    if not view.account.is_local:
        return Kept(view=view, heirs=heirs, name=keeping.free_here(tx, view.account))
    if viewer.may(Role.ADMIN):
        here = keeping.kept(tx, viewer, "", "active", Page(limit=_MOST_OTHERS))
        others = [(one.account.id, one.account.name) for one in here]
    else:
        others = [(one.id, one.name) for one in visit.frame.communities if one.hosts and not one.domain]
    named = [(str(id), name) for id, name in others if id != view.account.id]
    return Kept(view=view, others=named, heirs=heirs)


async def show_again(visit: Visit, wrong: Invalid, *, written: str = "") -> Response:
    """The page after a form that was not taken, with what was `written` in it."""
    return await _page(visit, wrong, written=written)


async def _page(visit: Visit, wrong: Invalid | None = None, *, written: str = "") -> Response:
    return _shown(visit, await visit.read(_kept, visit), wrong, written=written)


def _shown(visit: Visit, kept: Kept, wrong: Invalid | None = None, *, written: str = "") -> Response:
    view, hosts = kept.view, communities.group_hosts(visit)
    if not view.account.is_local:
        here = next((one.account for one in kept.heirs if one.account.is_local), None)
        return communities.page(
            visit,
            "communities/keeping_afar.html",
            view,
            "/keeping",
            wrong,
            heir=here,
            written=written or kept.name,
            gauges=communities.gauges(view.entities),
        )
    return communities.page(
        visit,
        "communities/keeping.html",
        view,
        "/keeping",
        wrong,
        others=kept.others,
        # Anybody may say that theirs follows this one: only sites of the group are named.
        ready=[one.account for one in kept.heirs if one.account.domain in hosts],
        in_group=bool(hosts),
        written=written,
        gauges=communities.gauges(view.entities),
        administers=visit.viewer.may(Role.ADMIN),
    )


def sure_page(visit: Visit, view: CommunityView, sure: Sure) -> Response:
    """The page between the wish and the deed."""
    return communities.page(visit, "communities/sure.html", view, "/keeping", sure=sure)
