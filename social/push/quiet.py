"""When somebody is left in peace: the one place that pushes, letters and reminders ask.

Hours are a person's own, or those of the site; who is away is reached when they are back. What is urgent, marked so
by who may and written to the log, goes through at any hour, and so does the question whether one is safe.
"""

from collections.abc import Mapping, Sequence

from social.push import week
from storage import quiet_hours as rows
from storage.engine.database import Tx
from storage.ids import Millis, NotificationId, UserId
from storage.quiet_hours import HoursRow


def quiet(tx: Tx, user: UserId, about: Sequence[NotificationId] = (), *, timezone: str, now: Millis) -> Millis | None:
    """Until when what would reach the person waits; None: it goes at once. `timezone` is that of the site."""
    until = in_peace(tx, [user], timezone=timezone, now=now).get(user)
    return None if until is None or rows.is_urgent(tx, about) else until


def in_peace(tx: Tx, users: Sequence[UserId], *, timezone: str, now: Millis) -> Mapping[UserId, Millis]:
    """Who of these is left in peace now, and until when: two statements for all of them."""
    site = site_week(tx)
    found = {row.user_id: _reachable(row, site, timezone, now) for row in rows.of(tx, users, now)}
    return {user: at for user, at in found.items() if at > now}


def keeping_own(tx: Tx, users: Sequence[UserId], *, now: Millis) -> frozenset[UserId]:
    """Who of these chose hours of their own: those are when they work, whatever the site's are."""
    return frozenset(row.user_id for row in rows.of(tx, users, now) if row.week)


def site_week(tx: Tx) -> week.Week:
    """The hours of the site."""
    chosen = rows.site(tx)
    return week.USUAL if chosen is None else week.read(chosen)


def _reachable(row: HoursRow, site: week.Week, timezone: str, now: Millis) -> Millis:
    own = week.read(row.week) if row.week else site
    return week.reachable(own, row.timezone or timezone, max(now, row.away_until or now))
