"""Discover: whom to meet, what the group speaks of, who came, and the sites; by people and days, never by volume."""

from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from social import reading
from social.feeds import directory, trends
from social.feeds.tags import TagView
from social.feeds.trends import LinkView
from social.people import suggestions
from social.people.suggestions import Suggestion
from social.policy import Viewer
from social.reading import PostView
from storage.accounts import AccountRow
from storage.engine.database import Tx
from web.visit import Visit

FEW = 8
MET = 6


class Discovered(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to discover; on the tab of posts, only these."""

    meet: Sequence[Suggestion] = ()
    tags: Sequence[TagView] = ()
    people: Sequence[AccountRow] = ()
    links: Sequence[LinkView] = ()
    posts: Sequence[PostView] = ()


async def show(visit: Visit) -> Response:
    """GET /discover: subjects, links, new people and the sites; with `kind=posts` the posts spoken of."""
    kind = "posts" if visit.request.query_params.get("kind") == "posts" else ""
    found = await visit.read(_posts if kind else _found, visit)
    return visit.page("home/discover.html", kind=kind, found=found, is_on=visit.node.settings.node.trends)


def _found(tx: Tx, viewer: Viewer, visit: Visit) -> Discovered:
    is_on, now = visit.node.settings.node.trends, visit.now
    return Discovered(
        meet=suggestions.suggestions(tx, viewer, limit=MET, offset=0, now=now),
        tags=trends.tags(tx, viewer, limit=FEW, offset=0, now=now) if is_on else (),
        links=trends.pages(tx, viewer, limit=FEW, offset=0, now=now) if is_on else (),
        people=directory.directory(tx, viewer, new=True, local=False, limit=FEW, offset=0),
    )


def _posts(tx: Tx, viewer: Viewer, visit: Visit) -> Discovered:
    if not visit.node.settings.node.trends:
        return Discovered()
    ids = trends.post_ids(tx, viewer, limit=20, offset=0, now=visit.now)
    return Discovered(posts=reading.posts(tx, viewer, ids))
