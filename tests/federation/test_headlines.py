"""Under which title forums list what is written here in a community, and that nobody here is shown it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from federation.headlines import headline
from federation.read.posts import read_post
from storage.communities import Entry
from storage.engine.database import Database
from tests.federation.scene import Scene, opened


@pytest.fixture
async def scene(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """Carla's node runs PieFed."""
    async with opened(sqlite_db, tmp_path) as made:
        await made.is_of(made.filiale, "piefed 1.6.18")
        yield made


@pytest.mark.parametrize(
    ("source", "spoiler", "line"),
    [
        ("Match on Thursday\n\nAt 18:00.", "", "Match on Thursday"),
        ("@football Match on Thursday", "", "Match on Thursday"),
        ("@football@usine.example:8401, @luc\nMatch", "", "Match"),
        ("Hello @luc and all", "", "Hello @luc and all"),
        ("\n\n  Match  ", "", "Match"),
        ("The end of the film", "Film", "Film"),
        ("@football", "", ""),
        ("", "", ""),
        ("word " * 40, "", "word " * 23 + "word…"),
    ],
)
def test_a_headline_is_the_first_line_with_words(source: str, spoiler: str, line: str) -> None:
    assert headline(source, spoiler) == line


async def test_forums_are_told_a_title_for_what_begins_a_thread(scene: Scene) -> None:
    chess = await scene.founded()
    await scene.asks(scene.carla, chess, scene.filiale)
    root = await scene.station.say("amina", "@chess Checkmate.\n\nSee you", community=chess.id)
    await scene.station.say("amina", "And now?", parent=root)
    letters = [
        one["object"]["object"] for one in await scene.sent(scene.filiale.authority) if one["type"] == "Announce"
    ]
    assert [note.get("name") for note in letters] == ["Checkmate.", None]
    assert read_post(letters[0], insecure=True).title is None, "nodes of ours show the post as it was written"
    edited = letters[0] | {"name": "Another title"}
    assert read_post(edited, insecure=True).title == "Another title"


async def test_nobody_else_is_told_one(scene: Scene) -> None:
    closed = await scene.founded(Entry.REQUEST)
    posts = [
        await scene.station.say("amina", "Checkmate", community=closed.id),
        await scene.station.say("amina", "Line 3 stops"),
    ]
    for post in posts:
        path = scene.station.urls.post_uri("amina", post).removeprefix(scene.station.urls.base)
        assert "name" not in (await scene.station.show(scene.siege, path, scene.siege.node().key)).json()
