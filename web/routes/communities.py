"""The pages and forms of communities: path, function, who may come, and through which door posts are shown."""

from starlette.routing import BaseRoute

from social.visibility import Door as Shows
from web.doors import Door, get, post
from web.pages import (
    communities,
    community_keeping,
    community_leaves,
    community_mine,
    community_moving,
    community_office,
    community_people,
    community_posts,
)


def routes() -> list[BaseRoute]:
    """The routes below `/communities`."""
    return [
        get("/communities", communities.index, Door.PEOPLE),
        post("/communities", communities.create, Door.PEOPLE),
        get("/communities/new", communities.creation, Door.PEOPLE),
        get("/communities/{id:int}", communities.show, Door.READERS, shows=Shows.FEEDS),
        get("/communities/{id:int}/about", communities.about, Door.READERS),
        get("/communities/{id:int}/ask", community_mine.ask, Door.PEOPLE),
        post("/communities/{id:int}/join", community_mine.join, Door.PEOPLE),
        get("/communities/{id:int}/mine", community_mine.show, Door.PEOPLE),
        post("/communities/{id:int}/mine", community_mine.save, Door.PEOPLE),
        get("/communities/{id:int}/members", community_people.members, Door.PEOPLE),
        get("/communities/{id:int}/requests", community_people.requests, Door.PEOPLE),
        post("/communities/{id:int}/invite", community_people.invite, Door.PEOPLE),
        get("/communities/{id:int}/members/{account:int}/{act}", community_people.person, Door.PEOPLE),
        post("/communities/{id:int}/members/{account:int}/{act}", community_people.act, Door.PEOPLE),
        get("/communities/{id:int}/settings", community_office.settings, Door.PEOPLE),
        post("/communities/{id:int}/settings", community_office.save, Door.PEOPLE, pictures=True),
        post("/communities/{id:int}/rules", community_office.add_rule, Door.PEOPLE),
        post("/communities/{id:int}/rules/remove", community_office.remove_rule, Door.PEOPLE),
        post("/communities/{id:int}/keep", community_keeping.keep, Door.PEOPLE),
        post("/communities/{id:int}/archive", community_keeping.archive, Door.PEOPLE),
        post("/communities/{id:int}/reopen", community_keeping.reopen, Door.PEOPLE),
        post("/communities/{id:int}/merge", community_keeping.merge, Door.PEOPLE),
        post("/communities/{id:int}/appoint", community_keeping.appoint, Door.PEOPLE),
        get("/communities/{id:int}/keeping", community_keeping.show, Door.PEOPLE),
        get("/communities/{id:int}/keeping/archive", community_keeping.ask_archive, Door.PEOPLE),
        get("/communities/{id:int}/keeping/merge", community_keeping.ask_merge, Door.PEOPLE),
        post("/communities/{id:int}/keeping/here", community_moving.make_ready, Door.PEOPLE),
        post("/communities/{id:int}/keeping/move", community_moving.move, Door.PEOPLE),
        get("/communities/{id:int}/topics", community_office.topic_list, Door.PEOPLE),
        post("/communities/{id:int}/topics", community_office.add_topic, Door.PEOPLE),
        post("/communities/{id:int}/topics/remove", community_office.remove_topic, Door.PEOPLE),
        get("/communities/{id:int}/health", community_office.health, Door.PEOPLE),
        get("/communities/{id:int}/log", community_posts.log, Door.PEOPLE),
        post("/communities/{id:int}/log", community_posts.restore, Door.PEOPLE),
        get("/communities/{id:int}/pages", community_leaves.index, Door.READERS),
        get("/communities/{id:int}/new-page", community_leaves.blank, Door.PEOPLE),
        post("/communities/{id:int}/new-page", community_leaves.write, Door.PEOPLE),
        get("/communities/{id:int}/pages/{slug}", community_leaves.show, Door.READERS),
        get("/communities/{id:int}/pages/{slug}/edit", community_leaves.editor, Door.PEOPLE),
        post("/communities/{id:int}/pages/{slug}/edit", community_leaves.save, Door.PEOPLE),
        post("/communities/{id:int}/pages/{slug}/remove", community_leaves.remove, Door.PEOPLE),
        get("/communities/{id:int}/pages/{slug}/history", community_leaves.history, Door.READERS),
        get("/communities/{id:int}/page-edits/{edit:int}", community_leaves.again, Door.PEOPLE),
        post("/communities/{id:int}/page-edits/{edit:int}", community_leaves.forget, Door.PEOPLE),
        get("/communities/{id:int}/posts/{post:int}", community_posts.show, Door.PEOPLE, shows=Shows.PAGES),
        post("/communities/{id:int}/posts/{post:int}/{act}", community_posts.act, Door.PEOPLE),
        post("/communities/{id:int}/{act}", community_mine.act, Door.PEOPLE),
    ]
