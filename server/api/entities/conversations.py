"""Direct posts in threads."""

from collections.abc import Sequence

from msgspec import Raw

from server.api.entities.entity import Entity


class Conversation(Entity, frozen=True, kw_only=True):
    """A thread of direct posts with one circle of people."""

    id: str
    unread: bool
    accounts: Sequence[Raw]
    last_status: Raw | None
