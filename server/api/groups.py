"""What happened to the viewer, put together (Mastodon 4.3): likes, boosts and follows about one thing in one entry."""

from collections.abc import Sequence
from typing import Literal

from msgspec import UNSET, Raw

from server.api import reported
from server.api.call import Call
from server.api.entities.notifications import (
    GroupedNotificationsResults,
    NotificationGroup,
    PartialAccount,
    UnreadCount,
)
from server.api.notifications import ListParams, UnreadParams, clear
from server.api.paging import ACCOUNTS, NOTIFICATIONS, Paged, links
from server.api.params import Empty
from server.api.rendered import Listed
from server.api.routing import Answer, Auth, Door, Endpoint, route
from social.clock import iso
from social.feeds import groups
from social.feeds.causes import Causes, causes
from social.feeds.groups import Asked, GroupView
from social.feeds.notifications import KNOWN_TO_APPS, NotificationView
from social.policy import Viewer
from social.urls import Urls
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis

_Found = tuple[list[GroupView], list[Listed], Causes]
_BOTS = (AccountKind.SERVICE, AccountKind.APPLICATION)


class GroupsParams(ListParams, frozen=True, kw_only=True):
    """Which groups."""

    grouped_types: tuple[str, ...] = ()
    expand_accounts: Literal["full", "partial_avatars"] = "full"


class CountParams(UnreadParams, frozen=True, kw_only=True):
    """What to count."""

    grouped_types: tuple[str, ...] = ()


class GroupParams(Empty, frozen=True, kw_only=True):
    """How one group is shown."""

    expand_accounts: Literal["full", "partial_avatars"] = "full"
    supported_types: tuple[str, ...] = ()


async def several(call: Call, params: GroupsParams) -> Answer:
    """GET /api/v2/notifications."""
    page = params.page(NOTIFICATIONS)
    asked = Asked(
        kinds=params.kinds,
        exclude=params.exclude_types,
        from_account=params.sender,
        include_filtered=params.include_filtered,
        grouped=params.grouped_types,
    )

    def find(tx: Tx, viewer: Viewer, now: Millis) -> _Found:
        return _with_posts(call, tx, viewer, groups.groups(tx, viewer, page, asked, now=now))

    found, posts, about = await call.read(find, call.node.clock())
    body = _results(call, found, posts, about, params)
    return Answer(body=body, headers=links(call, [one.leader for one in found], page))


async def show(call: Call, params: GroupParams) -> GroupedNotificationsResults:
    """GET /api/v2/notifications/:group_key."""

    def find(tx: Tx, viewer: Viewer, now: Millis) -> _Found:
        return _with_posts(call, tx, viewer, [groups.group(tx, viewer, call.names["group_key"], now=now)])

    found, posts, about = await call.read(find, call.node.clock())
    return _results(call, found, posts, about, params)


async def accounts(call: Call, params: Paged) -> Answer:
    """GET /api/v2/notifications/:group_key/accounts: paged by notification."""
    page = params.page(ACCOUNTS)
    found = await call.read(groups.senders, call.names["group_key"], page, now=call.node.clock())
    body = call.rendered.accounts(row for _, row in found)
    return Answer(body=body, headers=links(call, [id for id, _ in found], page, always=False))


async def dismiss(call: Call, _: Empty) -> dict[str, str]:
    """POST /api/v2/notifications/:group_key/dismiss."""
    await call.write(groups.dismiss, call.names["group_key"])
    return {}


async def unread(call: Call, params: CountParams) -> UnreadCount:
    """GET /api/v2/notifications/unread_count: groups."""
    asked = Asked(
        kinds=params.types or KNOWN_TO_APPS,
        exclude=params.exclude_types,
        from_account=params.sender,
        grouped=params.grouped_types,
    )
    return UnreadCount(count=await call.read(groups.unread_count, asked, now=call.node.clock(), limit=params.most))


