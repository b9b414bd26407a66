"""The menu of a post: what stands in it for whom, and what each act does without a script."""

from social.posts.polls import PollDraft
from storage.ids import PostId
from storage.visibility import Visibility
from tests.web.conftest import Site
from tests.web.visitor import Answer


def acts(page: Answer, post: PostId) -> list[str]:
    """What the menu of a post offers, in words."""
    menu = page.page.select_one(f"#p{post} .menu")
    return [" ".join(entry.text.split()) for entry in menu.select("a, button")]


async def test_the_menu_of_ones_own_post_has_what_only_its_author_may_do(site: Site) -> None:
    amina = await site.person("amina")
    post = await site.world.say("amina", "La presse tourne")
    assert acts(await amina.read("/"), post) == [
        "Open the post", "Copy the link", "Quote", "Boost for my followers only", "Keep", "Edit", "Pin to my page",
        "Who may quote it", "Hear no more of this conversation", "Remove, or write it anew",
    ]  # fmt: skip


async def test_the_menu_of_a_strange_post_has_what_one_does_with_others(site: Site) -> None:
    amina = await site.person("amina")
    await site.world.person("bruno")
    await site.world.follow("amina", "bruno")
    post = await site.world.say("bruno", "Bonjour")
    await site.world.settle()
    assert acts(await amina.read("/"), post) == [
        "Open the post", "Copy the link", "Quote", "Boost for my followers only", "Keep", "Write to Bruno Keller",
        "Mute Bruno Keller", "Block Bruno Keller", "Report",
    ]  # fmt: skip
    answer = await site.world.say("amina", "@bruno oui", parent=post)
    again = await site.world.say("bruno", "@amina merci", parent=answer)
    await site.world.settle()
    assert "Hear no more of this conversation" in acts(await amina.read("/"), again)


async def test_a_post_is_pinned_and_unpinned_from_its_menu(site: Site) -> None:
    amina = await site.person("amina")
    post = await site.world.say("amina", "À lire d’abord")
    pinned = await amina.send(f"/posts/{post}/pin", {"back": "/"})
    assert pinned.page.select_one(".toast").text.strip().startswith("It stands on top of your page.")
    assert "Pin to my page no longer" in acts(pinned, post)
    freed = await amina.send(f"/posts/{post}/unpin", {"back": "/"})
    assert "Pin to my page" in acts(freed, post)


async def test_what_is_for_few_is_neither_pinned_nor_boosted_closely(site: Site) -> None:
    amina = await site.person("amina")
    await site.world.person("bruno")
    post = await site.world.say("amina", "@bruno entre nous", visibility=Visibility.DIRECT)
    offered = acts(await amina.read(f"/@amina/{post}"), post)
    assert not {"Pin to my page", "Boost for my followers only"} & set(offered)
    refused = await amina.send(f"/posts/{post}/pin", {"back": "/"})
    assert refused.status == 422 and "cannot be pinned" in refused.words


async def test_a_conversation_one_hears_no_more_of_tells_nothing_until_one_hears_again(site: Site) -> None:
    amina = await site.person("amina")
    bruno = await site.person("bruno")
    root = await site.world.say("amina", "Qui vient jeudi ?")
    hushed = await amina.send(f"/posts/{root}/hush", {"back": "/"})
    assert "Hear of this conversation again" in acts(hushed, root)
    await site.world.say("bruno", "@amina moi", parent=root)
    await site.world.settle()
    assert "answers you" not in (await amina.read("/notifications")).words
    await amina.send(f"/posts/{root}/hear", {"back": "/"})
    await site.world.say("bruno", "@amina et toi ?", parent=root)
    await site.world.settle()
    assert "answers you" in (await amina.read("/notifications")).words
    assert "Qui vient" in (await bruno.read(f"/@amina/{root}")).words


async def test_a_boost_for_followers_only_is_seen_by_them_and_by_nobody_else(site: Site) -> None:
    amina, bruno, carla = [await site.person(name) for name in ("amina", "bruno", "carla")]
    await site.world.follow("bruno", "amina")
    await site.world.person("ines")
    post = await site.world.say("ines", "Le port de Brest")
    await amina.send(f"/posts/{post}/boost-closely", {"back": "/"})
    await site.world.settle()
    boost = (await bruno.read("/")).page.select_one("article.post .why")
    assert " ".join(boost.text.split()) == "Amina Benali boosted"
    assert "Le port de Brest" not in (await carla.read("/@amina")).words
    assert "Le port de Brest" in (await bruno.read("/@amina")).words


async def test_a_post_removed_to_be_written_anew_waits_in_the_composer_with_its_poll(site: Site) -> None:
    amina = await site.person("amina")
    question = PollDraft(options=("Jeudi", "Vendredi"), expires_in=86_400, is_multiple=True)
    post = await site.world.say("amina", "Quel jour ?", poll=question)
    asked = await amina.read(f"/posts/{post}/delete")
    assert asked.page.select_one(f'button[formaction="/posts/{post}/undo"]')
    anew = await amina.send(f"/posts/{post}/undo", {})
    assert anew.page.select_one("#text").text.strip() == "Quel jour ?"
    assert [field["value"] for field in anew.page.select('input[name="option"]')][:2] == ["Jeudi", "Vendredi"]
    assert anew.page.select_one('input[name="several"]').has_attr("checked")
    assert (await amina.read(f"/@amina/{post}")).status == 404
