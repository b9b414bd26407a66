"""Mastodon's entities, exactly as its clients decode them (`tests/api/schemas`). Presenters fill them; nothing else
does.

A field that Mastodon leaves out is `UNSET`. `Raw` is a part that is encoded already (`server/api/rendered.py`).
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import UNSET, Raw, UnsetType

Visibility = Literal["public", "unlisted", "private", "direct"]


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """What is encoded as an answer or a part of one."""


class Field(Entity, frozen=True, kw_only=True):
    """A line of a profile; `value` is HTML, or text in a `source`."""

    name: str
    value: str
    verified_at: str | None


class Approval(Entity, frozen=True, kw_only=True):
    """Who may quote a post or feature an account: nobody, as long as neither exists here."""

    automatic: Sequence[str] = ()
    manual: Sequence[str] = ()
    current_user: Literal["automatic", "manual", "denied", "unknown"] = "denied"


class AccountRole(Entity, frozen=True, kw_only=True):
    """A role shown beside a name."""

    id: str
    name: str
    color: str = ""


class Account(Entity, frozen=True, kw_only=True):
    """A person, group or service."""

    id: str
    username: str
    acct: str
    url: str
    uri: str
    display_name: str
    note: str
    avatar: str
    avatar_static: str
    avatar_description: str = ""
    header: str
    header_static: str
    header_description: str = ""
    locked: bool
    fields: Sequence[Field]
    emojis: Sequence[Raw] = ()
    bot: bool
    group: bool
    discoverable: bool | None
    indexable: bool
    noindex: bool | UnsetType = UNSET
    suspended: Literal[True] | UnsetType = UNSET
    created_at: str
    last_status_at: str | None
    statuses_count: int
    followers_count: int
    following_count: int
    hide_collections: bool | None = False
    show_media: bool = True
    show_media_replies: bool = True
    show_featured: bool = True
    roles: Sequence[AccountRole] | UnsetType = UNSET
    feature_approval: Approval = Approval()


class MutedAccount(Account, frozen=True, kw_only=True):
    """An account in the list of muted ones."""

    mute_expires_at: str | None


class Role(Entity, frozen=True, kw_only=True):
    """What somebody may do; `permissions` is a bitmask in decimal digits."""

    id: str
    name: str
    color: str = ""
    permissions: str
    highlighted: bool


class Source(Entity, frozen=True, kw_only=True):
    """A profile as its owner wrote it, and the defaults of posts."""

    privacy: Visibility
    sensitive: bool
    language: str | None
    note: str
    fields: Sequence[Field]
    follow_requests_count: int
    hide_collections: bool | None = False
    discoverable: bool | None
    indexable: bool
    attribution_domains: Sequence[str] = ()
    quote_policy: Literal["public", "followers", "nobody"] = "nobody"


class CredentialAccount(Account, frozen=True, kw_only=True):
    """One's own account."""

    source: Source
    role: Role


class Dimensions(Entity, frozen=True, kw_only=True):
    """Size of one variant of a picture, in pixels."""

    width: int
    height: int
    size: str
    aspect: float


class Focus(Entity, frozen=True, kw_only=True):
    """The point that stays visible when a picture is cropped: -1.0 … 1.0, up is positive."""

    x: float
    y: float


class Meta(Entity, frozen=True, kw_only=True):
    """What is known of a picture before it is loaded."""

    original: Dimensions | UnsetType = UNSET
    small: Dimensions | UnsetType = UNSET
    focus: Focus | UnsetType = UNSET


class MediaAttachment(Entity, frozen=True, kw_only=True):
    """A picture."""

    id: str
    type: Literal["image", "gifv", "video", "audio", "unknown"]
    url: str
    preview_url: str
    remote_url: str | None
    preview_remote_url: None = None
    text_url: None = None
    meta: Meta
    description: str | None
    blurhash: str | None


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
    """A post, without what differs by viewer: that is put behind it (`rendered.py`)."""

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
    emojis: Sequence[Raw] = ()
    reblogs_count: int
    favourites_count: int
    replies_count: int
    quotes_count: int = 0
    url: str | None
    in_reply_to_id: str | None
    in_reply_to_account_id: str | None
    reblog: Raw | None = None
    poll: None = None
    card: None = None
    language: str | None
    edited_at: str | None
    quote: None = None
    quote_approval: Approval = Approval()
    tagged_collections: Sequence[Raw] = ()


