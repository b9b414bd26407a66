"""The shape of a beginning: everything in it is words, and hosts change all of them afterwards."""

import msgspec


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """One template in one language. `guide` is the pinned post; `topics` are shown as they are written here."""

    purpose: str
    guide: str
    rules: str
    welcome: str
    topics: tuple[str, ...] = ()
    page: str = ""
    """The title of the first page, and its words."""
    how: str = ""
