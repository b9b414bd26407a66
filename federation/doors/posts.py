"""Posts, boosts and what hangs on them, by authorised fetch.

Absent, hidden and somebody else's are one answer: 404. What was deleted is 410 with its Tombstone.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from federation.context import CONTEXT
from federation.doors.actors import announced, remember
from federation.doors.answers import document, problem
from federation.doors.reception import Reception, page, wants_document
from federation.render import activities, collections, posts, quotes
from social import emojis, reading
from social.clock import iso
from social.emojis import Emoji
from social.errors import NotFound
from social.policy import Viewer
from social.posts import quotes as quoted_by
from social.reading import PostView
from storage import accounts, contexts, threads, tombstones
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import PostId
from storage.posts import PostRow
from storage.tombstones import TombstoneRow

REPLIES = 50


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which post of whom, by the path: the ids that it and its author have."""

    id: PostId
    uri: str
    actor: str


class Stamped(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of the post that may quote, and of what it quotes."""

    post: str
    quoted: str


class PostDoors:
    """Posts of people here."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._wire = reception.wire

    async def post(self, request: Request) -> Response:
        """The post itself."""
        if not wants_document(request):
            return page(f"{self._wire.urls.profile(request.path_params['name'])}/{request.path_params['id']}")
        return await self._of_post(request, lambda view: posts.note(view, self._wire.urls))

    async def activity(self, request: Request) -> Response:
        """The Create of a post."""
        return await self._of_post(request, lambda view: activities.create(view, self._wire.urls))

    async def likes(self, request: Request) -> Response:
        """How many like the post."""
        return await self._of_post(
            request, lambda view: collections.collection(f"{view.post.uri}/likes", view.post.likes_count, first=None)
        )

    async def attendees(self, request: Request) -> Response:
        """How many come to a gathering, and none of their names."""

        def counted(view: PostView) -> dict[str, Any]:
            total = view.gathering.going if view.gathering is not None else 0
            return collections.collection(f"{view.post.uri}/attendees", total, first=None)

        return await self._of_post(request, counted)

    async def shares(self, request: Request) -> Response:
        """How many boosted the post."""
        return await self._of_post(
            request, lambda view: collections.collection(f"{view.post.uri}/shares", view.post.boosts_count, first=None)
        )

    async def replies(self, request: Request) -> Response:
        """Answers to the post that the asker may see."""
        viewer = await self._reception.viewer(request)
        found = await self._wire.db.read(_found, self._asked(request), viewer)
        if not isinstance(found, PostView):
            return _absent(found)
        id = f"{found.post.uri}/replies"
        if "page" not in request.query_params:
            total = found.post.replies_count
            return document(collections.collection(id, total, first=f"{id}?page=true", ordered=False))
        after = number(request.query_params.get("after", ""))
        last, answers = await self._wire.db.read(_answers, found.post.id, viewer, PostId(after))
        next = f"{id}?page=true&after={last}" if last is not None else None
        here = f"{id}?page=true" + (f"&after={after}" if after else "")
        return document(collections.page(id, here, answers, next=next, ordered=False))

    async def context(self, request: Request) -> Response:
        """The thread that began with a post of here: ids of what anybody may read of it, oldest first (FEP-7888)."""
        return await self._context(request, PostId(request.path_params["id"]))

    async def context_of(self, request: Request) -> Response:
        """What is kept here of the thread in which the post `of` stands, wherever it began: for whoever cannot ask its
        own node, which is away."""
        thread = await self._wire.db.read(_thread_of, request.query_params.get("of", ""))
        return await self._context(request, thread)

    async def _context(self, request: Request, thread: PostId) -> Response:
        viewer = await self._reception.viewer(request)
        after = number(request.query_params.get("after", ""))
        found = await self._wire.db.read(_thread, thread, viewer, PostId(after))
        if found is None:
            return problem(404, "no such thread")
        total, rows = found
        id = self._wire.urls.context(thread)
        if "page" not in request.query_params:
            return document(collections.collection(id, total, first=f"{id}?page=true"))
        next = f"{id}?page=true&after={rows[-1].id}" if len(rows) == REPLIES else None
        here = f"{id}?page=true" + (f"&after={after}" if after else "")
        return document(collections.page(id, here, [row.uri for row in rows], next=next))

    async def stamp(self, request: Request) -> Response:
        """The QuoteAuthorization by which somebody here agreed to be quoted; for whoever may see what is quoted."""
        viewer = await self._reception.viewer(request)
        name, urls = request.path_params["name"], self._wire.urls
        uri = urls.stamp(name, request.path_params["id"])
        found = await self._wire.db.read(_stamped, viewer, urls.actor(name), uri)
        if isinstance(found, Stamped):
            return document(quotes.stamp(uri, urls.actor(name), found.post, found.quoted))
        return _absent(found)

    async def boost(self, request: Request) -> Response:
        """The Announce of a boost."""
        if not wants_document(request):
            return page(self._wire.urls.profile(request.path_params["name"]))
        viewer = await self._reception.viewer(request)
        found = await self._wire.db.read(_found, self._asked(request, self._boost_uri), viewer)
        if isinstance(found, PostView) and found.boost_of is not None:
            return document(announced(found, found.boost_of))
        return _absent(None if isinstance(found, PostView) else found)

    async def emoji(self, request: Request) -> Response:
        """A custom emoji of this node."""
        await self._reception.viewer(request)
        try:
            row = await self._wire.db.read(emojis.by_name, request.path_params["name"])
        except NotFound:
            return problem(404, "no such emoji")
        fields = posts.emoji(Emoji(row.name, row.token, row.mime), self._wire.urls)
        return document({"@context": CONTEXT, **fields, "updated": iso(row.changed_at)})

    async def page(self, request: Request) -> Response:
        """A page that a server asks for: where the thing itself is."""
        name, id = request.path_params["name"], request.path_params.get("id")
        uri = self._wire.urls.actor(name) if id is None else self._wire.urls.post_uri(name, PostId(id))
        return RedirectResponse(uri, 302, {"Vary": "Accept"})

    async def _of_post(self, request: Request, render: Callable[[PostView], dict[str, Any]]) -> Response:
        viewer = await self._reception.viewer(request)
        asked = self._asked(request)
        found = await self._wire.db.read(_found, asked, viewer)
        if isinstance(found, PostView) and await remember(self._reception, viewer.host, [found.post.id]):
            found = await self._wire.db.read(_found, asked, viewer)
        if not isinstance(found, PostView) or found.boost_of is not None:
            return _absent(None if isinstance(found, PostView) else found)
        return document(render(found))

    def _asked(self, request: Request, uri_of: Callable[[str, PostId], str] | None = None) -> Asked:
        name, id = request.path_params["name"], PostId(request.path_params["id"])
        return Asked(id=id, uri=(uri_of or self._wire.urls.post_uri)(name, id), actor=self._wire.urls.actor(name))

    def _boost_uri(self, name: str, id: PostId) -> str:
        return f"{self._wire.urls.actor(name)}/boosts/{id}"


def _found(tx: Tx, asked: Asked, viewer: Viewer) -> PostView | TombstoneRow | None:
    views = reading.posts(tx, viewer, [asked.id])
    if views and views[0].post.uri == asked.uri:
        return views[0]
    return None if views else tombstones.by_uri(tx, asked.uri, asked.actor)


def _stamped(tx: Tx, viewer: Viewer, actor: str, uri: str) -> Stamped | TombstoneRow | None:
    author = accounts.by_uri(tx, actor)
    found = None if author is None else quoted_by.of_stamp(tx, viewer, author.id, uri)
    if found is not None:
        return Stamped(post=found[1], quoted=found[0].quoted_uri)
    return tombstones.by_uri(tx, uri, actor)


def number(text: str) -> int:
    """A position in a collection; 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def _answers(tx: Tx, post: PostId, viewer: Viewer, after: PostId) -> tuple[PostId | None, list[str]]:
    """A page of answers, and the last id of it if there may be more."""
    ids = threads.replies_for_host(tx, post, viewer.host, after, REPLIES)
    last = ids[-1] if len(ids) == REPLIES else None
    return last, [view.post.uri for view in reading.posts(tx, viewer, ids)]


def _thread_of(tx: Tx, uri: str) -> PostId:
    """The thread of a post; 0 for one that is not here."""
    post = post_rows.by_uri(tx, uri)
    return PostId(0) if post is None else post.thread_id


def _thread(tx: Tx, thread: PostId, viewer: Viewer, after: PostId) -> tuple[int, list[PostRow]] | None:
    total = contexts.count(tx, thread, viewer.host)
    return (total, contexts.of_thread(tx, thread, viewer.host, after, REPLIES)) if total else None


def _absent(found: TombstoneRow | None) -> Response:
    if found is None:
        return problem(404, "no such post")
    return document(posts.tombstone(found), status=410)
