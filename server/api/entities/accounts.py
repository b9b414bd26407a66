"""Accounts, and what an account says of itself."""

from collections.abc import Sequence
from typing import Literal

from msgspec import UNSET, Raw, UnsetType

from server.api.entities.emojis import CustomEmoji
from server.api.entities.entity import Entity, Visibility
from server.api.entities.tags import FeaturedTag


class Field(Entity, frozen=True, kw_only=True):
    """A line of a profile; `value` is HTML, or text in a `source`."""

    name: str
    value: str
    verified_at: str | None


class Approval(Entity, frozen=True, kw_only=True):
    """Who may quote a post or feature an account, at once or by asking, and whether the viewer may."""

    automatic: Sequence[str] = ()
    manual: Sequence[str] = ()
    current_user: str = "denied"


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
    emojis: Sequence[CustomEmoji] = ()
    bot: bool
    group: bool
    discoverable: bool | None
    indexable: bool
    noindex: bool | UnsetType = UNSET
    suspended: Literal[True] | UnsetType = UNSET
    limited: Literal[True] | UnsetType = UNSET
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
    moved: Raw | UnsetType = UNSET


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
    quote_policy: str = "nobody"


class CredentialAccount(Account, frozen=True, kw_only=True):
    """One's own account."""

    source: Source
    role: Role


class Profile(Entity, frozen=True, kw_only=True):
    """One's own profile as it was typed; beside it as it is shown."""

    id: str
    display_name: str
    note: str
    fields: Sequence[Field]
    avatar: str | None
    avatar_static: str | None
    avatar_description: str
    header: str | None
    header_static: str | None
    header_description: str
    locked: bool
    bot: bool
    hide_collections: bool
    discoverable: bool
    indexable: bool
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    attribution_domains: Sequence[str]
    featured_tags: Sequence[FeaturedTag]
    formatted_note: str
    formatted_fields: Sequence[Field]


class FamiliarFollowers(Entity, frozen=True, kw_only=True):
    """Followers of an account whom the viewer follows."""

    id: str
    accounts: Sequence[Raw]


class UserInfo(Entity, frozen=True, kw_only=True):
    """Who is signed in, in OpenID's words."""

    iss: str
    sub: str
    name: str
    preferred_username: str
    profile: str
    picture: str
