"""One's own place in a community: joining, asking with a reason, leaving, and what one hears of it."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from social.communities import auto, front, membership
from social.communities.reading import CommunityView
from social.errors import Invalid, NotFound
from social.letters import digests
from social.node import Node
from social.people import users
from social.policy import Viewer
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import Level, MemberState
from web import communities
from web.communities import address
from web.forms import Form
from web.pages.communities import community_id
from web.visit import Visit


async def ask(visit: Visit) -> Response:
    """GET /communities/{id}/ask: the reason for which one wants to come in."""
    return await _ask_page(visit)


async def show(visit: Visit) -> Response:
    """GET /communities/{id}/mine: what the reader hears of it, and their place there."""
    return await _page(visit)


async def save(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/mine."""
    try:
        level = Level(form.chosen("level", tuple(Level), Level.POSTS))
        topic = form.line("topic", limit=100)

        def prefer(tx: Tx, viewer: Viewer) -> None:
            id = community_id(visit)
            membership.prefer(tx, viewer, id, level=level, muted=form.flag("muted"), topic_only=topic, now=visit.now)
            if digests.wanted(tx, viewer) != form.flag("digest"):
                digests.choose(tx, viewer, wanted=form.flag("digest"), now=visit.now)

        await visit.write(prefer)
    except Invalid as wrong:
        return await _page(visit, wrong)
    return visit.back(address(community_id(visit)), done="saved")


async def act(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/{act}: one of `ACTS`."""
    done = await visit.act(ACTS)(visit, form)
    return visit.back(form.text("back") or address(community_id(visit)), done=done)


async def join(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/join: in one tap where it is open, else with a reason."""
    node = visit.node
    try:
        done = await visit.write(_joined, community_id(visit), form.text("reason", limit=5_000), node, visit.now)
    except Invalid as wrong:
        return await _ask_page(visit, wrong)
    return visit.back(form.text("back") or address(community_id(visit)), done=done)


def _joined(tx: Tx, viewer: Viewer, id: AccountId, reason: str, node: Node, now: Millis) -> str:
    """What is said then: one is in, is in as soon as the node that keeps it has answered, or has asked somebody."""
    state = membership.join(tx, viewer, id, reason=reason, ids=node.ids, urls=node.urls, now=now)
    if state is MemberState.ASKED:
        return "requested" if membership.is_asked(tx, viewer, id) else "joining"
    return "joined" if state is MemberState.MEMBER else ""


async def _leave(visit: Visit, form: Form) -> str:
    await visit.write(membership.leave, community_id(visit), now=visit.now)
    return "left_community"


async def _stay(visit: Visit, form: Form) -> str:
    await visit.write(auto.stay, community_id(visit), now=visit.now)
    return "stays"


async def _follow_topic(visit: Visit, form: Form) -> str:
    topic = form.line("topic", limit=100)
    await visit.write(membership.prefer, community_id(visit), topic_only=topic, now=visit.now)
    return "saved"


async def _follow_all(visit: Visit, form: Form) -> str:
    await visit.write(membership.prefer, community_id(visit), topic_only="", now=visit.now)
    return "saved"


ACTS: dict[str, Callable[[Visit, Form], Awaitable[str]]] = {
    "leave": _leave,
    "stay": _stay,
    "follow-topic": _follow_topic,
    "follow-all": _follow_all,
}
"""What a member does for themself with one button."""


def _own(tx: Tx, viewer: Viewer, visit: Visit) -> tuple[CommunityView, bool, bool]:
    view = front.view(tx, viewer, community_id(visit))
    if view.mine is None or not view.mine.is_in:
        raise NotFound("member")
    return view, digests.wanted(tx, viewer), bool(users.user(tx, viewer).email)


async def _page(visit: Visit, wrong: Invalid | None = None) -> Response:
    view, digest, has_mail = await visit.read(_own, visit)
    return communities.page(
        visit,
        "communities/mine.html",
        view,
        "/mine",
        wrong,
        levels=communities.levels(visit),
        role=communities.role(visit, view.mine.role if view.mine else ""),
        topic_choices=[(one.name, one.display) for one in view.topics],
        digest=digest,
        has_mail=has_mail,
    )


async def _ask_page(visit: Visit, wrong: Invalid | None = None) -> Response:
    view = await visit.read(front.view, community_id(visit))
    return communities.page(
        visit,
        "communities/ask.html",
        view,
        "/ask",
        wrong,
    )
