"""Quiet hours as people and administrators set them."""

import msgspec

from social import jobs
from social.announcements import people
from social.errors import Invalid
from social.gatherings import times
from social.governance.audit import Act, record
from social.people import users
from social.policy import Role, Viewer, require_person, require_role
from social.push import quiet, week
from social.push.week import Week
from storage import push
from storage import quiet_hours as rows
from storage.engine.database import Tx
from storage.ids import Millis


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody is reached. `own` None: by the hours of the site. `until` None: they are reached now."""

    own: Week | None
    site: Week
    timezone: str
    away_until: Millis | None
    until: Millis | None


def hours(tx: Tx, viewer: Viewer, *, timezone: str, now: Millis) -> Hours:
    """The viewer's. `timezone` is that of the site."""
    require_person(viewer)
    user = users.user(tx, viewer)
    [row] = rows.of(tx, [user.id], now)
    return Hours(
        own=week.read(row.week) if row.week else None,
        site=quiet.site_week(tx),
        timezone=row.timezone or timezone,
        away_until=row.away_until,
        until=quiet.quiet(tx, user.id, timezone=timezone, now=now),
    )


def choose(tx: Tx, viewer: Viewer, own: Week | None, timezone: str, *, now: Millis) -> None:
    """Keep hours of one's own in a time zone, or with None those of the site. Raises Invalid(`timezone`)."""
    require_person(viewer)
    user = users.user(tx, viewer)
    if own is None:
        rows.drop(tx, user.id)
    elif times.zone(timezone) is None:
        raise Invalid("timezone", "not_a_choice")
    else:
        rows.put(tx, user.id, week.written(own), timezone)
    _look_again(tx, viewer, now)


def go_away(tx: Tx, viewer: Viewer, until: Millis | None, *, now: Millis) -> None:
    """Not at work until then; None: back. Raises Invalid(`until`)."""
    people.go_away(tx, viewer, until, now=now)
    _look_again(tx, viewer, now)


def site(tx: Tx, viewer: Viewer) -> Week:
    """The hours of the site. Raises Forbidden."""
    require_role(viewer, Role.ADMIN)
    return quiet.site_week(tx)


def change_site(tx: Tx, viewer: Viewer, chosen: Week, *, now: Millis) -> None:
    """Other hours for whoever chose none. Raises Forbidden."""
    require_role(viewer, Role.ADMIN)
    if chosen == quiet.site_week(tx):
        return
    rows.put_site(tx, week.written(chosen), now)
    record(tx, viewer, Act.SITE_QUIET, subject=week.written(chosen), now=now)


def _look_again(tx: Tx, viewer: Viewer, now: Millis) -> None:
    """What waits may go now: each push that is held looks again at the hours, and waits on if it has to."""
    for id in push.holding(tx, users.user(tx, viewer).id):
        jobs.enqueue(tx, jobs.SendHeldPushes(subscription=id), key=str(id), due=now)
