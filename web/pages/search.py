"""Search: people, posts, hashtags, and pasted addresses, which are fetched from where they live."""

import re
from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from social import reading
from social.communities import reading as reading_communities
from social.errors import NotFound
from social.feeds import directory, fulltext, search
from social.paging import MAX_ID
from social.people import accounts
from social.people.relations import Relationship
from social.policy import Viewer
from social.reading import PostView
from social.text import ACCENTED
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.search import TagFoundRow
from web.pages.home import older
from web.pages.profile import ties
from web.visit import PER_PAGE, Visit

_HANDLE = re.compile(rf"@?[A-Za-z0-9_.{ACCENTED}-]+@[^\s@/]+")
PARTS = ("people", "communities", "posts", "tags")
_LIMIT = 20
_FEW = 4
_LONGEST = 500


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a search gave, with the relationships of the reader with the people."""

    people: Sequence[AccountRow] = ()
    communities: Sequence[AccountRow] = ()
    tags: Sequence[TagFoundRow] = ()
    post: PostView | None = None
    """What a pasted address leads to."""
    posts: Sequence[PostView] = ()
    ties: dict[AccountId, Relationship] = {}
    meant: str = ""
    """What may have been meant, when nobody was found."""


async def show(visit: Visit) -> Response:
    """GET /search?q=&kind=: everything, or one kind of what is found, page by page."""
    q = " ".join(visit.request.query_params.get("q", "").replace("\0", "").split())[:_LONGEST]
    part = visit.request.query_params.get("kind", "")
    part = part if part in PARTS else ""
    if not q:
        await visit.read_frame()
        return visit.page("search/search.html", q="", part="", found=Found(), older="")
    account, post = await _fetched(visit, q) if visit.viewer.is_person else (None, None)
    if account is not None or post is not None or q.startswith(("https://", "http://")):
        found = await visit.read(_pasted, account, post, visit.now)
    else:
        found = await visit.read(_found, q, part, visit)
    listed: dict[str, list[int]] = {
        "posts": [*(view.post.id for view in found.posts)],
        "communities": [*(row.id for row in found.communities)],
    }
    next_page = older(visit, listed.get(part, []))
    return visit.page("search/search.html", q=q, part=part, found=found, older=next_page)


async def _fetched(visit: Visit, q: str) -> tuple[AccountId | None, PostId | None]:
    """The account or post behind a pasted address, after asking the node where it lives."""
    remote = visit.node.remote
    if _HANDLE.fullmatch(q):
        return await remote.account_by_handle(q.removeprefix("@")), None
    if q.startswith(("https://", "http://")):
        account = await remote.account_by_url(q)
        return account, None if account else await remote.post_by_url(q)
    return None, None


def _pasted(tx: Tx, viewer: Viewer, account: AccountId | None, post: PostId | None, now: Millis) -> Found:
    if account is not None:
        found = accounts.accounts(tx, viewer, [account])
        if found and found[0].kind is AccountKind.GROUP:
            return Found(communities=found)
        return Found(people=found, ties=ties(tx, viewer, [account], now))
    return Found(post=_post(tx, viewer, post))


def _found(tx: Tx, viewer: Viewer, q: str, part: str, visit: Visit) -> Found:
    """What each part finds; in the overview a few of each."""
    people = search.people(tx, viewer, q, limit=_LIMIT if part else _FEW) if part in ("", "people") else []
    tags = search.tags(tx, viewer, q.removeprefix("#"), limit=_LIMIT if part else _FEW) if part in ("", "tags") else []
    groups = [row for row in people if row.kind is AccountKind.GROUP]
    people = [row for row in people if row.kind is not AccountKind.GROUP]
    if part == "communities":
        page = visit.paging()
        groups = [one.account for one in reading_communities.found(tx, viewer, q, page)]
    ids = _posts(tx, viewer, q, part, visit) if part in ("", "posts") and viewer.is_person else []
    is_for_people = viewer.is_person and part in ("", "people") and not people
    return Found(
        people=people,
        communities=groups,
        tags=tags,
        posts=reading.posts(tx, viewer, ids),
        meant=directory.guess(tx, viewer, q) if is_for_people and not (tags or ids or groups) else "",
        # In the overview a name leads on; the buttons beside it would cost a statement more than a page may.
        ties=ties(tx, viewer, [row.id for row in people], visit.now) if part else {},
    )


def _posts(tx: Tx, viewer: Viewer, q: str, part: str, visit: Visit) -> list[PostId]:
    before = visit.paging().before if part else MAX_ID
    return fulltext.posts(
        tx, viewer, q, settings=visit.node.settings, now=visit.now, before=before, limit=PER_PAGE if part else _LIMIT
    )


def _post(tx: Tx, viewer: Viewer, id: PostId | None) -> PostView | None:
    try:
        return reading.post(tx, viewer, id) if id is not None else None
    except NotFound:
        return None
