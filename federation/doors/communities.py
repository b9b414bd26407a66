"""Communities of this node, by authorised fetch: who moderates, where members live, what was announced.

Of a closed one nodes with members are answered, and others as if it were not there.
"""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from federation.communities.announcing import is_words, puts_back
from federation.communities.audience import Reading, reading_of
from federation.communities.nodes import signed_nodes
from federation.document import fields_of, type_of
from federation.doors.answers import document, problem
from federation.doors.reception import NOBODY, Reception
from federation.render import collections
from federation.render import communities as render
from social import reading
from social.communities import standing
from social.communities.pages import KIND
from social.people.names import username_key
from social.policy import Viewer
from storage import accounts, communities, community_log, community_pages, memberships, peers
from storage import posts as post_rows
from storage.communities import KnownRow
from storage.community_log import AnnouncedRow
from storage.community_pages import PageId
from storage.engine.database import Tx
from storage.ids import Millis

PAGE = 20
LEAVES = 5
"""Pages of a community at once: one may be long."""
_LAST = 2**62
_THREADS_ALONE = frozenset({"piefed"})
_THREADS, _LOOKED_AT = 50, 400
"""How many of them such a node reads, and how much of the log is looked at for them."""


class CommunityDoors:
    """What a Group has beside what every actor has."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._wire = reception.wire

    async def moderators(self, request: Request) -> Response:
        """Hosts and moderators, by their ids."""
        known = await self._known(request)
        if known is None:
            return _absent()
        uris = await self._wire.db.read(_moderators, known)
        return document(collections.whole(render.moderators_url(known.account.uri), uris))

    async def nodes(self, request: Request) -> Response:
        """The list of member nodes, with the community's proof."""
        known = await self._known(request)
        if known is None:
            return _absent()
        return document(await self._wire.db.read(signed_nodes, known, self._wire.clock()))

    async def pages(self, request: Request) -> Response:
        """The pages, the oldest first: of each what was announced last."""
        known = await self._known(request)
        if known is None:
            return _absent()
        url = render.pages_url(known.account.uri)
        if "page" not in request.query_params:
            total = len(await self._wire.db.read(community_pages.of, known.account.id))
            return document(collections.collection(url, total, first=f"{url}?page=true"))
        asked = request.query_params.get("after", "")
        after = PageId(int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 18 else 0)
        rows = await self._wire.db.read(community_log.of_pages, known.account.id, after, LEAVES)
        here = f"{url}?page=true&after={after}" if after else f"{url}?page=true"
        following = f"{url}?page=true&after={rows[-1].page_id}" if len(rows) == LEAVES else None
        items = [msgspec.json.decode(row.body) for row in rows]
        return document(collections.page(url, here, items, next=following))

    async def announced(self, request: Request) -> Response:
        """One Announce, with the id of what it brought: that is asked for where it is."""
        known = await self._known(request)
        place = Millis(request.path_params["place"])
        row = None if known is None else await self._wire.db.read(community_log.at, known.account.id, place)
        if row is None:
            return _absent()
        told = {term: value for term, value in _body(row).items() if term != "proof"}
        return document(told | {"object": row.inner_uri})

    async def outbox(self, request: Request) -> Response | None:
        """Everything that was announced, newest first; None for what is no community.

        `?page=true&after=PLACE` is what came right after a place, and `prev` leads on to what came then: so whoever
        was away reads on in the order of the community. What moderators took out is not told, and told again, at its
        first place, where they put it back.
        """
        if await self._wire.db.read(_known, request.path_params["name"]) is None:
            return None
        known = await self._known(request)
        if known is None:
            return _absent()
        url = known.account.outbox_url
        if "page" not in request.query_params:
            return document(await self._newest(known, await self._reception.viewer(request)))
        before, after = _place(request, "before"), _place(request, "after")
        viewer = await self._reception.viewer(request)
        rows, told = await self._wire.db.read(_page, known, viewer, before, after)
        here = f"{url}?page=true"
        if after is not None or before is not None:
            here = f"{here}&before={before}" if after is None else f"{here}&after={after}"
        whole = after is not None or len(rows) == PAGE
        return document(
            collections.page(
                url,
                here,
                [_body(row) for row in told],
                next=f"{url}?page=true&before={rows[-1].place}" if rows and whole else None,
                prev=f"{url}?page=true&after={rows[0].place}" if rows and after is not None else None,
            )
        )

    async def _newest(self, known: KnownRow, viewer: Viewer) -> dict[str, Any]:
        """The log with its last page in it: Lemmy reads no pages. PieFed takes whatever is there for a thread."""
        url = known.account.outbox_url
        if await self._wire.db.read(_takes_threads, viewer.host):
            threads = await self._wire.db.read(_threads, known, viewer)
            return collections.collection(url, len(threads), first=None) | {"orderedItems": threads}
        total = await self._wire.db.read(community_log.count, known.account.id)
        items = await self._wire.db.read(_last, known, viewer)
        return collections.collection(url, total, first=f"{url}?page=true") | {"orderedItems": items}

    async def follower(self, request: Request) -> Response | None:
        """Whether the node of an asking actor has a member (Lemmy's private communities); None if that is not asked."""
        asked = request.query_params.get("is_follower")
        if asked is None:
            return None
        known = await self._known(request)
        is_in = known is not None and await self._wire.db.read(_has_follower, known, asked)
        return document({"id": str(request.url)}) if is_in else _absent()

    async def _known(self, request: Request) -> KnownRow | None:
        viewer = await self._reception.viewer(request)
        known = await self._wire.db.read(_known, request.path_params["name"])
        if known is None or known.account.suspended_at is not None:
            return None
        if known.community.is_closed:
            is_in = viewer.keeps and await self._wire.db.read(memberships.live_on, known.account.id, viewer.host)
            return known if is_in else None
        return known


