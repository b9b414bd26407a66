"""What stands around every page: who reads, how they want it, and how much waits for them. One statement."""

import msgspec

from social.policy import Viewer
from storage import frames
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.users import UserRow

ASKING = ("mention", "follow_request", "admin.report", "moderation_warning")
"""Kinds of notifications that ask something of the reader: these alone are counted."""

MOST_COUNTED = 100


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The reader's own account and settings; None for nobody."""

    me: AccountRow | None = None
    user: UserRow | None = None
    unread: int = 0

    @property
    def theme(self) -> str:
        """`light`, `dark`, or empty for the device's wish."""
        return self.user.theme if self.user else ""

    @property
    def looks(self) -> str:
        """The person's other wishes for every page, in words; style sheets ask for them on the root."""
        return self.user.looks if self.user else ""


EMPTY = Frame()


def frame(tx: Tx, viewer: Viewer, now: Millis) -> Frame:
    """The frame of a page for whoever asks."""
    if viewer.user is None:
        return EMPTY
    row = frames.frame(tx, viewer.user, viewer.account, ASKING, limit=MOST_COUNTED, now=now)
    return EMPTY if row is None else Frame(me=row.account, user=row.user, unread=row.unread)
