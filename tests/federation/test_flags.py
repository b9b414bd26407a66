"""Flag, in all the shapes of other servers, and ours as it goes out."""

from typing import Any

import pytest

from social.governance import reports
from social.governance.reports import NewReport, ReportView
from social.paging import Page
from social.policy import Role
from storage import peers
from storage.ids import AccountId, PostId
from storage.peers import Policy
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_outgoing import bodies


async def plant(station: Station) -> tuple[str, str, PostId]:
    """Amina with a post, Marc who moderates: her id, the post's id on the wire and here."""
    await station.person("amina")
    await station.person("marc", role=Role.MODERATOR)
    post = await station.say("amina", "nobody repairs line 3")
    amina = await station.row(station.id("amina"))
    return amina.uri, station.urls.post_uri("amina", post), post


async def queue(station: Station) -> list[ReportView]:
    """What the moderators have before them."""
    return await station.db.read(reports.reports, station.viewer("marc"), Page())


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(lambda amina, post, page: {"object": [amina, post]}, id="Mastodon"),
        pytest.param(lambda amina, post, page: {"object": [post, amina]}, id="post first"),
        pytest.param(lambda amina, post, page: {"object": post, "content": None, "summary": "rude"}, id="Lemmy"),
        pytest.param(
            lambda amina, post, page: {"object": amina, "content": f"Note: {post}\n-----\nrude"}, id="Misskey"
        ),
        pytest.param(lambda amina, post, page: {"object": [amina], "content": f"rude, see {page}."}, id="page"),
        pytest.param(
            lambda amina, post, page: {"object": [{"type": "Person", "id": amina}, {"type": "Note", "id": post}]},
            id="embedded",
        ),
        pytest.param(
            lambda amina, post, page: {"object": [amina, post, "https://else.example/1", post, amina]}, id="with others"
        ),
    ],
)
async def test_a_flag_of_any_shape_comes_into_the_queue(
    station: Station, siege: Neighbour, bruno: Somebody, shape: Any
) -> None:
    amina, uri, post = await plant(station)
    said = {"content": "<p>rude</p>", **shape(amina, uri, station.urls.post_page("amina", post))}
    activity = {key: value for key, value in (siege.about("Flag", bruno.id, amina) | said).items() if value is not None}
    assert await station.accept(siege, activity, by=bruno) == ["applied"]
    found = await queue(station)
    assert [(view.target.username, view.posts) for view in found] == [("amina", (post,))]
    assert "rude" in found[0].report.comment and "<" not in found[0].report.comment
    again = await station.take(siege, activity, bruno)
    assert again.status == 202
    await station.work()
    assert len(await queue(station)) == 1


async def test_a_flag_of_nobody_here_is_no_report(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await plant(station)
    node = await station.row(await station.federation.resolver.node())
    for object in ("https://else.example/1", siege.person("luc").id, node.uri):
        assert await station.accept(siege, siege.about("Flag", bruno.id, object), by=bruno) == ["unrelated"]
    assert await queue(station) == []


async def test_the_words_of_a_flag_are_cut_and_its_posts_counted(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    amina, *_ = await plant(station)
    posts = [await station.say("amina", f"number {number}") for number in range(70)]
    uris = [station.urls.post_uri("amina", post) for post in posts]
    activity = siege.about("Flag", bruno.id, [amina, *uris]) | {"content": "x" * 9_000}
    assert await station.accept(siege, activity, by=bruno) == ["applied"]
    view = (await queue(station))[0]
    assert len(view.report.comment) == 5_000 and len(view.posts) == 50


async def test_a_peer_whose_reports_are_refused_is_not_heard(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    amina, *_ = await plant(station)
    await station.db.write(peers.decide, siege.host, Policy.ALLOWED, station.clock())
    row = await station.db.read(peers.by_host, siege.host)
    assert row is not None
    await station.db.write(peers.limit, _refusing(row))
    assert await station.accept(siege, siege.about("Flag", bruno.id, amina), by=bruno) == ["refused"]
    assert await queue(station) == []


async def test_a_peer_that_floods_the_queue_is_stopped(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    amina, *_ = await plant(station)
    for _ in range(reports.A_DAY_OF_A_NODE // 50):
        flags = [siege.about("Flag", bruno.id, amina) for _ in range(50)]
        assert set(await station.accept(siege, *flags, by=bruno)) == {"applied"}
    assert await station.accept(siege, siege.about("Flag", bruno.id, amina), by=bruno) == ["refused"]


async def test_a_forwarded_report_goes_to_the_node_of_the_reported_without_the_reporter(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await plant(station)
    target = await _known(station, bruno)
    await bodies(station)
    await _file(station, target, forward=False)
    assert await bodies(station) == []
    await _file(station, target, forward=True)
    (flag,) = await bodies(station)
    assert (flag["type"], flag["actor"]) == ("Flag", station.urls.instance_actor)
    assert flag["object"] == [bruno.id] and flag["to"] == [bruno.id]
    assert flag["content"] == flag["summary"] == "spreads lies"
    assert "amina" not in str(flag)


async def test_what_is_reported_here_is_not_told_elsewhere(station: Station, siege: Neighbour) -> None:
    await plant(station)
    await station.person("luc")
    await bodies(station)
    new = NewReport(target=station.id("amina"), forward=True)
    view = await station.db.write(
        reports.file, station.viewer("luc"), new, ids=station.ids, urls=station.urls, now=station.clock()
    )
    assert not view.report.is_forwarded
    assert await bodies(station) == []


def _refusing(row: peers.PeerRow) -> peers.PeerRow:
    return peers.PeerRow(**{name: getattr(row, name) for name in row.__struct_fields__} | {"refuses_reports": True})


async def _known(station: Station, who: Somebody) -> AccountId:
    account = await station.federation.remote.account_by_url(who.id)
    assert account is not None
    return account


async def _file(station: Station, target: AccountId, *, forward: bool) -> None:
    new = NewReport(target=target, comment="spreads lies", forward=forward)
    await station.db.write(
        reports.file, station.viewer("amina"), new, ids=station.ids, urls=station.urls, now=station.clock()
    )
