"""What every entity is. A field that Mastodon leaves out is `UNSET`; `Raw` is a part that is encoded already."""

from typing import Literal

import msgspec

Visibility = Literal["public", "unlisted", "private", "direct"]


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """What is encoded as an answer or a part of one."""
