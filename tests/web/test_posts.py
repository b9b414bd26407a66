"""Posts on their pages: feeds, conversations, edits, removals, and what one does with them."""

import pytest

from social.people import relations
from social.policy import Role
from storage.ids import PostId
from tests.web.conftest import Site
from tests.web.visitor import Visitor


async def test_a_voice_of_another_site_hoists_its_pennant_and_ours_none(site: Site) -> None:
    amina = await site.person("amina")
    await site.world.say("amina", "D'ici")
    carla = await site.world.elsewhere("carla", "filiale.example", display_name="Carla Ortega")
    await site.world.follow("amina", carla.id)
    post = (await amina.read("/")).page.select_one("article.post")
    assert "data-entity" not in post.attrs and not post.select_one(".flag")
    hull = (await amina.read("/@carla@filiale.example")).page.select_one(".hull")
    assert hull["data-entity"] == "filiale"
    assert hull.select_one(".flag use")["href"].endswith("#flag-filiale")
    assert "Filiale, Madrid" in hull.text


async def test_the_home_marks_where_the_reader_was(site: Site) -> None:
    amina = await site.person("amina")
    await site.world.say("amina", "Premier")
    assert not (await amina.read("/")).page.select(".since")
    site.world.clock.pass_by(minutes=20)
    for number in range(3):
        await site.world.say("amina", f"Nouveau {number}")
    site.world.clock.pass_by(minutes=1)
    answer = await amina.read("/")
    assert [" ".join(line.get_text(" ").split()) for line in answer.page.select(".since")] == [
        "3 new since 21 min ago Take up below",
        "You were here 21 min ago",
    ]
    assert answer.page.select_one("#here").find_next("article").select_one(".words").text == "Premier"


async def test_older_posts_are_one_link_away_and_the_feed_has_an_end(site: Site) -> None:
    amina = await site.person("amina")
    for number in range(25):
        site.world.clock.pass_by(seconds=1)
        await site.world.say("amina", f"Message numéro {number}.")
    first = await amina.read("/")
    assert len(first.page.select("article.post")) == 20
    older = await amina.read(str(first.page.select_one(".end a")["href"]))
    assert [article.select_one(".words").text for article in older.page.select("article.post")] == [
        f"Message numéro {number}." for number in (4, 3, 2, 1, 0)
    ]
    assert "The feed ends here." in older.words


@pytest.mark.parametrize("before", ["x", "-1", "99999999999999999999999999", "0x10", ""])
async def test_a_page_number_that_is_none_is_the_first_page(site: Site, before: str) -> None:
    amina = await site.person("amina")
    await site.world.say("amina", "Bonjour")
    assert "Bonjour" in (await amina.read(f"/group?before={before}")).words


async def test_a_post_in_another_language_says_so(site: Site) -> None:
    amina = await site.person("amina", language="fr")
    await site.world.say("amina", "One pallet format", language="en")
    await site.world.say("amina", "Un seul format", language="fr")
    bodies = (await amina.read("/")).page.select(".body")
    assert [body.get("lang") for body in bodies] == [None, "en"]


async def test_a_warning_covers_words_and_pictures_until_it_is_opened(site: Site) -> None:
    amina = await site.person("amina")
    await site.world.say("amina", "Le banc a lâché", spoiler="Accident")
    warning = (await amina.read("/")).page.select_one("details.warning")
    assert "Accident" in warning.select_one("summary").text
    assert "Le banc a lâché" in warning.text and not warning.has_attr("open")


async def test_names_and_subjects_lead_to_their_pages_here(site: Site) -> None:
    amina = await site.person("amina")
    carla = await site.world.elsewhere("carla", "filiale.example")
    await site.world.say("amina", f"Merci @{carla.acct} #Sécurité https://intranet.example/plan")
    links = {link.text: link for link in (await amina.read("/")).page.select(".words a")}
    assert links["@carla"]["href"] == "/@carla@filiale.example"
    assert links["#Sécurité"]["href"] == "/tags/s%C3%A9curit%C3%A9"
    assert "target" not in links["@carla"].attrs
    assert links["https://intranet.example/plan"]["href"] == "https://intranet.example/plan"
    assert "Merci" in (await amina.read(str(links["#Sécurité"]["href"]))).words


async def test_a_conversation_is_two_levels_deep_and_then_flat(site: Site) -> None:
    amina = await site.person("amina")
    parent: PostId | None = None
    ids = []
    for number in range(4):
        parent = await site.world.say("amina", f"Niveau {number}", parent=parent)
        ids.append(parent)
    answer = await amina.read(f"/@amina/{ids[0]}")
    classes = [" ".join(article["class"]) for article in answer.page.select("main article.post")]
    assert classes == ["post root", "post reply", "post reply d2", "post reply d2"]
    middle = await amina.read(f"/@amina/{ids[2]}")
    assert [article.select_one(".words").text for article in middle.page.select("article.post")] == [
        "Niveau 0", "Niveau 1", "Niveau 2", "Niveau 3",
    ]  # fmt: skip
    assert middle.page.select_one("article.root .words").text == "Niveau 2"


