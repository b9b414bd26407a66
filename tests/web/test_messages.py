"""Conversations on pages, and whose notifications one wants."""

from storage.visibility import Visibility
from tests.web.conftest import Site


async def test_a_message_is_listed_opened_and_read(site: Site) -> None:
    bruno = await site.person("bruno")
    await site.world.person("amina")
    post = await site.world.say("amina", "@bruno the gate code is new", visibility=Visibility.DIRECT)
    await site.world.settle()
    listed = await bruno.read("/messages")
    assert "the gate code is new" in listed.words
    link = listed.page.select_one("article.unread a[href^='/messages/']")
    opened = await bruno.read(link["href"])
    assert opened.path == f"/@amina/{post}"
    assert not (await bruno.read("/messages")).page.select_one("article.unread")
    await bruno.send(f"{link['href']}/unread", {})
    assert (await bruno.read("/messages")).page.select_one("article.unread")
    await bruno.send(f"{link['href']}/delete", {})
    assert "the gate code is new" not in (await bruno.read("/messages")).words


async def test_messages_of_others_are_not_opened(site: Site) -> None:
    bruno = await site.person("bruno")
    await site.person("amina")
    await site.world.person("luc")
    await site.world.say("amina", "@luc between us", visibility=Visibility.DIRECT)
    await site.world.settle()
    assert "between us" not in (await bruno.read("/messages")).words
    assert (await bruno.ask("GET", "/messages/1")).status == 404


async def test_strangers_are_kept_aside_and_let_through(site: Site) -> None:
    bruno = await site.person("bruno")
    await site.world.person("amina")
    words = {"not_followers": "accept", "new_accounts": "accept", "private_mentions": "accept"}
    rest = {"limited_accounts": "filter", "bots": "accept"}
    await bruno.send("/settings/notifications", {"not_following": "filter", **words, **rest})
    chosen = (await bruno.read("/settings/notifications")).page.select_one("#not_following option[selected]")
    assert chosen["value"] == "filter"
    await site.world.say("amina", "@bruno may I ask you something")
    await site.world.settle()
    assert "may I ask you something" not in (await bruno.read("/notifications")).words
    aside = await bruno.read("/notifications/requests")
    assert "may I ask you something" in aside.words
    button = aside.page.select_one("button[formaction$='/accept']")
    await bruno.send(button["formaction"], {})
    await bruno.send(button["formaction"], {})
    assert "may I ask you something" in (await bruno.read("/notifications")).words
