"""The first days: whom and what a newcomer may want to know, and a post that greets them unless they would rather not.

The post is written by the account that the site chose for it, in the morning after the day of joining.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from social import jobs
from social.errors import NotFound
from social.policy import Viewer, require_person
from social.posts import publish
from social.posts.publish import Context, Draft
from social.recognition.days import date_of
from social.settings import Settings
from storage import accounts, users
from storage import welcomes as rows
from storage.accounts import AccountKind
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.visibility import Visibility
from storage.welcomes import NearRow, PlaceRow, WelcomeRow

SUGGESTED = 12
PLACES = 6
MORNING = time(9, 30)


def begin(tx: Tx, account: AccountId, *, settings: Settings, now: Millis) -> None:
    """Somebody joined this node: their first days begin. Twice is once."""
    row = accounts.by_id(tx, account)
    if row is None or not row.is_local or row.kind is not AccountKind.PERSON:
        return
    if rows.begin(tx, account, now) and settings.recognition.greeter:
        due = morning_after(now, settings.node.timezone)
        jobs.enqueue(tx, jobs.GreetNewcomer(account=account), key=str(account), due=due)


def morning_after(now: Millis, timezone: str) -> Millis:
    """The next weekday's morning at the site: never in the evening of the same day, never on a Sunday."""
    day = date_of(now, timezone) + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return Millis(int(datetime.combine(day, MORNING, ZoneInfo(timezone)).timestamp() * 1000))


def greet(tx: Tx, account: AccountId, words: str, *, context: Context, now: Millis) -> bool:
    """Publish the greeting, unless the newcomer is silent, does not want to be found, or is gone; whether it was.

    `words` with `%(name)s` for the newcomer's handle.
    """
    welcome, row = rows.of(tx, account), accounts.by_id(tx, account)
    greeter = accounts.by_name(tx, context.settings.recognition.greeter.casefold(), "")
    if welcome is None or welcome.silent or welcome.post_id is not None or greeter is None or greeter.id == account:
        return False
    if row is None or row.deleted_at is not None or row.suspended_at is not None or not row.discoverable:
        return False
    login = users.by_account(tx, greeter.id)
    if login is None or greeter.suspended_at is not None:
        return False
    viewer = Viewer(account=greeter.id, user=login.id, username=greeter.username)
    draft = Draft(text=words % {"name": f"@{row.username}"}, visibility=Visibility.PUBLIC)
    rows.greeted(tx, account, publish.publish(tx, viewer, draft, context=context, now=now))
    return True


def of_viewer(tx: Tx, viewer: Viewer) -> WelcomeRow | None:
    """The viewer's first days; None for who was here before there were any."""
    require_person(viewer)
    return rows.of(tx, viewer.account)


def near(tx: Tx, viewer: Viewer, *, now: Millis) -> list[NearRow]:
    """Whom the viewer may want to know, with what they share. One statement."""
    require_person(viewer)
    return rows.near(tx, viewer.account, SUGGESTED, now)


def places(tx: Tx, viewer: Viewer, *, now: Millis) -> list[PlaceRow]:
    """Communities that the viewer may want to join, with what they share. One statement."""
    require_person(viewer)
    return rows.places(tx, viewer.account, PLACES, now)


def set_silent(tx: Tx, viewer: Viewer, *, silent: bool) -> None:
    """Not to be greeted before everybody, or to be. Raises NotFound."""
    require_person(viewer)
    if not rows.set_silent(tx, viewer.account, silent=silent):
        raise NotFound("welcome")


def done(tx: Tx, viewer: Viewer, *, now: Millis) -> None:
    """Enough of it: the home does not point to the page any more."""
    require_person(viewer)
    rows.done(tx, viewer.account, now)
