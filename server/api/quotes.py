"""Quotes: who quotes a post, who may, and taking it back."""

from typing import Literal

import msgspec
from msgspec import Raw

from server.api.call import Call
from server.api.paging import Paged, links
from server.api.params import Empty
from server.api.rendered import listing
from server.api.routing import Answer, Auth, Door, Endpoint, route
from server.api.statuses import post_id
from social import reading
from social.policy import Viewer
from social.posts import quotes
from social.posts.policies import Choice
from social.reading import PostView
from storage.engine.database import Tx
from storage.ids import Millis, PostId


class PolicyParams(msgspec.Struct, frozen=True, kw_only=True):
    """Who may quote a post from now on."""

    quote_approval_policy: Literal["public", "followers", "nobody"] = "nobody"


async def quoting(call: Call, params: Paged) -> Answer:
    """GET /api/v1/statuses/:id/quotes: posts that quote it, with its author's consent."""
    page = params.page()
    found = await call.read(call.rendered.list_of(quotes.quotes_of), post_id(call), page)
    headers = links(call, [one.id for one in found], page, always=False, back="since_id")
    return Answer(body=listing(found), headers=headers)


async def permit(call: Call, params: PolicyParams) -> Raw:
    """PUT or PATCH /api/v1/statuses/:id/interaction_policy: no edit, the post says the same."""
    choice = Choice(params.quote_approval_policy)
    return call.rendered.status(await call.write(_permitted, post_id(call), choice, call.node.clock()))


async def revoke(call: Call, _: Empty) -> Raw:
    """POST /api/v1/statuses/:id/quotes/:quoting_status_id/revoke: the post that may quote it no longer."""
    post = PostId(call.id("quoting_status_id"))
    return call.rendered.status(await call.write(_revoked, post_id(call), post, call.node.clock()))


def _permitted(tx: Tx, viewer: Viewer, post: PostId, choice: Choice, now: Millis) -> PostView:
    return reading.post(tx, viewer, quotes.permit(tx, viewer, post, choice, now=now))


def _revoked(tx: Tx, viewer: Viewer, quoted: PostId, post: PostId, now: Millis) -> PostView:
    return reading.post(tx, viewer, quotes.revoke(tx, viewer, quoted, post, now=now))


_READ = ("read:statuses",)
_WRITE = ("write:statuses",)
_POLICY = "/api/v1/statuses/:id/interaction_policy"
_REVOKE = "/api/v1/statuses/:id/quotes/:quoting_status_id/revoke"

ROUTES: tuple[Endpoint, ...] = (
    route("PUT PATCH", _POLICY, permit, Auth.USER, *_WRITE, door=Door.REST, params=PolicyParams),
    route("GET", "/api/v1/statuses/:id/quotes", quoting, Auth.READER, *_READ, door=Door.REST, params=Paged),
    route("POST", _REVOKE, revoke, Auth.USER, *_WRITE, door=Door.REST),
)
