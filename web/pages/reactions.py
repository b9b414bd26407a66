"""Liking, boosting and keeping: buttons that work as forms, answered in place when a script asks; and the shelves of
what one kept and liked."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from social import reading
from social.feeds import timelines
from social.posts import quotes, reactions
from social.posts.publish import Context
from storage.ids import PostId
from web.forms import Form
from web.pages.home import older
from web.visit import Visit


async def bookmarks(visit: Visit) -> Response:
    """GET /bookmarks."""
    kept = await visit.read(timelines.bookmarks, visit.paging())
    nothing = visit.say("You kept nothing yet. “Keep” under a post puts it here; nobody else sees it.")
    return visit.page(
        "posts/shelf.html",
        kind="bookmarks",
        title=visit.say("Kept"),
        views=[view for _, view in kept],
        older=older(visit, [id for id, _ in kept]),
        nothing=nothing,
    )


async def favourites(visit: Visit) -> Response:
    """GET /favourites."""
    kept = await visit.read(timelines.likes, visit.paging())
    return visit.page(
        "posts/shelf.html",
        kind="likes",
        title=visit.say("Liked"),
        views=[view for _, view in kept],
        older=older(visit, [id for id, _ in kept]),
        nothing=visit.say("You liked nothing yet."),
    )


async def react(visit: Visit, form: Form) -> Response:
    """POST /posts/{id}/{act}: one of `ACTS`."""
    post = PostId(visit.request.path_params["id"])
    await visit.act(ACTS)(visit, post)
    if visit.is_live:
        view = await visit.read(reading.post, post)
        return visit.fragment("live/actions.html", view=view.shown)
    return visit.back(form.text("back"), anchor=f"p{post}")


async def _like(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.like, post, context=_context(visit), now=visit.now)


async def _unlike(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.unlike, post, now=visit.now)


async def _boost(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.boost, post, context=_context(visit), now=visit.now)


async def _unboost(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.unboost, post, now=visit.now)


async def _bookmark(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.bookmark, post, context=_context(visit), now=visit.now)


async def _unbookmark(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.unbookmark, post)


async def _unquote(visit: Visit, post: PostId) -> None:
    await visit.write(quotes.revoke_in, post, now=visit.now)


def _context(visit: Visit) -> Context:
    return Context(visit.node.ids, visit.node.urls, visit.node.settings)


ACTS: dict[str, Callable[[Visit, PostId], Awaitable[None]]] = {
    "like": _like,
    "unlike": _unlike,
    "boost": _boost,
    "unboost": _unboost,
    "bookmark": _bookmark,
    "unbookmark": _unbookmark,
    "unquote": _unquote,
}
