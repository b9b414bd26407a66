"""Posts that everybody has to read, as an app asks about them. A word of Archipel: Mastodon has no such thing."""

from collections.abc import Mapping

from server.api.entities.entity import Entity


class MustRead(Entity, frozen=True, kw_only=True):
    """What is asked of the viewer about the status `id`. `texts`: for each language the digest of what it says."""

    id: str
    version: int
    texts: Mapping[str, str]
    urgent: bool
    reason: str
    valid_from: str
    valid_until: str | None
    asked_at: str | None
    acknowledged_at: str | None
    has_question: bool
    acknowledged_earlier_at: str | None
