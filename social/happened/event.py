"""What every event is."""

import msgspec

from storage.ids import AccountId, Millis


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What all events have: who did it, on which node (empty: here), when (UTC ms)."""

    by: AccountId
    host: str = ""
    at: Millis
