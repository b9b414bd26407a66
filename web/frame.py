"""What stands around every page: who reads, how they want it, and how much waits for them. One statement."""

from collections.abc import Sequence

import msgspec

from social.communities.quiet import ANSWER
from social.policy import Role, Viewer
from storage import frames
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.frames import MooringRow
from storage.ids import AccountId, Millis
from storage.users import UserRow

ASKING = (
    "mention", "follow_request", "admin.report", "moderation_warning", "desk.review", "desk.changes",
    "scheduled.failed", "announcement.left", "community.quiet", "community.leaving",
    "community.unhosted", "community.warning", "community.request", "community.invited",
    "community.uninvited",
)  # fmt: skip
"""Kinds of notifications that ask something of the reader: these alone are counted."""

SPEAKING = (
    "mention", "moderation_warning", "desk.review", "desk.changes", "scheduled.failed", "announcement.left",
    "community.leaving", "community.unhosted", "community.warning", "community.uninvited",
)  # fmt: skip
"""Those of them that nothing but reading answers: the others wait until they are answered."""

MOST_COUNTED = 100
RUNNING = ("host", "moderator")
"""Roles of those who look after a community."""


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the reader, in numbers: `named` until it is read, the others until they are done."""

    named: int = 0
    requests: int = 0
    words: int = 0
    must_read: int = 0
    roll: int = 0
    answered: int = 0
    reports: int = 0
    appeals: int = 0
    silent: int = 0
    """Communities for which the reader answers, and of which it is asked whether they live."""

    @property
    def total(self) -> int:
        """How many things wait in all."""
        return (
            self.must_read
            + self.roll
            + self.named
            + self.requests
            + self.words
            + self.answered
            + self.reports
            + self.appeals
            + self.silent
        )


NOTHING_OWED = Owed()


class Mooring(msgspec.Struct, frozen=True, kw_only=True):
    """A community that the reader is a member of."""

    id: AccountId
    name: str
    domain: str
    is_open: bool
    may_begin: bool
    """Whether the reader may begin a post there."""
    runs: bool
    """Whether they look after it; `hosts`: as a host."""
    hosts: bool
    is_muted: bool
    silent_until: Millis | None
    """When it is archived, unless the reader, who answers for it, says that it lives; None: they are not asked."""
    leaves_at: Millis | None
    """When the reader leaves, for the rule by which they are here holds no longer."""
    fresh: int
    """Posts begun since the reader was there; none of one that is muted."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The reader's own account and settings; None for nobody. `unread` is what the bell says."""

    me: AccountRow | None = None
    user: UserRow | None = None
    unread: int = 0
    owed: Owed = NOTHING_OWED
    drafts: int = 0
    """What is begun and not sent: who has none pays no statement for it."""
    gatherings: bool = False
    """Whether anything takes place at all: where nothing does, no page asks for it."""
    communities: Sequence[Mooring] = ()
    """Those with something new first, then by name."""

    @property
    def fresh(self) -> int:
        """How much is new in the reader's communities."""
        return sum(one.fresh for one in self.communities)

    def community(self, id: int | None) -> Mooring | None:
        """One of the reader's communities."""
        return next((one for one in self.communities if one.id == id), None)

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
    rows = frames.frame(
        tx, viewer.user, viewer.account, ASKING, SPEAKING, moderates=moderates, limit=MOST_COUNTED, now=now
    )
    if not rows:
        return EMPTY
    row = rows[0]
    moorings = _moorings([one.mooring for one in rows])
    owed = Owed(
        named=row.named,
        requests=row.requests,
        words=row.words,
        must_read=row.must_read,
        roll=row.roll,
        answered=row.answered,
        reports=row.reports,
        appeals=row.appeals,
        silent=sum(1 for one in moorings if one.silent_until is not None),
    )
    return Frame(
        me=row.account,
        user=row.user,
        unread=row.unread,
        owed=owed,
        drafts=row.drafts,
        gatherings=row.gatherings,
        communities=moorings,
    )


def _moorings(rows: Sequence[MooringRow]) -> list[Mooring]:
    found = [
        Mooring(
            id=row.id,
            name=row.display_name or row.username,
            domain=row.domain,
            is_open=row.entry == "open",
            may_begin=row.posting != "hosts" or row.role in RUNNING,
            runs=row.role in RUNNING,
            hosts=row.role == "host",
            is_muted=row.muted,
            silent_until=Millis(row.asked_at + ANSWER) if row.asked_at else None,
            leaves_at=row.leaves_at or None,
            fresh=0 if row.muted else row.fresh,
        )
        for row in rows
        if row.id and row.state == "active"
    ]
    return sorted(found, key=lambda one: (not one.fresh, one.name.casefold()))
