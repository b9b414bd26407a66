"""The table of routes: each says who may call it, with which scopes, and through which door it shows posts."""

import re

import pytest

from server.api.routing import Answer, Auth, Door, Endpoint, Routes, route
from server.api.table import ROUTES
from social.people.scopes import SCOPES
from tests.api.site import Site

OPEN_TO_ALL = {
    "/api/v1/apps",
    "/api/v1/custom_emojis",
    "/api/v1/instance",
    "/api/v1/instance/extended_description",
    "/api/v1/instance/rules",
    "/api/v1/streaming/health",
    "/api/v2/instance",
    "/avatars/:name",
    "/health",
    "/media/:token/:variant",
    "/oauth/revoke",
    "/oauth/token",
    "/.well-known/oauth-authorization-server",
}
"""What needs no token: an app before its sign-in, and pictures behind addresses that nobody guesses."""
SHOWS_POSTS = re.compile(r"statuses|timelines|favourites|bookmarks|v2/search|streaming/(user|public|hashtag)|media/")
NO_POSTS_THERE = {
    "/api/v1/media/:id": "uploads of one's own",
    "/api/v1/scheduled_statuses": "not published yet: their author's alone",
    "/api/v1/scheduled_statuses/:id": "not published yet: its author's alone",
    "/api/v2/filters/:id/statuses": "ids of posts, named by the viewer",
    "/api/v2/filters/statuses/:id": "ids of posts, named by the viewer",
}


def _each() -> list[object]:
    return [pytest.param(one, id=f"{one.methods[0]} {one.path}") for one in ROUTES]


ASKED_BY_POST = ("measures", "dimensions", "retention", "test")
"""What administration reads by POST, as Mastodon has it."""


@pytest.mark.parametrize("endpoint", _each())
def test_a_route_declares_who_may_call_it(endpoint: Endpoint) -> None:
    assert set(endpoint.scopes) <= set(SCOPES)
    if endpoint.path in OPEN_TO_ALL:
        assert endpoint.auth is Auth.NONE
        return
    assert endpoint.auth is not Auth.NONE
    reads = "GET" in endpoint.methods
    for scope in set(endpoint.scopes) - {"push"}:
        verb = scope.removeprefix("admin:").partition(":")[0]
        if scope.startswith("admin:") and endpoint.path.rpartition("/")[2] in ASKED_BY_POST:
            assert verb == "read"
            continue
        is_upload = endpoint.path.startswith("/api/v1/media/")
        # Mastodon asks for `read` where a suggestion is dismissed.
        is_reading = reads or endpoint.path == "/api/v1/suggestions/:id"
        assert verb in (("read", "profile") if is_reading and not is_upload else ("write",))
    if endpoint.auth is Auth.USER:
        assert endpoint.scopes or endpoint.path == "/api/v1/announcements"


@pytest.mark.parametrize("endpoint", _each())
def test_a_route_that_shows_posts_names_its_door(endpoint: Endpoint) -> None:
    if SHOWS_POSTS.search(endpoint.path) and endpoint.path not in NO_POSTS_THERE:
        assert endpoint.door is not Door.NONE
    if endpoint.path.startswith("/api/v1/notifications") and "GET" in endpoint.methods:
        assert endpoint.door is Door.NOTIFICATIONS or endpoint.path.endswith(("unread_count", "merged"))


async def test_no_route_answers_a_stranger_who_must_be_somebody(site: Site) -> None:
    for endpoint in ROUTES:
        if endpoint.auth is not Auth.NONE:
            for method in endpoint.methods:
                path = re.sub(r":\w+", "1", endpoint.path)
                await site.call(method, path, "Error", status=401)
                await site.call(method, path, "Error", status=401, token="made-up")


async def test_no_route_answers_a_token_without_its_scope(site: Site) -> None:
    for endpoint in ROUTES:
        if endpoint.scopes:
            for method in endpoint.methods:
                path = re.sub(r":\w+", "1", endpoint.path)
                scopes = "profile" if "push" in endpoint.scopes else "push"
                await site.call(method, path, "Error", status=403, by="amina", scopes=scopes)


async def test_a_name_wins_over_a_parameter_and_a_slash_changes_nothing() -> None:
    async def named(*_: object) -> Answer:
        return Answer(body={})

    routes = Routes(
        [
            route("GET", "/a/:id", named, Auth.NONE),
            route("GET", "/a/b", named, Auth.NONE),
            route("GET", "/a/:id/c", named, Auth.NONE),
        ]
    )
    found = routes.find("/a/b/")
    assert found is not None
    assert found.methods["GET"].path == "/a/b"
    deep = routes.find("/a/b/c")
    assert deep is not None
    assert (deep.methods["GET"].path, deep.names) == ("/a/:id/c", {"id": "b"})
    assert routes.find("/a") is None
    assert routes.find("/a//c") is None


async def test_two_routes_for_one_path_are_refused() -> None:
    async def named(*_: object) -> Answer:
        return Answer(body={})

    with pytest.raises(ValueError, match="two routes"):
        Routes([route("GET", "/a", named, Auth.NONE), route("GET", "/a", named, Auth.NONE)])
    with pytest.raises(ValueError, match="two names"):
        Routes([route("GET", "/a/:x", named, Auth.NONE), route("POST", "/a/:y", named, Auth.NONE)])
