"""What the viewer does with posts: favourite, reblog, bookmark, and take it back."""

from collections.abc import Callable
from typing import Concatenate, Literal, ParamSpec

import msgspec
from msgspec import Raw

from server.api import present
from server.api.call import Call
from server.api.params import Empty
from server.api.routing import Auth, Door, Endpoint, route
from server.api.statuses import post_id
from social import reading
from social.policy import Viewer
from social.posts import pins, reactions
from social.reading import PostView
from storage.engine.database import Tx
from storage.ids import PostId

P = ParamSpec("P")


class ReblogParams(msgspec.Struct, frozen=True, kw_only=True):
    """Who shall see the boost."""

    visibility: Literal["public", "unlisted", "private", "direct"] | None = None


async def favourite(call: Call, _: Empty) -> Raw:
    """POST /api/v1/statuses/:id/favourite."""
    return await _done(call, reactions.like, context=call.node.context, now=call.node.clock())


async def unfavourite(call: Call, _: Empty) -> Raw:
    """POST /api/v1/statuses/:id/unfavourite."""
    return await _done(call, reactions.unlike, now=call.node.clock())


async def reblog(call: Call, params: ReblogParams) -> Raw:
    """POST /api/v1/statuses/:id/reblog: the boost, the same when done again."""
    visibility = None if params.visibility is None else present.VISIBILITY_OF[params.visibility]
    return await _done(call, reactions.boost, visibility=visibility, context=call.node.context, now=call.node.clock())


async def unreblog(call: Call, _: Empty) -> Raw:
    """POST /api/v1/statuses/:id/unreblog: the post that was boosted."""
    return await _done(call, reactions.unboost, now=call.node.clock())


async def bookmark(call: Call, _: Empty) -> Raw:
    """POST /api/v1/statuses/:id/bookmark."""
    return await _done(call, reactions.bookmark, context=call.node.context, now=call.node.clock())


async def unbookmark(call: Call, _: Empty) -> Raw:
    """POST /api/v1/statuses/:id/unbookmark."""
    return await _done(call, reactions.unbookmark)


async def pin(call: Call, _: Empty) -> Raw:
    """POST /api/v1/statuses/:id/pin."""
    return await _done(call, pins.pin, ids=call.node.ids, now=call.node.clock())


async def unpin(call: Call, _: Empty) -> Raw:
    """POST /api/v1/statuses/:id/unpin."""
    return await _done(call, pins.unpin, now=call.node.clock())


async def mute(call: Call, _: Empty) -> Raw:
    """POST /api/v1/statuses/:id/mute: no notification of the thread from now on."""
    return await _done(call, pins.mute_thread, now=call.node.clock())


async def unmute(call: Call, _: Empty) -> Raw:
    """POST /api/v1/statuses/:id/unmute."""
    return await _done(call, pins.unmute_thread)


async def _done(
    call: Call, verb: Callable[Concatenate[Tx, Viewer, PostId, P], PostId], *args: P.args, **kwargs: P.kwargs
) -> Raw:
    """The verb done, and what it left, in one transaction."""

    def act(tx: Tx, viewer: Viewer) -> PostView:
        return reading.post(tx, viewer, verb(tx, viewer, post_id(call), *args, **kwargs))

    return call.rendered.status(await call.write(act))


_POST = "/api/v1/statuses/:id"
_FAVOURITES = ("write:favourites",)
_STATUSES = ("write:statuses",)
_BOOKMARKS = ("write:bookmarks",)

ROUTES: tuple[Endpoint, ...] = (
    route("POST", f"{_POST}/favourite", favourite, Auth.USER, *_FAVOURITES, door=Door.REST),
    route("POST", f"{_POST}/unfavourite", unfavourite, Auth.USER, *_FAVOURITES, door=Door.REST),
    route("POST", f"{_POST}/reblog", reblog, Auth.USER, *_STATUSES, door=Door.REST, params=ReblogParams),
    route("POST", f"{_POST}/unreblog", unreblog, Auth.USER, *_STATUSES, door=Door.REST, window="deletes"),
    route("POST", f"{_POST}/bookmark", bookmark, Auth.USER, *_BOOKMARKS, door=Door.REST),
    route("POST", f"{_POST}/pin", pin, Auth.USER, "write:accounts", door=Door.REST),
    route("POST", f"{_POST}/unpin", unpin, Auth.USER, "write:accounts", door=Door.REST),
    route("POST", f"{_POST}/mute", mute, Auth.USER, "write:mutes", door=Door.REST),
    route("POST", f"{_POST}/unmute", unmute, Auth.USER, "write:mutes", door=Door.REST),
    route("POST", f"{_POST}/unbookmark", unbookmark, Auth.USER, *_BOOKMARKS, door=Door.REST),
)
