"""What changes in what somebody is told: notifications and conversations."""

from social.happened.event import Event
from storage.ids import AccountId


class Notified(Event, frozen=True, kw_only=True, tag=True):
    """A notification row was written for `to`: streams carry it."""

    to: AccountId
    notification: int


class NotificationsMerged(Event, frozen=True, kw_only=True, tag=True):
    """`by` let somebody through: what waited among the requests stands with the other notifications now."""


class ConversationChanged(Event, frozen=True, kw_only=True, tag=True):
    """A conversation of `to` has another last post."""

    to: AccountId
    conversation: int
