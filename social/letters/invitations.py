"""What somebody takes part in, by mail for their calendar: that they have a seat, what changed, that it is off.

For those who get letters and want this one (RFC 6047). What the calendar of a person holds is kept beside their answer,
so that nothing is sent twice, nor taken back that was never sent.
"""

from collections.abc import Sequence

import msgspec

from social import events, jobs, reading
from social.clock import SECOND
from social.errors import NotFound
from social.people import users
from social.push.quiet import quiet
from social.reading import PostView
from storage import letters, participations
from storage import users as user_rows
from storage.engine.database import Tx
from storage.gatherings import GatheringRow
from storage.ids import Millis, PostId, UserId
from storage.letters import LetterRow
from storage.participations import State
from storage.users import UserRow

GATHERED = 30 * SECOND
"""So long more is waited for: who presses the wrong button gets no letter of it."""


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written to whom. `is_off`: it goes out of the calendar; `is_first`: it was not in it before."""

    user: UserRow
    email: str
    user_name: str
    name: str
    """Of who holds the gathering."""
    token: str
    uri: str
    title: str
    held: GatheringRow
    view: PostView | None
    """None: it was deleted."""
    is_off: bool
    is_first: bool


def invitation(tx: Tx, user: UserId, post: PostId) -> Invitation | None:
    """What is to be written to a person about a gathering now; None when their calendar is right."""
    row, login = letters.of(tx, user), user_rows.by_id(tx, user)
    if row is None or login is None or not _is_wanted(row, login):
        return None
    viewer = users.viewer_of(tx, login.account_id)
    known = participations.mailed(tx, post, login.account_id)
    try:
        view = reading.post(tx, viewer, post)
    except NotFound:
        return None
    if known is None or view.gathering is None:
        return None
    is_in = known.state is State.GOING and not view.gathering.is_cancelled
    held = view.gathering.gathering
    if known.mailed == (held.version + 1 if is_in else 0):
        return None
    return Invitation(
        user=login,
        email=login.email or "",
        user_name=viewer.username,
        name=view.author.name,
        token=row.token,
        uri=view.post.uri,
        title=view.post.title,
        held=held,
        view=view,
        is_off=not is_in,
        is_first=is_in and known.mailed == 0,
    )


def withdrawal(tx: Tx, job: jobs.TakeOutOfCalendar) -> Invitation | None:
    """The letter about a gathering that was deleted; None for who wants none by now."""
    user = UserId(job.user)
    row, login = letters.of(tx, user), user_rows.by_id(tx, user)
    if row is None or login is None or not _is_wanted(row, login):
        return None
    return Invitation(
        user=login,
        email=login.email or "",
        user_name=users.viewer_of(tx, login.account_id).username,
        name=job.organiser,
        token=row.token,
        uri=job.uri,
        title=job.title,
        held=job.held,
        view=None,
        is_off=True,
        is_first=False,
    )


def sent(tx: Tx, one: Invitation) -> None:
    """The letter went."""
    if one.view is not None:
        version = 0 if one.is_off else one.held.version + 1
        participations.mail(tx, one.view.post.id, one.user.account_id, version)


def held(tx: Tx, user: UserId, *, timezone: str, now: Millis) -> Millis | None:
    """Until when the letter waits for the end of a quiet time; None: it goes. `timezone` is that of the site."""
    return quiet(tx, user, timezone=timezone, now=now)


def hold(tx: Tx, user: UserId, post: PostId, until: Millis) -> None:
    """The person is written to at the end of the quiet time."""
    _enqueue(tx, [user], post, until)


def apply(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
    """Subscriber: a job for whose calendar may be wrong now. Twice makes one."""
    due = Millis(now + GATHERED)
    match event:
        case events.GatheringSeated():
            _enqueue(tx, letters.keeping_calendar(tx, event.post, event.of), event.post, due)
        case events.GatheringAnswered():
            _enqueue(tx, letters.keeping_calendar(tx, event.post, event.by), event.post, due)
        case events.GatheringChanged():
            _enqueue(tx, letters.keeping_calendar(tx, event.post, None), event.post, due)


def hold_withdrawal(tx: Tx, job: jobs.TakeOutOfCalendar, until: Millis) -> None:
    """The same for a gathering that was deleted."""
    jobs.enqueue(tx, job, key=f"{job.user}:{job.uri}", due=until)


def _is_wanted(row: LetterRow, login: UserRow) -> bool:
    return row.calendar and row.rhythm != "off" and bool(login.email) and login.disabled_at is None


def _enqueue(tx: Tx, to: Sequence[UserId], post: PostId, due: Millis) -> None:
    for user in to:
        jobs.enqueue(tx, jobs.SendInvitation(user=user, post=post), key=f"{user}:{post}", due=due)
