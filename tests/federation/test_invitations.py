"""Invitations by moderators of elsewhere: whom the host does not know it fetches, and what is not possible it answers.

The scene is that of `test_community_requests`.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from social.communities import membership
from social.feeds import notifications
from social.paging import FIRST
from storage.accounts import AccountRow
from storage.engine.database import Database
from storage.memberships import MemberRole
from storage.notifications import Kind
from storage.peers import Policy
from tests.federation.scene import Scene, opened
from tests.federation.test_community_requests import chess, moderated, seat, state


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """Both other nodes are Archipel's, and let in by name."""
    async with opened(db, tmp_path) as made:
        for peer in (made.siege, made.filiale):
            await made.is_of(peer, "archipel 1.0", Policy.ALLOWED)
        yield made


def invite(scene: Scene, made: AccountRow, whom: str) -> dict[str, Any]:
    return scene.siege.about("Invite", scene.bruno.id, made.uri, target=whom, to=[made.uri])


async def test_whom_the_host_does_not_know_yet_it_fetches_and_invites(scene: Scene) -> None:
    made = await chess(scene, scene.bruno)
    assert await scene.station.by_uri(scene.carla.id) is None
    said = invite(scene, made, scene.carla.id)
    assert await scene.station.accept(scene.siege, said, by=scene.bruno) == ["applied"]
    assert await state(scene, made, scene.carla.id) == "invited"
    (sent,) = [one for one in await scene.sent(scene.filiale.authority) if one["type"] == "Invite"]
    assert (sent["object"], sent["target"]) == (made.uri, scene.carla.id)


@pytest.mark.parametrize("why", ["nobody", "no person", "banned"])
async def test_an_invitation_that_is_not_possible_is_answered(scene: Scene, why: str) -> None:
    made = await chess(scene, scene.bruno)
    station, whom = scene.station, scene.carla
    if why == "nobody":
        whom = scene.filiale.person("nina", key=5, serve=False)
    elif why == "no person":
        whom = scene.filiale.person("club", key=5, kind="Group")
    else:
        account = await station.federation.remote.account_by_url(whom.id)
        assert account is not None
        await station.db.write(membership.ban, station.viewer("amina"), made.id, account, now=station.clock())
    said = invite(scene, made, whom.id)
    assert await station.accept(scene.siege, said, by=scene.bruno) == ["refused"]
    (answered,) = [one for one in await scene.sent(scene.siege.authority) if one["type"] == "Reject"]
    assert (answered["actor"], answered["to"]) == (made.uri, [scene.bruno.id])
    about = {"id": said["id"], "type": "Invite", "actor": scene.bruno.id, "object": made.uri, "target": whom.id}
    assert answered["object"] == about
    assert await state(scene, made, whom.id) == ("banned" if why == "banned" else "")


async def test_who_does_not_moderate_is_not_even_refused(scene: Scene) -> None:
    made = await chess(scene, scene.bruno)
    await seat(scene, made, scene.bruno.id, MemberRole.MEMBER)
    before = await scene.sent()
    said = invite(scene, made, scene.carla.id)
    assert await scene.station.accept(scene.siege, said, by=scene.bruno) == ["refused"]
    assert await scene.sent() == before


async def test_who_invited_from_here_reads_that_it_was_not_possible(scene: Scene) -> None:
    football, station = await moderated(scene), scene.station
    carla = await station.federation.remote.account_by_url(scene.carla.id)
    assert carla is not None
    await station.db.write(
        membership.invite, station.viewer("amina"), football.id, carla, ids=station.ids, now=station.clock()
    )
    (sent,) = [one for one in await scene.sent(scene.siege.authority) if one["type"] == "Invite"]
    about = {"id": sent["id"], "type": "Invite", "actor": sent["actor"], "target": scene.bruno.id}
    forged = scene.siege.about("Reject", scene.bruno.id, about)
    await station.accept(scene.siege, forged, by=scene.bruno)
    assert await unpossible(scene) == []
    for _ in range(2):
        answered = scene.siege.about("Reject", scene.group.id, about)
        assert await station.accept(scene.siege, answered, by=scene.group) == ["applied"]
    assert await unpossible(scene) == [f"@carla@{scene.filiale.authority}"], "by our own words, and once"


async def unpossible(scene: Scene) -> list[str]:
    found = await scene.station.db.read(
        notifications.notifications, scene.station.viewer("amina"), FIRST, now=scene.station.clock()
    )
    return [one.words for one in found if one.kind is Kind.COMMUNITY_UNINVITED]
