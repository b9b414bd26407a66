"""Pictures and recordings."""

from typing import Literal

from msgspec import UNSET, UnsetType

from server.api.entities.entity import Entity


class Dimensions(Entity, frozen=True, kw_only=True):
    """Size of one variant of a picture, in pixels."""

    width: int
    height: int
    size: str
    aspect: float


class Played(Entity, frozen=True, kw_only=True):
    """A recording: length in seconds, bits a second; of a video its pixels, and frames a second as a fraction."""

    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    size: str | UnsetType = UNSET
    aspect: float | UnsetType = UNSET
    frame_rate: str | UnsetType = UNSET
    duration: float
    bitrate: int


class Focus(Entity, frozen=True, kw_only=True):
    """The point that stays visible when a picture is cropped: -1.0 … 1.0, up is positive."""

    x: float
    y: float


class Meta(Entity, frozen=True, kw_only=True):
    """What is known of a picture before it is loaded."""

    original: Dimensions | Played | UnsetType = UNSET
    small: Dimensions | UnsetType = UNSET
    focus: Focus | UnsetType = UNSET
    length: str | UnsetType = UNSET
    duration: float | UnsetType = UNSET
    fps: float | UnsetType = UNSET
    size: str | UnsetType = UNSET
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    aspect: float | UnsetType = UNSET


class MediaAttachment(Entity, frozen=True, kw_only=True):
    """A picture or recording; `url` is null while it is being made ready."""

    id: str
    type: Literal["image", "gifv", "video", "audio", "unknown"]
    url: str | None
    preview_url: str | None
    remote_url: str | None
    preview_remote_url: str | None = None
    text_url: None = None
    meta: Meta
    description: str | None
    blurhash: str | None
