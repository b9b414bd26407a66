"""What one does about others, and about what they did."""

from starlette.routing import BaseRoute

from social.visibility import Door as Shows
from web.doors import Door, get, post
from web.pages import governance, lists, people, reports, strikes, ties


def routes() -> list[BaseRoute]:
    """Path, function, who may come, and through which door posts are shown."""
    return [
        get("/rules", governance.rule_list, Door.READERS),
        get("/reports", reports.own, Door.PEOPLE),
        get("/people/{id:int}/report", reports.form, Door.PEOPLE, shows=Shows.PAGES),
        post("/people/{id:int}/report", reports.send, Door.PEOPLE),
        get("/disputes/strikes/{id:int}", strikes.show, Door.PEOPLE, shows=Shows.PAGES),
        post("/disputes/strikes/{id:int}/appeal", strikes.appeal, Door.PEOPLE),
        get("/people/{id:int}/note", ties.note, Door.PEOPLE),
        post("/people/{id:int}/note", ties.save_note, Door.PEOPLE),
        get("/people/{id:int}/site", ties.site, Door.PEOPLE),
        post("/people/{id:int}/site", ties.block_site, Door.PEOPLE),
        post("/people/{id:int}/site/unblock", ties.unblock_site, Door.PEOPLE),
        get("/people/{id:int}/block", people.block_page, Door.PEOPLE),
        get("/people/{id:int}/lists", lists.of_person, Door.PEOPLE),
        post("/people/{id:int}/lists", lists.place, Door.PEOPLE),
        post("/people/{id:int}/{act}", people.act, Door.PEOPLE),
    ]
