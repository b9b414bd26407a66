"""The probes, one for each route that names a door. `tests/doors/test_routes.py` finds the route without one."""

from social.visibility import Door
from storage.visibility import Visibility
from tests.doors.askers import Asker
from tests.doors.probes import (
    Probe,
    at_home,
    authors,
    conversed,
    in_outbox,
    in_public,
    kept,
    may_be_boosted,
    of_author,
    of_booster,
    own,
    post_only,
    told,
    with_pictures,
)
from tests.doors.scene import Scene, Subject

_STATUS = "/api/v1/statuses"
_MOST = "limit=40"


def may_be_pinned(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """Own posts, but what is for few."""
    return authors(scene, asker, subject) and subject.visibility is not Visibility.DIRECT


def _rest(method: str, path: str, /, **more: object) -> Probe:
    route = f"{method} {_STATUS}{path}"
    place = f"{_STATUS}{path.replace(':id', '{id}')}"
    return Probe(**({"face": "api", "route": route, "door": Door.REST, "path": place} | more))  # type: ignore[arg-type]


def _feed(path: str, query: str = "", /, **more: object) -> Probe:
    found = {"face": "api", "route": f"GET {path}", "door": Door.FEEDS, "path": f"{path}?{_MOST}{query}"}
    return Probe(**(found | more))  # type: ignore[arg-type]


def _page(route: str, path: str, door: Door = Door.PAGES, /, **more: object) -> Probe:
    return Probe(**({"face": "page", "route": route, "door": door, "path": path} | more))  # type: ignore[arg-type]


def _peer(path: str, /, **more: object) -> Probe:
    route = f"GET /users/{{name}}{path}"
    place = f"/users/{{author}}{path}".replace("{id:int}", "{id}")
    found = {"face": "peer", "route": route, "door": Door.FEDERATION, "path": place, "narrows": post_only}
    return Probe(**(found | more))  # type: ignore[arg-type]


def _answers(subject: Subject) -> bool:
    return subject.parent is not None


REST = (
    _rest("GET", "/:id"),
    _rest("GET", "", path=f"{_STATUS}?id[]={{id}}"),
    _rest("GET", "/:id/context", bare=True),
    _rest("GET", "/:id/context", path=f"{_STATUS}/{{parent}}/context", about=_answers, suffix=" of what it answers"),
    _rest("GET", "/:id/history", narrows=post_only),
    _rest("GET", "/:id/favourited_by", bare=True),
    _rest("GET", "/:id/reblogged_by", bare=True),
    _rest("GET", "/:id/quotes", bare=True),
    _rest("GET", "/:id/source", narrows=own),
    _rest("POST", "/:id/favourite", narrows=post_only, spare=True),
    _rest("POST", "/:id/unfavourite", narrows=post_only, spare=True),
    _rest("POST", "/:id/bookmark", narrows=post_only, spare=True),
    _rest("POST", "/:id/unbookmark", narrows=post_only, spare=True),
    _rest("POST", "/:id/pin", narrows=may_be_pinned, spare=True),
    _rest("POST", "/:id/unpin", spare=True),
    _rest("POST", "/:id/mute", spare=True),
    _rest("POST", "/:id/unmute", spare=True),
    _rest("POST", "/:id/reblog", narrows=may_be_boosted, spare=True),
    _rest("POST", "/:id/unreblog", narrows=post_only, spare=True),
    _rest("PUT", "/:id", narrows=authors, spare=True, form={"status": "{word} encore @mentioned @blocked #armor"}),
    _rest("PUT", "/:id/interaction_policy", narrows=authors, spare=True, form={"quote_approval_policy": "nobody"}),
    _rest("POST", "", form={"status": "je réponds", "in_reply_to_id": "{id}"}, bare=True, spare=True),
)
"""Doors of one post each. DELETE is tried last, in a test of its own."""

FEEDS = (
    _feed("/api/v1/timelines/home", narrows=at_home),
    _feed("/api/v1/timelines/public", narrows=in_public),
    _feed("/api/v1/timelines/public", "&local=true", narrows=in_public, suffix=" of this node"),
    _feed("/api/v1/timelines/tag/:hashtag", path=f"/api/v1/timelines/tag/armor?{_MOST}", narrows=in_public),
    _feed("/api/v1/timelines/direct", narrows=conversed, long_for=("author", "mentioned")),
    _feed("/api/v1/conversations", narrows=conversed, long_for=("author", "mentioned")),
    _page("GET /messages", "/messages", Door.FEEDS, narrows=conversed, long_for=("author", "mentioned")),
    _feed("/api/v1/favourites", narrows=kept),
    _feed("/api/v1/bookmarks", narrows=kept),
    _page("GET /", "/", Door.FEEDS, narrows=at_home),
    _page("GET /offline", "/offline", Door.FEEDS, narrows=at_home),
    _page("GET /live/home", "/live/home?since=1", Door.FEEDS, narrows=at_home),
    _page("GET /site", "/site", Door.FEEDS, narrows=in_public),
    _page("GET /group", "/group", Door.FEEDS, narrows=in_public),
    _page("GET /tags/{name}", "/tags/armor", Door.FEEDS, narrows=in_public),
    _page("GET /bookmarks", "/bookmarks", Door.FEEDS, narrows=kept),
    _page("GET /favourites", "/favourites", Door.FEEDS, narrows=kept),
    _page("GET /@{acct}", "/@amina", Door.FEEDS, narrows=of_author),
    _page("GET /@{acct}", "/@luc", Door.FEEDS, narrows=of_booster, suffix=" of the booster"),
    _page("GET /@{acct}/with-replies", "/@amina/with-replies", Door.FEEDS, narrows=of_author),
    _page("GET /@{acct}/tagged/{name}", "/@amina/tagged/armor", Door.FEEDS, narrows=with_pictures),
    _page("GET /@{acct}/media", "/@amina/media", Door.FEEDS, narrows=with_pictures),
)
"""Lists by time. Profiles by the API need the account's id: see `profiles`."""

SEARCH = (
    Probe(
        face="api", route="GET /api/v2/search", door=Door.SEARCH, path="/api/v2/search?q={uri}"
    ),
    Probe(
        face="api", route="GET /api/v2/search", door=Door.SEARCH, path="/api/v2/search?q={word}",
        narrows=post_only, people=True, suffix=" by its words",
    ),
    _page(
        "GET /search", "/search?q=from:amina&kind=posts", Door.SEARCH,
        narrows=post_only, people=True, suffix=" by its author",
    ),
    _page("GET /search", "/search?q={uri}", Door.SEARCH, narrows=post_only, people=True),
)  # fmt: skip

NOTIFICATIONS = (
    Probe(
        face="api", route="GET /api/v1/notifications", door=Door.NOTIFICATIONS,
        path="/api/v1/notifications?limit=80", narrows=told, long_for=("author",),
    ),
    Probe(
        face="api", route="GET /api/v2/notifications", door=Door.NOTIFICATIONS,
        path="/api/v2/notifications?limit=80", narrows=told, long_for=("author",),
    ),
    _page("GET /notifications", "/notifications", Door.NOTIFICATIONS, narrows=told, long_for=("author",)),
)  # fmt: skip

EXPORTS = (
    Probe(
        face="page", route="GET /settings/lists/bookmarks.csv", door=Door.EXPORT,
        path="/settings/lists/bookmarks.csv", narrows=kept, bare=True, people=True,
    ),
)  # fmt: skip

PAGES = (
    _page("GET /@{acct}/{id:int}", "/@{author}/{id}", narrows=post_only),
    _page("GET /@{acct}/{id:int}", "/@{author}/{parent}", about=_answers, suffix=" of what it answers"),
    _page("GET /@{acct}/{id:int}/history", "/@{author}/{id}/history", narrows=post_only),
    _page("GET /@{acct}/{id:int}/likes", "/@{author}/{id}/likes", bare=True),
    _page("GET /@{acct}/{id:int}/quotes", "/@{author}/{id}/quotes", bare=True),
    _page("GET /@{acct}/{id:int}/boosts", "/@{author}/{id}/boosts", bare=True),
    _page("GET /compose", "/compose?reply={id}", narrows=post_only, people=True),
    _page(
        "POST /compose", "/compose", form={"parent": "{id}", "do": "look", "text": "…"},
        narrows=post_only, people=True,
    ),
    _page("GET /posts/{id:int}/edit", "/posts/{id}/edit", narrows=authors),
    _page("GET /posts/{id:int}/delete", "/posts/{id}/delete", people=True),
    _page(
        "POST /posts/{id:int}/edit", "/posts/{id}/edit", form={"text": "{word} encore @mentioned @blocked"},
        narrows=authors, bare=True, spare=True,
    ),
    _page(
        "POST /posts/{id:int}/{act}", "/posts/{id}/like", headers={"X-Archipel-Live": "1"}, bare=True, spare=True,
        narrows=post_only,
    ),
)  # fmt: skip

FEDERATION = (
    _peer("/outbox", path="/users/amina/outbox?page=true", narrows=in_outbox),
    _peer("/posts/{id:int}"),
    _peer("/posts/{id:int}/activity"),
    _peer("/posts/{id:int}/likes", bare=True),
    _peer("/posts/{id:int}/attendees", bare=True),
    _peer("/posts/{id:int}/shares", bare=True),
    _peer("/posts/{id:int}/replies", bare=True),
    _peer("/boosts/{id:int}", narrows=lambda _, __, subject: not subject.is_post, bare=True),
)

PROBES = (*REST, *FEEDS, *SEARCH, *NOTIFICATIONS, *EXPORTS, *PAGES, *FEDERATION)
ELSEWHERE = {
    "GET /to-read": "test_to_read: only must-reads that the viewer is asked to read",
    "GET /announcements": "test_to_read: only must-reads of the site, for who speaks for it",
    "GET /announcements/{id:int}": "test_to_read: the same, one",
    "GET /announcements/{id:int}/missing": "test_to_read: only a line of it, for managers and who speaks for the site",
    "GET /screens": "test_to_read: only what everybody of the site is asked to read",
    "GET /screens/sheet": "test_to_read: the same on paper",
    "GET /screens/sheet.pdf": "test_to_read: the same on paper",
    "GET /screen/{token}": "test_to_read: what was chosen for a screen, for whoever has its link",
    "GET /api/v1/accounts/:id/statuses": "test_matrix: the id of the account is not known before",
    "GET /api/v1/trends/statuses": "test_matrix: computed by the schedule",
    "GET /api/v1/timelines/list/:id": "test_matrix: the list is made by whoever reads it",
    "GET /lists/{id:int}": "test_matrix: the list is made by whoever reads it",
    "DELETE /api/v1/statuses/:id": "test_matrix: each is tried once, at the end",
    "PATCH /api/v1/statuses/:id": "the same endpoint as PUT",
    "GET /articles/of/{id:int}": "tests/web/test_articles: it needs an article",
    "POST /articles/of/{id:int}": "tests/web/test_articles: it needs an article",
    "GET /articles/of/{id:int}/versions": "tests/web/test_articles: it needs an article",
    "GET /api/v1/timelines/link": "tests/federation/test_cards: a card is of a page elsewhere",
    "GET /contexts": "test_threads: only open posts, by their ids, also of a thread that began elsewhere",
    "GET /contexts/{id:int}": "test_threads: only open posts, by their ids",
    "GET /users/{name}/collections/featured": "test_featured: only what is pinned",
    "GET /users/{name}/stamps/{id:int}": "test_quotes: a stamp is of one quote",
    "PATCH /api/v1/statuses/:id/interaction_policy": "the same endpoint as PUT",
    "POST /api/v1/statuses/:id/quotes/:quoting_status_id/revoke": "test_quotes: it needs somebody's quote",
    "POST /api/v1/conversations/:id/read": "test_conversations: each conversation is somebody's",
    "POST /api/v1/conversations/:id/unread": "test_conversations: each conversation is somebody's",
    "GET /api/v1/notifications/requests/:id": "test_notice_requests: each request is to somebody",
    "GET /api/v1/notifications/requests": "test_notice_requests: what a policy held back of the viewer's own",
    "GET /notifications/requests": "test_notice_requests: the same on a page",
    "GET /api/v1/notifications/:id": "test_matrix: each notification is somebody's",
    "GET /api/v1/polls/:id": "test_polls: a poll has an id of its own",
    "POST /api/v1/polls/:id/votes": "test_polls: each votes once",
    "GET /api/v2/notifications/:group_key": "test_matrix: each notification is somebody's",
    "GET /@{acct}/feed.atom": "tests/web/test_strangers: it shows the same to everybody",
    "GET /tags/{name}/feed.atom": "tests/web/test_strangers: it shows the same to everybody",
    "GET /authorize_interaction": "tests/web/test_strangers: it leads to a page that has a door of its own",
    "GET /agenda": "tests/web/test_gatherings: gatherings only",
    "GET /communities/{id:int}/agenda": "tests/web/test_gatherings: gatherings only",
    "GET /gatherings/{id:int}/edit": "tests/web/test_gatherings: one's own gatherings only",
    "POST /gatherings/{id:int}/edit": "tests/web/test_gatherings: one's own gatherings only",
    "GET /calendars/{token}.ics": "tests/web/test_calendars: gatherings only, as their owner sees them",
    "GET /@{acct}/{id:int}.ics": "tests/web/test_calendars: gatherings only",
    "GET /communities/{id:int}": "tests/web/test_communities: a community is read by its members, or by everybody",
    "GET /communities/{id:int}/posts/{post:int}": "tests/web/test_communities: for those who look after it",
    "GET /discover": "tests/web/test_finding: computed by the schedule",
    "GET /absence": "tests/web/test_absence: it holds a choice of what is at home",
    "GET /kudos": "tests/social/recognition/test_kudos: a kudos is needed first",
    "GET /@{acct}/kudos": "tests/social/recognition/test_kudos: a kudos is needed first",
    "GET /media/:token/:variant": "test_media",
    **dict.fromkeys(
        (
            "GET /api/v1/admin/reports",
            "GET /api/v1/admin/reports/:id",
            "PUT /api/v1/admin/reports/:id",
            "POST /api/v1/admin/reports/:id/assign_to_self",
            "POST /api/v1/admin/reports/:id/unassign",
            "POST /api/v1/admin/reports/:id/resolve",
            "POST /api/v1/admin/reports/:id/reopen",
            "GET /admin/reports/{id:int}",
            "POST /admin/reports/{id:int}/look",
            "GET /disputes/strikes/{id:int}",
            "GET /people/{id:int}/report",
        ),
        "tests/api/test_admin_reports: a report is needed first",
    ),
    "GET /api/v1/media/:id": "test_media",
}
"""Routes with a door whose probe needs more than a path, and the test that tries them."""
