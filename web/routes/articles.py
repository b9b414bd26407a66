"""The pages and forms of articles and of the editorial desk: path, function, who may come, what is shown."""

from starlette.routing import BaseRoute

from social.visibility import Door as Shows
from web.doors import Door, get, post
from web.pages import articles, calendar, campaigns, desk, published


def routes() -> list[BaseRoute]:
    """The routes of writing, planning and reviewing."""
    return [
        get("/articles", articles.shelf, Door.PEOPLE),
        get("/articles/new", articles.blank, Door.PEOPLE),
        post("/articles/new", articles.begin, Door.PEOPLE, pictures=True),
        post("/articles/clean", articles.clean, Door.PEOPLE),
        get("/articles/of/{id:int}", published.editor, Door.PEOPLE, shows=Shows.PAGES),
        post("/articles/of/{id:int}", published.save, Door.PEOPLE, pictures=True, shows=Shows.PAGES),
        get("/articles/of/{id:int}/versions", published.versions, Door.READERS, shows=Shows.PAGES),
        get("/desk/{id:int}", desk.show, Door.PEOPLE),
        post("/desk/{id:int}", desk.act, Door.PEOPLE, pictures=True),
        post("/desk/{id:int}/answer", desk.answer, Door.PEOPLE),
        post("/desk/{id:int}/comment", desk.comment, Door.PEOPLE),
        get("/calendar", calendar.show, Door.COMMUNICATORS),
        post("/calendar", calendar.plan, Door.COMMUNICATORS),
        get("/campaigns", campaigns.index, Door.COMMUNICATORS),
        post("/campaigns", campaigns.begin, Door.COMMUNICATORS),
        get("/campaigns/{id:int}", campaigns.show, Door.COMMUNICATORS),
        post("/campaigns/{id:int}", campaigns.change, Door.COMMUNICATORS),
    ]