class StatusEdit(Entity, frozen=True, kw_only=True):
    """One version of a post."""

    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: Raw
    media_attachments: Sequence[MediaAttachment]
    emojis: Sequence[Raw] = ()
    quote: None = None


class StatusSource(Entity, frozen=True, kw_only=True):
    """A post as it was typed."""

    id: str
    text: str
    spoiler_text: str


class Context(Entity, frozen=True, kw_only=True):
    """A thread."""

    ancestors: Sequence[Raw]
    descendants: Sequence[Raw]


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


class FamiliarFollowers(Entity, frozen=True, kw_only=True):
    """Followers of an account whom the viewer follows."""

    id: str
    accounts: Sequence[Raw]


class Notification(Entity, frozen=True, kw_only=True):
    """Something that happened to the viewer."""

    id: str
    type: str
    group_key: str
    created_at: str
    account: Raw
    status: Raw | UnsetType = UNSET


class UnreadCount(Entity, frozen=True, kw_only=True):
    """How many notifications are new."""

    count: int


class Tag(Entity, frozen=True, kw_only=True):
    """A hashtag."""

    id: str
    name: str
    url: str
    history: Sequence[Mapping[str, str]] = ()
    following: bool = False
    featuring: bool = False


class Search(Entity, frozen=True, kw_only=True):
    """What was found."""

    accounts: Sequence[Raw]
    statuses: Sequence[Raw]
    hashtags: Sequence[Tag]
    collections: Sequence[Raw] = ()


class Marker(Entity, frozen=True, kw_only=True):
    """How far a timeline was read."""

    last_read_id: str
    version: int
    updated_at: str


class Preferences(Entity, frozen=True, kw_only=True, rename=lambda name: name.replace("_", ":")):
    """Defaults of posting and reading."""

    posting_default_visibility: Visibility
    posting_default_sensitive: bool
    posting_default_language: str | None
    reading_expand_media: Literal["default", "show_all", "hide_all"] = "default"
    reading_expand_spoilers: bool = False
    reading_autoplay_gifs: bool = False


class Application(Entity, frozen=True, kw_only=True):
    """A registered app."""

    id: str
    name: str
    website: str | None
    scopes: Sequence[str]
    redirect_uris: Sequence[str]
    redirect_uri: str
    vapid_key: str = ""


class CredentialApplication(Application, frozen=True, kw_only=True):
    """A registered app with its secret, once."""

    client_id: str
    client_secret: str
    client_secret_expires_at: int = 0


class Token(Entity, frozen=True, kw_only=True):
    """A token; `created_at` is in seconds."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # a kind, not a secret
    scope: str
    created_at: int


class UserInfo(Entity, frozen=True, kw_only=True):
    """Who is signed in, in OpenID's words."""

    iss: str
    sub: str
    name: str
    preferred_username: str
    profile: str
    picture: str


class ServerMetadata(Entity, frozen=True, kw_only=True):
    """RFC 8414."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    app_registration_endpoint: str
    service_documentation: str
    scopes_supported: Sequence[str]
    response_types_supported: Sequence[str] = ("code",)
    response_modes_supported: Sequence[str] = ("query",)
    grant_types_supported: Sequence[str]
    token_endpoint_auth_methods_supported: Sequence[str] = ("client_secret_basic", "client_secret_post")
    code_challenge_methods_supported: Sequence[str] = ("S256",)


class ExtendedDescription(Entity, frozen=True, kw_only=True):
    """The long text about the site."""

    updated_at: str | None
    content: str


class StreamEvent(Entity, frozen=True, kw_only=True):
    """A frame of the WebSocket; `payload` is JSON once more, as text."""

    stream: Sequence[str]
    event: str
    payload: str
