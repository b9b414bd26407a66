"""Timelines: home, public (the group or this site), by hashtag; and what the viewer liked or kept."""

from server.api.call import Call
from server.api.paging import Paged, links
from server.api.rendered import Listed, listing
from server.api.routing import Answer, Auth, Door, Endpoint, route
from social.feeds import timelines
from social.paging import Page
from social.posts import cards
from social.reading import PostView


class PublicParams(Paged, frozen=True, kw_only=True):
    """Which part of the public timeline."""

    local: bool = False
    remote: bool = False
    only_media: bool = False


class TagParams(PublicParams, frozen=True, kw_only=True):
    """Further hashtags."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


class LinkParams(Paged, frozen=True, kw_only=True):
    """The address of a page."""

    url: str = ""


async def home(call: Call, params: Paged) -> Answer:
    """GET /api/v1/timelines/home."""
    page = params.page()
    show = call.rendered.list_of(timelines.home_ids)
    return posts(call, page, await call.read(show, page, now=call.node.clock()))


async def public(call: Call, params: PublicParams) -> Answer:
    """GET /api/v1/timelines/public: the group's; `local` is this site's."""
    page = params.page()
    found = await call.read(
        call.rendered.list_of(timelines.group_ids),
        page,
        now=call.node.clock(),
        local=params.local,
        remote=params.remote,
        only_media=params.only_media,
    )
    return posts(call, page, found)


async def tag(call: Call, params: TagParams) -> Answer:
    """GET /api/v1/timelines/tag/:hashtag."""
    page = params.page()
    found = await call.read(
        call.rendered.list_of(timelines.tag_ids),
        call.names["hashtag"],
        page,
        now=call.node.clock(),
        local=params.local,
        only_media=params.only_media,
        any=params.any,
        all=params.all,
        none=params.none,
    )
    return posts(call, page, found)


async def link(call: Call, params: LinkParams) -> Answer:
    """GET /api/v1/timelines/link: public posts with the card of that address."""
    page = params.page()
    return posts(call, page, await call.read(call.rendered.list_of(cards.timeline), params.url, page))


async def favourites(call: Call, params: Paged) -> Answer:
    """GET /api/v1/favourites."""
    page = params.page()
    return kept(call, page, await call.read(timelines.likes, page))


async def bookmarks(call: Call, params: Paged) -> Answer:
    """GET /api/v1/bookmarks."""
    page = params.page()
    return kept(call, page, await call.read(timelines.bookmarks, page))


def posts(call: Call, page: Page, listed: list[Listed]) -> Answer:
    """A page of posts, with the links to the next ones."""
    return Answer(body=listing(listed), headers=links(call, [post.id for post in listed], page))


def kept(call: Call, page: Page, pairs: list[tuple[int, PostView]]) -> Answer:
    """A page of posts in the order of a relation, whose id is the cursor."""
    cursors = [relation for relation, _ in pairs]
    body = call.rendered.statuses(view for _, view in pairs)
    return Answer(body=body, headers=links(call, cursors, page, always=False))


_READ = ("read:statuses",)

ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/api/v1/timelines/home", home, Auth.USER, *_READ, door=Door.FEEDS, params=Paged),
    route("GET", "/api/v1/timelines/public", public, Auth.READER, *_READ, door=Door.FEEDS, params=PublicParams),
    route("GET", "/api/v1/timelines/tag/:hashtag", tag, Auth.READER, *_READ, door=Door.FEEDS, params=TagParams),
    route("GET", "/api/v1/timelines/link", link, Auth.READER, *_READ, door=Door.FEEDS, params=LinkParams),
    route("GET", "/api/v1/favourites", favourites, Auth.USER, "read:favourites", door=Door.FEEDS, params=Paged),
    route("GET", "/api/v1/bookmarks", bookmarks, Auth.USER, "read:bookmarks", door=Door.FEEDS, params=Paged),
)
