"""Timelines: what one follows, the site, the group, a hashtag. In the order of time, with an end."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import quote, urlencode

import msgspec
from starlette.responses import RedirectResponse, Response

from social.clock import MINUTE
from social.feeds import markers, tags, timelines
from social.feeds.tags import TagView
from social.gatherings import agenda
from social.governance import bulletins
from social.governance.bulletins import BulletinView
from social.paging import MAX_ID, Page
from social.people import accounts, suggestions
from social.people.suggestions import Suggestion
from social.policy import Viewer
from social.reading import PostView
from social.recognition import days
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.gatherings import NextRow, Which
from storage.ids import AccountId, Millis
from storage.markers import MarkerRow
from storage.occasions import OccasionRow
from web import writing
from web.forms import Form
from web.recognition import together
from web.visit import PER_PAGE, Visit

HELD = 10 * MINUTE
"""How long the place where one was stays marked after it was passed."""
SOON = 3
"""Gatherings beside a feed."""
MET = 3
"""People who are suggested beside a feed."""
_LIVE_LIMIT = 40


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """Posts of the home, whom they answer, and where the reader was."""

    views: Sequence[PostView]
    parents: Mapping[AccountId, AccountRow]
    marker: MarkerRow | None
    words: Sequence[BulletinView] = ()
    meet: Sequence[Suggestion] = ()
    today: Sequence[OccasionRow] = ()
    next: Sequence[NextRow] = ()


async def home(visit: Visit) -> Response:
    """GET /: what the reader follows, what is new since last time, and the composer."""
    if not visit.viewer.is_person:
        return RedirectResponse("/group" if visit.node.settings.node.open else "/sign-in", 303)
    page = visit.paging()
    feed = await visit.read(_home, page, visit)
    views, marker = feed.views, feed.marker
    is_first = page.before == MAX_ID
    fresh = _fresh(views, marker) if is_first else 0
    if is_first and views and _is_passed(views, marker, visit.now):
        await visit.write(markers.mark, "home", views[0].post.id, now=visit.now)
    return visit.page(
        "home/home.html",
        views=views,
        parents=feed.parents,
        older=older(visit, [view.post.id for view in views]),
        fresh=fresh,
        since=marker.updated_at if marker else visit.now,
        newest=views[0].post.id if views and is_first else 0,
        writing=await writing.begun(visit, await writing.fresh(visit)) if is_first else None,
        words=feed.words,
        meet=feed.meet,
        today=together(feed.today),
        gatherings=feed.next,
        away_since=markers.away_since(marker, visit.now) if is_first else None,
    )


async def site(visit: Visit) -> Response:
    """GET /site: what people of this site write for everybody."""
    return await _public(visit, "site")


async def group(visit: Visit) -> Response:
    """GET /group: the same of all sites."""
    return await _public(visit, "group")


async def tag(visit: Visit) -> Response:
    """GET /tags/{name}."""
    name = visit.request.path_params["name"]

    def found(tx: Tx, viewer: Viewer) -> tuple[list[PostView], TagView | None]:
        views = timelines.tag(tx, viewer, name, visit.paging(), now=visit.now)
        return views, tags.view(tx, viewer, name, now=visit.now) if viewer.is_person else None

    views, subject = await visit.read(found)
    return visit.page(
        "home/tag.html",
        name=name,
        views=views,
        subject=subject,
        older=older(visit, [view.post.id for view in views]),
    )


async def follow_tag(visit: Visit, form: Form) -> Response:
    """POST /tags/{name}/{act}: follow a subject, show it on one's page, or no longer."""
    name = visit.request.path_params["name"]
    await visit.act(SUBJECT)(visit, name)
    return visit.back(f"/tags/{quote(name)}")


async def _follow(visit: Visit, name: str) -> None:
    await visit.write(tags.follow, name, ids=visit.node.ids, now=visit.now)


async def _unfollow(visit: Visit, name: str) -> None:
    await visit.write(tags.unfollow, name, now=visit.now)


async def _feature(visit: Visit, name: str) -> None:
    await visit.write(tags.feature_by_name, name, ids=visit.node.ids, now=visit.now)


async def _unfeature(visit: Visit, name: str) -> None:
    await visit.write(tags.unfeature_by_name, name, now=visit.now)


