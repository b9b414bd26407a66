"""Whose notifications the viewer wants: the policy, and the requests of those whom it holds back."""

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
from msgspec import UNSET, Raw, UnsetType

from server.api.call import Call, id_or_none
from server.api.entities.notifications import (
    MergedRequests,
    NotificationPolicy,
    NotificationRequest,
    PolicySummary,
)
from server.api.paging import ACCOUNTS, Paged, links
from server.api.params import Empty
from server.api.routing import Answer, Auth, Door, Endpoint, route
from social.clock import iso
from social.errors import NotFound
from social.feeds import notice_requests
from social.feeds.notice_requests import PolicyChange
from social.paging import Page
from social.policy import Viewer
from storage.engine.database import Tx
from storage.notice_requests import Answer as Choice
from storage.notice_requests import PolicyRow, RequestId, RequestRow, SummaryRow

_Word = Literal["accept", "filter", "drop"]


class PolicyParams(msgspec.Struct, frozen=True, kw_only=True):
    """New answers; what is left out stays."""

    for_not_following: _Word | None = None
    for_not_followers: _Word | None = None
    for_new_accounts: _Word | None = None
    for_private_mentions: _Word | None = None
    for_limited_accounts: _Word | None = None
    for_bots: _Word | None = None

    def change(self) -> PolicyChange:
        """In the words of the network."""
        return PolicyChange(
            not_following=_choice(self.for_not_following),
            not_followers=_choice(self.for_not_followers),
            new_accounts=_choice(self.for_new_accounts),
            private_mentions=_choice(self.for_private_mentions),
            limited_accounts=_choice(self.for_limited_accounts),
            bots=_choice(self.for_bots),
        )


class ManyParams(msgspec.Struct, frozen=True, kw_only=True):
    """Several requests."""

    id: tuple[str, ...] = ()

    @property
    def ids(self) -> list[RequestId]:
        """Those that are ids."""
        return [RequestId(id) for text in self.id if (id := id_or_none(text)) is not None]


async def policy(call: Call, _: Empty) -> NotificationPolicy:
    """GET /api/v2/notifications/policy."""
    return _policy(*await call.read(notice_requests.policy))


async def change(call: Call, params: PolicyParams) -> NotificationPolicy:
    """PATCH /api/v2/notifications/policy."""
    return _policy(*await call.write(notice_requests.change_policy, params.change()))


async def several(call: Call, params: Paged) -> Answer:
    """GET /api/v1/notifications/requests."""
    page = params.page(ACCOUNTS)

    def find(tx: Tx, viewer: Viewer, page: Page) -> tuple[list[RequestRow], list[NotificationRequest]]:
        rows = notice_requests.requests(tx, viewer, page)
        return rows, _shown(call, tx, viewer, rows)

    rows, body = await call.read(find, page)
    return Answer(body=body, headers=links(call, [row.id for row in rows], page))


async def show(call: Call, _: Empty) -> NotificationRequest:
    """GET /api/v1/notifications/requests/:id."""

    def find(tx: Tx, viewer: Viewer) -> NotificationRequest:
        return _shown(call, tx, viewer, [notice_requests.request(tx, viewer, RequestId(call.id()))])[0]

    return await call.read(find)


async def accept(call: Call, _: Empty) -> dict[str, str]:
    """POST /api/v1/notifications/requests/:id/accept."""
    await call.write(notice_requests.accept, [RequestId(call.id())], now=call.node.clock())
    return {}


async def dismiss(call: Call, _: Empty) -> dict[str, str]:
    """POST /api/v1/notifications/requests/:id/dismiss."""
    await call.write(notice_requests.dismiss, [RequestId(call.id())])
    return {}


async def accept_several(call: Call, params: ManyParams) -> dict[str, str]:
    """POST /api/v1/notifications/requests/accept: those of the ids that are the viewer's."""

    def run(tx: Tx, viewer: Viewer) -> None:
        notice_requests.accept(tx, viewer, params.ids, now=call.node.clock())

    return await _of_those_left(call, run)


async def dismiss_several(call: Call, params: ManyParams) -> dict[str, str]:
    """POST /api/v1/notifications/requests/dismiss."""

    def run(tx: Tx, viewer: Viewer) -> None:
        notice_requests.dismiss(tx, viewer, params.ids)

    return await _of_those_left(call, run)


async def merged(call: Call, _: Empty) -> MergedRequests:
    """GET /api/v1/notifications/requests/merged: what is accepted is merged in the same moment."""
    await call.admit()
    return MergedRequests(merged=True)


async def _of_those_left(call: Call, run: Callable[[Tx, Viewer], None]) -> dict[str, str]:
    """Requests that another device answered meanwhile need no answer."""
    try:
        await call.write(run)
    except NotFound:
        return {}
    return {}


def _shown(call: Call, tx: Tx, viewer: Viewer, rows: Sequence[RequestRow]) -> list[NotificationRequest]:
    ids = list(dict.fromkeys(row.last_post_id for row in rows if row.last_post_id is not None))
    posts = {post.id: post.json for post in call.rendered.listed(tx, viewer, ids)} if ids else {}
    return [
        NotificationRequest(
            id=str(row.id),
            created_at=iso(row.created_at),
            updated_at=iso(row.updated_at),
            account=call.rendered.account(row.sender),
            notifications_count=str(row.total),
            last_status=Raw(posts[row.last_post_id]) if row.last_post_id in posts else None,
        )
        for row in rows
    ]


def _policy(row: PolicyRow, summary: SummaryRow) -> NotificationPolicy:
    return NotificationPolicy(
        for_not_following=row.not_following.value,
        for_not_followers=row.not_followers.value,
        for_new_accounts=row.new_accounts.value,
        for_private_mentions=row.private_mentions.value,
        for_limited_accounts=row.limited_accounts.value,
        for_bots=row.bots.value,
        summary=PolicySummary(
            pending_requests_count=summary.requests, pending_notifications_count=summary.notifications
        ),
    )


def _choice(word: _Word | None) -> Choice | UnsetType:
    return UNSET if word is None else Choice(word)


_PATH = "/api/v1/notifications/requests"
_POLICY = "/api/v2/notifications/policy"
_READ = ("read:notifications",)
_WRITE = ("write:notifications",)
_DOOR = Door.NOTIFICATIONS

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _POLICY, policy, Auth.USER, *_READ),
    route("PATCH PUT", _POLICY, change, Auth.USER, *_WRITE, params=PolicyParams),
    route("GET", _PATH, several, Auth.USER, *_READ, door=_DOOR, params=Paged),
    route("GET", f"{_PATH}/merged", merged, Auth.USER, *_READ),
    route("POST", f"{_PATH}/accept", accept_several, Auth.USER, *_WRITE, params=ManyParams),
    route("POST", f"{_PATH}/dismiss", dismiss_several, Auth.USER, *_WRITE, params=ManyParams),
    route("GET", f"{_PATH}/:id", show, Auth.USER, *_READ, door=_DOOR),
    route("POST", f"{_PATH}/:id/accept", accept, Auth.USER, *_WRITE),
    route("POST", f"{_PATH}/:id/dismiss", dismiss, Auth.USER, *_WRITE),
)
