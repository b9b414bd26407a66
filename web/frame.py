"""What stands around every page: who reads, how they want it, and how much waits for them. One statement."""

import msgspec

from social.policy import Role, Viewer
from storage import frames
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.users import UserRow

ASKING = ("mention", "follow_request", "admin.report", "moderation_warning")
"""Kinds of notifications that ask something of the reader: these alone are counted."""

SPEAKING = ("mention", "moderation_warning")
"""Those of them that nothing but reading answers: the others wait until they are answered."""

MOST_COUNTED = 100


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the reader, in numbers: `named` until it is read, the others until they are done."""

    named: int = 0
    requests: int = 0
    words: int = 0
    answered: int = 0
    reports: int = 0
    appeals: int = 0

    @property
    def total(self) -> int:
        """How many things wait in all."""
        return self.named + self.requests + self.words + self.answered + self.reports + self.appeals


NOTHING_OWED = Owed()


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The reader's own account and settings; None for nobody. `unread` is what the bell says."""

    me: AccountRow | None = None
    user: UserRow | None = None
    unread: int = 0
    owed: Owed = NOTHING_OWED
    drafts: int = 0
    """What is begun and not sent: who has none pays no statement for it."""

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
    moderates = viewer.may(Role.MODERATOR)
    row = frames.frame(
        tx, viewer.user, viewer.account, ASKING, SPEAKING, moderates=moderates, limit=MOST_COUNTED, now=now
    )
    if row is None:
        return EMPTY
    owed = Owed(
        named=row.named,
        requests=row.requests,
        words=row.words,
        answered=row.answered,
        reports=row.reports,
        appeals=row.appeals,
    )
    return Frame(me=row.account, user=row.user, unread=row.unread, owed=owed, drafts=row.drafts)