def _known(tx: Tx, name: str) -> KnownRow | None:
    account = accounts.by_name(tx, username_key(name), "")
    if account is None or account.deleted_at is not None:
        return None
    return communities.known(tx, account.id)


def _place(request: Request, name: str) -> int | None:
    asked = request.query_params.get(name, "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 18 else None


def _page(
    tx: Tx, known: KnownRow, viewer: Viewer, before: int | None, after: int | None
) -> tuple[list[AnnouncedRow], list[AnnouncedRow]]:
    """A part of the log, and what of it is told to the asker."""
    if after is None:
        rows = community_log.page(tx, known.account.id, _LAST if before is None else before, PAGE)
    else:
        rows = community_log.page_after(tx, known.account.id, after, PAGE)
    is_ours = reading_of(peers.by_host(tx, viewer.host)) is Reading.OURS
    found = [post for about in {row.about for row in rows} if (post := post_rows.by_uri(tx, about)) is not None]
    seen = {view.post.id for view in reading.posts(tx, viewer, [post.id for post in found])}
    hidden = {post.uri for post in found if post.id not in seen and post.removed_at is None}
    here = {post.uri for post in found if post.removed_at is None}
    told: list[AnnouncedRow] = []
    for row in rows:
        if row.about in hidden or not _may_be_told(row, here, is_ours=is_ours):
            continue
        told.append(row)
        if after is not None and row.about in here and puts_back(_body(row)["object"]):
            # Who read on while it was out was not told of it.
            words = [one for one in community_log.about(tx, known.account.id, row.about) if _is_words(one)]
            told += words[::-1]
    return rows, told


def _may_be_told(row: AnnouncedRow, here: set[str], *, is_ours: bool) -> bool:
    """`here`: posts that nobody took out. Pages are for nodes of our kind alone: others would read them as posts."""
    return is_ours if _is_of_page(row) else row.about in here or not _is_words(row)


def _is_words(row: AnnouncedRow) -> bool:
    return is_words(_body(row)["object"])


def _last(tx: Tx, known: KnownRow, viewer: Viewer) -> list[dict[str, Any]]:
    _, told = _page(tx, known, viewer, None, None)
    return [_body(row) for row in told]


def _takes_threads(tx: Tx, host: str) -> bool:
    peer = peers.by_host(tx, host)
    return peer is not None and peer.program in _THREADS_ALONE


def _threads(tx: Tx, known: KnownRow, viewer: Viewer) -> list[dict[str, Any]]:
    """What began the latest threads, newest first."""
    found: list[dict[str, Any]] = []
    before: int | None = None
    for _ in range(_LOOKED_AT // PAGE):
        rows, told = _page(tx, known, viewer, before, None)
        found += [body for body in map(_body, told) if _begins(body["object"])]
        if len(rows) < PAGE or len(found) >= _THREADS:
            break
        before = rows[-1].place
    return found[:_THREADS]


def _begins(inner: dict[str, Any]) -> bool:
    about = fields_of(inner.get("object")) or {}
    return type_of(inner) == "Create" and about.get("inReplyTo") is None


def _moderators(tx: Tx, known: KnownRow) -> list[str]:
    return [row.account.uri for row in memberships.with_roles(tx, known.account.id, standing.MODERATORS)]


def _has_follower(tx: Tx, known: KnownRow, actor: str) -> bool:
    account = accounts.by_uri(tx, actor)
    return account is not None and memberships.live_on(tx, known.account.id, account.domain)


def _body(row: AnnouncedRow) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.json.decode(row.body)
    return fields


def _is_of_page(row: AnnouncedRow) -> bool:
    about = fields_of(_body(row)["object"].get("object"))
    return about is not None and type_of(about) == KIND


def _absent() -> Response:
    # In the words in which nobody is: whoever may not know of a community learns as much as of a name that is free.
    return problem(404, NOBODY)
