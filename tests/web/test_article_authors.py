"""Articles of several authors in a browser without JavaScript: named, and corrected by each of them."""

from social.articles import correcting
from social.articles.words import ArticleDraft
from social.people import users
from social.policy import Role
from social.posts.policies import Choice
from social.posts.publish import Draft
from storage.ids import PostId
from tests.social.pictures import encoded, workshop
from tests.web.conftest import Site
from tests.web.test_articles import WORDS, written
from tests.web.visitor import Picture


async def test_who_wrote_with_somebody_is_linked_and_sees_how_many_read_it(site: Site) -> None:
    nora = await site.person("nora", role=Role.COMMUNICATOR)
    amina, bruno = await site.person("amina"), await site.person("bruno", role=Role.COMMUNICATOR)
    kept = await written(nora)
    piece = kept.path.partition("?")[0]
    await nora.send(piece, {"do": "people", "uri": site.world.urls.actor("bruno"), "part_of": "author"})
    await nora.fill(await nora.read(piece), piece, {"do": "publish"})
    page = (await nora.read("/@nora")).page.select_one(".teaser h2 a")["href"]
    read = await amina.read(page)
    assert read.page.select_one(".article .fine a[href='/@bruno']").text == "Bruno Keller"
    assert "Opened by" not in read.words
    now = site.world.clock()
    await site.world.db.write(users.set_role, None, site.world.id("bruno"), Role.MEMBER, now=now)
    assert "Opened by 1 person" in (await bruno.read(page)).words


async def test_who_wrote_it_with_the_author_corrects_it_and_readers_see_who_did(site: Site) -> None:
    nora = await site.person("nora", role=Role.COMMUNICATOR)
    amina, bruno = await site.person("amina"), await site.person("bruno", role=Role.COMMUNICATOR)
    picture = Picture("press.png", encoded(workshop(64, 40), "PNG"))
    piece = (await written(nora, pictures=picture)).path.partition("?")[0]
    await nora.send(piece, {"do": "people", "uri": site.world.urls.actor("bruno"), "part_of": "author"})
    published = await nora.fill(await nora.read(piece), piece, {"do": "publish"})
    assert published.page.select_one(".state")["data-state"] == "published"
    page = (await nora.read("/@nora")).page.select_one(".teaser h2 a")["href"]
    of = f"/articles/of/{page.rpartition('/')[2]}"
    assert (await bruno.read(page)).page.select_one(f'a[href="{of}"]').text == "correct it"
    form = await bruno.read(of)
    assert "readers see what you correct with your name" in form.words
    assert not form.page.select("#pictures, [name=media], [name=material]")
    site.world.clock.pass_by(hours=1)
    read = await bruno.fill(form, of, {"source": WORDS.replace("Monday", "Tuesday"), "note": "It is Tuesday."})
    assert "Corrected on 24 November 2026 by Bruno Keller: It is Tuesday." in read.words
    assert read.page.select_one(".long figure img"), "its pictures stay"
    assert read.page.select_one(".article .fine a[href='/@bruno']"), "and who wrote it"
    # It is still its author's, who is told, and who corrects on.
    assert "Bruno Keller corrected what you wrote together" in (await nora.read("/notifications")).words
    site.world.clock.pass_by(hours=1)
    # A matter of spelling needs no words: the name is said all the same.
    await bruno.fill(await bruno.read(of), of, {"source": WORDS.replace("Monday", "Wednesday")})
    again = await amina.read(page)
    assert "Corrected on 24 November 2026 by Bruno Keller." in again.words and "Wednesday" in again.words
    assert "by Bruno Keller: It is Tuesday." in (await amina.read(f"{of}/versions")).words
    # Begun before that: refused, with both in sight. Nothing changed is nothing said.
    late = await bruno.fill(form, of, {"source": "Mine."})
    assert late.status == 409 and "Somebody changed it" in late.words
    await nora.fill(await nora.read(of), of, {"source": WORDS, "note": "Monday it is."})
    shown = await amina.read(page)
    assert len(shown.page.select("aside.notice li")) == 3
    assert "Corrected on 24 November 2026: Monday it is." in shown.words
    # However it is asked for: pictures, authors and quotes are not a co-author's to change.
    world, id = site.world, PostId(int(page.rpartition("/")[2]))
    article = ArticleDraft(title="Line 3 stops", source="Words alone.")
    draft = Draft(text="x", article=article, quote_policy=Choice.NOBODY)
    await world.db.write(correcting.correct, world.viewer("bruno"), id, draft, context=world.context, now=world.clock())
    bare = await amina.read(page)
    assert "Words alone." in bare.words and bare.page.select_one(".cover img")
    assert bare.page.select_one(".article .fine a[href='/@bruno']")
    shown = await amina.read(page)
    # Nobody else, and not as a must-read that asks everybody anew.
    for path in (of, f"/posts/{page.rpartition('/')[2]}/edit"):
        assert (await amina.read(path)).status == 404
    assert (await amina.send(of, {"title": "Mine", "source": "Mine."})).status == 404
    assert "correct it" not in shown.words


async def test_who_wrote_a_must_read_with_its_author_corrects_it_and_asks_nobody_anew(site: Site) -> None:
    nora, bruno = await site.person("nora", role=Role.COMMUNICATOR), await site.person("bruno", role=Role.COMMUNICATOR)
    amina = await site.person("amina")
    piece = (await written(nora)).path.partition("?")[0]
    await nora.send(piece, {"do": "plan", "channel": "article", "must_read": "1"})
    await nora.send(piece, {"do": "people", "uri": site.world.urls.actor("bruno"), "part_of": "author"})
    await nora.fill(await nora.read(piece), piece, {"do": "publish"})
    page = (await nora.read("/@nora")).page.select_one(".teaser h2 a")["href"]
    post = page.rpartition("/")[2]
    form = (await amina.read(page)).form(f"/to-read/{post}/confirm")
    fields = {one["name"]: one["value"] for one in form.select("input[type=hidden]") if one["name"] != "csrf"}
    assert "Confirmed on" in (await amina.send(f"/to-read/{post}/confirm", fields)).words
    of = f"/articles/of/{post}"
    refused = await bruno.fill(await bruno.read(of), of, {"source": "Other.", "material": "1"})
    assert refused.status == 403
    site.world.clock.pass_by(hours=1)
    await bruno.fill(await bruno.read(of), of, {"source": WORDS.replace("Monday", "Tuesday")})
    read = await amina.read(page)
    assert "Corrected since, not in the matter" in read.words and "Tuesday" in read.words
    assert not read.page.select(f'form[action="/to-read/{post}/confirm"]')
