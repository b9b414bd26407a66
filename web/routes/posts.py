"""Pages of people and posts."""

from starlette.routing import BaseRoute

from social.visibility import Door as Shows
from web import documents
from web.doors import Door, get, post
from web.pages import polls, profile, reactions, strangers
from web.pages import post as posts


def routes() -> list[BaseRoute]:
    """Path, function, who may come, and through which door posts are shown."""
    return [
        post("/polls/{id:int}/vote", polls.vote, Door.PEOPLE),
        post("/posts/{id:int}/{act}", reactions.react, Door.PEOPLE, shows=Shows.PAGES),
        get("/@{acct}", profile.posts, Door.READERS, document=documents.actor, shows=Shows.FEEDS),
        get("/@{acct}/with-replies", profile.with_replies, Door.READERS, shows=Shows.FEEDS),
        get("/@{acct}/media", profile.media, Door.READERS, shows=Shows.FEEDS),
        get("/@{acct}/feed.atom", strangers.profile_feed, Door.ANYBODY, shows=Shows.FEEDS),
        get("/@{acct}/follow", strangers.follow, Door.READERS),
        get("/@{acct}/kudos", profile.thanked, Door.READERS, shows=Shows.FEEDS),
        get("/@{acct}/about", profile.about, Door.READERS),
        get("/@{acct}/tagged/{name}", profile.tagged, Door.READERS, shows=Shows.FEEDS),
        get("/@{acct}/followers", profile.followers, Door.READERS),
        get("/@{acct}/following", profile.following, Door.READERS),
        get("/@{acct}/{id:int}", posts.thread, Door.READERS, document=documents.post, shows=Shows.PAGES),
        get("/@{acct}/{id:int}/history", posts.history, Door.READERS, shows=Shows.PAGES),
        get("/@{acct}/{id:int}/likes", posts.likes, Door.READERS, shows=Shows.PAGES),
        get("/@{acct}/{id:int}/quotes", posts.quotes, Door.READERS, shows=Shows.PAGES),
        get("/@{acct}/{id:int}/boosts", posts.boosts, Door.READERS, shows=Shows.PAGES),
    ]
