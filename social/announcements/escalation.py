"""What comes after the last reminder: the letter before it, and the list to print of who has not answered.

The rule is the same for all and says so: nothing is kept of what anybody reads or does besides answering.
"""

import msgspec

from social import events, jobs, reading
from social.announcements.audience import MANAGER
from social.announcements.figures import FEWEST
from social.errors import Forbidden, NotFound
from social.people import users
from social.people.names import INSTANCE_ACTOR
from social.policy import Role, Viewer, require_person
from social.push.quiet import quiet
from social.reading import PostView
from social.settings import Settings
from storage import accounts, acknowledgements, alerts, asked, offices
from storage import announcements as rows
from storage import users as user_rows
from storage.acknowledgements import CountRow
from storage.announcements import AnnouncementRow
from storage.asked import MissingRow
from storage.engine.database import Tx
from storage.ids import Millis, PostId, UserId
from storage.users import UserRow


class MustRead(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that asks somebody to read: whatever letters they wanted, since all have to."""

    user: UserRow
    email: str
    view: PostView


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """Who of this node has not answered. `people` are named only where `why_not` is empty; `away`: how many are."""

    announcement: AnnouncementRow
    view: PostView
    count: CountRow
    away: int
    people: list[MissingRow]
    why_not: str = ""


def letter(tx: Tx, post: PostId, user: UserId, *, now: Millis) -> MustRead | None:
    """The letter to somebody; None for who has answered meanwhile, has no address, or is not asked any more."""
    login = user_rows.by_id(tx, user)
    if login is None or not login.email or login.disabled_at:
        return None
    row = next(iter(rows.of_posts(tx, [post], login.account_id)), None)
    if row is None or row.asked_at is None or row.confirmed_at is not None or not row.announcement.is_current(now):
        return None
    views = reading.posts(tx, users.viewer_of(tx, login.account_id), [post])
    return MustRead(user=login, email=login.email, view=views[0]) if views else None


def say_who_is_left(tx: Tx, row: AnnouncementRow, interval: int, most: int, *, now: Millis) -> None:
    """When nobody is left to be reminded and some have not answered: tell who announced it, or who speaks here.

    Once for each version, and once more if it was over and is asked again. Who is away is waited for by nobody.
    """
    owing = [one for one in asked.owing(tx, row.post_id, most + 1, now) if one.away_until is None]
    is_over = all(one.reminders >= most and now - one.told_at >= interval for one in owing)
    if not owing or not is_over or not rows.mark_left(tx, row.post_id):
        return
    node = accounts.by_name(tx, INSTANCE_ACTOR, "")
    written = alerts.left(tx, row.post_id, f"{row.post_id}:{row.version}:{row.valid_until or 0}", INSTANCE_ACTOR, now)
    if node is not None:
        told = [events.Notified(by=node.id, to=one.account_id, notification=one.id, at=now) for one in written]
        events.append_all(tx, told)


def missing(tx: Tx, viewer: Viewer, id: PostId, *, settings: Settings, now: Millis) -> Missing:
    """Who of this node has not answered, to be printed and spoken to: for managers and who speaks for the site.

    Names only where the law of the site allows it, as its setting says, and of five people or more; else numbers.
    Raises Forbidden, NotFound.
    """
    require_person(viewer)
    if not viewer.may(Role.COMMUNICATOR) and not offices.holds(tx, viewer.account, MANAGER):
        raise Forbidden("role_needed", role=Role.COMMUNICATOR.value)
    row, count = rows.by_post(tx, id), acknowledgements.own(tx, id, now)
    views = reading.posts(tx, Viewer(account=row.author_id), [id]) if row is not None else []
    if row is None or count is None or not count.asked or not views:
        raise NotFound("post")
    people = asked.missing(tx, id, now)
    why = "names_stay" if not settings.announcements.names else "too_few" if count.asked < FEWEST else ""
    return Missing(
        announcement=row,
        view=views[0],
        count=count,
        away=sum(1 for one in people if one.is_away),
        people=[] if why else [one for one in people if not one.is_away],
        why_not=why,
    )


def write_at(tx: Tx, post: PostId, user: UserId, at: Millis) -> None:
    """A letter goes to somebody then, if they have not answered by that time."""
    jobs.enqueue(tx, jobs.SendMustRead(post=post, user=user), key=f"{post}:{user}", due=at)


def held(tx: Tx, post: PostId, user: UserId, *, timezone: str, now: Millis) -> Millis | None:
    """Until when the letter waits for the end of a quiet time; None: it goes, as all that is urgent does."""
    row = rows.by_post(tx, post)
    return None if row is not None and row.urgent else quiet(tx, user, timezone=timezone, now=now)
