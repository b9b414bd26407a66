"""Emoji on pages, and their administration."""

from social.people import accounts
from social.policy import Role
from tests.social.pictures import encoded, workshop
from tests.web.conftest import Site
from tests.web.visitor import Picture
from tests.world import one_pair

GOOD = Picture("press.png", encoded(workshop(), "PNG"))


async def ready(site: Site) -> None:
    node = site.world
    await node.db.write(accounts.create_instance_actor, one_pair(), ids=node.ids, urls=node.urls, now=node.clock())


async def test_an_administrator_adds_one_and_everybody_sees_it(site: Site) -> None:
    await ready(site)
    chief = await site.person("chief", role=Role.ADMIN)
    page = await chief.read("/admin/emojis")
    answer = await chief.fill(page, "/admin/emojis", {"name": ":press:", "category": "Plant", "picture": GOOD})
    assert ":press:" in answer.words and "Plant" in answer.words
    amina = await site.person("amina")
    await amina.fill(await amina.read("/settings"), "/settings/profile", {"display_name": "Amina :press:"})
    await site.world.say("amina", "The <b> :press: & :nothing:", spoiler=":press: inside")
    shown = await amina.read("/@amina")
    pictures = shown.page.select("img.emoji")
    assert {picture["alt"] for picture in pictures} == {":press:"}
    assert all(picture["src"].startswith("/media/") for picture in pictures)
    assert ":nothing:" in shown.words and "<b>" in shown.words
    assert shown.page.select_one("h1 img.emoji") and shown.page.select_one("summary img.emoji")
    gone = await chief.send("/admin/emojis/retire", {"name": "press"})
    assert "Offered no longer" in gone.words


async def test_what_cannot_be_one_comes_back_with_its_error(site: Site) -> None:
    await ready(site)
    chief = await site.person("chief", role=Role.ADMIN)
    page = await chief.read("/admin/emojis")
    answer = await chief.fill(page, "/admin/emojis", {"name": "é", "picture": GOOD})
    assert answer.status == 422 and answer.page.select_one("#name-says")
    answer = await chief.fill(page, "/admin/emojis", {"name": "press"})
    assert answer.status == 422


async def test_members_do_not_come_in(site: Site) -> None:
    amina = await site.person("amina")
    assert (await amina.read("/admin/emojis")).status in (403, 404)
