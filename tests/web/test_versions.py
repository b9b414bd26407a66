"""One post in several languages, written and changed on the pages."""

from tests.web.conftest import Site
from tests.web.visitor import Visitor

SAID = {
    "text": "Line 3 stops",
    "language": "en",
    "version_language": ["fr", ""],
    "version_text": ["La ligne 3 s’arrête", " "],
    "version_spoiler": ["", ""],
}


async def words(visitor: Visitor) -> str:
    """What the newest post of the home says to this reader."""
    post = (await visitor.read("/")).page.select_one("article.post .words")
    return " ".join(post.get_text().split())


async def test_each_reader_gets_the_own_language_and_an_edit_keeps_the_others(site: Site) -> None:
    amina = await site.person("amina", language="en")
    luc = await site.person("luc", language="fr")
    await site.world.follow("luc", "amina")
    await amina.send("/compose", SAID)
    await site.world.settle()
    assert await words(amina) == "Line 3 stops"
    assert await words(luc) == "La ligne 3 s’arrête"
    page = (await amina.read("/")).page
    edit = page.select_one("article.post a[href$='/edit']")["href"]
    form = (await amina.read(edit)).page
    assert [area.get_text().strip() for area in form.select("[name=version_text]")] == ["La ligne 3 s’arrête", ""]
    assert [option["value"] for option in form.select("[name=version_language] [selected]")] == ["fr"]
    await amina.send(edit, SAID | {"text": "Line 3 runs again"})
    assert (await words(amina), await words(luc)) == ("Line 3 runs again", "La ligne 3 s’arrête")
    await amina.send(edit, SAID | {"version_text": ["", ""]})
    assert await words(luc) == "Line 3 stops"


async def test_two_versions_of_one_language_come_back_with_a_reason(site: Site) -> None:
    amina = await site.person("amina")
    answer = await amina.send("/compose", SAID | {"version_language": ["en", ""]})
    assert answer.status == 422
    assert "a language that no other has" in answer.words
    assert "La ligne 3" in answer.page.select_one("[name=version_text]").get_text()


async def test_a_draft_and_a_post_taken_back_hold_all_versions(site: Site) -> None:
    amina = await site.person("amina")
    await amina.send("/drafts", SAID)
    assert "s’arrête" in (await amina.read("/compose")).page.select_one("[name=version_text]").get_text()
    sent = await amina.send("/compose", SAID)
    post = sent.page.select_one("article.post")["id"].removeprefix("p")
    await amina.send(f"/posts/{post}/undo", {})
    assert "s’arrête" in (await amina.read("/compose")).page.select_one("[name=version_text]").get_text()
