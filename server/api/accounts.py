"""Accounts: one's own, everybody's, their posts and followers."""

import msgspec
from msgspec import Raw

from server.api import present
from server.api.call import Call, id_or_none
from server.api.entities.accounts import FamiliarFollowers
from server.api.entities.relations import Relationship
from server.api.looks import look
from server.api.paging import ACCOUNTS, Counted, Paged, limit, links, offset
from server.api.params import Empty
from server.api.rendered import listing
from server.api.routing import Answer, Auth, Door, Endpoint, route
from server.api.timelines import posts
from social.feeds import search, timelines
from social.paging import Page
from social.people import accounts, familiar, relations
from social.posts import pins
from storage.accounts import AccountRow
from storage.ids import AccountId

MOST_IDS = 80


class IdsParams(msgspec.Struct, frozen=True, kw_only=True):
    """A list of ids."""

    id: tuple[str, ...] = ()


class LookupParams(msgspec.Struct, frozen=True, kw_only=True):
    """`name`, `name@domain`, with or without `@` before it."""

    acct: str


class SearchParams(Counted, frozen=True, kw_only=True):
    """Words or a handle; `resolve` asks other nodes for an unknown handle."""

    q: str = ""
    resolve: bool = False
    following: bool = False


class StatusesParams(Paged, frozen=True, kw_only=True):
    """Which posts of an account."""

    only_media: bool = False
    exclude_replies: bool = False
    exclude_reblogs: bool = False
    pinned: bool = False
    tagged: str = ""


async def show(call: Call, _: Empty) -> Raw:
    """GET /api/v1/accounts/:id."""
    return call.rendered.account(await call.read(accounts.account, AccountId(call.id())))


async def several(call: Call, params: IdsParams) -> bytes:
    """GET /api/v1/accounts: those of the ids that are there."""
    return call.rendered.accounts(await call.read(accounts.accounts, account_ids(params.id)))


async def lookup(call: Call, params: LookupParams) -> Raw:
    """GET /api/v1/accounts/lookup: nothing is asked of other nodes."""
    name, domain = handle(call, params.acct)
    return call.rendered.account(await call.read(accounts.by_name, name, domain))


async def find(call: Call, params: SearchParams) -> bytes:
    """GET /api/v1/accounts/search."""
    await call.admit()
    name, domain = handle(call, params.q)
    if params.resolve and domain:
        await call.node.remote.account_by_handle(f"{name}@{domain}")
    found = await call.read(
        search.people,
        params.q,
        limit=limit(params.limit, ACCOUNTS),
        offset=offset(params.offset),
        following=params.following,
    )
    return call.rendered.accounts(found)


async def relationships(call: Call, params: IdsParams) -> list[Relationship]:
    """GET /api/v1/accounts/relationships: in the order of the ids, unknown ones left out."""
    found = await call.read(relations.relationships, account_ids(params.id), now=call.node.clock())
    return [present.relationship(one) for one in found]


async def familiar_followers(call: Call, params: IdsParams) -> list[FamiliarFollowers]:
    """GET /api/v1/accounts/familiar_followers: followers of each whom the viewer follows."""
    ids = account_ids(params.id)
    found = await call.read(familiar.followers, ids)
    return [
        FamiliarFollowers(id=str(id), accounts=[call.rendered.account(row) for row in found.get(id, ())]) for id in ids
    ]


async def statuses(call: Call, params: StatusesParams) -> Answer:
    """GET /api/v1/accounts/:id/statuses."""
    page = params.page()
    if params.pinned:
        await look(call, AccountId(call.id()))
        shown = await call.read(call.rendered.list_of(pins.pinned_ids), AccountId(call.id()))
        return Answer(body=listing(shown))
    found = await call.read(
        call.rendered.list_of(timelines.profile_ids),
        AccountId(call.id()),
        page,
        replies=not params.exclude_replies,
        boosts=not params.exclude_reblogs,
        only_media=params.only_media,
        tag=params.tagged or None,
    )
    return posts(call, page, found)


async def followers(call: Call, params: Paged) -> Answer:
    """GET /api/v1/accounts/:id/followers."""
    page = params.page(ACCOUNTS)
    return related(call, page, await call.read(relations.followers, AccountId(call.id()), page))


async def following(call: Call, params: Paged) -> Answer:
    """GET /api/v1/accounts/:id/following."""
    page = params.page(ACCOUNTS)
    return related(call, page, await call.read(relations.following, AccountId(call.id()), page))


def related(call: Call, page: Page, pairs: list[tuple[int, AccountRow]]) -> Answer:
    """A page of accounts in the order of a relation, whose id is the cursor."""
    cursors = [relation for relation, _ in pairs]
    body = call.rendered.accounts(row for _, row in pairs)
    return Answer(body=body, headers=links(call, cursors, page, always=False, back="since_id"))


def account_ids(written: tuple[str, ...], most: int = MOST_IDS) -> list[AccountId]:
    """The ids among what was written, each once, not too many."""
    numbers = [number for text in written if (number := id_or_none(text)) is not None]
    return [AccountId(number) for number in list(dict.fromkeys(numbers))[:most]]


def handle(call: Call, written: str) -> tuple[str, str]:
    """Name and domain of a handle; the domain is empty for this node's own."""
    name, _, domain = written.strip().removeprefix("@").partition("@")
    return name, "" if domain.casefold() == call.node.urls.host.casefold() else domain


_READ = ("read:accounts",)

ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/api/v1/accounts", several, Auth.READER, *_READ, params=IdsParams),
    route("GET", "/api/v1/accounts/lookup", lookup, Auth.READER, *_READ, params=LookupParams),
    route("GET", "/api/v1/accounts/search", find, Auth.USER, *_READ, params=SearchParams),
    route("GET", "/api/v1/accounts/relationships", relationships, Auth.USER, "read:follows", params=IdsParams),
    route(
        "GET", "/api/v1/accounts/familiar_followers", familiar_followers, Auth.USER, "read:follows", params=IdsParams
    ),
    route("GET", "/api/v1/accounts/:id", show, Auth.READER, *_READ),
    route(
        "GET",
        "/api/v1/accounts/:id/statuses",
        statuses,
        Auth.READER,
        "read:statuses",
        door=Door.FEEDS,
        params=StatusesParams,
    ),
    route("GET", "/api/v1/accounts/:id/followers", followers, Auth.READER, *_READ, params=Paged),
    route("GET", "/api/v1/accounts/:id/following", following, Auth.READER, *_READ, params=Paged),
)
