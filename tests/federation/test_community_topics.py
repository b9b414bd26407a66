"""Topics of communities between nodes: told by the host's document, named by posts, given by moderators."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from social.clock import iso
from social.communities import membership, standing, topics
from social.errors import Forbidden
from storage import community_topics, memberships
from storage.engine.database import Database
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole
from tests.federation.neighbour import PUBLIC, Neighbour
from tests.federation.scene import Scene
from tests.federation.station import open_station
from tests.world import NOON


@pytest.fixture
async def scene(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with (
        Neighbour("siege.localhost") as siege,
        Neighbour("filiale.localhost") as filiale,
        open_station(sqlite_db, tmp_path / "media", mode="open") as station,
    ):
        yield Scene(station, siege, filiale)


def listed(scene: Scene, *names: Any, of: str = "") -> list[Any]:
    id = of or scene.group.id
    return [
        {"type": "Topic", "id": f"{id}#topics/{name.lower()}", "name": name} if isinstance(name, str) else name
        for name in names
    ]


async def tells(scene: Scene, *names: Any, number: int = 1) -> str:
    """The host says that its community has these topics now."""
    document = scene.siege.actor(scene.group, kind="Group", topics=listed(scene, *names))
    update = scene.siege.about("Update", scene.group.id, document, id=f"{scene.group.id}#topics-{number}")
    (outcome,) = await scene.station.accept(scene.siege, update, by=scene.group)
    return outcome


async def known(scene: Scene, community: AccountId | None = None) -> list[str]:
    id = (await scene.football()).id if community is None else community
    return [row.display for row in await scene.station.db.read(community_topics.of, id)]


async def topic_of(scene: Scene, uri: str) -> str | None:
    placed = await scene.placed(uri)
    return None if placed is None else placed.topic


async def test_the_host_s_list_is_taken_whole_and_what_is_no_topic_left_out(scene: Scene) -> None:
    await scene.joined()
    assert await tells(scene, "Matches", "Away games") == "applied"
    assert await known(scene) == ["Matches", "Away games"]
    odd = ["matches", "", "x" * 41, "x" * 500, {"type": "Hashtag", "name": "no"}, {"type": "Topic", "name": 3}, 7, None]
    assert await tells(scene, "Matches", *odd, "<b>Rules</b>", number=2) == "applied"
    assert await known(scene) == ["Matches", "Rules"]
    assert await tells(scene, *(f"T{number}" for number in range(200)), number=3) == "applied"
    assert len(await known(scene)) == topics.MOST


async def test_nobody_else_tells_of_them(scene: Scene) -> None:
    await scene.joined()
    await tells(scene, "Matches")
    document = scene.siege.actor(scene.group, kind="Group", topics=listed(scene, "Mine"))
    for peer, who in ((scene.siege, scene.bruno), (scene.filiale, scene.carla)):
        forged = peer.about("Update", who.id, document)
        assert await scene.station.accept(peer, forged, by=who) == ["refused"]
    assert await known(scene) == ["Matches"]
    chess = await scene.founded()
    await scene.moderates(scene.bruno)
    with pytest.raises(Forbidden):
        football = await scene.football()
        await scene.station.db.write(membership_of_amina, football.id)
        await scene.station.db.write(
            topics.add, scene.station.viewer("amina"), football.id, "Ours", now=scene.station.clock()
        )
    assert await known(scene, chess.id) == []


def membership_of_amina(tx: Any, community: AccountId) -> None:
    for row in memberships.members(tx, community, memberships.MemberState.MEMBER, 2**62, 0, 10):
        if row.account.is_local:
            standing.seat_as(tx, row.membership, MemberRole.MODERATOR, by=community, now=NOON)


async def test_a_post_stands_under_the_topic_that_it_names_whichever_comes_first(scene: Scene) -> None:
    await scene.joined()
    early = scene.post("Friday", topic=f"{scene.group.id}#topics/away-games")
    assert await scene.hears(scene.filiale.create(early)) == "applied"
    assert await topic_of(scene, early["id"]) == "away-games"
    await tells(scene, "Away games")
    assert await topic_of(scene, early["id"]) == "away-games"
    for wrong in (f"{scene.siege.url('/users/chess')}#topics/away-games", f"{scene.group.id}#topics/{'x' * 300}", 7):
        post = scene.post("Odd", topic=wrong)
        assert await scene.hears(scene.filiale.create(post)) == "applied"
        assert await topic_of(scene, post["id"]) == ""
    await tells(scene, "Rules", number=2)
    assert await topic_of(scene, early["id"]) == "", "what is taken off the list is under no topic"


async def test_under_which_topic_a_thread_stands_is_the_host_s_last_word_whatever_came_first(scene: Scene) -> None:
    await scene.joined()
    await tells(scene, "Away games", "Rules")
    games, rules = (f"{scene.group.id}#topics/{name}" for name in ("away-games", "rules"))
    here, coming, bare = scene.post("Here"), scene.post("Coming", topic=rules), scene.post("Bare", topic=rules)
    await scene.hears(scene.filiale.create(here), published=iso(Millis(NOON + 1)))

    async def sorts(kind: str, post: dict[str, Any], target: str, place: int) -> str:
        act = scene.siege.about(kind, scene.bruno.id, post["id"], target=target)
        return await scene.hears(act, published=iso(Millis(NOON + place)))

    assert await sorts("Add", here, rules, 10) == "applied"
    assert await sorts("Remove", here, games, 30) == "applied", "it stood there meanwhile"
    assert await sorts("Add", here, games, 20) == "already"
    await sorts("Add", coming, games, 40)
    await sorts("Remove", bare, rules, 41)
    for number, post in enumerate((coming, bare)):
        assert await scene.hears(scene.filiale.create(post), published=iso(Millis(NOON + 2 + number))) == "applied"
    assert [await topic_of(scene, post["id"]) for post in (here, coming, bare)] == ["", "away-games", ""]


async def test_somebody_here_writes_under_a_topic_and_follows_it_alone(scene: Scene) -> None:
    await scene.joined()
    await tells(scene, "Away games", "Été")
    football, station = await scene.football(), scene.station
    await station.say("amina", "Count me in", community=football.id, topic="été")
    create = next(one for one in await scene.sent(scene.siege.authority) if one["type"] == "Create")
    assert create["object"]["topic"] == f"{scene.group.id}#topics/%C3%A9t%C3%A9"
    own = await station.db.write(
        membership.prefer, station.viewer("amina"), football.id, topic_only="away-games", now=station.clock()
    )
    assert own.topic_only == "away-games"


async def test_a_moderator_of_another_node_moves_a_thread_and_nobody_else_does(scene: Scene) -> None:
    chess, station = await scene.founded(), scene.station
    await station.db.write(topics.add, station.viewer("amina"), chess.id, "Openings", now=station.clock())
    await scene.is_of(scene.filiale, "archipel 1.0")
    assert await scene.asks(scene.carla, chess, scene.filiale) == "member"
    told = next(one for one in await scene.sent(scene.filiale.authority) if one["type"] == "Update")
    assert [one["name"] for one in told["object"]["topics"]] == ["Openings"]
    post = scene.filiale.note(scene.carla, "Checkmate", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
    await station.accept(scene.filiale, scene.filiale.create(post), by=scene.carla)
    target = f"{chess.uri}#topics/openings"

    def add(target: str = target) -> dict[str, Any]:
        return scene.filiale.about("Add", scene.carla.id, post["id"], target=target, to=[PUBLIC], cc=[chess.uri])

    assert await station.accept(scene.filiale, add(), by=scene.carla) == ["refused"]
    carla = await station.by_uri(scene.carla.id)
    assert carla is not None
    await station.db.write(
        membership.set_role,
        station.viewer("amina"),
        chess.id,
        carla.id,
        MemberRole.MODERATOR,
        now=station.clock(),
    )
    moved = add()
    assert await station.accept(scene.filiale, moved, by=scene.carla) == ["applied"]
    assert await topic_of(scene, post["id"]) == "openings"
    assert await station.accept(scene.filiale, add(), by=scene.carla) == ["already"]
    assert await station.accept(scene.filiale, add(f"{chess.uri}#topics/{'x' * 200}"), by=scene.carla) == ["refused"]
    announced = [one["object"] for one in await scene.sent(scene.filiale.authority) if one["type"] == "Announce"]
    assert moved in announced, "passed on as it came"
    remove = scene.filiale.about("Remove", scene.carla.id, post["id"], target=target)
    assert await station.accept(scene.filiale, remove, by=scene.carla) == ["applied"]
    assert await topic_of(scene, post["id"]) == ""


async def test_a_moderator_here_tells_the_host_under_which_topic_a_thread_stands(scene: Scene) -> None:
    await scene.joined()
    await tells(scene, "Matches")
    football, station = await scene.football(), scene.station
    await station.db.write(membership_of_amina, football.id)
    post = scene.post()
    await scene.hears(scene.filiale.create(post))
    placed = await scene.placed(post["id"])
    assert placed is not None
    amina = station.viewer("amina")
    assert await station.db.write(topics.put, amina, placed.post_id, "matches", now=station.clock())
    assert await station.db.write(topics.put, amina, placed.post_id, "", now=station.clock())
    sent = [one for one in await scene.sent(scene.siege.authority) if one["type"] in ("Add", "Remove")]
    assert [(one["type"], one["object"], one["target"]) for one in sent] == [
        ("Add", post["id"], f"{scene.group.id}#topics/matches"),
        ("Remove", post["id"], f"{scene.group.id}#topics/matches"),
    ]
