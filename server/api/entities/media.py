"""Pictures."""

from typing import Literal

from msgspec import UNSET, UnsetType

from server.api.entities.entity import Entity


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