async def test_a_hidden_post_and_one_that_never_was_read_the_same(site: Site) -> None:
    bruno = await site.person("bruno")
    await site.world.person("amina")
    hidden = await site.world.say("amina", "Entre nous", visibility="followers")
    for path in (f"/@amina/{hidden}", "/@amina/1", f"/@amina/{hidden}/likes", f"/@amina/{hidden}/history"):
        answer = await bruno.read(path)
        assert answer.status == 404
        assert "doesn't exist, or isn't open to you" in answer.words


async def liked(site: Site) -> tuple[Visitor, PostId]:
    """Bruno before a post of Amina."""
    await site.world.person("amina")
    return await site.person("bruno"), await site.world.say("amina", "Bravo à Lyon")


@pytest.mark.parametrize(
    ("act", "undo", "kind"),
    [("like", "unlike", "like"), ("boost", "unboost", "boost"), ("bookmark", "unbookmark", "keep")],
)
async def test_a_button_does_and_undoes_without_a_script(site: Site, act: str, undo: str, kind: str) -> None:
    bruno, post = await liked(site)
    for verb, pressed in ((act, "true"), (act, "true"), (undo, "false"), (undo, "false")):
        answer = await bruno.send(f"/posts/{post}/{verb}", {"back": "/group?x=1"}, follow=False)
        assert answer.headers["location"] == f"/group?x=1#p{post}"
        button = (await bruno.read("/group")).page.select_one(f".actions .{kind}")
        assert button["aria-pressed"] == pressed
        assert button["formaction"].endswith(undo if pressed == "true" else act)


async def test_a_script_gets_the_foot_of_the_post_as_it_is_now(site: Site) -> None:
    bruno, post = await liked(site)
    answer = await bruno.send(f"/posts/{post}/like", {}, headers={"x-archipel-live": "1"})
    assert [child.name for child in answer.page.find_all(recursive=False)] == ["footer"]
    assert answer.page.select_one(".like b").text == "1"


