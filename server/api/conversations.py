"""Direct posts: conversations, and all of them in one timeline."""

from collections.abc import Sequence

from msgspec import Raw

from server.api.call import Call
from server.api.entities.conversations import Conversation
from server.api.paging import Paged, links
from server.api.params import Empty
from server.api.rendered import Rendered
from server.api.routing import Answer, Auth, Door, Endpoint, route
from server.api.timelines import posts
from social.feeds import conversations
from social.feeds.conversations import ConversationView
from social.policy import Viewer
from storage.conversations import ConversationId
from storage.engine.database import Tx


async def several(call: Call, params: Paged) -> Answer:
    """GET /api/v1/conversations: paged by the last post."""
    page = params.page()

    def find(tx: Tx, viewer: Viewer) -> tuple[list[ConversationView], list[Conversation]]:
        views = conversations.conversations(tx, viewer, page)
        return views, shown(call.rendered, tx, viewer, views)

    views, body = await call.read(find)
    return Answer(body=body, headers=links(call, [view.last for view in views], page))


async def read(call: Call, _: Empty) -> Conversation:
    """POST /api/v1/conversations/:id/read."""
    return await _mark(call, unread=False)


async def unread(call: Call, _: Empty) -> Conversation:
    """POST /api/v1/conversations/:id/unread."""
    return await _mark(call, unread=True)


async def delete(call: Call, _: Empty) -> dict[str, str]:
    """DELETE /api/v1/conversations/:id."""
    await call.write(conversations.delete, ConversationId(call.id()))
    return {}


async def direct(call: Call, params: Paged) -> Answer:
    """GET /api/v1/timelines/direct."""
    page = params.page()
    show = call.rendered.list_of(conversations.posts)
    return posts(call, page, await call.read(show, page, now=call.node.clock()))


def shown(rendered: Rendered, tx: Tx, viewer: Viewer, views: Sequence[ConversationView]) -> list[Conversation]:
    """The conversations with their last posts, if the viewer may still see these."""
    last = {post.id: post.json for post in rendered.listed(tx, viewer, [view.last for view in views])} if views else {}
    return [
        Conversation(
            id=str(view.id),
            unread=view.unread,
            accounts=[rendered.account(row) for row in view.people],
            last_status=Raw(last[view.last]) if view.last in last else None,
        )
        for view in views
    ]


async def _mark(call: Call, *, unread: bool) -> Conversation:
    def mark(tx: Tx, viewer: Viewer) -> Conversation:
        view = conversations.mark(tx, viewer, ConversationId(call.id()), unread=unread)
        return shown(call.rendered, tx, viewer, [view])[0]

    return await call.write(mark)


_PATH = "/api/v1/conversations"
_READ = ("read:statuses",)
_WRITE = ("write:conversations",)

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _PATH, several, Auth.USER, *_READ, door=Door.FEEDS, params=Paged),
    route("POST", f"{_PATH}/:id/read", read, Auth.USER, *_WRITE, door=Door.FEEDS),
    route("POST", f"{_PATH}/:id/unread", unread, Auth.USER, *_WRITE, door=Door.FEEDS),
    route("DELETE", f"{_PATH}/:id", delete, Auth.USER, *_WRITE),
    route("GET", "/api/v1/timelines/direct", direct, Auth.USER, *_READ, door=Door.FEEDS, params=Paged),
)
