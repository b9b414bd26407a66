"""Quotes on the pages: written, shown, refused and taken back."""

from social.posts.policies import Choice
from storage.ids import PostId
from tests.web.conftest import Site
from tests.web.test_compose import posts
from tests.web.visitor import Visitor


async def two(site: Site) -> tuple[Visitor, Visitor, PostId]:
    """Amina with a post, and luc, who reads it."""
    amina, luc = await site.person("amina"), await site.person("luc")
    return amina, luc, await site.world.say("amina", "La ligne 3 repart")


async def test_a_post_is_quoted_from_its_menu(site: Site) -> None:
    amina, luc, post = await two(site)
    page = await luc.read(f"/@amina/{post}")
    (link,) = page.page.select('.menu a[href^="/compose?quote="]')
    composer = await luc.read(str(link["href"]))
    assert "La ligne 3 repart" in composer.words and "You quote" in composer.words
    done = await luc.fill(composer, "/compose", {"text": "Enfin !"})
    quoted = done.page.select_one("blockquote.quoted")
    assert quoted.select_one(".words").text.strip() == "La ligne 3 repart"
    assert done.page.select_one(".body.quotes .quote-inline") is not None
    await site.world.settle()
    assert "quoted a post of yours" in (await amina.read("/notifications")).words


async def test_an_author_takes_the_quote_back_from_the_menu_of_the_post_that_quotes(site: Site) -> None:
    amina, luc, post = await two(site)
    quoting = await site.world.say("luc", "Enfin !", quoted=post)
    page = await amina.read(f"/@luc/{quoting}")
    (button,) = page.page.select(f'button[formaction="/posts/{quoting}/unquote"]')
    assert button.text.strip() == "Do not let it quote you"
    assert not (await luc.read(f"/@luc/{quoting}")).page.select('button[formaction$="/unquote"]')
    await amina.send(f"/posts/{quoting}/unquote", {})
    after = await luc.read(f"/@luc/{quoting}")
    assert "does not agree to be quoted here" in after.words
    assert not after.page.select("blockquote.quoted")


async def test_who_may_quote_is_chosen_with_the_post_and_later(site: Site) -> None:
    amina, luc, _ = await two(site)
    await amina.send("/compose", {"text": "Pas de citation", "quote_policy": "nobody"})
    (view, *_) = await posts(site)
    page = await luc.read(f"/@amina/{view.post.id}")
    assert not page.page.select('.menu a[href^="/compose?quote="]')
    refused = await luc.send("/compose", {"text": "Voyez", "quoted": str(view.post.id)})
    assert refused.status == 403 and "may not be quoted" in refused.words
    editor = await amina.read(f"/posts/{view.post.id}/edit")
    assert editor.page.select_one("select[name=quote_policy] option[selected]")["value"] == "nobody"
    await amina.fill(editor, f"/posts/{view.post.id}/edit", {"quote_policy": "public"})
    assert (await luc.read(f"/@amina/{view.post.id}")).page.select('.menu a[href^="/compose?quote="]')


async def test_who_may_quote_new_posts_is_a_setting(site: Site) -> None:
    amina, luc, _ = await two(site)
    page = await amina.read("/settings/reading")
    await amina.fill(page, "/settings/reading", {"quote_policy": "followers"})
    composer = await amina.read("/compose")
    assert composer.page.select_one("select[name=quote_policy] option[selected]")["value"] == "followers"
    post = await site.world.say("amina", "Pour les miens", quote_policy=Choice.FOLLOWERS)
    assert not (await luc.read(f"/@amina/{post}")).page.select('.menu a[href^="/compose?quote="]')
    await site.world.follow("luc", "amina")
    assert (await luc.read(f"/@amina/{post}")).page.select('.menu a[href^="/compose?quote="]')


async def test_a_post_leads_to_those_who_quoted_it_and_the_page_shows_them(site: Site) -> None:
    amina, luc, post = await two(site)
    assert "Nobody yet." in (await amina.read(f"/@amina/{post}/quotes")).words
    await site.world.say("luc", "Enfin !", quoted=post)
    await site.world.settle()
    page = await amina.read(f"/@amina/{post}")
    assert page.page.select_one(f'.menu a[href="/@amina/{post}/quotes"]').text.strip() == "Who quoted it"
    assert "Enfin !" in (await amina.read(f"/@amina/{post}/quotes")).words
    assert (await luc.read("/@amina/1/quotes")).status == 404