async def test_a_script_gets_the_sentence_of_an_error(site: Site) -> None:
    bruno, _ = await liked(site)
    answer = await bruno.send("/posts/1/like", {}, headers={"x-archipel-live": "1"})
    assert (answer.status, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert answer.text == "This page doesn't exist, or isn't open to you."


async def test_what_is_not_for_everybody_has_no_button_to_boost_it(site: Site) -> None:
    bruno, _ = await liked(site)
    post = await site.world.say("amina", "@bruno entre nous", visibility="direct")
    page = (await bruno.read(f"/@amina/{post}")).page
    assert page.select_one(".actions .like") and not page.select_one(".actions .boost")
    assert "For the people named only" in page.select_one(".author").text
    assert (await bruno.send(f"/posts/{post}/boost", {})).status == 403


async def test_shelves_hold_what_was_kept_and_liked_latest_first(site: Site) -> None:
    bruno, post = await liked(site)
    other = await site.world.say("amina", "Encore")
    for each in (post, other):
        site.world.clock.pass_by(seconds=1)
        await bruno.send(f"/posts/{each}/bookmark", {})
        await bruno.send(f"/posts/{each}/like", {})
    for path in ("/bookmarks", "/favourites"):
        shown = [article.select_one(".words").text for article in (await bruno.read(path)).page.select("article.post")]
        assert shown == ["Encore", "Bravo à Lyon"]


async def test_who_liked_and_who_boosted_is_listed(site: Site) -> None:
    bruno, post = await liked(site)
    await bruno.send(f"/posts/{post}/like", {})
    await bruno.send(f"/posts/{post}/boost", {})
    for part in ("likes", "boosts"):
        assert "Bruno Keller" in (await bruno.read(f"/@amina/{post}/{part}")).words


async def test_the_page_of_a_boost_is_that_of_the_post(site: Site) -> None:
    bruno, post = await liked(site)
    boost = await site.world.boost("bruno", post)
    for part in ("", "/history"):
        answer = await bruno.ask("GET", f"/@bruno/{boost}{part}")
        assert answer.status == 303 and answer.headers["location"] == f"/@amina/{post}{part}"


async def test_an_edit_shows_that_it_was_one_and_what_was_before(site: Site) -> None:
    amina = await site.person("amina")
    post = await site.world.say("amina", "Ligne 3 à midi")
    site.world.clock.pass_by(minutes=5)
    page = await amina.read(f"/posts/{post}/edit")
    assert page.page.select_one("#text").text.strip() == "Ligne 3 à midi"
    answer = await amina.fill(page, f"/posts/{post}/edit", {"text": "Ligne 3 à une heure"})
    assert "Ligne 3 à une heure" in answer.words and "edited" in answer.words
    history = await amina.read(f"/@amina/{post}/history")
    assert "Ligne 3 à midi" in history.words


async def test_a_poor_edit_comes_back_filled(site: Site) -> None:
    amina = await site.person("amina")
    post = await site.world.say("amina", "Ligne 3")
    answer = await amina.send(f"/posts/{post}/edit", {"text": "", "spoiler": "Attention"})
    assert answer.status == 422
    assert answer.page.select_one("#spoiler")["value"] == "Attention"
    assert "Write something" in answer.words


@pytest.mark.parametrize("path", ["edit", "delete"])
async def test_only_the_author_changes_and_removes(site: Site, path: str) -> None:
    bruno, post = await liked(site)
    answer = await bruno.send(f"/posts/{post}/{path}", {"text": "À moi"})
    assert answer.status in (403, 404)
    assert "Bravo à Lyon" in (await bruno.read("/group")).words


async def test_removing_asks_first_and_then_removes(site: Site) -> None:
    amina = await site.person("amina")
    post = await site.world.say("amina", "À retirer")
    page = await amina.read(f"/posts/{post}/delete")
    assert "À retirer" in page.words and "every site that received it" in page.words
    answer = await amina.fill(page, f"/posts/{post}/delete", {})
    assert "Post removed." in answer.page.select_one(".toast").text
    assert (await amina.read(f"/@amina/{post}")).status == 404


async def test_a_moderator_may_remove_what_others_wrote_here(site: Site) -> None:
    _, post = await liked(site)
    ines = await site.person("ines", role=Role.MODERATOR)
    await ines.send(f"/posts/{post}/delete", {})
    assert (await ines.read(f"/@amina/{post}")).status == 404


async def test_new_posts_are_told_to_a_script_only_when_there_are_some(site: Site) -> None:
    amina = await site.person("amina")
    first = await site.world.say("amina", "Premier")
    assert (await amina.read(f"/live/home?since={first}")).status == 204
    second = await site.world.say("amina", "Second")
    answer = await amina.read(f"/live/home?since={first}")
    assert [article["id"] for article in answer.page.select("article")] == [f"p{second}"]


async def test_a_muted_voice_is_not_on_the_page(site: Site) -> None:
    bruno, _ = await liked(site)
    await site.world.db.write(
        relations.mute, site.world.viewer("bruno"), site.world.id("amina"), ids=site.world.ids, now=site.world.clock()
    )
    assert "Bravo à Lyon" not in (await bruno.read("/group")).words


async def test_what_people_write_is_never_markup(site: Site) -> None:
    amina = await site.person("amina")
    evil = '<script>alert(1)</script> "><img src=x onerror=alert(1)> {{ 7*7 }}'
    await amina.send("/compose", {"text": evil, "spoiler": evil})
    await amina.send("/settings/profile", {"display_name": "<b>x</b>", "job": evil[:90], "note": evil})
    for path in ("/", "/@amina", "/search?q=" + "%3Cscript%3E", "/settings"):
        answer = await amina.read(path)
        assert "<script>alert" not in answer.text and "<img src=x" not in answer.text and "<b>x</b>" not in answer.text
        assert not answer.page.select("[onerror]")


async def test_what_is_deeper_than_two_levels_is_folded_with_who_writes_there(site: Site) -> None:
    amina = await site.person("amina")
    for name in ("bruno", "ines"):
        await site.world.person(name)
    root = await site.world.say("amina", "Qui décide ?")
    parent = root
    for depth in range(1, 6):
        parent = await site.world.say(("bruno", "ines")[depth % 2], f"niveau {depth}", parent=parent)
    page = (await amina.read(f"/@amina/{root}")).page
    branch = page.select_one("details.branch")
    assert [post.select_one(".words").text.strip() for post in branch.select("article.post")] == [
        "niveau 3", "niveau 4", "niveau 5",
    ]  # fmt: skip
    assert branch.select_one("summary").get_text(" ", strip=True).endswith("3 more answers")
    assert len(branch.select("summary .avatar")) == 2
    assert "Answer to" in branch.select_one("article.post .why").get_text(" ")


async def test_one_answer_alone_is_not_folded(site: Site) -> None:
    amina = await site.person("amina")
    parent = root = await site.world.say("amina", "Qui décide ?")
    for depth in range(1, 4):
        parent = await site.world.say("amina", f"niveau {depth}", parent=parent)
    page = (await amina.read(f"/@amina/{root}")).page
    assert page.select_one("details.branch") is None
    assert len(page.select("article.reply")) == 3
