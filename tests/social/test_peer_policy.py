"""What administrators decide about other nodes: at label borders, in lists, with effects on what is here."""

import pytest

from federation.names import normal_authority
from social import peer_policy, peers
from social.errors import Forbidden, Invalid, NotFound
from social.governance import audit
from social.governance.audit import Wanted
from social.peer_policy import Limits
from social.peer_rules import names_over, rule_of
from social.policy import Role
from storage import peers as rows
from storage.peers import Policy
from tests.world import World


@pytest.fixture
async def plant(world: World) -> World:
    """Ines, who administers, and Marc, who moderates."""
    await world.person("ines", role=Role.ADMIN)
    await world.person("marc", role=Role.MODERATOR)
    return world


async def limit(world: World, host: str, by: str = "ines", **limits: object) -> None:
    wanted = Limits(**limits)  # type: ignore[arg-type]  # keywords of Limits
    await world.db.write(peer_policy.limit, world.viewer(by), host, wanted, now=world.clock())


@pytest.mark.parametrize(
    ("host", "names"),
    [
        pytest.param("a.b.example", ["a.b.example", "b.example", "example"], id="above"),
        pytest.param("a.example:8443", ["a.example:8443", "a.example", "example"], id="port"),
        pytest.param("127.0.0.1:80", ["127.0.0.1:80", "127.0.0.1", "0.0.1", "0.1", "1"], id="address"),
        pytest.param("[::1]:80", ["[::1]:80", "[::1]"], id="six"),
    ],
)
def test_the_names_over_a_host_end_at_label_borders(host: str, names: list[str]) -> None:
    assert names_over(host) == names


async def test_a_rule_holds_below_its_name_and_not_beside_it(plant: World) -> None:
    await plant.db.write(peers.deny, plant.viewer("ines"), "bad.example", now=plant.clock())
    await limit(plant, "loud.example", severity="silence", refuses_media=True, per_minute=60)
    for host, denied in (("bad.example", True), ("a.bad.example", True), ("notbad.example", False), ("example", False)):
        assert (await plant.db.read(rule_of, host)).is_denied is denied, host
    rule = await plant.db.read(rule_of, "deep.down.loud.example")
    assert rule.is_silenced and rule.refuses_media and not rule.refuses_reports and rule.per_minute == 60


async def test_people_of_a_silenced_node_are_kept_from_strangers_known_and_new(plant: World) -> None:
    known = await plant.elsewhere("bruno", "a.loud.example")
    other = await plant.elsewhere("carla", "calm.example")
    await limit(plant, "loud.example", severity="silence")
    new = await plant.elsewhere("luc", "b.loud.example")
    limited = [(await plant.row(row.id)).is_limited for row in (known, other, new)]
    assert limited == [True, False, True]
    await plant.db.write(peer_policy.unlimit, plant.viewer("ines"), "loud.example", now=plant.clock())
    assert not (await plant.row(known.id)).is_limited


async def test_to_shut_out_a_domain_ends_follows_of_all_below_it(plant: World) -> None:
    bruno = await plant.elsewhere("bruno", "a.bad.example")
    await plant.follow("marc", bruno.id)
    await plant.happened()
    await limit(plant, "bad.example", severity="suspend")
    happened = [type(event).__name__ for event in await plant.happened()]
    assert "FollowRemoved" in happened and happened.count("PeerDenied") == 2


async def test_lists_go_out_and_come_in_as_mastodon_has_them(plant: World) -> None:
    viewer, now = plant.viewer("ines"), plant.clock()
    text = (
        "\ufeff#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\r\n"
        "bad.example,suspend,false,true,Spam,false\r\n"
        'LOUD.example.,silence,true,false,"Loud, very",true\r\n'
        "\r\n"
        "under_score..example,suspend,false,false,,false\r\n"
        "usine.example,suspend,false,false,,false\r\n"
        "odd.example,banish,false,false,,false\r\n"
        "quiet.example,noop,true,false,,false\r\n"
    )
    taken, refused = await plant.db.write(
        peer_policy.take_list, viewer, text, normal_authority, own="usine.example", now=now
    )
    assert taken == 3 and [line.number for line in refused] == [5, 6, 7]
    written = await plant.db.read(peer_policy.blocks_csv, viewer)
    assert written.splitlines() == [
        "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate",
        "bad.example,suspend,false,true,Spam,false",
        'loud.example,silence,true,false,"Loud, very",true',
        "quiet.example,noop,true,false,,false",
    ]
    again = await plant.db.write(peer_policy.take_list, viewer, written, normal_authority, own="usine.example", now=now)
    assert again == (3, [])
    assert await plant.db.read(peer_policy.blocks_csv, viewer) == written
    allows = "#domain\nsiege.example\nfiliale.example\n"
    assert (
        await plant.db.write(peer_policy.take_list, viewer, allows, normal_authority, own="usine.example", now=now)
    )[0] == 2
    assert await plant.db.read(peer_policy.allows_csv, viewer) == "#domain\nfiliale.example\nsiege.example\n"


async def test_decisions_are_for_administrators_and_are_written_down(plant: World) -> None:
    with pytest.raises(Forbidden):
        await limit(plant, "loud.example", by="marc")
    with pytest.raises(Forbidden):
        await plant.db.read(peer_policy.blocks_csv, plant.viewer("marc"))
    for wrong in ({"severity": "banish"}, {"per_minute": -1}, {"private_comment": "x" * 501}):
        with pytest.raises(Invalid):
            await limit(plant, "loud.example", **wrong)
    await limit(plant, "loud.example", severity="silence", private_comment="too loud")
    await plant.db.write(peer_policy.forget, None, "loud.example", now=plant.clock())
    row = await plant.db.read(rows.by_host, "loud.example")
    assert row is not None and row.policy is Policy.UNKNOWN and not row.is_silenced
    for missing in (peer_policy.forget, peer_policy.retry):
        with pytest.raises(NotFound):
            await plant.db.write(missing, None, "nowhere.example", now=plant.clock())
    log = await plant.db.read(audit.acts, plant.viewer("ines"), Wanted(act="peer"))
    assert [(one.by_name, one.act, one.subject) for one in log] == [
        ("archipel", "peer.forget", "loud.example"),
        ("ines", "peer.limit", "loud.example"),
    ]
    assert "too loud" in log[1].reason
