"""Kudos, skills, first days and the pulse."""

from starlette.routing import BaseRoute

from social.visibility import Door as Shows
from web.doors import Door, get, post
from web.pages import kudos, pulse, skills, welcome


def routes() -> list[BaseRoute]:
    """Path, function, who may come, and through which door posts are shown."""
    return [
        get("/who-knows", skills.who_knows, Door.PEOPLE),
        get("/welcome", welcome.show, Door.PEOPLE),
        post("/welcome/{act}", welcome.act, Door.PEOPLE),
        get("/pulse", pulse.show, Door.PEOPLE),
        post("/pulse/{week}", pulse.answer, Door.PEOPLE),
        get("/kudos", kudos.mine, Door.PEOPLE, shows=Shows.FEEDS),
        get("/kudos/new", kudos.form_page, Door.PEOPLE),
        post("/kudos/new", kudos.give, Door.PEOPLE),
        post("/kudos/{id:int}/{act}", kudos.answer, Door.PEOPLE),
        post("/people/{id:int}/skills/{act}", skills.act, Door.PEOPLE),
        get("/settings/colleagues", skills.settings, Door.PEOPLE),
        post("/settings/colleagues/skills", skills.claim, Door.PEOPLE),
        post("/settings/colleagues/skills/remove", skills.remove, Door.PEOPLE),
        post("/settings/colleagues/endorsements/{id:int}/{act}", skills.answer, Door.PEOPLE),
        post("/settings/colleagues/days", skills.keep_days, Door.PEOPLE),
    ]
