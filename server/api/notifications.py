"""What happened to the viewer, one by one: the first form of the API. The grouped one is in `groups.py`."""

import msgspec

from server.api.call import Call, id_of, id_or_none
from server.api.entities.notifications import Notification, UnreadCount
from server.api.paging import NOTIFICATIONS, Paged, links
from server.api.params import Empty
from server.api.routing import Answer, Auth, Door, Endpoint, route
from social.feeds import notifications
from social.feeds.notifications import KNOWN_TO_APPS
from storage.ids import AccountId, NotificationId

UNREAD_LIMIT = 100
MOST_UNREAD = 1_000


class ListParams(Paged, frozen=True, kw_only=True):
    """Which notifications."""

    types: tuple[str, ...] = ()
    exclude_types: tuple[str, ...] = ()
    account_id: str = ""
    include_filtered: bool = False
    supported_types: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Those that are named; else all for an app that shows a sentence for what it does not know, and Mastodon's."""
        return self.types or (() if self.supported_types else KNOWN_TO_APPS)

    @property
    def sender(self) -> AccountId | None:
        """Whose alone."""
        id = id_or_none(self.account_id)
        return None if id is None else AccountId(id)


class OneParams(msgspec.Struct, frozen=True, kw_only=True):
    """Which kinds the app knows, if it says so."""

    supported_types: tuple[str, ...] = ()


class UnreadParams(msgspec.Struct, frozen=True, kw_only=True):
    """What to count, and how far."""

    limit: int | None = None
    types: tuple[str, ...] = ()
    exclude_types: tuple[str, ...] = ()
    account_id: str = ""

    @property
    def most(self) -> int:
        """How far to count."""
        return min(max(self.limit or UNREAD_LIMIT, 1), MOST_UNREAD)

    @property
    def sender(self) -> AccountId | None:
        """Whose alone."""
        id = id_or_none(self.account_id)
        return None if id is None else AccountId(id)


class DismissParams(msgspec.Struct, frozen=True, kw_only=True):
    """One, by the form of Mastodon 1."""

    id: str = ""


class SeveralParams(msgspec.Struct, frozen=True, kw_only=True):
    """Several."""

    ids: tuple[str, ...] = ()


async def several(call: Call, params: ListParams) -> Answer:
    """GET /api/v1/notifications."""
    page = params.page(NOTIFICATIONS)
    found = await call.read(
        notifications.notifications,
        page,
        now=call.node.clock(),
        kinds=params.kinds,
        exclude=params.exclude_types,
        from_account=params.sender,
        include_filtered=params.include_filtered,
    )
    body = [call.rendered.notification(one, params.supported_types) for one in found]
    return Answer(body=body, headers=links(call, [one.id for one in found], page))


async def show(call: Call, params: OneParams) -> Notification:
    """GET /api/v1/notifications/:id."""
    found = await call.read(notifications.notification, NotificationId(call.id()), now=call.node.clock())
    return call.rendered.notification(found, params.supported_types)


async def dismiss(call: Call, _: Empty) -> dict[str, str]:
    """POST /api/v1/notifications/:id/dismiss, DELETE /api/v1/notifications/:id."""
    await call.write(notifications.dismiss, NotificationId(call.id()))
    return {}


async def dismiss_named(call: Call, params: DismissParams) -> dict[str, str]:
    """POST /api/v1/notifications/dismiss."""
    await call.write(notifications.dismiss, NotificationId(id_of(params.id)))
    return {}


async def dismiss_several(call: Call, params: SeveralParams) -> dict[str, str]:
    """DELETE /api/v1/notifications/destroy_multiple."""
    ids = [NotificationId(id) for text in params.ids if (id := id_or_none(text)) is not None]
    await call.write(notifications.dismiss_several, ids)
    return {}


async def clear(call: Call, _: Empty) -> dict[str, str]:
    """POST /api/v1/notifications/clear."""
    await call.write(notifications.clear)
    return {}


async def unread(call: Call, params: UnreadParams) -> UnreadCount:
    """GET /api/v1/notifications/unread_count."""
    count = await call.read(
        notifications.unread_count,
        now=call.node.clock(),
        kinds=params.types or KNOWN_TO_APPS,
        exclude=params.exclude_types,
        from_account=params.sender,
        limit=params.most,
    )
    return UnreadCount(count=count)


_PATH = "/api/v1/notifications"
_READ = ("read:notifications",)
_WRITE = ("write:notifications",)
_DOOR = Door.NOTIFICATIONS

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _PATH, several, Auth.USER, *_READ, door=_DOOR, params=ListParams),
    route("GET", f"{_PATH}/unread_count", unread, Auth.USER, *_READ, params=UnreadParams),
    route("GET", f"{_PATH}/:id", show, Auth.USER, *_READ, door=_DOOR, params=OneParams),
    route("POST", f"{_PATH}/clear", clear, Auth.USER, *_WRITE),
    route("POST", f"{_PATH}/dismiss", dismiss_named, Auth.USER, *_WRITE, params=DismissParams),
    route("DELETE", f"{_PATH}/destroy_multiple", dismiss_several, Auth.USER, *_WRITE, params=SeveralParams),
    route("POST", f"{_PATH}/:id/dismiss", dismiss, Auth.USER, *_WRITE),
    route("DELETE", f"{_PATH}/:id", dismiss, Auth.USER, *_WRITE),
)
