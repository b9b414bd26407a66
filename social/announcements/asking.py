"""People here are asked to read, and reminded: inside working hours (of the site, or those that they chose: who works
at night is reminded at night), never while they are away or want to be left in peace, unless the announcement is
urgent. First their devices and pages, then by mail; who is left then is printed."""

from collections.abc import Sequence

from social import events, jobs
from social.announcements import audience, escalation, hours
from social.clock import HOUR
from social.desk import entering
from social.push.quiet import in_peace, keeping_own
from social.settings import Settings
from storage import acknowledgements, asked
from storage import announcements as rows
from storage import posts as post_rows
from storage.announcements import AnnouncementRow
from storage.asked import OwingRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.telling import must_read
from storage.visibility import Visibility

TOLD_AFTER = 2_000
"""So long answers are gathered before other nodes hear of their number."""
EVERY = HOUR
"""How often it is looked who is to be reminded."""
REMINDERS = 3
URGENT_AFTER = 2 * HOUR
"""Of something urgent people are reminded after so long."""


def tend(tx: Tx, post: PostId, *, settings: Settings, now: Millis) -> None:
    """Ask whoever has to be asked by now, remind who has not answered, and look again later. Twice is once."""
    row = rows.by_post(tx, post)
    if row is None or (row.valid_until is not None and row.valid_until <= now):
        return
    _begin(tx, row, now)
    host, waves = settings.node.domain, audience.waves_of(row)
    fresh = _ask(tx, row, host, now)
    late = _late(tx, row, settings, now)
    if late:
        accounts = [one.account_id for one in late]
        asked.remind(tx, post, accounts, now)
        _tell(tx, row, accounts, now)
        _write(tx, row, late, settings, now)
    escalation.say_who_is_left(tx, row, _interval(row, settings), REMINDERS, now=now)
    if fresh:
        tell_later(tx, post, now=now)
    later, wave = Millis(now + EVERY), audience.next_at(waves, host, now)
    jobs.enqueue(tx, jobs.TendAnnouncement(post=post), key=str(post), due=min(later, wave or later))


def ask_again(tx: Tx, row: AnnouncementRow, *, now: Millis) -> None:
    """Another version is there: all who were asked are asked anew, as for the first one."""
    again = asked.ask_again(tx, row.post_id, row.version, now)
    _tell(tx, row, again, now)
    tend_soon(tx, row, now=now)


def ask_anew(tx: Tx, row: AnnouncementRow, *, now: Millis) -> None:
    """What was over is asked again: of whoever has not answered, as on the first day."""
    rows.mark_nobody_left(tx, row.post_id)
    _tell(tx, row, asked.ask_anew(tx, row.post_id, now), now)


def tend_soon(tx: Tx, row: AnnouncementRow, *, now: Millis) -> None:
    """Have people asked as soon as the announcement is valid."""
    jobs.enqueue(tx, jobs.TendAnnouncement(post=row.post_id), key=str(row.post_id), due=max(now, row.valid_from))


def tell_later(tx: Tx, post: PostId, *, now: Millis) -> None:
    """Have the node of the author told how many answered, if it is another one."""
    row = rows.by_post(tx, post)
    if row is not None and row.host:
        job = jobs.TellAcknowledgements(post=post)
        jobs.enqueue(tx, job, key=str(post), due=Millis(now + TOLD_AFTER))


def seen(tx: Tx, post: PostId, now: Millis) -> dict[str, int]:
    """How many had the present version of an announcement of here before their eyes, by node (empty: this one)."""
    own = acknowledgements.own(tx, post, now)
    if own is None:
        return {}
    told = (count for count in acknowledgements.told(tx, post) if count.version == own.version)
    return {"": own.seen, **{count.host: count.seen for count in told}}


def _begin(tx: Tx, row: AnnouncementRow, now: Millis) -> None:
    post = post_rows.by_id(tx, row.post_id) if not row.host and row.valid_from <= now else None
    if post is not None:
        entering.begun(tx, post, now=now)
        entering.counted(tx, post, seen(tx, row.post_id, now), now=now)


def _ask(tx: Tx, row: AnnouncementRow, host: str, now: Millis) -> list[AccountId]:
    """The people of the waves that are due, newcomers too."""
    fresh: list[AccountId] = []
    for wave in audience.due(audience.waves_of(row), host, now):
        fresh += audience.ask(tx, row, wave, now)
    post = post_rows.by_id(tx, row.post_id) if fresh else None
    if post is not None and post.visibility is Visibility.DIRECT:
        asked.address(tx, row.post_id)
    _tell(tx, row, fresh, now)
    return fresh


def _late(tx: Tx, row: AnnouncementRow, settings: Settings, now: Millis) -> list[OwingRow]:
    """Who has not answered, was told long enough ago and may be reminded now."""
    interval = _interval(row, settings)
    owing = [one for one in asked.owing(tx, row.post_id, REMINDERS, now) if now - one.told_at >= interval]
    if row.urgent or not owing:
        return owing
    if not hours.is_working(settings, now):
        at_work = keeping_own(tx, [one.user_id for one in owing], now=now)
        owing = [one for one in owing if one.user_id in at_work]
    peaceful = in_peace(tx, [one.user_id for one in owing], timezone=settings.node.timezone, now=now)
    return [one for one in owing if one.user_id not in peaceful]


def _interval(row: AnnouncementRow, settings: Settings) -> int:
    return URGENT_AFTER if row.urgent else settings.announcements.remind_after_hours * HOUR


def _write(tx: Tx, row: AnnouncementRow, late: Sequence[OwingRow], settings: Settings, now: Millis) -> None:
    """From some reminder on a letter goes out too, to whoever has an address."""
    first = settings.announcements.mail_from_reminder
    for one in late:
        if first and one.reminders + 1 >= first:
            escalation.write_at(tx, row.post_id, one.user_id, now)


def _tell(tx: Tx, row: AnnouncementRow, accounts: Sequence[AccountId], now: Millis) -> None:
    """A notification for each of them: every asking and every reminder is one of its own."""
    if not accounts:
        return
    written = must_read(tx, row.post_id, accounts, now)
    told = [events.Notified(by=row.author_id, to=one.account_id, notification=one.id, at=now) for one in written]
    events.append_all(tx, told)
