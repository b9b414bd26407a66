"""What happened to the viewer, the first form of the API (the grouped one needs 4.3, which is not announced)."""

import msgspec

from server.api.call import Call, id_or_none
from server.api.entities.notifications import Notification, UnreadCount
from server.api.paging import NOTIFICATIONS, Paged, links
from server.api.params import Empty
from server.api.routing import Answer, Auth, Door, Endpoint, route
from social.feeds import notifications
from storage.ids import AccountId, NotificationId

UNREAD_LIMIT = 100
MOST_UNREAD = 1_000


class ListParams(Paged, frozen=True, kw_only=True):
    """Which notifications."""

    types: tuple[str, ...] = ()
    exclude_types: tuple[str, ...] = ()
    account_id: str = ""


class UnreadParams(msgspec.Struct, frozen=True, kw_only=True):
    """How far to count."""

    limit: int | None = None


async def several(call: Call, params: ListParams) -> Answer:
    """GET /api/v1/notifications."""
    page = params.page(NOTIFICATIONS)
    sender = id_or_none(params.account_id)
    found = await call.read(
        notifications.notifications,
        page,
        now=call.node.clock(),
        kinds=params.types,
        exclude=params.exclude_types,
        from_account=None if sender is None else AccountId(sender),
    )
    body = [call.rendered.notification(one) for one in found]
    return Answer(body=body, headers=links(call, [one.id for one in found], page))


async def show(call: Call, _: Empty) -> Notification:
    """GET /api/v1/notifications/:id."""
    return call.rendered.notification(
        await call.read(notifications.notification, NotificationId(call.id()), now=call.node.clock())
    )


async def dismiss(call: Call, _: Empty) -> dict[str, str]:
    """POST /api/v1/notifications/:id/dismiss."""
    await call.write(notifications.dismiss, NotificationId(call.id()))
    return {}


async def clear(call: Call, _: Empty) -> dict[str, str]:
    """POST /api/v1/notifications/clear."""
    await call.write(notifications.clear)
    return {}


async def unread(call: Call, params: UnreadParams) -> UnreadCount:
    """GET /api/v1/notifications/unread_count."""
    most = min(max(params.limit or UNREAD_LIMIT, 1), MOST_UNREAD)
    return UnreadCount(count=await call.read(notifications.unread_count, now=call.node.clock(), limit=most))


_PATH = "/api/v1/notifications"
_READ = ("read:notifications",)
_WRITE = ("write:notifications",)
_DOOR = Door.NOTIFICATIONS

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _PATH, several, Auth.USER, *_READ, door=_DOOR, params=ListParams),
    route("GET", f"{_PATH}/unread_count", unread, Auth.USER, *_READ, params=UnreadParams),
    route("GET", f"{_PATH}/:id", show, Auth.USER, *_READ, door=_DOOR),
    route("POST", f"{_PATH}/clear", clear, Auth.USER, *_WRITE),
    route("POST", f"{_PATH}/:id/dismiss", dismiss, Auth.USER, *_WRITE),
)
