"""A word of a moderator to one member, as a letter between servers: ours read whose it is, others show it as it is."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from social.communities import moderation
from social.feeds import notifications
from social.paging import FIRST
from social.sanitise import plain
from storage import memberships
from storage.engine.database import Database
from storage.notifications import Kind
from storage.visibility import Visibility
from tests.federation.neighbour import Somebody
from tests.federation.scene import Scene, opened


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """Our node, where Amina lives, the host of the football, and a third one."""
    async with opened(db, tmp_path) as made:
        yield made


def letter(scene: Scene, by: Somebody, words: str = "Calm down", **said: Any) -> dict[str, Any]:
    """To Amina alone, about the football."""
    home = scene.siege if by.id.startswith(scene.siege.url("/")) else scene.filiale
    to = [scene.station.urls.actor("amina")]
    note = home.note(by, f"<p>Football: {words}</p>", to=to, cc=[], source={"content": words}, serve=False)
    return home.create(note, warnsIn=scene.group.id, **said)


async def told(scene: Scene) -> list[str]:
    found = await scene.station.db.read(
        notifications.notifications, scene.station.viewer("amina"), FIRST, now=scene.station.clock()
    )
    return [one.words for one in found if one.kind is Kind.COMMUNITY_WARNING]


async def test_what_the_community_or_its_moderator_says_is_told_and_is_no_post(scene: Scene) -> None:
    await scene.joined()
    mallory = scene.filiale.person("mallory", key=3)
    await scene.moderates(mallory)
    assert await scene.station.accept(scene.siege, letter(scene, scene.group), by=scene.group) == ["applied"]
    words = letter(scene, mallory, "And be kind")
    assert await scene.station.accept(scene.filiale, words, by=mallory) == ["applied"]
    await scene.station.settle()
    assert await told(scene) == ["And be kind", "Calm down"]
    assert await scene.station.posts() == []


async def test_of_anybody_else_it_is_a_letter_of_their_own(scene: Scene) -> None:
    await scene.joined()
    assert await scene.station.accept(scene.filiale, letter(scene, scene.carla), by=scene.carla) == ["applied"]
    await scene.station.settle()
    assert await told(scene) == []
    assert [row.visibility for row in await scene.station.posts()] == [Visibility.DIRECT]


@pytest.mark.parametrize("letter_at", [0, 1, 2])
async def test_the_words_of_a_ban_are_told_once_whichever_overtakes_the_other(scene: Scene, letter_at: int) -> None:
    """The letter that the host writes comes before the ban, between it and the leave to come back, or after both."""
    await scene.joined()
    block = scene.siege.about("Block", scene.bruno.id, scene.station.urls.actor("amina"), target=scene.group.id)
    block["summary"] = words = "No selling\n\nnor <b>buying</b> of 5 > 3 boots"
    acts = [scene.announce(one) for one in (block, scene.siege.about("Undo", scene.bruno.id, block))]
    acts.insert(letter_at, letter(scene, scene.group, words))
    for act in acts:
        await scene.station.accept(scene.siege, act, by=scene.group)
    await scene.station.settle()
    assert [" ".join(plain(one).split()) for one in await told(scene)] == ["No selling nor buying of 5 > 3 boots"]
    assert await scene.station.posts() == []
    football, amina = await scene.football(), scene.station.viewer("amina").account
    assert await scene.station.db.read(memberships.one, football.id, amina) is None, "out, and may ask again"


async def test_a_member_at_a_server_of_another_kind_is_sent_a_letter(scene: Scene) -> None:
    chess = await scene.founded()
    await scene.is_of(scene.filiale, "mastodon 4.5")
    await scene.asks(scene.carla, chess, scene.filiale)
    carla = await scene.station.by_uri(scene.carla.id)
    assert carla is not None
    await scene.station.db.write(
        moderation.warn,
        scene.station.viewer("amina"),
        chess.id,
        carla.id,
        "Calm <b>down</b>",
        now=scene.station.clock(),
    )
    (sent,) = [one for one in await scene.sent(scene.filiale.authority) if one["type"] == "Create"]
    note = sent["object"]
    assert (sent["actor"], note["type"], note["to"], note["cc"]) == (chess.uri, "Note", [scene.carla.id], [])
    assert "Calm &lt;b&gt;down&lt;/b&gt;" in note["content"]
    assert [tag["href"] for tag in note["tag"]] == [scene.carla.id]
