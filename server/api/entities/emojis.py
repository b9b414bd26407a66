"""Custom emoji."""

from msgspec import UNSET, UnsetType

from server.api.entities.entity import Entity


class CustomEmoji(Entity, frozen=True, kw_only=True):
    """What `:shortcode:` in a text shows; `static_url` does not move."""

    shortcode: str
    url: str
    static_url: str
    visible_in_picker: bool
    category: str | UnsetType = UNSET
