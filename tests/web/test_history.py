"""What a post said before: each version with what it changed, to be read by eye and by ear."""

import pytest

from social.posts import edit
from social.posts.edit import Description
from social.posts.polls import PollDraft
from social.posts.publish import Draft
from storage.ids import PostId
from tests.social.pictures import encoded, workshop
from tests.web.conftest import Site
from tests.web.visitor import Answer, Picture
from web.differences import pieces


def marked(before: str, after: str) -> str:
    """A difference as people write one."""
    signs = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(signs[one.kind].format(one.text) for one in pieces(before, after))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        pytest.param("midi", "midi", "midi", id="nothing"),
        pytest.param("Ligne 3 à midi.", "Ligne 4 à midi.", "Ligne [-3 -][+4 +]à midi.", id="a word"),
        pytest.param("Il vient", "Il ne vient pas", "Il [+ne +]vient [+pas+]", id="words between"),
        pytest.param("", "Bonjour", "[+Bonjour+]", id="from nothing"),
        pytest.param("Bonjour à tous", "", "[-Bonjour à tous-]", id="to nothing"),
        pytest.param("a\n\nb", "a\n\nc", "a\n\n[-b-][+c+]", id="paragraphs"),
        pytest.param("midi. Merci", "midi.\n\nMerci", "midi. [+\n\n+]Merci", id="a new paragraph"),
        pytest.param("<b>", "<i>", "<[-b-][+i+]>", id="markup is words"),
    ],
)
def test_a_difference_is_read_in_order_word_by_word(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


def test_the_two_texts_are_in_their_difference() -> None:
    before, after = "un deux trois quatre " * 40, "un trois deux cinq " * 40
    found = pieces(before, after)
    assert "".join(one.text for one in found if one.kind != "new").split() == before.split()
    assert "".join(one.text for one in found if one.kind != "gone").split() == after.split()


def test_two_long_texts_without_a_word_in_common_are_told_apart_at_once() -> None:
    before, after = (" ".join(f"{sign}{number}" for number in range(9_000)) for sign in "ab")
    assert [one.kind for one in pieces(f"Début {before} fin", f"Début {after} fin")] == ["same", "gone", "new", "same"]


def steps(page: Answer) -> list[str]:
    """The versions as they are read, no marks for the ear."""
    return [" ".join(one.get_text(" ").split()) for one in page.page.select("main article .body")]


async def test_each_version_says_what_it_changed_of_words_warning_pictures_and_descriptions(site: Site) -> None:
    amina = await site.person("amina")
    hall = Picture("a.png", encoded(workshop(), "PNG"))
    await amina.send("/compose", {"text": "La halle à midi", "pictures": hall, "words": "Vue"})
    home = await amina.read("/")
    post = PostId(int(home.page.select_one("article.post")["id"][1:]))
    view = await site.world.db.read(edit.source, site.world.viewer("amina"), post)
    (picture,) = view.media
    for draft, words in (
        (Draft(text="La halle à une heure", spoiler="Bruit", media=(picture.id,)), "Vue du quai"),
        (Draft(text="La halle à une heure"), ""),
    ):
        site.world.clock.pass_by(minutes=5)
        described = (Description(media=picture.id, description=words),) if words else ()
        await site.world.db.write(
            edit.edit,
            site.world.viewer("amina"),
            post,
            draft,
            descriptions=described,
            context=site.world.context,
            now=site.world.clock(),
        )
    page = await amina.read(f"/@amina/{post}/history")
    last, middle, first = steps(page)
    assert "The words stayed as they were." in last
    assert "Warning: [removed: Bruit ]" in last and "Picture taken away: [removed: Vue du quai ]" in last
    assert "La halle à [removed: midi ] [added: une heure ]" in middle
    assert "Description of a picture: Vue [added: du quai ]" in middle
    assert first == "La halle à midi"
    assert page.page.select_one("main .difference ins") and page.page.select_one("main .difference del")


async def test_the_choices_of_a_poll_that_was_asked_anew_are_shown(site: Site) -> None:
    amina = await site.person("amina")
    post = await site.world.say("amina", "Quel jour ?", poll=PollDraft(options=("Jeudi", "Samedi"), expires_in=86_400))
    site.world.clock.pass_by(minutes=5)
    again = Draft(text="Quel jour ?", poll=PollDraft(options=("Jeudi", "Vendredi"), expires_in=86_400))
    await site.world.db.write(
        edit.edit, site.world.viewer("amina"), post, again, context=site.world.context, now=site.world.clock()
    )
    last = steps(await amina.read(f"/@amina/{post}/history"))[0]
    assert "Choices of the poll: Jeudi [removed: Samedi ] [added: Vendredi ]" in last


async def test_markup_in_a_former_version_stays_words(site: Site) -> None:
    amina = await site.person("amina")
    post = await site.world.say("amina", "Un <b>mot</b> & un autre")
    site.world.clock.pass_by(minutes=5)
    await amina.send(f"/posts/{post}/edit", {"text": "Un <i>mot</i> & un autre"})
    page = await amina.read(f"/@amina/{post}/history")
    assert not page.page.select(".body b, .body i")
    assert "<" in page.page.select_one(".difference").text


async def test_an_edited_post_leads_to_its_versions(site: Site) -> None:
    amina = await site.person("amina")
    post = await site.world.say("amina", "Midi")
    site.world.clock.pass_by(minutes=5)
    answer = await amina.send(f"/posts/{post}/edit", {"text": "Une heure"})
    assert answer.page.select_one(f'article.post .author a[href="/@amina/{post}/history"]').text.startswith("edited")
