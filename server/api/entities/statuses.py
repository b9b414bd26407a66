"""Posts, which Mastodon’s API calls statuses."""

from collections.abc import Sequence

from msgspec import UNSET, Raw, UnsetType

from server.api.entities.cards import PreviewCard
from server.api.entities.emojis import CustomEmoji
from server.api.entities.entity import Entity, Visibility
from server.api.entities.media import MediaAttachment


class StatusApplication(Entity, frozen=True, kw_only=True):
    """The app a post was written with."""

    name: str
    website: str | None


class StatusMention(Entity, frozen=True, kw_only=True):
    """Somebody named in a post."""

    id: str
    username: str
    url: str
    acct: str


class StatusTag(Entity, frozen=True, kw_only=True):
    """A hashtag of a post."""

    name: str
    url: str


class Status(Entity, frozen=True, kw_only=True):
    """A post, without what differs by viewer: that is put behind it (`server/api/ending.py`)."""

    id: str
    uri: str
    created_at: str
    account: Raw
    content: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    visibility: Visibility
    sensitive: bool
    spoiler_text: str
    media_attachments: Sequence[MediaAttachment]
    application: StatusApplication | UnsetType = UNSET
    mentions: Sequence[StatusMention]
    tags: Sequence[StatusTag]
    emojis: Sequence[CustomEmoji] = ()
    reblogs_count: int
    favourites_count: int
    replies_count: int
    quotes_count: int = 0
    url: str | None
    in_reply_to_id: str | None
    in_reply_to_account_id: str | None
    reblog: Raw | None = None
    card: PreviewCard | None = None
    language: str | None
    edited_at: str | None
    tagged_collections: Sequence[Raw] = ()


class Quote(Entity, frozen=True, kw_only=True):
    """What a post quotes."""

    state: str
    quoted_status: Raw | None


class ShallowQuote(Entity, frozen=True, kw_only=True):
    """What a quoted post quotes."""

    state: str
    quoted_status_id: str | None


class FormerChoice(Entity, frozen=True, kw_only=True):
    """A choice of the poll of a version."""

    title: str


class FormerPoll(Entity, frozen=True, kw_only=True):
    """The poll of a version."""

    options: Sequence[FormerChoice]


class StatusEdit(Entity, frozen=True, kw_only=True):
    """One version of a post."""

    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: Raw
    poll: FormerPoll | UnsetType = UNSET
    media_attachments: Sequence[MediaAttachment]
    emojis: Sequence[CustomEmoji] = ()
    quote: ShallowQuote | None = None


class StatusSource(Entity, frozen=True, kw_only=True):
    """A post as it was typed."""

    id: str
    text: str
    spoiler_text: str


class Context(Entity, frozen=True, kw_only=True):
    """A thread."""

    ancestors: Sequence[Raw]
    descendants: Sequence[Raw]
