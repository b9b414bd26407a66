"""What a host of elsewhere wants a community to say of itself, on the wire; the scene is that of
`test_community_requests`."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from social.clock import iso
from social.communities import changing, front
from social.communities.communities import CommunityChange
from social.communities.reading import CommunityView
from storage import communities
from storage.accounts import AccountRow
from storage.communities import Entry, Posting
from storage.engine.database import Database, Tx
from storage.ids import Millis
from storage.memberships import MemberRole
from storage.peers import Policy
from tests.federation.scene import Scene, opened
from tests.federation.test_community_requests import chess, moderated, seat
from tests.world import NOON


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """Both other nodes are Archipel's, and let in by name."""
    async with opened(db, tmp_path) as made:
        for peer in (made.siege, made.filiale):
            await made.is_of(peer, "archipel 1.0", Policy.ALLOWED)
        yield made


def change(scene: Scene, made: AccountRow, number: int = 1, **said: Any) -> dict[str, Any]:
    """Bruno of siege wants it so, and says it at a time."""
    what = {"id": f"{scene.bruno.id}#changes/{number}/what", "type": "CommunityChange", "audience": made.uri, **said}
    at = iso(Millis(NOON + number))
    return scene.siege.about("Update", scene.bruno.id, what, id=f"{scene.bruno.id}#changes/{number}", published=at)


async def view(scene: Scene, made: AccountRow) -> CommunityView:
    return await scene.station.db.read(front.view, scene.station.viewer("amina"), made.id)


async def hears(scene: Scene, *said: dict[str, Any]) -> list[str]:
    return [(await scene.station.accept(scene.siege, one, by=scene.bruno))[0] for one in said]


async def test_a_host_of_elsewhere_changes_it_and_all_are_told(scene: Scene) -> None:
    made = await chess(scene, scene.bruno)
    assert await hears(scene, change(scene, made, rules="Mine")) == ["refused"], "who moderates is no host"
    await seat(scene, made, scene.bruno.id, MemberRole.HOST)
    said: dict[str, Any] = {"name": "Checkers", "summary": "5 < 6", "rules": "Be early", "welcome": "Hello"}
    said |= {"entry": "invited", "postingRestrictedToMods": True, "newTopic": "Openings"}
    assert await hears(scene, change(scene, made, 2, **said)) == ["applied"]
    after = await view(scene, made)
    row, account = after.community, after.account
    assert (account.display_name, account.note_source, row.rules_source, row.welcome_source) == (
        *("Checkers", "5 < 6", "Be early", "Hello"),
    )
    assert (row.entry, row.posting, [one.display for one in after.topics]) == (
        *(Entry.INVITED, Posting.HOSTS, ["Openings"]),
    )
    (told, *_) = [one for one in await scene.sent(scene.siege.authority) if one["type"] == "Update"]
    assert (told["actor"], told["object"]["name"], told["object"]["entry"]) == (made.uri, "Checkers", "invited")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "overtaken"])
async def test_of_each_part_the_last_word_counts_in_whatever_order_it_comes(
    scene: Scene, order: tuple[int, int]
) -> None:
    made = await chess(scene, scene.bruno)
    await seat(scene, made, scene.bruno.id, MemberRole.HOST)
    said = [change(scene, made, 2, rules="Be on time", name="Go"), change(scene, made, 3, rules="Be early")]
    await hears(scene, *(said[place] for place in order))
    after = await view(scene, made)
    assert (after.community.rules_source, after.account.display_name) == ("Be early", "Go")


async def test_what_cannot_be_is_refused_and_changes_nothing(scene: Scene) -> None:
    made = await chess(scene, scene.bruno)
    await seat(scene, made, scene.bruno.id, MemberRole.HOST)
    before = await view(scene, made)
    wrong = ({"entry": "everybody"}, {"rules": "x" * 6_000}, {"newTopic": "x" * 90}, {"newTopic": "…"})
    outcomes = await hears(scene, *(change(scene, made, number, **said) for number, said in enumerate(wrong, 1)))
    assert outcomes == ["refused", "refused", "refused", "already"]
    other = change(scene, made, 9, rules="Mine")
    other["object"]["audience"] = scene.group.id
    assert await hears(scene, other) == ["unrelated"]
    assert await view(scene, made) == before


async def test_who_hosts_from_here_asks_where_it_is_kept(scene: Scene) -> None:
    football, station = await moderated(scene), scene.station
    amina, actor = station.viewer("amina"), station.urls.actor("amina")

    def hosted(tx: Tx) -> None:
        row = communities.by_id(tx, football.id)
        assert row is not None
        communities.rewrite(tx, msgspec.structs.replace(row, hosts=actor))

    await station.db.write(hosted)
    wanted = CommunityChange(rules="Be early", posting=Posting.HOSTS)
    assert not await station.db.write(changing.edit, amina, football.id, wanted, urls=station.urls, now=station.clock())
    (said,) = [one for one in await scene.sent(scene.siege.authority) if one["type"] == "Update"]
    assert (said["actor"], said["to"]) == (actor, [scene.group.id])
    what = {name: value for name, value in said["object"].items() if name != "id"}
    assert what == {
        "type": "CommunityChange",
        "attributedTo": actor,
        "audience": scene.group.id,
        "rules": "Be early",
        "postingRestrictedToMods": True,
    }
