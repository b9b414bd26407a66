"""One's own settings."""

from starlette.routing import BaseRoute

from social.visibility import Door as Shows
from web.doors import Door, get, post
from web.pages import account, factors, filters, imports, letters, moving, notice_requests, passkeys, push, settings


def routes() -> list[BaseRoute]:
    """Path, function, who may come, and through which door posts are shown."""
    return [
        get("/settings", settings.profile, Door.PEOPLE),
        post("/settings/profile/preview", settings.preview_profile, Door.PEOPLE, pictures=True),
        post("/settings/profile", settings.save_profile, Door.PEOPLE, pictures=True),
        get("/settings/reading", settings.reading, Door.PEOPLE),
        post("/settings/reading", settings.save_reading, Door.PEOPLE),
        get("/settings/notifications", notice_requests.policy, Door.PEOPLE),
        post("/settings/notifications", notice_requests.save_policy, Door.PEOPLE),
        post("/settings/letters", letters.save, Door.PEOPLE),
        get("/push/key", push.key, Door.PEOPLE),
        post("/push/subscribe", push.subscribe, Door.PEOPLE),
        post("/push/unsubscribe", push.unsubscribe, Door.PEOPLE),
        get("/letters/{token}", letters.show, Door.ANYBODY),
        post("/letters/{token}", letters.stop, Door.ANYBODY),
        get("/settings/silence", settings.silence, Door.PEOPLE),
        get("/settings/filters", filters.index, Door.PEOPLE),
        get("/settings/filters/new", filters.blank, Door.PEOPLE),
        post("/settings/filters/new", filters.create, Door.PEOPLE),
        get("/settings/filters/{id:int}", filters.editor, Door.PEOPLE),
        post("/settings/filters/{id:int}", filters.save, Door.PEOPLE),
        post("/settings/filters/{id:int}/delete", filters.delete, Door.PEOPLE),
        get("/settings/apps", settings.apps, Door.PEOPLE),
        post("/settings/apps/{id:int}/revoke", settings.revoke_app, Door.PEOPLE),
        get("/settings/lists", imports.show, Door.PEOPLE),
        post("/settings/lists", imports.bring, Door.PEOPLE, pictures=True),
        get("/settings/lists/following.csv", imports.export, Door.PEOPLE),
        get("/settings/lists/communities.csv", imports.export, Door.PEOPLE),
        get("/settings/lists/lists.csv", imports.export, Door.PEOPLE),
        get("/settings/lists/blocks.csv", imports.export, Door.PEOPLE),
        get("/settings/lists/mutes.csv", imports.export, Door.PEOPLE),
        get("/settings/lists/domains.csv", imports.export, Door.PEOPLE),
        get("/settings/lists/bookmarks.csv", imports.export, Door.PEOPLE, shows=Shows.EXPORT),
        get("/settings/account", account.show, Door.PEOPLE),
        get("/settings/code", factors.show, Door.PEOPLE),
        post("/settings/code/begin", factors.begin, Door.PEOPLE),
        post("/settings/code/confirm", factors.confirm, Door.PEOPLE),
        post("/settings/code/renew", factors.renew, Door.PEOPLE),
        post("/settings/code/remove", factors.remove, Door.PEOPLE),
        get("/settings/passkeys", passkeys.show, Door.PEOPLE),
        post("/settings/passkeys/begin", passkeys.begin, Door.PEOPLE),
        post("/settings/passkeys", passkeys.add, Door.PEOPLE),
        post("/settings/passkeys/step", passkeys.step, Door.PEOPLE),
        get("/settings/passkeys/{id:int}", passkeys.edit, Door.PEOPLE),
        post("/settings/passkeys/{id:int}", passkeys.rename, Door.PEOPLE),
        post("/settings/passkeys/{id:int}/remove", passkeys.remove, Door.PEOPLE),
        get("/settings/moving", moving.show, Door.PEOPLE),
        post("/settings/moving", moving.move, Door.PEOPLE),
        post("/settings/moving/stay", moving.stay, Door.PEOPLE),
        post("/settings/moving/aliases", moving.add_alias, Door.PEOPLE),
        post("/settings/moving/aliases/drop", moving.drop_alias, Door.PEOPLE),
        post("/settings/password", account.change_password, Door.PEOPLE),
        post("/settings/leave", account.leave, Door.PEOPLE),
        post("/settings/sessions/end-others", account.end_others, Door.PEOPLE),
        post("/settings/sessions/{id:int}/end", account.end, Door.PEOPLE),
    ]
