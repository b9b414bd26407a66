"""Lists: making them, who is on them, and what they say."""

from typing import Literal

import msgspec
from msgspec import UNSET

from server.api.accounts import account_ids, related
from server.api.call import Call
from server.api.entities.lists import List
from server.api.paging import ACCOUNTS, Paged
from server.api.params import Empty
from server.api.routing import Answer, Auth, Door, Endpoint, route
from server.api.timelines import posts
from social.feeds import lists
from social.feeds.lists import ListChange
from storage.ids import AccountId
from storage.lists import ListId, ListRow, Replies

NOTHING: dict[str, object] = {}
"""The body of an act that has nothing to say."""


class ListParams(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out stays, or is as usual."""

    title: str | None = None
    replies_policy: Literal["followed", "list", "none"] | None = None
    exclusive: bool | None = None

    def change(self) -> ListChange:
        """In the words of the network."""
        return ListChange(
            title=UNSET if self.title is None else self.title,
            replies=UNSET if self.replies_policy is None else Replies(self.replies_policy),
            exclusive=UNSET if self.exclusive is None else self.exclusive,
        )


class MembersParams(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to add or to take off."""

    account_ids: tuple[str, ...] = ()


async def index(call: Call, _: Empty) -> list[List]:
    """GET /api/v1/lists."""
    return [entity(row) for row in await call.read(lists.lists)]


async def show(call: Call, _: Empty) -> List:
    """GET /api/v1/lists/:id."""
    return entity(await call.read(lists.owned, _id(call)))


async def create(call: Call, params: ListParams) -> List:
    """POST /api/v1/lists."""
    return entity(await call.write(lists.create, params.change(), ids=call.node.ids, now=call.node.clock()))


async def update(call: Call, params: ListParams) -> List:
    """PUT or PATCH /api/v1/lists/:id."""
    return entity(await call.write(lists.edit, _id(call), params.change()))


async def delete(call: Call, _: Empty) -> dict[str, object]:
    """DELETE /api/v1/lists/:id."""
    await call.write(lists.delete, _id(call))
    return NOTHING


async def members(call: Call, params: Paged) -> Answer:
    """GET /api/v1/lists/:id/accounts: a limit of 0 gives all."""
    page = params.page(ACCOUNTS, all_at_zero=True)
    return related(call, page, await call.read(lists.members, _id(call), page))


async def add(call: Call, params: MembersParams) -> dict[str, object]:
    """POST /api/v1/lists/:id/accounts."""
    await call.write(lists.add, _id(call), account_ids(params.account_ids, lists.MOST_AT_ONCE), ids=call.node.ids)
    return NOTHING


async def remove(call: Call, params: MembersParams) -> dict[str, object]:
    """DELETE /api/v1/lists/:id/accounts."""
    await call.write(lists.remove, _id(call), account_ids(params.account_ids, lists.MOST_AT_ONCE))
    return NOTHING


async def of_account(call: Call, _: Empty) -> list[List]:
    """GET /api/v1/accounts/:id/lists: the viewer's lists that hold the account."""
    return [entity(row) for row in await call.read(lists.with_member, AccountId(call.id()))]


async def timeline(call: Call, params: Paged) -> Answer:
    """GET /api/v1/timelines/list/:id."""
    page = params.page()
    show = call.rendered.list_of(lists.timeline_ids)
    return posts(call, page, await call.read(show, _id(call), page, now=call.node.clock()))


def entity(row: ListRow) -> List:
    """A list as apps read it."""
    return List(id=str(row.id), title=row.title, replies_policy=row.replies.value, exclusive=row.exclusive)


def _id(call: Call) -> ListId:
    return ListId(call.id())


_READ = ("read:lists",)
_WRITE = ("write:lists",)

ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/api/v1/lists", index, Auth.USER, *_READ),
    route("POST", "/api/v1/lists", create, Auth.USER, *_WRITE, params=ListParams),
    route("GET", "/api/v1/lists/:id", show, Auth.USER, *_READ),
    route("PUT PATCH", "/api/v1/lists/:id", update, Auth.USER, *_WRITE, params=ListParams),
    route("DELETE", "/api/v1/lists/:id", delete, Auth.USER, *_WRITE),
    route("GET", "/api/v1/lists/:id/accounts", members, Auth.USER, *_READ, params=Paged),
    route("POST", "/api/v1/lists/:id/accounts", add, Auth.USER, *_WRITE, params=MembersParams),
    route("DELETE", "/api/v1/lists/:id/accounts", remove, Auth.USER, *_WRITE, params=MembersParams),
    route("GET", "/api/v1/accounts/:id/lists", of_account, Auth.USER, *_READ),
    route("GET", "/api/v1/timelines/list/:id", timeline, Auth.USER, *_READ, door=Door.FEEDS, params=Paged),
)
