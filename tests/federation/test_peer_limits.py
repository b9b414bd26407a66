"""Decisions about a peer as the peer feels them: it attacks a running node by its socket."""

from pathlib import Path

import pytest

from social import peer_policy, peers
from social.peer_policy import Limits
from storage import media
from storage.engine.database import Database
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station, open_station
from tests.federation.test_apply_posts import followed


async def decide(station: Station, host: str, **limits: object) -> None:
    """Limit a host, at once for the node too."""
    wanted = Limits(**limits)  # type: ignore[arg-type]  # keywords of Limits
    await station.db.write(peer_policy.limit, None, host, wanted, now=station.clock())
    station.federation.policy.forget()


async def test_a_peer_below_a_name_that_is_shut_out_is_answered_403_and_told_nothing(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    await station.db.write(peers.deny, None, "localhost", now=station.clock())
    station.federation.policy.forget()
    assert (await station.take(siege, siege.create(siege.note(bruno)), bruno)).status == 403
    assert (await station.show(siege, "/users/amina", bruno.key)).status == 403
    assert not await station.federation.policy.allows(siege.authority)
    assert siege.authority not in await station.federation.policy.hosts()


async def test_pictures_of_a_peer_that_sends_none_are_not_kept_nor_fetched(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    await decide(station, siege.host, severity="noop", refuses_media=True)
    picture = {"type": "Document", "mediaType": "image/png", "url": siege.url("/p.png"), "name": "The press"}
    note = siege.note(bruno, attachment=[picture])
    assert await station.accept(siege, siege.create(note), by=bruno) == ["applied"]
    (post,) = [post for post in await station.posts() if not post.is_local]
    assert await station.db.read(media.of_posts, [post.id]) == []


async def test_a_peer_with_a_pace_of_its_own_is_asked_to_wait(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    await decide(station, siege.host, severity="noop", per_minute=3)
    assert await station.federation.policy.allows(siege.authority)
    answers = [await station.take(siege, siege.create(siege.note(bruno)), bruno) for _ in range(8)]
    assert {answer.status for answer in answers} == {202, 429}
    assert [answer.status for answer in answers][-1] == 429


async def test_an_open_node_speaks_with_all_but_those_shut_out(
    db: Database, tmp_path: Path, siege: Neighbour, bruno: Somebody
) -> None:
    async with open_station(db, tmp_path, mode="open") as station:
        await station.person("amina")
        note = siege.note(bruno, to=[station.urls.actor("amina")], cc=[])
        assert await station.accept(siege, siege.create(note), by=bruno) == ["applied"]
        await station.db.write(peers.deny, None, siege.host, now=station.clock())
        station.federation.policy.forget()
        assert (await station.take(siege, siege.create(siege.note(bruno)), bruno)).status == 403


@pytest.mark.parametrize("severity", ["silence", "noop"])
async def test_a_silenced_peer_is_heard_by_followers_only(
    station: Station, siege: Neighbour, bruno: Somebody, severity: str
) -> None:
    await followed(station, siege, bruno)
    await decide(station, siege.host, severity=severity)
    account = await station.by_uri(bruno.id)
    assert account is not None and account.is_limited is (severity == "silence")
