"""What belongs to the viewer alone."""

from typing import Literal

from server.api.entities.entity import Entity, Visibility


class Marker(Entity, frozen=True, kw_only=True):
    """How far a timeline was read."""

    last_read_id: str
    version: int
    updated_at: str


class Preferences(Entity, frozen=True, kw_only=True, rename=lambda name: name.replace("_", ":", 2)):
    """Defaults of posting and reading: Mastodon parts the words of these names by colons, the first two of them."""

    posting_default_visibility: Visibility
    posting_default_sensitive: bool
    posting_default_language: str | None
    posting_default_quote_policy: Literal["public", "followers", "nobody"]
    reading_expand_media: Literal["default", "show_all", "hide_all"] = "default"
    reading_expand_spoilers: bool = False
    reading_autoplay_gifs: bool = False