SUBJECT: dict[str, Callable[[Visit, str], Awaitable[None]]] = {
    "follow": _follow,
    "unfollow": _unfollow,
    "feature": _feature,
    "unfeature": _unfeature,
}
"""What one may do with a hashtag."""


async def live(visit: Visit) -> Response:
    """GET /live/home?since=: the posts that came after one, for a script; 204 when there is none."""
    page = Page(above=visit.number("since"), limit=_LIVE_LIMIT)
    # Asked again and again by every open page: without the frame, and in the one statement that finds nothing.
    views, parents = await visit.node.db.read(_live, visit.viewer, page, visit.now)
    return visit.fragment("live/home.html", views=views, parents=parents) if views else Response(status_code=204)


def older(visit: Visit, ids: Sequence[int], limit: int = PER_PAGE, name: str = "before") -> str:
    """Address of the next page of a list of ids, empty when this one was not full; `name` is the cursor's."""
    if len(ids) < limit:
        return ""
    query = visit.request.query_params.multi_items()
    kept = [(key, value) for key, value in query if key not in (name, "done")]
    return f"{visit.request.url.path}?{urlencode([*kept, (name, min(ids))])}"


def answered(tx: Tx, viewer: Viewer, views: Sequence[PostView]) -> dict[AccountId, AccountRow]:
    """Whom the posts of a feed answer, and in which communities they stand: one statement, and none when all of them
    write in it too and no post is in a community."""
    known = {view.shown.author.id: view.shown.author for view in views}
    asked = {id for view in views for id in (view.shown.post.parent_author_id, view.shown.post.community_id)}
    missing = [id for id in asked if id is not None and id not in known]
    found = accounts.accounts(tx, viewer, missing) if missing else []
    return known | {row.id: row for row in found}


def _home(tx: Tx, viewer: Viewer, page: Page, visit: Visit) -> Feed:
    now, is_first = visit.now, page.before == MAX_ID
    views = timelines.home(tx, viewer, page, now=now)
    marker = next(iter(markers.markers(tx, viewer, ["home"])), None)
    # The frame has counted the words to everybody: where there are none, none are asked for.
    words = bulletins.shown(tx, viewer, now=now) if is_first and visit.frame.owed.words else []
    return Feed(
        views=views,
        parents=answered(tx, viewer, views),
        marker=marker,
        words=[one for one in words if not one.is_read],
        meet=met(tx, viewer, visit) if is_first else (),
        today=days.today(tx, viewer, visit.node.settings.node.timezone, now=now) if is_first else (),
        next=agenda.lines(tx, viewer, Which(), limit=SOON, now=now) if is_first and visit.frame.gatherings else (),
    )


def met(tx: Tx, viewer: Viewer, visit: Visit, limit: int = MET) -> list[Suggestion]:
    """Whom the reader may want to meet; nobody for strangers. One statement."""
    return suggestions.suggestions(tx, viewer, limit=limit, offset=0, now=visit.now) if viewer.is_person else []


def _fresh(views: Sequence[PostView], marker: MarkerRow | None) -> int:
    """How many posts are above the place where the reader was."""
    return sum(1 for view in views if view.post.id > marker.last_read_id) if marker else 0


def _is_passed(views: Sequence[PostView], marker: MarkerRow | None, now: Millis) -> bool:
    if marker is None:
        return True
    return views[0].post.id > marker.last_read_id and marker.updated_at < now - HELD


def _live(tx: Tx, viewer: Viewer, page: Page, now: Millis) -> tuple[list[PostView], dict[AccountId, AccountRow]]:
    views = timelines.home(tx, viewer, page, now=now)
    return views, answered(tx, viewer, views)


async def _public(visit: Visit, kind: str) -> Response:
    page = visit.paging()

    def found(tx: Tx, viewer: Viewer) -> tuple[list[PostView], list[Suggestion]]:
        views = timelines.group(tx, viewer, page, now=visit.now, local=kind == "site")
        return views, met(tx, viewer, visit) if page.before == MAX_ID else []

    views, meet = await visit.read(found)
    title = next(words for address, words, _ in visit.feeds("") if address == f"/{kind}")
    ids = [view.post.id for view in views]
    return visit.page("home/public.html", kind=kind, title=title, views=views, meet=meet, older=older(visit, ids))
