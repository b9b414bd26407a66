"""What moderators, communicators and administrators look after."""

from starlette.routing import BaseRoute

from social.visibility import Door as Shows
from web.doors import Door, get, post
from web.pages import admin, bulletins, emojis, governance, look, offices, peers, quiet, reports, strikes


def routes() -> list[BaseRoute]:
    """Path, function, who may come, and through which door posts are shown."""
    return [
        get("/admin/offices", offices.show, Door.ADMINS),
        post("/admin/offices", offices.appoint, Door.ADMINS),
        get("/admin", admin.people, Door.MODERATORS),
        get("/admin/people", admin.people, Door.MODERATORS),
        get("/admin/people/{id:int}", admin.person, Door.MODERATORS),
        post("/admin/people/{id:int}/role", admin.set_role, Door.ADMINS),
        post("/admin/people/{id:int}/password", admin.set_password, Door.ADMINS),
        post("/admin/people/{id:int}/code", admin.reset_code, Door.ADMINS),
        post("/admin/people/{id:int}/delete", admin.delete, Door.ADMINS),
        post("/admin/people/{id:int}/{act}", admin.act, Door.MODERATORS),
        get("/admin/reports", reports.queue, Door.MODERATORS),
        get("/admin/reports/{id:int}", reports.show, Door.MODERATORS, shows=Shows.PAGES),
        post("/admin/reports/{id:int}/look", reports.look, Door.MODERATORS, shows=Shows.PAGES),
        post("/admin/reports/{id:int}/note", reports.note, Door.MODERATORS),
        post("/admin/reports/{id:int}/resolve", reports.resolve, Door.MODERATORS),
        post("/admin/reports/{id:int}/{act}", reports.act, Door.MODERATORS),
        post("/admin/appeals/{id:int}", strikes.answer, Door.MODERATORS),
        get("/admin/rules", governance.edit_rules, Door.ADMINS),
        post("/admin/rules", governance.add_rule, Door.ADMINS),
        post("/admin/rules/{id:int}", governance.change_rule, Door.ADMINS),
        get("/admin/look", look.show, Door.ADMINS),
        post("/admin/look", look.save, Door.ADMINS, pictures=True),
        post("/admin/look/preview", look.preview, Door.ADMINS, pictures=True),
        get("/admin/quiet", quiet.show_site, Door.ADMINS),
        post("/admin/quiet", quiet.save_site, Door.ADMINS),
        get("/admin/log", governance.log, Door.ADMINS),
        post("/admin/log", governance.log_csv, Door.ADMINS),
        get("/admin/invitations", admin.invitation_list, Door.MODERATORS),
        post("/admin/invitations", admin.invite, Door.MODERATORS),
        post("/admin/invitations/many", admin.invite_many, Door.MODERATORS),
        post("/admin/invitations/{id:int}/withdraw", admin.withdraw, Door.MODERATORS),
        get("/admin/create", admin.creation, Door.ADMINS),
        post("/admin/create", admin.create, Door.ADMINS),
        get("/admin/emojis", emojis.listed, Door.ADMINS),
        post("/admin/emojis", emojis.add, Door.ADMINS, pictures=True),
        post("/admin/emojis/retire", emojis.retire, Door.ADMINS),
        get("/admin/bulletins", bulletins.listed, Door.COMMUNICATORS),
        post("/admin/bulletins", bulletins.write, Door.COMMUNICATORS),
        get("/admin/bulletins/{id:int}", bulletins.editor, Door.COMMUNICATORS),
        post("/admin/bulletins/{id:int}", bulletins.change, Door.COMMUNICATORS),
        post("/admin/bulletins/{id:int}/remove", bulletins.remove, Door.COMMUNICATORS),
        get("/admin/peers", peers.show_all, Door.ADMINS),
        post("/admin/peers", peers.allow, Door.ADMINS),
        post("/admin/peers/deny", peers.deny, Door.ADMINS),
        post("/admin/peers/forget", peers.forget, Door.ADMINS),
        post("/admin/peers/retry", peers.retry, Door.ADMINS),
        post("/admin/peers/import", peers.take, Door.ADMINS),
        post("/admin/peers/export", peers.export, Door.ADMINS),
        get("/admin/peers/{host}", peers.show, Door.ADMINS),
        post("/admin/peers/{host}", peers.limit, Door.ADMINS),
    ]
