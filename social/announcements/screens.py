"""People without a telephone: a screen in the canteen behind a secret link, and what can be printed for a wall.

On both stands only what everybody of the entity is asked to read: nothing for managers, nothing for a community.
"""

from collections.abc import Sequence

import msgspec

from social import reading
from social.announcements import audience
from social.errors import Conflict, Invalid, NotFound
from social.governance.audit import Act, record
from social.policy import Role, Viewer, require_role
from social.reading import PostView
from storage import announcements as rows
from storage import screens as screen_rows
from storage.announcements import AnnouncementRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PostId, new_token
from storage.screens import ScreenId, ScreenRow

SECONDS = (5, 600)
USUAL_SECONDS = 20
MAX_TITLE = 100
MOST_SCREENS = 50
MOST_POSTS = 40


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """A screen with what is chosen for it."""

    row: ScreenRow
    posts: frozenset[PostId]


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """The screens of the site, and what can stand on them."""

    screens: list[Screen]
    offered: list[PostView]


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What a screen shows at one moment: a post of several, or none."""

    row: ScreenRow
    view: PostView | None
    number: int
    of: int


def make(tx: Tx, viewer: Viewer, title: str, *, host: str, ids: IdMaker, now: Millis) -> ScreenId:
    """A new screen with all that can stand on it now. Raises Forbidden, Invalid(title), Conflict `too_many`."""
    require_role(viewer, Role.COMMUNICATOR)
    words = _title(title)
    if len(screen_rows.all_open(tx)) >= MOST_SCREENS:
        raise Conflict("too_many_screens", maximum=MOST_SCREENS)
    id = ScreenId(ids.make())
    if not screen_rows.insert(tx, id, new_token(), words, USUAL_SECONDS, viewer.account, now):
        raise Conflict("try_again")
    screen_rows.change(tx, id, words, USUAL_SECONDS, _ids(_offered(tx, host, now)))
    record(tx, viewer, Act.SCREEN_MAKE, id=id, subject=words, now=now)
    return id


def change(
    tx: Tx,
    viewer: Viewer,
    id: ScreenId,
    title: str,
    seconds: int,
    posts: Sequence[PostId],
    *,
    host: str,
    now: Millis,
) -> None:
    """Its name, its pace, its posts. Raises Forbidden, NotFound, Invalid(title, seconds, posts)."""
    row = _own(tx, viewer, id)
    if not SECONDS[0] <= seconds <= SECONDS[1]:
        raise Invalid("seconds", "out_of_range")
    if not set(posts) <= set(_ids(_offered(tx, host, now))):
        raise Invalid("posts", "invalid")
    screen_rows.change(tx, row.id, _title(title), seconds, sorted(set(posts)))
    record(tx, viewer, Act.SCREEN_CHANGE, id=id, subject=row.title, now=now)


def renew(tx: Tx, viewer: Viewer, id: ScreenId, *, now: Millis) -> None:
    """Another link: the former one opens nothing. Raises Forbidden, NotFound."""
    row = _own(tx, viewer, id)
    screen_rows.renew(tx, row.id, new_token())
    record(tx, viewer, Act.SCREEN_CHANGE, id=id, subject=row.title, why="link", now=now)


def revoke(tx: Tx, viewer: Viewer, id: ScreenId, *, now: Millis) -> None:
    """Close the link for good. Raises Forbidden, NotFound."""
    row = _own(tx, viewer, id)
    screen_rows.revoke(tx, row.id, now)
    record(tx, viewer, Act.SCREEN_REVOKE, id=id, subject=row.title, now=now)


def wall(tx: Tx, viewer: Viewer, *, host: str, now: Millis) -> Wall:
    """The screens of the site, and what can stand on them or be printed. Raises Forbidden."""
    require_role(viewer, Role.COMMUNICATOR)
    chosen: dict[ScreenId, set[PostId]] = {}
    for one in screen_rows.chosen(tx):
        chosen.setdefault(one.screen_id, set()).add(one.post_id)
    screens = [Screen(row=row, posts=frozenset(chosen.get(row.id, ()))) for row in screen_rows.all_open(tx)]
    return Wall(screens=screens, offered=_views(tx, _offered(tx, host, now)))


def turn(tx: Tx, token: str, number: int, *, now: Millis) -> Turn:
    """The post that a screen shows as its `number`th, counted round and round. Raises NotFound for a link that is none.

    Whoever has the link is no viewer: what is chosen is shown, also where the site is closed to strangers.
    """
    row = screen_rows.by_token(tx, token)
    if row is None:
        raise NotFound("screen")
    posts = screen_rows.shown(tx, row.id, now)
    if not posts:
        return Turn(row=row, view=None, number=0, of=0)
    place = number % len(posts)
    announced = rows.by_post(tx, posts[place])
    views = _views(tx, [announced]) if announced is not None else []
    return Turn(row=row, view=views[0] if views else None, number=place, of=len(posts))


def _offered(tx: Tx, host: str, now: Millis) -> list[AnnouncementRow]:
    return [row for row in rows.current(tx, MOST_POSTS, now) if _is_for_all(row, host, now)]


def _ids(found: Sequence[AnnouncementRow]) -> list[PostId]:
    return sorted(row.post_id for row in found)


def _is_for_all(row: AnnouncementRow, host: str, now: Millis) -> bool:
    due = audience.due(audience.waves_of(row), host, now)
    return any(not wave.communities and not wave.roles for wave in due)


def _views(tx: Tx, wanted: Sequence[AnnouncementRow]) -> list[PostView]:
    """Posts as their authors see them, newest first: who may choose, or has the link, was asked before."""
    of_author: dict[AccountId, list[PostId]] = {}
    for row in wanted:
        of_author.setdefault(row.author_id, []).append(row.post_id)
    found = [view for author, ids in of_author.items() for view in reading.posts(tx, Viewer(account=author), ids)]
    return sorted(found, key=lambda view: view.post.id, reverse=True)


def _own(tx: Tx, viewer: Viewer, id: ScreenId) -> ScreenRow:
    require_role(viewer, Role.COMMUNICATOR)
    row = screen_rows.by_id(tx, id)
    if row is None or row.revoked_at is not None:
        raise NotFound("screen")
    return row


def _title(written: str) -> str:
    words = " ".join(written.split())
    if not words:
        raise Invalid("title", "blank")
    if len(words) > MAX_TITLE:
        raise Invalid("title", "too_long", limit=MAX_TITLE, length=len(words))
    return words
