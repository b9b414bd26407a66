"""What a community says of itself, as its host writes it."""

import msgspec


class Community(msgspec.Struct, frozen=True, kw_only=True):
    """What a Group says of itself beside what every actor says (FEP-1b12, and words of our own).

    `entry` is empty where only `manuallyApprovesFollowers` speaks of it.
    """

    moderators: str | None = None
    nodes: str | None = None
    is_restricted: bool = False
    is_archived: bool = False
    entry: str = ""
    template: str = ""
    rules: str = ""
    welcome: str = ""
