"""Bulletins of the site."""

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from server.api.entities.entity import Entity
from server.api.entities.statuses import StatusTag


class Reaction(Entity, frozen=True, kw_only=True):
    """An emoji below a bulletin; `me` is the viewer's own, and not there in what is told to everybody."""

    name: str
    count: int
    me: bool | UnsetType = UNSET


class Announcement(Entity, frozen=True, kw_only=True):
    """A bulletin; `read` is the viewer's own."""

    id: str
    content: str
    starts_at: str | None
    ends_at: str | None
    all_day: bool
    published_at: str
    updated_at: str
    read: bool | UnsetType = UNSET
    mentions: Sequence[str] = ()
    statuses: Sequence[str] = ()
    tags: Sequence[StatusTag]
    emojis: Sequence[str] = ()
    reactions: Sequence[Reaction]


class AnnouncementReaction(Entity, frozen=True, kw_only=True):
    """How often an emoji stands below a bulletin now."""

    name: str
    count: int
    announcement_id: str
