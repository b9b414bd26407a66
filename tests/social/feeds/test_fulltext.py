"""Searching the words of posts: what is found, by whom, in both databases."""

from typing import Any

import pytest

from social.feeds import fulltext
from social.governance import states
from social.people import relations
from social.policy import ANONYMOUS, Role, Viewer
from social.posts import edit
from social.posts.publish import Draft
from storage.ids import PostId
from storage.visibility import Visibility
from tests.world import World


@pytest.fixture
async def plant(world: World) -> World:
    """Three people who wrote things."""
    for name in ("amina", "luc", "marc"):
        await world.person(name)
    return world


async def found(world: World, q: str, viewer: Viewer | str = "luc", **asked: Any) -> list[PostId]:
    await world.settle()
    who = world.viewer(viewer) if isinstance(viewer, str) else viewer
    return await world.db.read(fulltext.posts, who, q, settings=world.settings, now=world.clock(), **asked)


@pytest.mark.parametrize(
    ("language", "text", "questions"),
    [
        ("fr", "Les machines de l’atelier sont à l’arrêt", ["machine", "MACHINES", "arrêts", "arret", "atelier mach"]),
        ("fr", "Nous réparerons la courroie demain", ["réparer", "reparer", "courroies", '"la courroie"']),
        ("en", "The meetings about pricing were cancelled", ["meeting", "price", "cancel", "“meetings about”"]),
        ("es", "Las reuniones de los trabajadores", ["reunión", "trabajador"]),
        (None, "Die Presse steht still; les presses aussi", ["presse", "press"]),
        ("fr", "Réf. 4711-B sur https://intranet/plan", ["4711", "4711-b", "intranet"]),
    ],
)
async def test_words_are_found_by_their_stems_without_accents(
    plant: World, language: str | None, text: str, questions: list[str]
) -> None:
    post = await plant.say("amina", text, language=language)
    await plant.say("amina", "Rien à voir", language="fr")
    for question in questions:
        assert await found(plant, question) == [post], question


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "introuvable",
        '"courroie la"',
        "-courroie",
        "courroie -demain",
        "'; DROP TABLE posts",
        "*",
        '"',
        "a:b c:",
    ],
)
async def test_what_stands_nowhere_is_not_found(plant: World, question: str) -> None:
    await plant.say("amina", "La courroie demain", language="fr")
    assert await found(plant, question) == []


async def test_all_words_are_wanted_and_the_newest_comes_first(plant: World) -> None:
    older = await plant.say("amina", "press oil")
    newer = await plant.say("luc", "oil for the press")
    await plant.say("luc", "oil for the gears")
    assert await found(plant, "press oil") == [newer, older]
    assert await found(plant, "press oil", limit=1, offset=1) == [older]
    assert await found(plant, "press oil", before=newer) == [older]
    assert await found(plant, "press oil", floor=older) == [newer]


async def test_operators_narrow_the_search_in_both_languages(plant: World) -> None:
    root = await plant.say("amina", "press stands still #line3", language="fr")
    answer = await plant.say("luc", "the press again", parent=root, language="en", spoiler="noise")
    assert await found(plant, "press from:amina") == [root]
    assert await found(plant, "press de:moi") == [answer]
    assert await found(plant, "from:@amina@usine.example") == [root]
    assert await found(plant, "press from:nobody") == []
    assert await found(plant, "press is:reply") == [answer]
    assert await found(plant, "est:réponse") == [answer]
    assert await found(plant, "press is:sensitive") == [answer]
    assert await found(plant, "press langue:fr") == [root]
    assert await found(plant, "#line3 press") == [root]
    assert await found(plant, "press has:image") == []
    assert await found(plant, "press in:library") == [answer]
    assert await found(plant, "press dans:site") == [answer, root]
    assert await found(plant, "press after:2999") == []
    assert await found(plant, "press avant:2999-12-31") == [answer, root]
    assert await found(plant, "press during:1999-02-30") == [], "no date: a word like any other"


async def test_nobody_finds_what_they_may_not_read(plant: World) -> None:
    secret = await plant.say("amina", "the brand will be called Zephyr", visibility=Visibility.FOLLOWERS)
    letter = await plant.say("amina", "@luc Zephyr it is", visibility=Visibility.DIRECT)
    assert await found(plant, "zephyr", "amina") == [letter, secret]
    assert await found(plant, "zephyr", "luc") == [letter]
    assert await found(plant, "zephyr", "marc") == []
    assert await found(plant, "zephyr", ANONYMOUS) == []
    await plant.follow("marc", "amina")
    assert await found(plant, "zephyr", "marc") == [secret]
    await plant.db.write(
        relations.block, plant.viewer("amina"), plant.id("luc"), ids=plant.ids, urls=plant.urls, now=plant.clock()
    )
    assert await found(plant, "zephyr", "luc") == []


async def test_the_index_follows_edits_and_deletions(plant: World) -> None:
    post = await plant.say("amina", "the belt is torn")
    assert await found(plant, "belt") == [post]
    await plant.db.write(
        edit.edit,
        plant.viewer("amina"),
        post,
        Draft(text="the chain is torn"),
        context=plant.context,
        now=plant.clock(),
    )
    assert await found(plant, "belt") == []
    assert await found(plant, "chain") == [post]
    await plant.db.write(edit.delete, plant.viewer("amina"), post, now=plant.clock())
    assert await found(plant, "chain") == []


async def test_posts_older_than_the_index_are_put_into_it(plant: World) -> None:
    posts = [await plant.say("amina", f"gasket {number}") for number in range(3)]
    await plant.db.write(fulltext.index_all, PostId(0), now=plant.clock())
    await plant.db.write(fulltext.index_all, PostId(0), now=plant.clock())
    assert await found(plant, "gasket") == posts[::-1]


async def test_posts_of_who_is_limited_are_found_by_followers_only(plant: World) -> None:
    await plant.person("ines", role=Role.ADMIN)
    await plant.follow("marc", "amina")
    post = await plant.say("amina", "La courroie demain", language="fr")
    assert await found(plant, "courroie") == [post]
    await plant.db.write(states.silence, plant.viewer("ines"), plant.id("amina"), now=plant.clock())
    assert await found(plant, "courroie") == []
    assert await found(plant, "courroie", "marc") == await found(plant, "courroie", "amina") == [post]
