"""How the viewer and an account stand to each other."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Raw

from server.api.entities.entity import Entity


class DomainBlockPreview(Entity, frozen=True, kw_only=True):
    """Whom the block of a node would cost."""

    following_count: int
    followers_count: int


class Suggestion(Entity, frozen=True, kw_only=True):
    """An account that the viewer may want to follow, and why."""

    source: Literal["past_interactions"] = "past_interactions"
    sources: Sequence[str]
    account: Raw


class Relationship(Entity, frozen=True, kw_only=True):
    """How the viewer and an account stand to each other."""

    id: str
    following: bool
    showing_reblogs: bool
    notifying: bool
    languages: Sequence[str] | None = None
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    muting_expires_at: str | None
    requested: bool
    requested_by: bool
    domain_blocking: bool
    endorsed: bool
    note: str
