"""Hashtags."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET, UnsetType

from server.api.entities.entity import Entity


class FeaturedTag(Entity, frozen=True, kw_only=True):
    """A hashtag that somebody puts forward."""

    id: str
    name: str
    url: str
    statuses_count: str
    last_status_at: str | None


class Tag(Entity, frozen=True, kw_only=True):
    """A hashtag."""

    id: str
    name: str
    url: str
    history: Sequence[Mapping[str, str]] = ()
    following: bool | UnsetType = UNSET
    featuring: bool | UnsetType = UNSET
