"""Search: people, hashtags, and pasted addresses, which are fetched from where they live."""

import re
from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from social import reading
from social.errors import NotFound
from social.feeds import search
from social.people import accounts
from social.people.relations import Relationship
from social.policy import Viewer
from social.reading import PostView
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.search import TagFoundRow
from web.pages.profile import ties
from web.visit import Visit

_HANDLE = re.compile(r"@?[A-Za-z0-9_.-]+@[^\s@/]+")
_LIMIT = 20
_LONGEST = 500


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a search gave, with the relationships of the reader with the people."""

    people: Sequence[AccountRow] = ()
    tags: Sequence[TagFoundRow] = ()
    post: PostView | None = None
    ties: dict[AccountId, Relationship] = {}


async def show(visit: Visit) -> Response:
    """GET /search?q=."""
    q = " ".join(visit.request.query_params.get("q", "").replace("\0", "").split())[:_LONGEST]
    if not q:
        await visit.read(_nothing)
        return visit.page("search/search.html", q="", found=Found())
    account, post = await _fetched(visit, q) if visit.viewer.is_person else (None, None)
    found = await visit.read(_found, q, account, post, visit.now)
    return visit.page("search/search.html", q=q, found=found)


async def _fetched(visit: Visit, q: str) -> tuple[AccountId | None, PostId | None]:
    """The account or post behind a pasted address, after asking the node where it lives."""
    remote = visit.node.remote
    if _HANDLE.fullmatch(q):
        return await remote.account_by_handle(q.removeprefix("@")), None
    if q.startswith(("https://", "http://")):
        account = await remote.account_by_url(q)
        return account, None if account else await remote.post_by_url(q)
    return None, None


def _found(tx: Tx, viewer: Viewer, q: str, account: AccountId | None, post: PostId | None, now: Millis) -> Found:
    if account is not None:
        people = accounts.accounts(tx, viewer, [account])
        return Found(people=people, ties=ties(tx, viewer, [account], now))
    if post is not None or q.startswith(("https://", "http://")):
        return Found(post=_post(tx, viewer, post))
    if q.startswith("#"):
        return Found(tags=search.tags(tx, viewer, q[1:], limit=_LIMIT))
    people = search.people(tx, viewer, q, limit=_LIMIT)
    known = ties(tx, viewer, [row.id for row in people], now)
    return Found(people=people, tags=search.tags(tx, viewer, q, limit=_LIMIT), ties=known)


def _post(tx: Tx, viewer: Viewer, id: PostId | None) -> PostView | None:
    try:
        return reading.post(tx, viewer, id) if id is not None else None
    except NotFound:
        return None


def _nothing(tx: Tx, viewer: Viewer) -> None:
    """Only the frame is wanted."""
