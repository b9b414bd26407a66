"""Timelines: home (materialised), group, site, tag, profile, bookmarks, likes; strictly by time, newest first."""

from collections.abc import Callable, Sequence

from social import events, reading, text
from social.communities import admission, homes
from social.errors import NotFound
from social.gatherings import keeping
from social.paging import Page
from social.policy import Viewer, require_person
from social.reading import PostView
from storage import accounts, communities, reactions, timelines
from storage import homes as home_rows
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.posts import PostRow
from storage.timelines import Bounds

FILLED = 40
"""Posts of a newly followed account that enter a home."""
COMBINED = 4
"""Hashtags of each kind that a combined timeline looks at."""


def home(tx: Tx, viewer: Viewer, page: Page, *, now: Millis) -> list[PostView]:
    """The viewer's own posts and those of whom they follow. Raises Unauthorized."""
    return reading.posts(tx, viewer, home_ids(tx, viewer, page, now=now))


def home_ids(tx: Tx, viewer: Viewer, page: Page, *, now: Millis) -> list[PostId]:
    """The ids of `home`."""
    require_person(viewer)
    return timelines.home(tx, viewer.account, _bounds(page), now)


def group(
    tx: Tx,
    viewer: Viewer,
    page: Page,
    *,
    now: Millis,
    local: bool = False,
    remote: bool = False,
    only_media: bool = False,
) -> list[PostView]:
    """Public posts of the whole group that answer nothing; `local`: of this site, `remote`: of the others."""
    ids = group_ids(tx, viewer, page, now=now, local=local, remote=remote, only_media=only_media)
    return reading.posts(tx, viewer, ids)


def group_ids(
    tx: Tx,
    viewer: Viewer,
    page: Page,
    *,
    now: Millis,
    local: bool = False,
    remote: bool = False,
    only_media: bool = False,
) -> list[PostId]:
    """The ids of `group`."""
    if local:
        return timelines.site(tx, viewer.account, _bounds(page), now, pictures=only_media)
    return timelines.group(tx, viewer.account, _bounds(page), now, remote=remote, pictures=only_media)


def tag(
    tx: Tx, viewer: Viewer, name: str, page: Page, *, now: Millis, local: bool = False, only_media: bool = False
) -> list[PostView]:
    """Public posts under a hashtag; a name that cannot be one has none."""
    return reading.posts(tx, viewer, tag_ids(tx, viewer, name, page, now=now, local=local, only_media=only_media))


def tag_ids(
    tx: Tx,
    viewer: Viewer,
    name: str,
    page: Page,
    *,
    now: Millis,
    local: bool = False,
    only_media: bool = False,
    any: Sequence[str] = (),
    all: Sequence[str] = (),
    none: Sequence[str] = (),
) -> list[PostId]:
    """The ids of `tag`. `any`: under one of these instead; `all`: under all of these too; `none`: under none of these.

    At most `COMBINED` of each are looked at; of those that cannot be hashtags none is.
    """
    normal = text.tag_normal(name)
    if normal is None:
        return []
    others, needed, shunned = _normals(any), _normals(all), _normals(none)
    if others or needed or shunned:
        return timelines.combined(
            tx,
            viewer.account,
            [normal, *others],
            needed,
            shunned,
            _bounds(page),
            now,
            here=local,
            pictures=only_media,
        )
    return timelines.tagged(tx, viewer.account, normal, _bounds(page), now, here=local, pictures=only_media)


def profile(
    tx: Tx,
    viewer: Viewer,
    account: AccountId,
    page: Page,
    *,
    replies: bool = True,
    boosts: bool = True,
    only_media: bool = False,
    tag: str | None = None,
) -> list[PostView]:
    """Posts of one account that the viewer may see. Raises NotFound for an account that is not there."""
    ids = profile_ids(tx, viewer, account, page, replies=replies, boosts=boosts, only_media=only_media, tag=tag)
    return reading.posts(tx, viewer, ids)


def profile_ids(
    tx: Tx,
    viewer: Viewer,
    account: AccountId,
    page: Page,
    *,
    replies: bool = True,
    boosts: bool = True,
    only_media: bool = False,
    tag: str | None = None,
) -> list[PostId]:
    """The ids of `profile`."""
    ids = timelines.profile(
        tx,
        viewer.account,
        account,
        _bounds(page),
        replies=replies,
        boosts=boosts,
        pictures=only_media,
        tag=(text.tag_normal(tag) or " ") if tag else "",
    )
    # Who wrote something that is shown is there: only an empty list needs the question.
    if not ids:
        row = accounts.by_id(tx, account)
        if row is None or row.deleted_at is not None:
            raise NotFound("account")
        if row.is_hidden and not admission.knows(tx, row, viewer.account, viewer.host):
            raise NotFound("account")
    return ids