def _with_posts(call: Call, tx: Tx, viewer: Viewer, found: Sequence[GroupView]) -> _Found:
    """The groups with what they are about; one whose post is not to be had is left out: clients expect it."""
    ids = list(dict.fromkeys(one.post for one in found if one.post is not None))
    posts = call.rendered.listed(tx, viewer, ids) if ids else []
    here = {post.id for post in posts}
    about = causes(tx, viewer, [(one.kind, one.subject) for one in found])
    shown = [one for one in found if (one.post is None or one.post in here) and about.has(one.kind, one.subject)]
    return shown, posts, about


def _results(
    call: Call, found: Sequence[GroupView], posts: Sequence[Listed], about: Causes, params: GroupsParams | GroupParams
) -> GroupedNotificationsResults:
    is_partial = params.expand_accounts == "partial_avatars"
    everybody = {row.id: row for one in found for row in one.senders}
    whole = {one.senders[0].id for one in found} if is_partial else set(everybody)
    urls = call.node.urls
    return GroupedNotificationsResults(
        accounts=[call.rendered.account(row) for id, row in everybody.items() if id in whole],
        partial_accounts=_partial(everybody, whole, urls) if is_partial else UNSET,
        statuses=[Raw(post.json) for post in posts],
        notification_groups=[_group(call, one, about, params.supported_types) for one in found],
    )


def _partial(everybody: dict[AccountId, AccountRow], whole: set[AccountId], urls: Urls) -> list[PartialAccount]:
    return [_avatar(row, urls) for id, row in everybody.items() if id not in whole]


def _avatar(row: AccountRow, urls: Urls) -> PartialAccount:
    avatar = urls.media(row.avatar_token) if row.avatar_token else urls.default_avatar(row.id)
    return PartialAccount(
        id=str(row.id),
        acct=row.acct,
        url=row.url or row.uri,
        avatar=avatar,
        avatar_static=avatar,
        locked=row.locked,
        bot=row.kind in _BOTS,
    )


def _group(call: Call, one: GroupView, about: Causes, supported: Sequence[str]) -> NotificationGroup:
    account = call.rendered.account
    report, warning = about.report(one.kind, one.subject), about.warning(one.kind, one.subject)
    return NotificationGroup(
        group_key=one.key,
        notifications_count=one.total,
        type=one.kind.value,
        most_recent_notification_id=one.newest,
        page_min_id=str(one.lowest),
        page_max_id=str(one.newest),
        latest_page_notification_at=iso(one.newest_at),
        sample_account_ids=[str(row.id) for row in one.senders],
        status_id=UNSET if one.post is None else str(one.post),
        report=UNSET if report is None else reported.report(report, account),
        moderation_warning=UNSET if warning is None else reported.warning(warning, account),
        fallback=call.rendered.fallback(_alone(one, about), supported),
    )


def _alone(one: GroupView, about: Causes) -> NotificationView:
    """The newest of a group as it is told in one sentence."""
    return NotificationView(
        id=one.newest,
        kind=one.kind,
        sender=one.senders[0],
        post=None,
        created_at=one.newest_at,
        piece=about.piece(one.kind, one.subject),
        failed=about.failed(one.kind, one.subject),
        subject=one.subject,
    )


_PATH = "/api/v2/notifications"
_READ = ("read:notifications",)
_WRITE = ("write:notifications",)

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _PATH, several, Auth.USER, *_READ, door=Door.NOTIFICATIONS, params=GroupsParams),
    route("GET", f"{_PATH}/unread_count", unread, Auth.USER, *_READ, params=CountParams),
    route("POST", f"{_PATH}/clear", clear, Auth.USER, *_WRITE),
    route("GET", f"{_PATH}/:group_key", show, Auth.USER, *_READ, door=Door.NOTIFICATIONS, params=GroupParams),
    route("GET", f"{_PATH}/:group_key/accounts", accounts, Auth.USER, *_READ, params=Paged),
    route("POST", f"{_PATH}/:group_key/dismiss", dismiss, Auth.USER, *_WRITE),
)
