"""What happened to the viewer."""

from msgspec import UNSET, Raw, UnsetType

from server.api.entities.entity import Entity
from server.api.entities.reports import AccountWarning, Report


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


class UnreadCount(Entity, frozen=True, kw_only=True):
    """How many notifications are new."""

    count: int
