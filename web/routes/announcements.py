"""Must-reads, the screens that show them, roll calls, and what somebody missed."""

from starlette.routing import BaseRoute

from social.visibility import Door as Shows
from web.doors import Door, get, post
from web.pages import absence, announcing, rolls, screens, to_read


def routes() -> list[BaseRoute]:
    """Path, function, who may come, and through which door posts are shown."""
    return [
        get("/absence", absence.show, Door.PEOPLE, shows=Shows.FEEDS),
        post("/absence", absence.done, Door.PEOPLE),
        get("/to-read", to_read.show, Door.PEOPLE, shows=Shows.FEEDS),
        post("/to-read/away", to_read.away, Door.PEOPLE),
        post("/to-read/{id:int}/{act}", to_read.answer, Door.PEOPLE),
        get("/announcements", announcing.listed, Door.COMMUNICATORS, shows=Shows.FEEDS),
        get("/announcements/new", announcing.fresh, Door.COMMUNICATORS),
        post("/announcements/new", announcing.send, Door.COMMUNICATORS),
        get("/announcements/{id:int}", announcing.show, Door.COMMUNICATORS, shows=Shows.PAGES),
        post("/announcements/{id:int}", announcing.change, Door.COMMUNICATORS),
        post("/announcements/{id:int}/answers", announcing.answer, Door.COMMUNICATORS),
        get("/announcements/{id:int}/missing", announcing.missing, Door.PEOPLE, shows=Shows.PAGES),
        post("/announcements/{id:int}/until", announcing.move, Door.COMMUNICATORS),
        post("/announcements/{id:int}/close", announcing.close, Door.COMMUNICATORS),
        get("/screens", screens.listed, Door.COMMUNICATORS, shows=Shows.FEEDS),
        post("/screens", screens.make, Door.COMMUNICATORS),
        get("/screens/sheet", screens.sheet, Door.COMMUNICATORS, shows=Shows.FEEDS),
        get("/screens/sheet.pdf", screens.pdf, Door.COMMUNICATORS, shows=Shows.FEEDS),
        post("/screens/{id:int}/{act}", screens.act, Door.COMMUNICATORS),
        get("/screen/{token}", screens.show, Door.ANYBODY, shows=Shows.FEEDS),
        get("/roll-call", rolls.show, Door.PEOPLE),
        post("/roll-call", rolls.begin, Door.PEOPLE),
        post("/roll-call/answer", rolls.answer, Door.PEOPLE),
        post("/roll-call/end", rolls.end, Door.PEOPLE),
    ]
