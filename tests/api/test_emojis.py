"""The site's own emoji: added by administrators, offered to apps, shown beside what people write."""

from functools import partial

import pytest

from social import emojis
from social.errors import Forbidden, Invalid, NotFound
from social.people import accounts
from social.policy import Role
from social.posts import uploads
from tests.api.site import Site
from tests.social.pictures import encoded, workshop
from tests.world import one_pair

PICTURE = encoded(workshop(), "PNG")


async def offered(site: Site, name: str, category: str = "") -> None:
    """An emoji of the site."""
    node, world = site.node, site.world
    await world.person("chief", role=Role.ADMIN)
    await node.db.write(accounts.create_instance_actor, one_pair(), ids=node.ids, urls=node.urls, now=node.clock())
    upload = await node.crunched(partial(uploads.keep, node.files, node.settings.media, PICTURE, "emoji"))
    await node.db.write(
        emojis.add, world.viewer("chief"), name, upload, category=category, ids=node.ids, now=node.clock()
    )


async def test_apps_get_all_of_them_with_their_categories(site: Site) -> None:
    await offered(site, "press", "Plant")
    await offered(site, "ok")
    found = (await site.call("GET", "/api/v1/custom_emojis", "CustomEmoji[]")).json
    assert [(one["shortcode"], one.get("category")) for one in found] == [("ok", None), ("press", "Plant")]
    picture = await site.call("GET", found[0]["url"])
    assert picture.headers["Content-Type"] == "image/png"


async def test_a_beginning_is_completed(site: Site) -> None:
    for name in ("press", "express", "ok"):
        await offered(site, name)
    found = (await site.call("GET", "/api/v1/custom_emojis?q=:pr", "CustomEmoji[]")).json
    assert [one["shortcode"] for one in found] == ["press", "express"]


async def test_a_post_and_a_name_carry_what_they_show(site: Site) -> None:
    await offered(site, "press")
    post = await site.call(
        "POST", "/api/v1/statuses", "Status", by="amina", form={"status": "The :press: and a :nothing: at 10:30:00"}
    )
    assert [one["shortcode"] for one in post.json["emojis"]] == ["press"]
    edited = await site.call(
        "PUT", f"/api/v1/statuses/{post.json['id']}", "Status", by="amina", form={"status": "Nothing any more"}
    )
    assert edited.json["emojis"] == []
    me = await site.call(
        "PATCH",
        "/api/v1/accounts/update_credentials",
        "CredentialAccount",
        by="amina",
        form={"display_name": "Amina :press:"},
    )
    assert [one["shortcode"] for one in me.json["emojis"]] == ["press"]


async def test_what_is_retired_stays_where_it_was_written_and_is_offered_no_longer(site: Site) -> None:
    await offered(site, "press")
    post = await site.call("POST", "/api/v1/statuses", by="amina", form={"status": "The :press:"})
    node, chief = site.node, site.world.viewer("chief")
    await node.db.write(emojis.retire, chief, "press", now=node.clock())
    assert (await site.call("GET", "/api/v1/custom_emojis", "CustomEmoji[]")).json == []
    later = await site.call("POST", "/api/v1/statuses", by="amina", form={"status": "Again :press:"})
    assert later.json["emojis"] == []
    again = await site.call("GET", f"/api/v1/statuses/{post.json['id']}", "Status", by="amina")
    assert [one["shortcode"] for one in again.json["emojis"]] == ["press"]
    with pytest.raises(NotFound):
        await node.db.write(emojis.retire, chief, "press", now=node.clock())


async def test_only_administrators_add_and_only_good_names(site: Site) -> None:
    await offered(site, "press")
    node = site.node
    await site.world.person("amina")
    upload = await node.crunched(partial(uploads.keep, node.files, node.settings.media, PICTURE, "emoji"))
    amina, chief = site.world.viewer("amina"), site.world.viewer("chief")
    with pytest.raises(Forbidden):
        await node.db.write(emojis.add, amina, "mine", upload, ids=node.ids, now=node.clock())
    for name in ("a", "with space", "é", "x" * 51, ""):
        with pytest.raises(Invalid):
            await node.db.write(emojis.add, chief, name, upload, ids=node.ids, now=node.clock())
