"""Writing posts: the composer, drafts, what waits for its time, and changing what is out."""

from starlette.routing import BaseRoute

from social.visibility import Door as Shows
from web.doors import Door, get, post
from web.pages import compose, drafts, installed, offers, scheduled
from web.pages import post as posts


def routes() -> list[BaseRoute]:
    """Path, function, who may come, and through which door posts are shown."""
    return [
        get("/compose", compose.composer, Door.PEOPLE, shows=Shows.PAGES),
        post("/compose", compose.send, Door.PEOPLE, pictures=True, shows=Shows.PAGES),
        get("/compose/pictures", compose.picture, Door.PEOPLE),
        post("/compose/pictures", compose.pictures, Door.PEOPLE, pictures=True),
        post("/compose/into", compose.into, Door.PEOPLE, pictures=True),
        post("/compose/queued", installed.queued, Door.PEOPLE, pictures=True),
        post("/share", installed.share, Door.PEOPLE, pictures=True),
        get("/compose/offers", offers.offers, Door.PEOPLE),
        get("/drafts", drafts.show, Door.PEOPLE),
        post("/drafts", drafts.keep, Door.PEOPLE),
        post("/drafts/forget", drafts.forget, Door.PEOPLE),
        get("/scheduled", scheduled.show, Door.PEOPLE),
        post("/scheduled/{id:int}/move", scheduled.move, Door.PEOPLE),
        post("/scheduled/{id:int}/reopen", scheduled.reopen, Door.PEOPLE),
        post("/scheduled/{id:int}/remove", scheduled.remove, Door.PEOPLE),
        post("/posts/{id:int}/again/{host}", posts.again, Door.PEOPLE),
        post("/posts/{id:int}/undo", drafts.undo, Door.PEOPLE),
        get("/posts/{id:int}/edit", posts.editor, Door.PEOPLE, shows=Shows.PAGES),
        post("/posts/{id:int}/edit", posts.save, Door.PEOPLE, shows=Shows.PAGES),
        get("/posts/{id:int}/delete", posts.farewell, Door.PEOPLE, shows=Shows.PAGES),
        post("/posts/{id:int}/delete", posts.delete, Door.PEOPLE),
    ]
