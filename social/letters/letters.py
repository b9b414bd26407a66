"""Letters by mail: what happened for somebody since the last one, at the rhythm that they chose.

Nobody gets one who did not ask for it, and each letter holds a way out that needs no sign-in (RFC 8058).
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from social import events, jobs
from social.clock import DAY, MINUTE
from social.errors import Invalid, NotFound
from social.feeds import markers, notifications
from social.feeds.notifications import NotificationView
from social.paging import Page
from social.people import users
from social.people.tokens import new_token
from social.policy import Viewer, require_person
from social.push.quiet import in_peace, quiet
from storage import digests
from storage import letters as rows
from storage import users as user_rows
from storage.engine.database import Tx
from storage.ids import Millis, NotificationId, UserId
from storage.notifications import Kind
from storage.users import UserRow

MOST_ITEMS = 20
AT_ONCE = (
    Kind.MENTION,
    Kind.FOLLOW_REQUEST,
    Kind.ROLL_CALL,
    Kind.DESK_REVIEW,
    Kind.DESK_CHANGES,
    Kind.SCHEDULED_FAILED,
)
"""What a letter is written for at once: what asks something of the reader."""
GATHERED = 2 * MINUTE
"""So long more is waited for, so that a conversation is one letter."""
WRITTEN_AT_ONCE = 10_000
"""Those in peace are among them, and must not stand before the others."""


class Rhythm(StrEnum):
    """How often somebody wants letters."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


EVERY = {Rhythm.DAILY: DAY, Rhythm.WEEKLY: 7 * DAY}


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written to whom."""

    user: UserRow
    email: str
    name: str
    token: str
    items: Sequence[NotificationView]
    more: int

    @property
    def newest(self) -> NotificationId:
        """Up to where the reader is told."""
        return self.items[0].id


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A letter in words."""

    subject: str
    text: str
    html: str
    logo: bytes = b""
    """The picture of the site as a PNG, which the HTML calls `cid:logo`; empty without one."""
    calendar: str = ""
    """What goes into the reader's calendar, or out of it, in the words of RFC 5545."""
    method: str = ""
    """Which of the two (RFC 5546)."""


def rhythm(tx: Tx, viewer: Viewer) -> tuple[Rhythm, str]:
    """How often the viewer wants letters, and where they go: empty without an address."""
    require_person(viewer)
    user = users.user(tx, viewer)
    row = rows.of(tx, user.id)
    return Rhythm(row.rhythm) if row else Rhythm.OFF, user.email or ""


def keeps_calendar(tx: Tx, viewer: Viewer) -> bool:
    """Whether what the viewer takes part in is sent for their calendar, if they get letters."""
    row = rows.of(tx, users.user(tx, viewer).id)
    return row is None or row.calendar


def choose(tx: Tx, viewer: Viewer, chosen: Rhythm, *, calendar: bool = True, now: Millis) -> None:
    """Set the rhythm; what happened before is not told. Raises Invalid without an address."""
    require_person(viewer)
    user = users.user(tx, viewer)
    if not user.email and chosen is not Rhythm.OFF:
        raise Invalid("rhythm", "no_address")
    rows.choose(tx, user.id, chosen, new_token(), now)
    rows.keep_calendar(tx, user.id, wanted=calendar)


def known(tx: Tx, token: str) -> None:
    """Raises NotFound for a way out that is nobody's."""
    if rows.by_token(tx, token) is None and digests.by_token(tx, token) is None:
        raise NotFound("letter")


def stop(tx: Tx, token: str) -> None:
    """No more letters. Raises NotFound."""
    if not rows.stop(tx, token) and not digests.stop(tx, token):
        raise NotFound("letter")


def letter(tx: Tx, user: UserId, *, now: Millis) -> Letter | None:
    """What is to be written to a person now; None when nothing happened, or they do not want to know."""
    row, login = rows.of(tx, user), user_rows.by_id(tx, user)
    if row is None or login is None or not login.email or login.disabled_at or row.rhythm == Rhythm.OFF:
        return None
    viewer = users.viewer_of(tx, login.account_id)
    read = next(iter(markers.markers(tx, viewer, ["notifications"])), None)
    since = max(row.told_id, read.last_read_id if read else 0)
    views = notifications.notifications(tx, viewer, Page(after=since, limit=MOST_ITEMS), now=now)
    if not views:
        return None
    count = notifications.unread_count(tx, viewer, now=now) if len(views) == MOST_ITEMS else len(views)
    return Letter(
        user=login,
        email=login.email,
        name=viewer.username,
        token=row.token,
        items=views,
        more=max(count - len(views), 0),
    )


def told(tx: Tx, user: UserId, newest: NotificationId, now: Millis) -> None:
    """The letter went, or there was nothing to tell: the next one is counted from now."""
    rows.told(tx, user, newest, now)


def held(tx: Tx, letter: Letter, *, timezone: str, now: Millis) -> Millis | None:
    """Until when the letter waits for the end of a quiet time; None: it goes. `timezone` is that of the site."""
    return quiet(tx, letter.user.id, [one.id for one in letter.items], timezone=timezone, now=now)


def hold(tx: Tx, user: UserId, until: Millis) -> None:
    """The person is written to at the end of the quiet time."""
    jobs.enqueue(tx, jobs.SendLetter(user=user), key=str(user), due=until)


def enqueue_due(tx: Tx, timezone: str, now: Millis) -> None:
    """A job for each daily and weekly letter whose time has come, but for people who are left in peace now."""
    for each, length in EVERY.items():
        users = rows.due(tx, each, Millis(now - length), WRITTEN_AT_ONCE)
        peaceful = in_peace(tx, users, timezone=timezone, now=now)
        for user in users:
            if user not in peaceful:
                jobs.enqueue(tx, jobs.SendLetter(user=user), key=str(user), due=now)


def apply(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
    """Subscriber: a job for whoever wants to be written to at once. Twice makes one.

    Whether it waits for the end of a quiet time is asked when it is to be sent.
    """
    if not isinstance(event, events.Notified):
        return
    for user in rows.at_once(tx, event.to, event.notification, AT_ONCE):
        jobs.enqueue(tx, jobs.SendLetter(user=user), key=str(user), due=Millis(now + GATHERED))
