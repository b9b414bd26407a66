"""A community comes to be kept by another site of the group: made ready there, then given by a host of its own."""

from starlette.responses import Response

from social.communities import front, keeping
from social.communities.reading import CommunityView
from social.errors import Conflict, Forbidden, Invalid
from social.people.keys import make_keys
from social.policy import Viewer
from storage.communities import KnownRow
from storage.engine.database import Tx
from storage.ids import AccountId
from web import communities
from web.communities import address
from web.forms import Form
from web.pages import community_keeping
from web.pages.communities import community_id
from web.pages.community_keeping import Sure
from web.render import place_of
from web.visit import Visit


async def make_ready(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/keeping/here: one of another site may go on here, if its hosts want it so."""
    id, name = community_id(visit), form.line("username", limit=200)
    # Keys cost a moment of a core: for nobody who may not.
    if not communities.keeps(visit.viewer, await visit.read(front.view, id)):
        raise Forbidden("moderators_only")
    try:
        node, keys = visit.node, await visit.node.crunched(make_keys)
        await visit.write(keeping.make_ready, id, name, keys, ids=node.ids, urls=node.urls, now=visit.now)
    except Invalid as wrong:
        return await community_keeping.show_again(visit, wrong, written=name)
    return visit.back(f"{address(id)}/keeping", done="made_ready")


async def move(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/keeping/move: what that means, and with `sure` it is done."""
    id, written, node = community_id(visit), form.line("target", limit=500).strip(), visit.node
    hosts = communities.group_hosts(visit)
    try:
        view = await visit.read(_own, id)
        target = await _found(visit, written)
        to = await visit.read(keeping.successor, id, target, hosts)
        if not form.flag("sure"):
            return _sure_page(visit, view, to, written)
        await visit.write(keeping.move, id, target, hosts, ids=node.ids, urls=node.urls, now=visit.now)
    except Conflict as resting:
        if resting.code != "moved_lately":
            raise
        return await community_keeping.show_again(visit, Invalid("target", "moved_lately"), written=written)
    except Invalid as wrong:
        return await community_keeping.show_again(visit, wrong, written=written)
    return visit.back(address(target), done="given")


def _own(tx: Tx, viewer: Viewer, id: AccountId) -> CommunityView:
    """A community of this site that the reader may give away. Raises NotFound, Forbidden."""
    view = front.view(tx, viewer, id)
    if not view.account.is_local:
        raise Forbidden("elsewhere")
    if not communities.keeps(viewer, view):
        raise Forbidden("hosts_only")
    return view


async def _found(visit: Visit, written: str) -> AccountId:
    """The community of an address, as its own site describes it now. Raises Invalid."""
    if not written:
        raise Invalid("target", "blank")
    remote = visit.node.remote
    found = await (remote.account_by_url(written) if "://" in written else remote.account_by_handle(written))
    if found is None:
        raise Invalid("target", "no_community")
    await remote.account_anew(found)
    return found


def _sure_page(visit: Visit, view: CommunityView, to: KnownRow, written: str) -> Response:
    site = place_of(visit.node.settings, to.account.domain)
    people = communities.people(visit, view.account.followers_count)
    happens = [
        visit.say("%(people)s go along without doing anything, each from their own site.", people=people),
        visit.say("What was written stays with those who wrote it, and stands there too, for whoever may read it."),
        visit.say("Its topics, pages and rules of joining come along; who moderates here moderates there."),
        visit.say("Whoever made it ready at %(site)s hosts it there.", site=site),
        visit.say("This page stays and leads to the new one. This cannot be taken back."),
    ]
    sure = Sure(
        title=visit.say("Give %(name)s to %(site)s?", name=view.account.name, site=site),
        happens=happens,
        action=f"{address(view.account.id)}/keeping/move",
        button=visit.say("Give it to %(site)s", site=site),
        fields={"target": written, "sure": "1"},
    )
    return community_keeping.sure_page(visit, view, sure)
