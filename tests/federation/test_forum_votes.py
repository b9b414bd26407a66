"""What forums are told of a community of ours, and ours of theirs: votes, bans, beginnings of threads.

PieFed, Lemmy and Mbin tell the host of a vote alone, and hear of votes from it alone.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from social.communities import membership
from social.posts import reactions
from storage.engine.database import Database
from storage.ids import PostId
from tests.federation.neighbour import PUBLIC
from tests.federation.scene import Scene, opened


@pytest.fixture
async def scene(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """`filiale` runs PieFed, `siege` is one of ours."""
    async with opened(sqlite_db, tmp_path) as made:
        await made.is_of(made.filiale, "piefed 1.6.18")
        await made.is_of(made.siege, "archipel 0.1.0")
        yield made


def votes(letters: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Who told of which vote of whom, of letters."""
    found = []
    for letter in letters:
        inner = letter["object"] if letter["type"] == "Announce" else letter
        kind = inner["object"]["type"] if inner["type"] == "Undo" else inner["type"]
        if kind in ("Like", "PollVote"):
            found.append((letter["type"], inner["type"], inner["actor"]))
    return found


async def test_likes_of_people_at_the_host_are_announced_to_forums_alone(scene: Scene) -> None:
    chess = await scene.founded()
    assert await scene.asks(scene.carla, chess, scene.filiale) == await scene.asks(scene.bruno, chess, scene.siege)
    post = await scene.station.say("amina", "Checkmate", community=chess.id)
    await scene.station.person("luc")
    await scene.station.like("luc", post)
    await scene.station.db.write(reactions.unlike, scene.station.viewer("luc"), post, now=scene.station.clock())
    luc = scene.station.urls.actor("luc")
    told = await scene.sent(scene.filiale.authority)
    assert votes(told) == [("Announce", "Like", luc), ("Announce", "Undo", luc)]
    like = next(one["object"] for one in told if one["object"]["type"] == "Like")
    assert like["audience"] == chess.uri and "proof" in like
    assert votes(await scene.sent(scene.siege.authority)) == []


async def test_the_author_s_node_hears_what_a_forum_voted(scene: Scene) -> None:
    chess = await scene.founded()
    await scene.asks(scene.carla, chess, scene.filiale)
    await scene.asks(scene.bruno, chess, scene.siege)
    addressed: dict[str, Any] = {"to": [PUBLIC, chess.uri], "cc": [], "audience": chess.uri}
    note = scene.siege.note(scene.bruno, "Checkmate", **addressed)
    await scene.station.accept(scene.siege, scene.siege.create(note), by=scene.bruno)
    like = scene.filiale.about("Like", scene.carla.id, note["id"], audience=chess.uri)
    assert await scene.station.accept(scene.filiale, like, by=scene.carla) == ["applied"]
    undo = scene.filiale.about("Undo", scene.carla.id, like)
    assert await scene.station.accept(scene.filiale, undo, by=scene.carla) == ["applied"]
    told = [("Announce", "Like", scene.carla.id), ("Announce", "Undo", scene.carla.id)]
    assert votes(await scene.sent(scene.siege.authority)) == told


@pytest.mark.parametrize(("software", "count"), [("piefed 1.6.18", 1), ("archipel 0.1.0", 0)])
async def test_a_forum_that_hosts_a_community_is_told_what_people_here_like(
    scene: Scene, software: str, count: int
) -> None:
    await scene.is_of(scene.siege, software)
    await scene.joined()
    post = scene.post()
    assert await scene.hears(scene.filiale.create(post)) == "applied"
    here: PostId = (await scene.station.posts())[0].id
    await scene.station.like("amina", here)
    amina = ("Like", "Like", scene.station.urls.actor("amina"))
    assert votes(await scene.sent(scene.filiale.authority)) == [amina]
    assert votes(await scene.sent(scene.siege.authority)) == [amina] * count


async def test_who_is_banned_alone_of_a_node_is_told_there(scene: Scene) -> None:
    """It has no member any more, and would show them as one who may write."""
    chess = await scene.founded()
    await scene.asks(scene.carla, chess, scene.filiale)
    carla = await scene.station.by_uri(scene.carla.id)
    assert carla is not None
    amina, now = scene.station.viewer("amina"), scene.station.clock()
    await scene.station.db.write(membership.ban, amina, chess.id, carla.id, "spam", now=now)
    await scene.station.settle()
    await scene.station.db.write(membership.unban, amina, chess.id, carla.id, now=now)
    acts = [one["object"] for one in await scene.sent(scene.filiale.authority) if one["type"] == "Announce"]
    assert [(act["type"], act["actor"]) for act in acts] == [
        ("Block", scene.station.urls.actor("amina")),
        ("Undo", scene.station.urls.actor("amina")),
    ]


async def test_piefed_reads_the_beginnings_of_threads_and_lemmy_everything(scene: Scene) -> None:
    """It takes whatever is in an outbox for a thread, on pages too."""
    chess = await scene.founded()
    await scene.asks(scene.carla, chess, scene.filiale)
    first = await scene.station.say("amina", "Checkmate", community=chess.id)
    await scene.station.say("amina", "And now?", parent=first)
    await scene.station.say("amina", "Who plays?", community=chess.id)
    await scene.station.settle()
    log = (await scene.station.show(scene.filiale, "/users/chess/outbox", scene.carla.key)).json()
    words = [one["object"]["object"]["content"] for one in log["orderedItems"]]
    assert (words, "first" in log) == (["<p>Who plays?</p>", "<p>Checkmate</p>"], False)
    await scene.is_of(scene.filiale, "lemmy 1.0")
    log = (await scene.station.show(scene.filiale, "/users/chess/outbox", scene.carla.key)).json()
    assert (len(log["orderedItems"]), "first" in log) == (3, True)
