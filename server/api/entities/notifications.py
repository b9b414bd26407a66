"""What happened to the viewer."""

from collections.abc import Sequence
from typing import Literal

from msgspec import UNSET, Raw, UnsetType

from server.api.entities.entity import Entity
from server.api.entities.reports import AccountWarning, Report


class NotificationFallback(Entity, frozen=True, kw_only=True):
    """What an app shows of a notification whose kind it does not know."""

    title: str
    summary: str | None = None
    details: str | None = None
    description: str | None = None


class Notification(Entity, frozen=True, kw_only=True):
    """Something that happened to the viewer."""

    id: str
    type: str
    group_key: str
    created_at: str
    account: Raw
    status: Raw | UnsetType = UNSET
    report: Report | UnsetType = UNSET
    moderation_warning: AccountWarning | UnsetType = UNSET
    fallback: NotificationFallback | UnsetType = UNSET
    filtered: Literal[True] | UnsetType = UNSET


class NotificationGroup(Entity, frozen=True, kw_only=True):
    """Notifications of one kind about one thing, near in time; `page_…` is what the page holds of it."""

    group_key: str
    notifications_count: int
    type: str
    most_recent_notification_id: int
    page_min_id: str
    page_max_id: str
    latest_page_notification_at: str
    sample_account_ids: Sequence[str]
    status_id: str | UnsetType = UNSET
    report: Report | UnsetType = UNSET
    moderation_warning: AccountWarning | UnsetType = UNSET
    fallback: NotificationFallback | UnsetType = UNSET


class PartialAccount(Entity, frozen=True, kw_only=True):
    """As much of an account as a picture in a row needs."""

    id: str
    acct: str
    url: str
    avatar: str
    avatar_static: str
    avatar_description: str = ""
    locked: bool
    bot: bool


class GroupedNotificationsResults(Entity, frozen=True, kw_only=True):
    """Groups, and each account and post that they name once."""

    accounts: Sequence[Raw]
    partial_accounts: Sequence[PartialAccount] | UnsetType = UNSET
    statuses: Sequence[Raw]
    notification_groups: Sequence[NotificationGroup]


class PolicySummary(Entity, frozen=True, kw_only=True):
    """How much waits."""

    pending_requests_count: int
    pending_notifications_count: int


class NotificationPolicy(Entity, frozen=True, kw_only=True):
    """Whose notifications are shown, kept aside or dropped."""

    for_not_following: str
    for_not_followers: str
    for_new_accounts: str
    for_private_mentions: str
    for_limited_accounts: str
    for_bots: str
    summary: PolicySummary


class NotificationRequest(Entity, frozen=True, kw_only=True):
    """Somebody whose notifications wait; `notifications_count` is digits."""

    id: str
    created_at: str
    updated_at: str
    account: Raw
    notifications_count: str
    last_status: Raw | None


class MergedRequests(Entity, frozen=True, kw_only=True):
    """Whether what was accepted stands with the other notifications."""

    merged: bool


class UnreadCount(Entity, frozen=True, kw_only=True):
    """How many notifications are new."""

    count: int
