"""What people read: feeds, people, notifications, messages, lists, and the site as an app."""

from starlette.routing import BaseRoute

from social.visibility import Door as Shows
from web.doors import Door, get, post
from web.pages import (
    bulletins,
    directory,
    discover,
    home,
    installed,
    lists,
    messages,
    notice_requests,
    notifications,
    people,
    profile,
    reactions,
    search,
    strangers,
)


def routes() -> list[BaseRoute]:
    """Path, function, who may come, and through which door posts are shown."""
    return [
        get("/app.webmanifest", installed.manifest, Door.ANYBODY),
        get("/app-icon/{size:int}.png", installed.icon, Door.ANYBODY),
        get("/site-logo/{mark}.png", installed.logo, Door.ANYBODY),
        get("/worker.js", installed.worker, Door.ANYBODY),
        get("/offline", installed.offline, Door.PEOPLE, shows=Shows.FEEDS),
        get("/live/me", installed.me, Door.PEOPLE),
        get("/live/bell", installed.bell, Door.PEOPLE),
        get("/", home.home, Door.ANYBODY, shows=Shows.FEEDS),
        get("/site", home.site, Door.READERS, shows=Shows.FEEDS),
        get("/group", home.group, Door.READERS, shows=Shows.FEEDS),
        get("/tags/{name}", home.tag, Door.READERS, shows=Shows.FEEDS),
        get("/tags/{name}/feed.atom", strangers.tag_feed, Door.ANYBODY, shows=Shows.FEEDS),
        get("/authorize_interaction", strangers.interact, Door.PEOPLE, shows=Shows.PAGES),
        post("/tags/{name}/{act}", home.follow_tag, Door.PEOPLE),
        get("/live/person/{acct}", profile.preview, Door.PEOPLE),
        get("/live/home", home.live, Door.PEOPLE, shows=Shows.FEEDS),
        get("/discover", discover.show, Door.PEOPLE, shows=Shows.FEEDS),
        get("/people", directory.show, Door.PEOPLE),
        get("/search", search.show, Door.PEOPLE, shows=Shows.SEARCH),
        get("/bookmarks", reactions.bookmarks, Door.PEOPLE, shows=Shows.FEEDS),
        get("/favourites", reactions.favourites, Door.PEOPLE, shows=Shows.FEEDS),
        get("/notifications", notifications.show, Door.PEOPLE, shows=Shows.NOTIFICATIONS),
        post("/notifications/read", notifications.read, Door.PEOPLE),
        get("/notifications/requests", notice_requests.show, Door.PEOPLE, shows=Shows.NOTIFICATIONS),
        post("/notifications/requests/{id:int}/{act}", notice_requests.act, Door.PEOPLE),
        get("/messages", messages.show, Door.PEOPLE, shows=Shows.FEEDS),
        get("/messages/{id:int}", messages.enter, Door.PEOPLE),
        post("/messages/{id:int}/{act}", messages.act, Door.PEOPLE),
        post("/bulletins/{id:int}/{act}", bulletins.act, Door.PEOPLE),
        get("/requests", people.requests, Door.PEOPLE),
        get("/lists", lists.index, Door.PEOPLE),
        post("/lists", lists.create, Door.PEOPLE),
        get("/lists/{id:int}", lists.show, Door.PEOPLE, shows=Shows.FEEDS),
        get("/lists/{id:int}/edit", lists.editor, Door.PEOPLE),
        post("/lists/{id:int}/edit", lists.save, Door.PEOPLE),
        post("/lists/{id:int}/delete", lists.delete, Door.PEOPLE),
        post("/lists/{id:int}/members/{account:int}/remove", lists.dismiss, Door.PEOPLE),
    ]