def bookmarks(tx: Tx, viewer: Viewer, page: Page) -> list[tuple[int, PostView]]:
    """What the viewer kept, latest first, each with the id of the bookmark for paging."""
    require_person(viewer)
    return _kept(tx, viewer, reactions.bookmarks(tx, viewer.account, page.before, page.floor, page.limit))


def likes(tx: Tx, viewer: Viewer, page: Page) -> list[tuple[int, PostView]]:
    """What the viewer liked, latest first, each with the id of the like for paging."""
    require_person(viewer)
    return _kept(tx, viewer, reactions.likes(tx, viewer.account, page.before, page.floor, page.limit))


def apply(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
    """Subscriber: keeps other people's homes. Twice gives the same as once."""
    handler = _HANDLERS.get(type(event))
    if handler is not None:
        handler(tx, event, now)


def _normals(names: Sequence[str]) -> list[str]:
    found = (text.tag_normal(name) for name in names[:COMBINED])
    return list(dict.fromkeys(name for name in found if name is not None))


def _bounds(page: Page) -> Bounds:
    return Bounds(before=page.before, floor=page.floor, limit=page.limit, up=page.is_upward)


def _kept(tx: Tx, viewer: Viewer, kept: list[reactions.KeptRow]) -> list[tuple[int, PostView]]:
    views = {view.post.id: view for view in reading.posts(tx, viewer, [row.post_id for row in kept])}
    return [(row.id, views[row.post_id]) for row in kept if row.post_id in views]


def _published(tx: Tx, event: events.PostPublished | events.PostSurfaced, now: Millis) -> None:
    post = post_rows.by_id(tx, event.post)
    if post is not None and post.removed_at is None and not keeping.is_later(tx, post):
        _enter(tx, post)
        if isinstance(event, events.PostSurfaced) or not event.history:
            home_rows.enter_tagged(tx, post.id)


def _placed(tx: Tx, event: events.PostPlaced, now: Millis) -> None:
    """A post that was known before its community was: members get it now, who has it already keeps it as it stands."""
    post = post_rows.by_id(tx, event.post)
    if post is not None and post.removed_at is None and not post.is_history:
        home_rows.enter_members(tx, post.id)


def _removed(tx: Tx, event: events.PostRemovedFrom, now: Millis) -> None:
    """Who came or followed while it was out has it not: put back, it is in every home where it would have been."""
    post = post_rows.by_id(tx, event.post) if event.restored else None
    if post is not None and post.removed_at is None and not post.is_history:
        _enter(tx, post)
        home_rows.enter_tagged(tx, post.id)


def _enter(tx: Tx, post: PostRow) -> None:
    home_rows.enter_followers(tx, post.id)
    if post.community_id is not None:
        home_rows.enter_members(tx, post.id)


def _boosted(tx: Tx, event: events.PostBoosted, now: Millis) -> None:
    home_rows.enter_followers(tx, event.post)


def _followed(tx: Tx, event: events.FollowAccepted, now: Millis) -> None:
    if _lives_here(tx, event.by):
        home_rows.fill(tx, event.by, event.of, FILLED)
        homes.settle(tx, event.by, event.of)


def _unfollowed(tx: Tx, event: events.FollowRemoved | events.FollowRejected, now: Millis) -> None:
    homes.settle(tx, event.by, event.of)


def _silenced(tx: Tx, event: events.AccountMuted | events.AccountUnmuted, now: Millis) -> None:
    """An app that knows no communities mutes one as an account. A person is looked past when a home is read."""
    if communities.by_id(tx, event.of) is not None:
        homes.settle(tx, event.by, event.of)


def _blocked(tx: Tx, event: events.AccountBlocked, now: Millis) -> None:
    home_rows.release(tx, event.by, event.of)
    home_rows.release(tx, event.of, event.by)


def _lives_here(tx: Tx, account: AccountId) -> bool:
    row = accounts.by_id(tx, account)
    return row is not None and row.is_local


_HANDLERS: dict[type, Callable[..., None]] = {
    events.PostPublished: _published,
    events.PostSurfaced: _published,
    events.PostPlaced: _placed,
    events.PostBoosted: _boosted,
    events.FollowAccepted: _followed,
    events.FollowRemoved: _unfollowed,
    events.FollowRejected: _unfollowed,
    events.AccountBlocked: _blocked,
    events.AccountMuted: _silenced,
    events.AccountUnmuted: _silenced,
    events.PostRemovedFrom: _removed,
}
