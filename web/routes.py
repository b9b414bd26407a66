"""Every page and form on one table: path, function, who may come, and through which door it shows posts."""

from starlette.routing import BaseRoute

from social.visibility import Door as Shows
from web import documents, static_files
from web.doors import Door, files, get, post
from web.pages import (
    account,
    admin,
    authorize,
    compose,
    filters,
    home,
    lists,
    notifications,
    people,
    profile,
    reactions,
    search,
    settings,
    sign_in,
)
from web.pages import post as posts


def routes() -> list[BaseRoute]:
    """The routes of the face; `request.app.state.node` is the node, `request.state.viewer` whoever asks."""
    return [
        files("/static/{version}/{path:path}", static_files.static, "static"),
        files("/theme/{name}", static_files.theme, "theme"),
        # The site as an app
        get("/app.webmanifest", installed.manifest, Door.ANYBODY),
        get("/app-icon/{size:int}.png", installed.icon, Door.ANYBODY),
        get("/worker.js", installed.worker, Door.ANYBODY),
        get("/offline", installed.offline, Door.ANYBODY, shows=Shows.FEEDS),
        get("/live/me", installed.me, Door.PEOPLE),
        # Coming in
        get("/sign-in", sign_in.show, Door.ANYBODY),
        post("/sign-in", sign_in.enter, Door.ANYBODY),
        post("/sign-out", sign_in.leave, Door.ANYBODY),
        get("/invitation/{token}", sign_in.invitation, Door.ANYBODY),
        post("/invitation/{token}", sign_in.join, Door.ANYBODY),
        # Apps. Some ask with a slash at the end.
        get("/oauth/authorize", authorize.consent, Door.PEOPLE),
        get("/oauth/authorize/", authorize.consent, Door.PEOPLE),
        post("/oauth/authorize", authorize.answer, Door.PEOPLE),
        post("/oauth/authorize/", authorize.answer, Door.PEOPLE),
        # Reading
        get("/", home.home, Door.ANYBODY, shows=Shows.FEEDS),
        get("/site", home.site, Door.READERS, shows=Shows.FEEDS),
        get("/group", home.group, Door.READERS, shows=Shows.FEEDS),
        get("/tags/{name}", home.tag, Door.READERS, shows=Shows.FEEDS),
        post("/tags/{name}/{act}", home.follow_tag, Door.PEOPLE),
        get("/live/home", home.live, Door.PEOPLE, shows=Shows.FEEDS),
        get("/search", search.show, Door.PEOPLE, shows=Shows.SEARCH),
        get("/bookmarks", reactions.bookmarks, Door.PEOPLE, shows=Shows.FEEDS),
        get("/favourites", reactions.favourites, Door.PEOPLE, shows=Shows.FEEDS),
        get("/notifications", notifications.show, Door.PEOPLE, shows=Shows.NOTIFICATIONS),
        post("/notifications/read", notifications.read, Door.PEOPLE),
        get("/requests", people.requests, Door.PEOPLE),
        get("/lists", lists.index, Door.PEOPLE),
        post("/lists", lists.create, Door.PEOPLE),
        get("/lists/{id:int}", lists.show, Door.PEOPLE, shows=Shows.FEEDS),
        get("/lists/{id:int}/edit", lists.editor, Door.PEOPLE),
        post("/lists/{id:int}/edit", lists.save, Door.PEOPLE),
        post("/lists/{id:int}/delete", lists.delete, Door.PEOPLE),
        post("/lists/{id:int}/members/{account:int}/remove", lists.dismiss, Door.PEOPLE),
        # Writing
        get("/compose", compose.composer, Door.PEOPLE, shows=Shows.PAGES),
        post("/compose", compose.send, Door.PEOPLE, pictures=True, shows=Shows.PAGES),
        post("/compose/pictures", compose.pictures, Door.PEOPLE, pictures=True),
        get("/posts/{id:int}/edit", posts.editor, Door.PEOPLE, shows=Shows.PAGES),
        post("/posts/{id:int}/edit", posts.save, Door.PEOPLE, shows=Shows.PAGES),
        get("/posts/{id:int}/delete", posts.farewell, Door.PEOPLE, shows=Shows.PAGES),
        post("/posts/{id:int}/delete", posts.delete, Door.PEOPLE),
        # Others
        get("/people/{id:int}/block", people.block_page, Door.PEOPLE),
        get("/people/{id:int}/lists", lists.of_person, Door.PEOPLE),
        post("/people/{id:int}/lists", lists.place, Door.PEOPLE),
        post("/people/{id:int}/{act}", people.act, Door.PEOPLE),
        # One's own settings
        get("/settings", settings.profile, Door.PEOPLE),
        post("/settings/profile", settings.save_profile, Door.PEOPLE, pictures=True),
        get("/settings/reading", settings.reading, Door.PEOPLE),
        post("/settings/reading", settings.save_reading, Door.PEOPLE),
        get("/settings/silence", settings.silence, Door.PEOPLE),
        get("/settings/filters", filters.index, Door.PEOPLE),
        get("/settings/filters/new", filters.blank, Door.PEOPLE),
        post("/settings/filters/new", filters.create, Door.PEOPLE),
        get("/settings/filters/{id:int}", filters.editor, Door.PEOPLE),
        post("/settings/filters/{id:int}", filters.save, Door.PEOPLE),
        post("/settings/filters/{id:int}/delete", filters.delete, Door.PEOPLE),
        get("/settings/apps", settings.apps, Door.PEOPLE),
        post("/settings/apps/{id:int}/revoke", settings.revoke_app, Door.PEOPLE),
        get("/settings/account", account.show, Door.PEOPLE),
        post("/settings/password", account.change_password, Door.PEOPLE),
        post("/settings/sessions/end-others", account.end_others, Door.PEOPLE),
        post("/settings/sessions/{id:int}/end", account.end, Door.PEOPLE),
        # Administration
        get("/admin", admin.people, Door.MODERATORS),
        get("/admin/people", admin.people, Door.MODERATORS),
        get("/admin/people/{id:int}", admin.person, Door.MODERATORS),
        post("/admin/people/{id:int}/role", admin.set_role, Door.ADMINS),
        post("/admin/people/{id:int}/password", admin.set_password, Door.ADMINS),
        post("/admin/people/{id:int}/{act}", admin.act, Door.MODERATORS),
        get("/admin/invitations", admin.invitation_list, Door.MODERATORS),
        post("/admin/invitations", admin.invite, Door.MODERATORS),
        post("/admin/invitations/{id:int}/withdraw", admin.withdraw, Door.MODERATORS),
        get("/admin/create", admin.creation, Door.ADMINS),
        post("/admin/create", admin.create, Door.ADMINS),
        get("/admin/peers", admin.peer_list, Door.ADMINS),
        post("/admin/peers", admin.allow, Door.ADMINS),
        post("/admin/peers/deny", admin.deny, Door.ADMINS),
        # Pages of people and posts, last: their first part is a name.
        post("/posts/{id:int}/{act}", reactions.react, Door.PEOPLE, shows=Shows.PAGES),
        get("/@{acct}", profile.posts, Door.READERS, document=documents.actor, shows=Shows.FEEDS),
        get("/@{acct}/with-replies", profile.with_replies, Door.READERS, shows=Shows.FEEDS),
        get("/@{acct}/media", profile.media, Door.READERS, shows=Shows.FEEDS),
        get("/@{acct}/tagged/{name}", profile.tagged, Door.READERS, shows=Shows.FEEDS),
        get("/@{acct}/followers", profile.followers, Door.READERS),
        get("/@{acct}/following", profile.following, Door.READERS),
        get("/@{acct}/{id:int}", posts.thread, Door.READERS, document=documents.post, shows=Shows.PAGES),
        get("/@{acct}/{id:int}/history", posts.history, Door.READERS, shows=Shows.PAGES),
        get("/@{acct}/{id:int}/likes", posts.likes, Door.READERS, shows=Shows.PAGES),
        get("/@{acct}/{id:int}/boosts", posts.boosts, Door.READERS, shows=Shows.PAGES),
    ]
