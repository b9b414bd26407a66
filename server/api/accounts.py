"""Accounts: one's own, everybody's, their posts and followers."""

from functools import partial
from typing import Literal, TypeVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

from server.api import present
from server.api.call import Call, id_or_none
from server.api.entities.accounts import CredentialAccount, FamiliarFollowers
from server.api.entities.relations import Relationship
from server.api.media import keep
from server.api.paging import ACCOUNTS, Counted, Paged, limit, links, offset
from server.api.params import Empty, Upload
from server.api.routing import Answer, Auth, Door, Endpoint, route
from server.api.timelines import posts
from social.feeds import search, timelines
from social.paging import FIRST, Page
from social.people import accounts, familiar, moves, relations, users
from social.people.accounts import ProfileChange
from social.policy import Viewer
from social.posts import media
from social.posts.policies import Choice
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId

T = TypeVar("T")

MOST_FIELDS = 20
MOST_IDS = 80
REQUESTS_COUNTED = 100


class FieldParams(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the profile."""

    name: str = ""
    value: str = ""


class SourceParams(msgspec.Struct, frozen=True, kw_only=True):
    """Defaults of posts."""

    privacy: Literal["public", "unlisted", "private", "direct"] | None = None
    quote_policy: Literal["public", "followers", "nobody"] | None = None
    sensitive: bool | None = None
    language: str | None = None


class ProfileParams(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out stays."""

    display_name: str | None = None
    note: str | None = None
    avatar: Upload | None = None
    header: Upload | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    fields_attributes: tuple[FieldParams, ...] | None = None
    source: SourceParams = SourceParams()


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


async def verify(call: Call, _: Empty) -> CredentialAccount:
    """GET /api/v1/accounts/verify_credentials."""
    return await call.read(_own, call)


async def update(call: Call, params: ProfileParams) -> CredentialAccount:
    """PATCH or PUT /api/v1/accounts/update_credentials."""
    await call.admit()
    pictures = {
        purpose: None if upload.is_blank else await keep(call.node, upload.read(), purpose)
        for purpose, upload in (("avatar", params.avatar), ("header", params.header))
        if upload is not None
    }
    return await call.write(_update, call, params, pictures)


async def remove_avatar(call: Call, _: Empty) -> CredentialAccount:
    """DELETE /api/v1/profile/avatar."""
    return await call.write(_update, call, ProfileParams(), {"avatar": None})


async def remove_header(call: Call, _: Empty) -> CredentialAccount:
    """DELETE /api/v1/profile/header."""
    return await call.write(_update, call, ProfileParams(), {"header": None})


async def show(call: Call, _: Empty) -> Raw:
    """GET /api/v1/accounts/:id."""
    return call.rendered.with_moved(*await call.read(moves.account, AccountId(call.id())))


async def several(call: Call, params: IdsParams) -> bytes:
    """GET /api/v1/accounts: those of the ids that are there."""
    return call.rendered.accounts(await call.read(accounts.accounts, account_ids(params.id)))


async def lookup(call: Call, params: LookupParams) -> Raw:
    """GET /api/v1/accounts/lookup: nothing is asked of other nodes."""
    name, domain = handle(call, params.acct)
    row = await call.read(accounts.by_name, name, domain)
    return call.rendered.with_moved(row, await call.read(moves.target, row) if row.moved_id else None)


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
    """GET /api/v1/accounts/:id/statuses. Nothing is pinned here yet."""
    page = params.page()
    found = await call.read(
        call.rendered.list_of(timelines.profile_ids),
        AccountId(call.id()),
        page,
        replies=not params.exclude_replies,
        boosts=not params.exclude_reblogs,
        only_media=params.only_media,
        tag=params.tagged or None,
    )
    return posts(call, page, [] if params.pinned else found)


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


def _own(tx: Tx, viewer: Viewer, call: Call) -> CredentialAccount:
    waiting = relations.requests(tx, viewer, msgspec.structs.replace(FIRST, limit=REQUESTS_COUNTED))
    return present.own_account(
        accounts.account(tx, viewer, viewer.account), users.user(tx, viewer), len(waiting), call.node.urls
    )


def _update(
    tx: Tx, viewer: Viewer, call: Call, params: ProfileParams, pictures: dict[str, media.Upload | None]
) -> CredentialAccount:
    node, now = call.node, call.node.clock()
    add = partial(media.add, tx, viewer, settings=node.settings.media, ids=node.ids, now=now)
    kept = {
        purpose: None if upload is None else add(upload, purpose=purpose).id for purpose, upload in pictures.items()
    }
    source = params.source
    change = ProfileChange(
        display_name=_given(params.display_name),
        note=_given(params.note),
        fields=_lines(params.fields_attributes),
        locked=_given(params.locked),
        discoverable=_given(params.discoverable),
        indexable=_given(params.indexable),
        is_bot=_given(params.bot),
        avatar=kept.get("avatar", UNSET),
        header=kept.get("header", UNSET),
        post_visibility=UNSET if source.privacy is None else present.VISIBILITY_OF[source.privacy],
        post_sensitive=_given(source.sensitive),
        quote_policy=UNSET if source.quote_policy is None else Choice(source.quote_policy),
        post_language=UNSET if source.language is None else source.language or None,
    )
    accounts.edit_profile(tx, viewer, change, urls=node.urls, now=now)
    return _own(tx, viewer, call)


def _given(value: T | None) -> T | UnsetType:
    return UNSET if value is None else value


def _lines(fields: tuple[FieldParams, ...] | None) -> tuple[tuple[str, str], ...] | UnsetType:
    if fields is None:
        return UNSET
    return tuple((field.name, field.value) for field in fields[:MOST_FIELDS] if field.name or field.value)


_READ = ("read:accounts",)
_OWN = ("profile", "read:accounts")
_WRITE = ("write:accounts",)

ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/api/v1/accounts/verify_credentials", verify, Auth.USER, *_OWN),
    route("PATCH PUT", "/api/v1/accounts/update_credentials", update, Auth.USER, *_WRITE, params=ProfileParams),
    route("DELETE", "/api/v1/profile/avatar", remove_avatar, Auth.USER, *_WRITE),
    route("DELETE", "/api/v1/profile/header", remove_header, Auth.USER, *_WRITE),
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
