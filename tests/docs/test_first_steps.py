"""The first steps of somebody new are done with the pages alone, and each bold word of a step stands on its page."""

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from social.posts.polls import PollDraft
from storage.engine.database import Database
from tests.docs.markdown import ROOT
from tests.social.pictures import encoded, workshop
from tests.web.conftest import Site, open_site
from tests.web.test_communities import founded
from tests.web.visitor import Answer, Fields, Picture
from tests.world import PASSWORD

STEPS = 10
PAGES = {"en": "first-steps.md", "fr": "first-steps.fr.md"}
HEADING = re.compile(r"^## (\d+)\. ", re.M)


@pytest.fixture
async def site(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """The plant's pages."""
    async for opened in open_site(sqlite_db, tmp_path):
        yield opened


def words_of(language: str) -> dict[int, list[str]]:
    """The bold words of each step."""
    parts = HEADING.split((ROOT / "docs" / "tutorial" / PAGES[language]).read_text("utf-8"))[1:]
    steps = zip(parts[::2], parts[1::2], strict=True)
    return {int(number): re.findall(r"\*\*([^*]+)\*\*", text) for number, text in steps}


def missing(words: list[str], *pages: Answer) -> list[str]:
    """Those of the words that stand on none of the pages, whole, as text or as the name of a button."""
    seen: set[str] = set()
    for page in pages:
        texts = [page.text[match.start() + 1 : match.end() - 1] for match in re.finditer(r">[^<>]+<", page.text)]
        named = re.findall(r'(?:title|aria-label|placeholder)="([^"]+)"', page.text)
        seen |= {" ".join(html.unescape(text).split()) for text in [*texts, *named]}
    return [word for word in words if word not in seen]


@pytest.mark.parametrize("language", sorted(PAGES))
async def test_somebody_new_follows_the_steps_and_reads_the_words(site: Site, language: str) -> None:
    words, world = words_of(language), site.world
    assert sorted(words) == list(range(1, STEPS + 1)) and all(words.values())
    await world.person("amina")
    await world.person("bruno")
    post = await world.say("amina", "Qui ferme le magasin ce soir ?")
    poll = await world.say("amina", "Quel jour ?", poll=PollDraft(options=("Jeudi", "Vendredi"), expires_in=3_600))
    bruno = site.stranger(language)
    door = await bruno.read("/sign-in")
    assert not missing(words[1], door)
    home = await bruno.fill(door, "/sign-in", {"name": "bruno", "password": PASSWORD})
    found = await bruno.read("/search?q=amina")
    assert not missing(words[2], home, found)
    assert found.page.select_one("main a[href='/@amina']")
    profile = await bruno.read("/@amina")
    assert not missing(words[3], profile)
    follow = profile.page.select_one("button[formaction$='/follow']")
    home = await bruno.send(str(follow["formaction"]), {"back": "/"})
    thread = await bruno.read(f"/@amina/{post}")
    assert not missing(words[4], thread)
    answered = await bruno.fill(thread, "/compose", {"text": "@amina Moi."})
    assert "Moi." in answered.words
    composer = await bruno.read("/compose")
    added: Fields = {"text": "La halle", "do": "add", "pictures": Picture("halle.png", encoded(workshop(), "PNG"))}
    described = await bruno.fill(composer, "/compose", added)
    field = described.page.select_one("textarea[name^=words-], input[name^=words-]")
    published = await bruno.fill(described, "/compose", {str(field["name"]): "La halle, vue du fond"})
    assert not missing(words[5], home, composer, described, published)
    assert published.status == 200 and 'alt="La halle, vue du fond"' in (await bruno.read("/@bruno")).text
    question = await bruno.read(f"/@amina/{poll}")
    assert not missing(words[6], question)
    voting = question.page.select_one("main form[action*='vote']")
    choice = voting.select_one("input[type=radio]")
    voted = await bruno.send(str(voting["action"]), {str(choice["name"]): str(choice["value"])})
    assert not voted.page.select("main form[action*='vote'] input[type=radio]")
    policy = await bruno.read("/settings/notifications")
    assert not missing(words[7], home, policy)
    assert (await bruno.fill(policy, "/settings/notifications", {})).status == 200
    acts, kept = await bruno.read("/site"), await bruno.read("/bookmarks")
    assert not missing(words[8], acts, kept)
    for act in ("like", "bookmark", "boost"):
        button = acts.page.select_one(f"button[formaction='/posts/{post}/{act}']")
        assert (await bruno.send(str(button["formaction"]), {"back": "/bookmarks"})).status == 200
    assert "Qui ferme le magasin" in (await bruno.read("/bookmarks")).words
    settings = await bruno.read("/settings")
    assert not missing(words[9], settings)
    assert (await bruno.fill(settings, "/settings/profile", {"job": "Cariste"})).status == 200
    assert "Cariste" in (await bruno.read("/@bruno")).words
    await founded(site, host="amina")
    shelf, discover = await bruno.read("/communities"), await bruno.read("/discover")
    assert not missing(words[10], shelf, discover)
    joining = shelf.page.select_one("main button[formaction$='/join']")
    joined = await bruno.send(str(joining["formaction"]), {"back": "/communities"})
    assert joined.page.select_one(".harbours a").text.strip() == "Football du jeudi"
