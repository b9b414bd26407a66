"""Posts that everybody has to read, as an app asks about them. A word of Archipel: Mastodon has no such thing."""

from collections.abc import Mapping, Sequence

from server.api.entities.entity import Entity


class MustReadAnswer(Entity, frozen=True, kw_only=True):
    """A question, answered for everybody who is asked."""

    question: str
    answer: str
    at: str


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
    answers: Sequence[MustReadAnswer]
