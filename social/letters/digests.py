"""The weekly letter of somebody's communities: what was spoken of in them, for whoever asked for it, and a way out."""

from collections.abc import Mapping, Sequence

import msgspec

from social import jobs, reading
from social.clock import DAY
from social.errors import Invalid
from social.people import accounts, users
from social.people.tokens import new_token
from social.policy import Viewer, require_person
from social.push.quiet import in_peace, quiet
from social.reading import PostView
from storage import digests as rows
from storage import users as user_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId, UserId
from storage.users import UserRow

WEEK = 7 * DAY
MOST_POSTS = 12
"""In one letter; of each community a few."""
OF_ONE = 3
_READ = 200
_WRITTEN_AT_ONCE = 10_000


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """One community in a letter: its most answered posts, and how many were begun in all."""

    community: AccountRow
    posts: Sequence[PostView]
    count: int


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written to whom."""

    user: UserRow
    email: str
    token: str
    chapters: Sequence[Chapter]
    now: Millis


def wanted(tx: Tx, viewer: Viewer) -> bool:
    """Whether the viewer gets the letter."""
    row = rows.of(tx, viewer.user) if viewer.user is not None else None
    return row is not None and row.is_wanted


def choose(tx: Tx, viewer: Viewer, *, wanted: bool, now: Millis) -> None:
    """Ask for the letter, or for none. Raises Invalid without an address."""
    require_person(viewer)
    user = users.user(tx, viewer)
    if wanted and not user.email:
        raise Invalid("digest", "no_address")
    rows.choose(tx, user.id, new_token(), wanted=wanted, now=now)


def digest(tx: Tx, user: UserId, *, now: Millis) -> Digest | None:
    """What is to be written to a person now; None when nothing was begun, or they do not want to know."""
    row, login = rows.of(tx, user), user_rows.by_id(tx, user)
    if row is None or not row.is_wanted or login is None or not login.email or login.disabled_at:
        return None
    viewer = users.viewer_of(tx, login.account_id)
    spoken = rows.spoken(tx, login.account_id, row.sent_at, _READ)
    chosen: dict[AccountId, list[PostId]] = {}
    counts: dict[AccountId, int] = {}
    for one in spoken:
        counts[one.community_id] = counts.get(one.community_id, 0) + 1
        of_it = chosen.setdefault(one.community_id, [])
        if len(of_it) < OF_ONE and sum(map(len, chosen.values())) < MOST_POSTS:
            of_it.append(one.post_id)
    # What the person may not see of it, such as a post of somebody they blocked, is left out here.
    views = {view.post.id: view for view in reading.posts(tx, viewer, [id for ids in chosen.values() for id in ids])}
    known = {one.id: one for one in accounts.accounts(tx, viewer, list(chosen))} if chosen else {}
    chapters = _chapters(chosen, counts, views, known)
    if not chapters:
        return None
    return Digest(user=login, email=login.email, token=row.token, chapters=chapters, now=now)


def sent(tx: Tx, user: UserId, now: Millis) -> None:
    """The letter went, or there was nothing to tell: the next one is in a week."""
    rows.sent(tx, user, now)


def held(tx: Tx, user: UserId, *, timezone: str, now: Millis) -> Millis | None:
    """Until when the letter waits for the end of a quiet time; None: it goes. `timezone` is that of the site."""
    return quiet(tx, user, timezone=timezone, now=now)


def hold(tx: Tx, user: UserId, until: Millis) -> None:
    """The person is written to at the end of the quiet time."""
    jobs.enqueue(tx, jobs.SendDigest(user=user), key=str(user), due=until)


def enqueue_due(tx: Tx, timezone: str, now: Millis) -> None:
    """A job for each letter whose week is over, but for people who are left in peace now."""
    users = rows.due(tx, Millis(now - WEEK), _WRITTEN_AT_ONCE)
    peaceful = in_peace(tx, users, timezone=timezone, now=now)
    for user in users:
        if user not in peaceful:
            jobs.enqueue(tx, jobs.SendDigest(user=user), key=str(user), due=now)


def _chapters(
    chosen: Mapping[AccountId, Sequence[PostId]],
    counts: Mapping[AccountId, int],
    views: Mapping[PostId, PostView],
    known: Mapping[AccountId, AccountRow],
) -> list[Chapter]:
    found = [
        Chapter(community=known[id], posts=[views[post] for post in posts if post in views], count=counts[id])
        for id, posts in chosen.items()
        if id in known
    ]
    return [one for one in found if one.posts]
