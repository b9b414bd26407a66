"""Hashtags: one of them, following them, and putting them forward."""

from collections.abc import Sequence

import msgspec

from server.api.call import Call
from server.api.entities.tags import FeaturedTag, Tag
from server.api.looks import look
from server.api.paging import Paged, links
from server.api.params import Empty
from server.api.routing import Answer, Auth, Endpoint, route
from social.clock import iso
from social.feeds import tags
from social.feeds.tags import DayUse, TagView
from social.people import accounts
from social.policy import Viewer
from social.urls import Urls
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId
from storage.tags import FeaturedRow, FeaturedTagId

TAGS = 100
"""Followed hashtags of a page."""


class NameParams(msgspec.Struct, frozen=True, kw_only=True):
    """The name of a hashtag, with or without its `#`."""

    name: str = ""


async def show(call: Call, _: Empty) -> Tag:
    """GET /api/v1/tags/:name: any word that can be a hashtag."""
    return _entity(call, await call.read(tags.view, call.names["name"], now=call.node.clock()))


async def follow(call: Call, _: Empty) -> Tag:
    """POST /api/v1/tags/:name/follow."""
    node = call.node
    return _entity(call, await call.write(tags.follow, call.names["name"], ids=node.ids, now=node.clock()))


async def unfollow(call: Call, _: Empty) -> Tag:
    """POST /api/v1/tags/:name/unfollow."""
    return _entity(call, await call.write(tags.unfollow, call.names["name"], now=call.node.clock()))


async def feature(call: Call, _: Empty) -> Tag:
    """POST /api/v1/tags/:name/feature."""
    node = call.node
    return _entity(call, await call.write(tags.feature_by_name, call.names["name"], ids=node.ids, now=node.clock()))


async def unfeature(call: Call, _: Empty) -> Tag:
    """POST /api/v1/tags/:name/unfeature."""
    return _entity(call, await call.write(tags.unfeature_by_name, call.names["name"], now=call.node.clock()))


async def followed(call: Call, params: Paged) -> Answer:
    """GET /api/v1/followed_tags."""
    page = params.page(TAGS)
    found = await call.read(tags.followed, page, now=call.node.clock())
    cursors = [relation for relation, _ in found]
    headers = links(call, cursors, page, always=False, back="since_id")
    return Answer(body=[_entity(call, one) for _, one in found], headers=headers)


async def featured(call: Call, _: Empty) -> list[FeaturedTag]:
    """GET /api/v1/featured_tags."""

    def found(tx: Tx, viewer: Viewer) -> tuple[AccountRow, list[FeaturedRow]]:
        return accounts.account(tx, viewer, viewer.account), tags.own_featured(tx, viewer)

    account, rows = await call.read(found)
    return [featured_entity(row, account, call.node.urls) for row in rows]


async def add_featured(call: Call, params: NameParams) -> FeaturedTag:
    """POST /api/v1/featured_tags."""

    def add(tx: Tx, viewer: Viewer) -> tuple[AccountRow, FeaturedRow]:
        row = tags.feature(tx, viewer, params.name, ids=call.node.ids, now=call.node.clock())
        return accounts.account(tx, viewer, viewer.account), row

    account, row = await call.write(add)
    return featured_entity(row, account, call.node.urls)


async def remove_featured(call: Call, _: Empty) -> dict[str, object]:
    """DELETE /api/v1/featured_tags/:id."""
    await call.write(tags.unfeature, FeaturedTagId(call.id()), now=call.node.clock())
    return {}


async def suggestions(call: Call, _: Empty) -> list[Tag]:
    """GET /api/v1/featured_tags/suggestions: what the viewer uses most."""
    return [_entity(call, one) for one in await call.read(tags.suggested, now=call.node.clock())]


async def of_account(call: Call, _: Empty) -> list[FeaturedTag]:
    """GET /api/v1/accounts/:id/featured_tags."""

    def found(tx: Tx, viewer: Viewer) -> tuple[AccountRow, list[FeaturedRow]]:
        account = accounts.account(tx, viewer, AccountId(call.id()))
        return account, tags.featured(tx, viewer, account.id)

    await look(call, AccountId(call.id()))
    account, rows = await call.read(found)
    return [featured_entity(row, account, call.node.urls) for row in rows]


def tag_entity(one: TagView, viewer: Viewer, urls: Urls) -> Tag:
    """A hashtag by the name it is compared by, which is also its id; the viewer's part only for a person."""
    tag = Tag(
        id=one.name,
        name=one.name,
        url=urls.tag(one.name),
        history=history(one.history),
    )
    if not viewer.is_person:
        return tag
    return msgspec.structs.replace(tag, following=one.is_followed, featuring=one.is_featured)


def history(days: Sequence[DayUse]) -> list[dict[str, str]]:
    """Days as apps read them."""
    return [{"day": str(day.at // 1000), "accounts": str(day.people), "uses": str(day.uses)} for day in days]


def featured_entity(row: FeaturedRow, account: AccountRow, urls: Urls) -> FeaturedTag:
    """A hashtag that somebody puts forward, with the page of what they wrote under it."""
    return FeaturedTag(
        id=str(row.id),
        name=row.display,
        url=f"{urls.base}/@{account.acct}/tagged/{row.name}",
        statuses_count=str(row.posts),
        last_status_at=iso(row.last_post_at)[:10] if row.last_post_at else None,
    )


def _entity(call: Call, one: TagView) -> Tag:
    return tag_entity(one, call.viewer, call.node.urls)


_FOLLOWS = ("write:follows",)
_WRITE = ("write:accounts",)
_READ = ("read:accounts",)

ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/api/v1/tags/:name", show, Auth.READER),
    route("POST", "/api/v1/tags/:name/follow", follow, Auth.USER, *_FOLLOWS),
    route("POST", "/api/v1/tags/:name/unfollow", unfollow, Auth.USER, *_FOLLOWS),
    route("POST", "/api/v1/tags/:name/feature", feature, Auth.USER, *_WRITE),
    route("POST", "/api/v1/tags/:name/unfeature", unfeature, Auth.USER, *_WRITE),
    route("GET", "/api/v1/followed_tags", followed, Auth.USER, "read:follows", params=Paged),
    route("GET", "/api/v1/featured_tags", featured, Auth.USER, *_READ),
    route("POST", "/api/v1/featured_tags", add_featured, Auth.USER, *_WRITE, params=NameParams),
    route("GET", "/api/v1/featured_tags/suggestions", suggestions, Auth.USER, *_READ),
    route("DELETE", "/api/v1/featured_tags/:id", remove_featured, Auth.USER, *_WRITE),
    route("GET", "/api/v1/accounts/:id/featured_tags", of_account, Auth.READER),
)
