"""How the viewer and an account stand to each other."""

from collections.abc import Sequence

from server.api.entities.entity import Entity


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
