"""Posts for later."""

from collections.abc import Sequence

from server.api.entities.entity import Entity, Visibility
from server.api.entities.media import MediaAttachment


class ScheduledPoll(Entity, frozen=True, kw_only=True):
    """A poll as it was sent."""

    options: Sequence[str]
    expires_in: int
    multiple: bool
    hide_totals: bool


class ScheduledParams(Entity, frozen=True, kw_only=True):
    """What was sent, the author's settings filled in. `in_reply_to_id` is an id that Mastodon writes as a number."""

    text: str
    poll: ScheduledPoll | None
    media_ids: Sequence[str] | None
    sensitive: bool
    spoiler_text: str
    visibility: Visibility | None
    in_reply_to_id: int | None
    language: str | None
    application_id: int | None
    scheduled_at: str | None = None
    idempotency: str | None
    with_rate_limit: bool = False
    quoted_status_id: str | None
    quote_approval_policy: str


class ScheduledStatus(Entity, frozen=True, kw_only=True):
    """A post that waits for its time."""

    id: str
    scheduled_at: str
    params: ScheduledParams
    media_attachments: Sequence[MediaAttachment]
