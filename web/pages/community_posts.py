"""A post of a community as those who look after it see it: put on top, close, sort, warn, take out, put back."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from starlette.responses import Response

from social import reading as posts
from social.communities import front, moderation, reading, topics
from social.communities.reading import CommunityView
from social.errors import Invalid, NotFound
from social.paging import MAX_ID
from social.policy import Viewer
from social.reading import PostView
from storage.engine.database import Tx
from storage.ids import PostId
from storage.placements import PlacementRow
from web import communities
from web.communities import address
from web.forms import Form
from web.pages.communities import community_id
from web.visit import Visit

_LISTED = 100
_LONGEST = 5_000


class Moderated(msgspec.Struct, frozen=True, kw_only=True):
    """A post, where it stands, and its community."""

    view: CommunityView
    post: PostView
    placement: PlacementRow


async def show(visit: Visit) -> Response:
    """GET /communities/{id}/posts/{post}: what one may do with it, for those who look after the community."""
    return await _page(visit)


async def act(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/posts/{post}/{act}: one of `ACTS`."""
    try:
        gone = await visit.act(ACTS)(visit, form)
    except Invalid as wrong:
        return await _page(visit, wrong)
    base = address(community_id(visit))
    return visit.back(base if gone else f"{base}/posts/{_post_id(visit)}", done="saved")


async def log(visit: Visit) -> Response:
    """GET /communities/{id}/log: what was taken out, and why; each may be put back."""

    def found(tx: Tx, viewer: Viewer) -> tuple[CommunityView, Sequence[PlacementRow]]:
        view = front.view(tx, viewer, community_id(visit))
        return view, moderation.log(tx, viewer, view.account.id, MAX_ID, _LISTED)

    view, rows = await visit.read(found)
    return communities.page(visit, "communities/log.html", view, "/log", rows=rows)


async def restore(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/log: put a post back."""
    await visit.write(moderation.restore, PostId(form.number("post") or 0), now=visit.now)
    return visit.back(f"{address(community_id(visit))}/log", done="saved")


async def _stick(visit: Visit, form: Form) -> bool:
    await visit.write(moderation.stick, _post_id(visit), now=visit.now)
    return False


async def _unstick(visit: Visit, form: Form) -> bool:
    await visit.write(moderation.unstick, _post_id(visit), now=visit.now)
    return False


async def _lock(visit: Visit, form: Form) -> bool:
    await visit.write(moderation.lock, _post_id(visit), form.text("reason", limit=_LONGEST), now=visit.now)
    return False


async def _unlock(visit: Visit, form: Form) -> bool:
    await visit.write(moderation.unlock, _post_id(visit), now=visit.now)
    return False


async def _topic(visit: Visit, form: Form) -> bool:
    await visit.write(topics.put, _post_id(visit), form.line("topic", limit=200), now=visit.now)
    return False


async def _remove(visit: Visit, form: Form) -> bool:
    await visit.write(moderation.remove, _post_id(visit), form.text("reason", limit=_LONGEST), now=visit.now)
    return True


async def _warn(visit: Visit, form: Form) -> bool:
    words = form.text("words", limit=_LONGEST)

    def warn(tx: Tx, viewer: Viewer) -> None:
        author = posts.post(tx, viewer, _post_id(visit)).author
        try:
            moderation.warn(tx, viewer, community_id(visit), author.id, words, now=visit.now)
        except Invalid as wrong:
            raise Invalid("words", wrong.code, **wrong.values) from wrong

    await visit.write(warn)
    return False


ACTS: dict[str, Callable[[Visit, Form], Awaitable[bool]]] = {
    "stick": _stick,
    "unstick": _unstick,
    "lock": _lock,
    "unlock": _unlock,
    "topic": _topic,
    "remove": _remove,
    "warn": _warn,
}
"""What moderators do with a post; True: it is no longer to be seen."""


def _post_id(visit: Visit) -> PostId:
    return PostId(visit.request.path_params["post"])


def _moderated(tx: Tx, viewer: Viewer, visit: Visit) -> Moderated:
    """Raises NotFound for who does not look after the community, and for a post of another."""
    view = front.view(tx, viewer, community_id(visit))
    post = posts.post(tx, viewer, _post_id(visit))
    placement = reading.places(tx, [post.post.id]).get(post.post.id)
    if not communities.runs(view.mine) or placement is None or placement.community_id != view.account.id:
        raise NotFound("post")
    return Moderated(view=view, post=post, placement=placement)


async def _page(visit: Visit, wrong: Invalid | None = None) -> Response:
    found = await visit.read(_moderated, visit)
    return communities.page(
        visit,
        "communities/post.html",
        found.view,
        "/posts",
        wrong,
        shown=found.post,
        placement=found.placement,
        topic_choices=[("", visit.say("No topic")), *((one.name, one.display) for one in found.view.topics)],
    )
