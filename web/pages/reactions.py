"""What one does with a post: buttons that work as forms, those of its foot answered in place when a script asks; and
the shelves of what one kept and liked."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from social import reading
from social.feeds import timelines
from social.posts import pins, quotes, reactions
from storage.ids import PostId
from storage.visibility import Visibility
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
    said = visit.request.path_params["act"]
    return visit.back(form.text("back"), done=said if said in SAID else "", anchor=f"p{post}")


async def _like(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.like, post, context=visit.context, now=visit.now)


async def _unlike(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.unlike, post, now=visit.now)


async def _boost(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.boost, post, context=visit.context, now=visit.now)


async def _boost_closely(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.boost, post, visibility=Visibility.FOLLOWERS, context=visit.context, now=visit.now)


async def _unboost(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.unboost, post, now=visit.now)


async def _bookmark(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.bookmark, post, context=visit.context, now=visit.now)


async def _unbookmark(visit: Visit, post: PostId) -> None:
    await visit.write(reactions.unbookmark, post)


async def _unquote(visit: Visit, post: PostId) -> None:
    await visit.write(quotes.revoke_in, post, now=visit.now)


async def _pin(visit: Visit, post: PostId) -> None:
    await visit.write(pins.pin, post, ids=visit.node.ids, now=visit.now)


async def _unpin(visit: Visit, post: PostId) -> None:
    await visit.write(pins.unpin, post, now=visit.now)


async def _hush(visit: Visit, post: PostId) -> None:
    await visit.write(pins.mute_thread, post, now=visit.now)


async def _hear(visit: Visit, post: PostId) -> None:
    await visit.write(pins.unmute_thread, post)


ACTS: dict[str, Callable[[Visit, PostId], Awaitable[None]]] = {
    "like": _like,
    "unlike": _unlike,
    "boost": _boost,
    "boost-closely": _boost_closely,
    "unboost": _unboost,
    "bookmark": _bookmark,
    "unbookmark": _unbookmark,
    "unquote": _unquote,
    "pin": _pin,
    "unpin": _unpin,
    "hush": _hush,
    "hear": _hear,
}
SAID = frozenset({"boost-closely", "pin", "unpin", "hush", "hear"})
"""Acts of the menu: nothing that stays in sight shows that they are done, so a sentence does (`web/done.py`)."""
