"""« Messages »: conversations of direct posts. Opening one leads to its thread, and marks it as read."""

from collections.abc import Sequence

import msgspec
from starlette.responses import RedirectResponse, Response

from social import reading
from social.feeds import conversations
from social.feeds.conversations import ConversationView
from social.paging import Page
from social.policy import Viewer
from social.reading import PostView
from storage.accounts import AccountRow
from storage.conversations import ConversationId
from storage.engine.database import Tx
from web.forms import Form
from web.pages.home import older
from web.visit import PER_PAGE, Visit


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation of the list; `post` is None when the last one may not be seen any more."""

    id: ConversationId
    unread: bool
    people: Sequence[AccountRow]
    post: PostView | None


async def show(visit: Visit) -> Response:
    """GET /messages."""
    views, posts = await visit.read(_found, visit.paging(PER_PAGE))
    last = {post.post.id: post for post in posts}
    talks = [Talk(id=one.id, unread=one.unread, people=one.people, post=last.get(one.last)) for one in views]
    return visit.page("messages/messages.html", talks=talks, older=older(visit, [one.last for one in views]))


async def enter(visit: Visit) -> Response:
    """GET /messages/{id}: to the thread, which is read from then on."""
    view = await visit.write(conversations.mark, _id(visit), unread=False)
    post = await visit.read(reading.post, view.last)
    return RedirectResponse(f"/@{post.author.acct}/{post.post.id}", 303)


async def act(visit: Visit, form: Form) -> Response:
    """POST /messages/{id}/{act}: put away, or mark as unread."""
    if visit.act({"delete": True, "unread": False}):
        await visit.write(conversations.delete, _id(visit))
    else:
        await visit.write(conversations.mark, _id(visit), unread=True)
    return visit.back("/messages", done="saved")


def _found(tx: Tx, viewer: Viewer, page: Page) -> tuple[list[ConversationView], list[PostView]]:
    views = conversations.conversations(tx, viewer, page)
    return views, reading.posts(tx, viewer, [view.last for view in views])


def _id(visit: Visit) -> ConversationId:
    return ConversationId(visit.request.path_params["id"])
