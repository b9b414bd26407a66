"""Search of people, hashtags and pasted addresses; the directory."""

import re
from typing import Literal

import msgspec
from msgspec import Raw

from server.api.accounts import handle
from server.api.call import Call, id_of, id_or_none
from server.api.entities.search import Search
from server.api.paging import ACCOUNTS, STATUSES, Counted, limit, offset
from server.api.routing import Auth, Door, Endpoint, route
from server.api.tags import tag_entity
from social.errors import NotFound, Unauthorized
from social.feeds import directory, fulltext, search, tags
from social.feeds.tags import TagView
from social.paging import MAX_ID
from social.people import accounts
from social.policy import Viewer
from social.urls import Urls
from storage import posts
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, PostId

_SCHEMES = ("https://", "http://")
_PAGE = re.compile(r"/@(?P<name>\w{1,64})(?:@(?P<domain>[\w.:-]{1,255}))?(?:/(?P<post>\d{1,18}))?/?")


class SearchParams(Counted, frozen=True, kw_only=True):
    """`resolve` also asks other nodes: for the address or handle in `q`. `account_id`: only posts of that account.

    `type` is what is looked for; of what is not known here nothing is found.
    """

    q: str
    account_id: str = ""
    max_id: str = ""
    min_id: str = ""
    type: str = ""
    resolve: bool = False
    following: bool = False


class DirectoryParams(Counted, frozen=True, kw_only=True):
    """Whom, and who comes first."""

    order: Literal["active", "new"] | None = None
    local: bool = False


class _Pasted(msgspec.Struct, frozen=True, kw_only=True):
    """What an address or handle led to."""

    post: PostId | None = None
    account: AccountId | None = None


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    accounts: list[AccountRow] = []
    posts: list[Raw] = []
    tags: list[TagView] = []


async def everything(call: Call, params: SearchParams) -> Search:
    """GET /api/v2/search."""
    viewer = await call.admit()
    if (params.resolve or params.offset) and not viewer.is_person:
        raise Unauthorized("token_needed")
    query = params.q.strip()
    pasted = await _resolved(call, query) if params.resolve else _Pasted()
    if query.startswith(_SCHEMES):
        found = await call.read(_at_address, query, pasted, call)
    else:
        found = await call.read(_by_words, params, query, call)
    urls = call.node.urls
    return Search(
        accounts=[call.rendered.account(row) for row in found.accounts],
        statuses=found.posts,
        hashtags=[tag_entity(one, viewer, urls) for one in found.tags],
    )


async def people(call: Call, params: DirectoryParams) -> bytes:
    """GET /api/v1/directory."""
    found = await call.read(
        directory.directory,
        new=params.order == "new",
        local=params.local,
        limit=limit(params.limit, ACCOUNTS),
        offset=offset(params.offset),
    )
    return call.rendered.accounts(found)


async def _resolved(call: Call, query: str) -> _Pasted:
    """What another node says to a pasted address or handle; kept here from now on."""
    remote, urls = call.node.remote, call.node.urls
    if query.startswith(_SCHEMES):
        if query.startswith(f"{urls.base}/"):
            return _Pasted()
        post = await remote.post_by_url(query)
        return _Pasted(post=post) if post else _Pasted(account=await remote.account_by_url(query))
    name, domain = handle(call, query)
    if domain and " " not in query:
        return _Pasted(account=await remote.account_by_handle(f"{name}@{domain}"))
    return _Pasted()


def _by_words(tx: Tx, viewer: Viewer, params: SearchParams, query: str, call: Call) -> _Found:
    count, skipped = limit(params.limit, STATUSES), offset(params.offset)
    people, hashtags, posts = [], [], []
    if params.type in ("", "accounts"):
        people = search.people(tx, viewer, query, limit=count, offset=skipped, following=params.following)
    if params.type in ("", "hashtags") and not query.startswith("@"):
        names = [one.name for one in search.tags(tx, viewer, query, limit=count, offset=skipped)]
        hashtags = tags.views(tx, viewer, names, now=call.node.clock())
    if params.type in ("", "statuses") and viewer.is_person and not query.startswith("@"):
        found = fulltext.posts(
            tx,
            viewer,
            query,
            settings=call.node.settings,
            now=call.node.clock(),
            before=id_or_none(params.max_id) or MAX_ID,
            floor=id_or_none(params.min_id) or 0,
            limit=count,
            offset=skipped,
            author=AccountId(id_of(params.account_id)) if params.account_id else None,
        )
        posts = _listed(tx, viewer, found, call)
    return _Found(accounts=people, tags=hashtags, posts=posts)


def _listed(tx: Tx, viewer: Viewer, ids: list[PostId], call: Call) -> list[Raw]:
    return [Raw(one.json) for one in call.rendered.listed(tx, viewer, ids)]


def _at_address(tx: Tx, viewer: Viewer, address: str, pasted: _Pasted, call: Call) -> _Found:
    """The post or the account behind an address, if it is known here and for the viewer."""
    post, account = pasted.post, pasted.account
    if post is None and account is None:
        post, account = _known(tx, viewer, address, call.node.urls)
    if post is not None:
        return _Found(posts=_listed(tx, viewer, [post], call))
    return _Found(accounts=accounts.accounts(tx, viewer, [account]) if account is not None else [])


def _known(tx: Tx, viewer: Viewer, address: str, urls: Urls) -> tuple[PostId | None, AccountId | None]:
    """What is known by that id or page; pages of this node show posts and people of others too."""
    row = posts.by_uri(tx, address) or posts.by_url(tx, address)
    if row is not None:
        return row.id, None
    page = _PAGE.fullmatch(address.removeprefix(urls.base).partition("?")[0])
    if page is not None and page["post"]:
        return PostId(int(page["post"])), None
    if page is not None:
        try:
            return None, accounts.by_name(tx, viewer, page["name"], page["domain"] or "").id
        except NotFound:
            return None, None
    found = accounts.by_uri(tx, address) or accounts.by_url(tx, address)
    return None, found.id if found else None


ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/api/v2/search", everything, Auth.READER, "read:search", door=Door.SEARCH, params=SearchParams),
    route("GET", "/api/v1/directory", people, Auth.READER, "read:accounts", params=DirectoryParams),
)
