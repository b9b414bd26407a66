"""Trends: hashtags, posts and pages that many people speak of."""

from urllib.parse import urlencode

from msgspec import structs

from server.api import present
from server.api.call import Call
from server.api.entities.cards import TrendsLink
from server.api.paging import Counted, RawHeaders, limit, offset
from server.api.rendered import listing
from server.api.routing import Answer, Auth, Door, Endpoint, route
from server.api.tags import history, tag_entity
from social.feeds import trends
from social.feeds.trends import LinkView
from social.urls import Urls

TAGS = 10
POSTS = 20
PAGES = 10


async def tags(call: Call, params: Counted) -> Answer:
    """GET /api/v1/trends/tags, and by its former name /api/v1/trends."""
    count, skipped = limit(params.limit, TAGS), offset(params.offset)
    found = await call.read(trends.tags, limit=count, offset=skipped, now=call.node.clock())
    body = [tag_entity(one, call.viewer, call.node.urls) for one in found]
    return Answer(body=body, headers=_links(call, len(found), count, skipped))


async def statuses(call: Call, params: Counted) -> Answer:
    """GET /api/v1/trends/statuses."""
    count, skipped = limit(params.limit, POSTS), offset(params.offset)
    show = call.rendered.list_of(trends.post_ids)
    found = await call.read(show, limit=count, offset=skipped, now=call.node.clock())
    return Answer(body=listing(found), headers=_links(call, len(found), count, skipped))


async def pages(call: Call, params: Counted) -> Answer:
    """GET /api/v1/trends/links."""
    count, skipped = limit(params.limit, PAGES), offset(params.offset)
    found = await call.read(trends.pages, limit=count, offset=skipped, now=call.node.clock())
    body = [_page(one, call.node.urls) for one in found]
    return Answer(body=body, headers=_links(call, len(found), count, skipped))


def _page(view: LinkView, urls: Urls) -> TrendsLink:
    said = structs.asdict(present.card(view.card, urls))
    return TrendsLink(**said, history=history(view.history))


def _links(call: Call, found: int, count: int, skipped: int) -> RawHeaders:
    """`Link` of a list that is paged by counting."""
    address = f"{call.node.settings.base_url}{call.scope['path']}"

    def link(rel: str, start: int) -> str:
        return f'<{address}?{urlencode({"limit": count, "offset": start})}>; rel="{rel}"'

    both = [link("next", skipped + count)] if found >= count else []
    both += [link("prev", max(0, skipped - count))] if skipped else []
    return [(b"link", ", ".join(both).encode())] if both else []


ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/api/v1/trends", tags, Auth.READER, params=Counted),
    route("GET", "/api/v1/trends/tags", tags, Auth.READER, params=Counted),
    route("GET", "/api/v1/trends/links", pages, Auth.READER, params=Counted),
    route("GET", "/api/v1/trends/statuses", statuses, Auth.READER, door=Door.FEEDS, params=Counted),
)
