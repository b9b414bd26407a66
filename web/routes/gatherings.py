"""Gatherings, and the calendars that other programs subscribe to."""

from starlette.routing import BaseRoute

from social.visibility import Door as Shows
from web.doors import Door, get, post
from web.pages import agenda, calendars


def routes() -> list[BaseRoute]:
    """Path, function, who may come, and through which door posts are shown."""
    return [
        get("/agenda", agenda.show, Door.PEOPLE, shows=Shows.FEEDS),
        get("/communities/{id:int}/agenda", agenda.show, Door.PEOPLE, shows=Shows.FEEDS),
        get("/agenda/new", agenda.blank, Door.PEOPLE),
        post("/agenda/new", agenda.plan, Door.PEOPLE),
        get("/agenda/calendar", calendars.show, Door.PEOPLE),
        post("/agenda/calendar", calendars.renew, Door.PEOPLE),
        post("/agenda/calendar/revoke", calendars.revoke, Door.PEOPLE),
        get("/gatherings/{id:int}/edit", agenda.editor, Door.PEOPLE, shows=Shows.PAGES),
        post("/gatherings/{id:int}/edit", agenda.save, Door.PEOPLE, shows=Shows.PAGES),
        post("/gatherings/{id:int}/answer", agenda.answer, Door.PEOPLE),
        post("/gatherings/{id:int}/attendance", agenda.note_attendance, Door.PEOPLE),
        get("/calendars/{token}.ics", calendars.feed, Door.ANYBODY, shows=Shows.FEEDS),
        get("/@{acct}/{id:int}.ics", calendars.one, Door.READERS, shows=Shows.PAGES),
    ]
