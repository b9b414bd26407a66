"""Boosts, likes, follows, blocks and profiles as they arrive: twice, late, taken back, and from nodes."""

import itertools
import json
from typing import Any

import pytest

from social import peers as peer_commands
from social import reading
from social.clock import HOUR, MINUTE
from social.people import accounts, relations
from social.policy import Viewer
from storage import deliveries, reactions
from storage import posts as post_rows
from storage import relations as relation_rows
from storage.accounts import AccountRow
from storage.deliveries import DeliveryRow
from storage.ids import Millis, PostId
from storage.posts import PostRow
from storage.relations import FollowState
from tests.faults import every_statement_fails_once
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed


async def sent(station: Station) -> list[dict[str, Any]]:
    """What waits to be delivered, in order, taken as delivered."""
    now = station.clock()
    rows: list[DeliveryRow] = await station.db.write(deliveries.claim, now, Millis(now + HOUR), 100)
    await station.db.write(deliveries.arrived, [row.id for row in rows], now)
    return [json.loads(row.body) for row in rows]


async def said_here(station: Station, text: str = "Line 3 stops") -> PostRow:
    """A post of somebody here."""
    await station.person("amina")
    id = await station.say("amina", text)
    await station.settle()
    return await post_of(station, id)


async def post_of(station: Station, id: PostId) -> PostRow:
    row = await station.db.read(post_rows.by_id, id)
    assert row is not None
    return row


async def row_of(station: Station, who: Somebody) -> AccountRow:
    row = await station.by_uri(who.id)
    assert row is not None
    return row


async def test_a_boost_of_a_post_here_is_counted_once(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    post = await said_here(station)
    first, second = (siege.about("Announce", bruno.id, post.uri, to=[PUBLIC]) for _ in range(2))
    assert await station.accept(siege, first, second, by=bruno) == ["applied", "already"]
    assert (await post_of(station, post.id)).boosts_count == 1


@pytest.mark.parametrize("form", ["id", "embedded", "wrapped"])
async def test_a_boosted_post_that_is_not_here_is_fetched_from_its_own_origin(
    station: Station, siege: Neighbour, bruno: Somebody, form: str
) -> None:
    await followed(station, siege, bruno)
    luc = siege.person("luc", key=1)
    note = siege.note(luc, "True words")
    forged = {**note, "content": "<p>False words</p>"}
    object = {"id": note["id"], "embedded": forged, "wrapped": siege.create(forged)}[form]
    boost = siege.about("Announce", bruno.id, object, to=[PUBLIC])
    assert await station.accept(siege, boost, by=bruno) == ["applied"]
    post = await station.db.read(post_rows.by_uri, note["id"])
    assert post is not None
    assert (post.html, post.is_history, post.boosts_count) == ("<p>True words</p>", True, 1)


async def test_a_boost_by_somebody_nobody_follows_fetches_nothing(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    note = siege.note(siege.person("luc", key=1))
    boost = siege.about("Announce", bruno.id, note["id"], to=[PUBLIC])
    assert await quick.accept(siege, boost, by=bruno) == ["unrelated"]
    assert [seen.path for seen in siege.requests] == ["/users/bruno"]


async def test_a_boost_of_a_stranger_s_post_asks_the_stranger_nothing(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(quick, siege, bruno)
    async with Neighbour("elsewhere.localhost") as elsewhere:
        note = elsewhere.note(elsewhere.person("eve"))
        boost = siege.about("Announce", bruno.id, note["id"], to=[PUBLIC])
        assert await quick.accept(siege, boost, by=bruno) == ["unrelated"]
        assert elsewhere.requests == []


async def test_a_boosted_post_that_cannot_be_had_now_is_asked_for_later(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(quick, siege, bruno)
    note = siege.note(siege.person("luc", key=1), serve=False)
    path = note["id"].removeprefix(siege.url(""))
    siege.answer(path, status=503)
    boost = siege.about("Announce", bruno.id, note["id"], to=[PUBLIC])
    assert await quick.accept(siege, boost, by=bruno) == ["waiting"]
    siege.document(path, note)
    quick.clock.pass_by(minutes=1)
    await quick.work()
    assert [row.state for row in await quick.received() if row.activity_id == boost["id"]] == ["applied"]


async def test_a_boost_of_what_is_private_is_not_shown(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await quick.person("amina")
    private = await post_of(quick, await quick.say("amina", "Between us", visibility="followers"))
    boost = siege.about("Announce", bruno.id, private.uri, to=[PUBLIC])
    assert await quick.accept(siege, boost, by=bruno) == ["unrelated"]
    assert (await post_of(quick, private.id)).boosts_count == 0


REACTIONS = ["Announce", "Like", "Follow", "Block"]
UNDO = [
    pytest.param(kind, form, order, id=f"{kind}-by-{form}-{'-'.join(order)}")
    for kind in REACTIONS
    for form in ("object", "id")
    for order in itertools.permutations(["do", "undo"])
]


@pytest.mark.parametrize(("kind", "form", "order"), UNDO)
async def test_what_is_taken_back_is_gone_in_every_order(
    quick: Station, siege: Neighbour, bruno: Somebody, kind: str, form: str, order: tuple[str, ...]
) -> None:
    post = await said_here(quick)
    target = quick.urls.actor("amina") if kind in ("Follow", "Block") else post.uri
    deed = siege.about(kind, bruno.id, target, to=[PUBLIC])
    undo = siege.about("Undo", bruno.id, deed if form == "object" else deed["id"])
    steps = {"do": deed, "undo": undo}
    for name in order:
        await quick.accept(siege, steps[name], by=bruno)
        await quick.accept(
            siege, {**steps[name], "id": f"{bruno.id}/again/{name}"} if name == "undo" else deed, by=bruno
        )
    after = await post_of(quick, post.id)
    assert (after.boosts_count, after.likes_count) == (0, 0)
    amina, row = quick.id("amina"), await row_of(quick, bruno)
    assert await quick.db.read(relation_rows.between, row.id, amina) is None
    assert await quick.db.read(relation_rows.block_between, row.id, amina) is None


async def test_somebody_else_s_deed_is_not_taken_back(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    eve = siege.person("eve", key=1)
    post = await said_here(quick)
    like = siege.about("Like", bruno.id, post.uri)
    await quick.accept(siege, like, by=bruno)
    undo = siege.about("Undo", eve.id, like)
    assert await quick.accept(siege, undo, by=eve) == ["refused"]
    await quick.accept(siege, siege.about("Undo", eve.id, like["id"]), by=eve)
    assert (await post_of(quick, post.id)).likes_count == 1


async def test_a_like_is_counted_once_and_told(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    post = await said_here(station)
    likes = [siege.about("Like", bruno.id, post.uri) for _ in range(2)]
    assert await station.accept(siege, *likes, by=bruno) == ["applied", "already"]
    row = await row_of(station, bruno)
    assert await station.db.read(reactions.like_of, row.id, post.id) is not None
    assert (await post_of(station, post.id)).likes_count == 1


async def test_a_like_of_what_is_hidden_from_its_actor_is_not_counted(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await quick.person("amina")
    private = await post_of(quick, await quick.say("amina", "Between us", visibility="followers"))
    unknown = siege.about("Like", bruno.id, f"{private.uri}0")
    hidden = siege.about("Like", bruno.id, private.uri)
    assert await quick.accept(siege, unknown, hidden, by=bruno) == ["unrelated", "unrelated"]


async def test_a_follow_is_accepted_at_once_and_again_when_it_is_asked_again(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.person("amina")
    amina = station.urls.actor("amina")
    first, second = (siege.about("Follow", bruno.id, amina) for _ in range(2))
    assert await station.accept(siege, first, second, by=bruno) == ["applied", "applied"]
    answers = await sent(station)
    assert [(answer["type"], answer["actor"], answer["object"]["id"]) for answer in answers] == [
        ("Accept", amina, first["id"]),
        ("Accept", amina, second["id"]),
    ]
    assert answers[0]["object"] == {
        "id": first["id"],
        "type": "Follow",
        "actor": bruno.id,
        "object": amina,
        "to": [amina],
    }
    assert (await station.row(station.id("amina"))).followers_count == 1


async def test_a_follow_of_somebody_careful_waits_for_them(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await station.person("amina", locked=True)
    ask = siege.about("Follow", bruno.id, station.urls.actor("amina"))
    await station.accept(siege, ask, by=bruno)
    assert await sent(station) == []
    row = await row_of(station, bruno)
    await station.db.write(relations.accept, station.viewer("amina"), row.id, now=station.clock())
    await station.settle()
    assert [answer["type"] for answer in await sent(station)] == ["Accept"]


async def test_a_follow_by_somebody_blocked_is_refused(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await quick.person("amina")
    account = await quick.federation.remote.account_by_url(bruno.id)
    assert account is not None
    await quick.db.write(
        relations.block, quick.viewer("amina"), account, ids=quick.ids, urls=quick.urls, now=quick.clock()
    )
    await quick.accept(siege, siege.about("Follow", bruno.id, quick.urls.actor("amina")), by=bruno)
    await quick.settle()
    assert [answer["type"] for answer in await sent(quick)] == ["Block", "Reject"]


@pytest.mark.parametrize("form", ["object", "id"])
async def test_an_accept_and_then_a_reject_open_and_close_a_follow(
    station: Station, siege: Neighbour, bruno: Somebody, form: str
) -> None:
    await station.person("amina")
    account = await station.federation.remote.account_by_url(bruno.id)
    assert account is not None
    await station.follow("amina", account)
    await station.settle()
    (asked,) = await sent(station)
    assert (asked["type"], asked["object"]) == ("Follow", bruno.id)
    object = asked if form == "object" else asked["id"]
    assert await station.accept(siege, siege.about("Accept", bruno.id, object), by=bruno) == ["applied"]
    follow = await station.db.read(relation_rows.between, station.id("amina"), account)
    assert follow is not None and follow.state == FollowState.ACCEPTED
    assert await station.accept(siege, siege.about("Accept", bruno.id, object), by=bruno) == ["already"]
    assert await station.accept(siege, siege.about("Reject", bruno.id, object), by=bruno) == ["applied"]
    assert await station.db.read(relation_rows.between, station.id("amina"), account) is None


async def test_only_the_followed_one_accepts(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    eve = siege.person("eve", key=1)
    await quick.person("amina")
    account = await quick.federation.remote.account_by_url(bruno.id)
    assert account is not None
    await quick.follow("amina", account)
    await quick.settle()
    (asked,) = await sent(quick)
    assert await quick.accept(siege, siege.about("Accept", eve.id, asked), by=eve) == ["refused"]
    assert await quick.accept(siege, siege.about("Accept", eve.id, asked["id"]), by=eve) == ["already"]
    note = siege.note(eve)
    assert await quick.accept(siege, siege.about("Accept", eve.id, note), by=eve) == ["unsupported"]
    follow = await quick.db.read(relation_rows.between, quick.id("amina"), account)
    assert follow is not None and follow.state == FollowState.REQUESTED


async def test_a_block_ends_follows_both_ways(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(station, siege, bruno)
    await station.accept(siege, siege.about("Follow", bruno.id, station.urls.actor("amina")), by=bruno)
    blocks = [siege.about("Block", bruno.id, station.urls.actor("amina")) for _ in range(2)]
    assert await station.accept(siege, *blocks, by=bruno) == ["applied", "already"]
    amina = await station.row(station.id("amina"))
    assert (amina.followers_count, amina.following_count) == (0, 0)
    row = await row_of(station, bruno)
    assert await station.db.read(relation_rows.between, amina.id, row.id) is None


async def test_a_profile_changes_by_its_update(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await station.accept(siege, siege.about("Like", bruno.id, "https://x.example/1"), by=bruno)
    document = siege.actor(
        bruno,
        name="Bruno <b>K</b>",
        summary="<p>Hi<script>x</script></p>",
        attachment=[{"type": "PropertyValue", "name": "Site", "value": '<a href="javascript:x">Paris</a>'}],
        icon={"type": "Image", "mediaType": "image/png", "url": siege.url("/b.png")},
    )
    assert await station.accept(siege, siege.about("Update", bruno.id, document), by=bruno) == ["applied"]
    row = await row_of(station, bruno)
    assert (row.display_name, row.note_html) == ("Bruno K", "<p>Hi</p>")
    (field,) = accounts.fields(row)
    assert (field.name, field.html) == ("Site", "Paris")
    assert row.avatar_token is not None


async def test_a_profile_of_somebody_else_is_refused(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    eve = siege.person("eve", key=1)
    document = siege.actor(eve, name="Taken")
    assert await quick.accept(siege, siege.about("Update", bruno.id, document), by=bruno) == ["refused"]


async def test_a_node_hides_its_own_member_and_shows_them_again(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    await station.accept(siege, siege.create(siege.note(bruno)), by=bruno)
    hidden, shown = (siege.actor(bruno, suspended=flag) for flag in (True, False))
    (post,) = await station.posts()

    async def is_shown() -> bool:
        viewer: Viewer = station.viewer("amina")
        return bool(await station.db.read(reading.posts, viewer, [post.id]))

    assert await is_shown()
    for _ in range(2):
        assert await station.accept(siege, siege.about("Update", bruno.id, hidden), by=bruno) == ["applied"]
        assert not await is_shown()
    for _ in range(2):
        assert await station.accept(siege, siege.about("Update", bruno.id, shown), by=bruno) == ["applied"]
        assert await is_shown()


async def test_nodes_follow_one_another(station: Station, siege: Neighbour) -> None:
    node = siege.node()
    ask = siege.about("Follow", node.id, station.urls.instance_actor)
    assert await station.accept(siege, ask, by=node) == ["applied"]
    await station.run_jobs()
    kinds = [(activity["type"], activity["actor"]) for activity in await sent(station)]
    assert kinds == [("Accept", station.urls.instance_actor), ("Follow", station.urls.instance_actor)]
    await station.accept(siege, ask, by=node)
    await station.accept(siege, siege.about("Follow", node.id, station.urls.instance_actor), by=node)
    assert [activity["type"] for activity in await sent(station)] == ["Accept"]


async def test_a_person_cannot_follow_the_node(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await quick.accept(siege, siege.about("Follow", bruno.id, quick.urls.instance_actor), by=bruno)
    assert [activity["type"] for activity in await sent(quick)] == ["Reject"]


async def test_a_denied_node_is_sent_nothing_until_it_is_let_in_again(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    node = siege.node()
    await followed(station, siege, bruno)
    await station.accept(siege, siege.about("Follow", node.id, station.urls.instance_actor), by=node)
    await station.run_jobs()
    await sent(station)
    await said_here(station, "Before")
    await station.db.write(peer_commands.deny, None, siege.authority, now=station.clock())
    await station.settle()
    await said_here(station, "While denied")
    assert await sent(station) == []
    (peer,) = await station.db.read(peer_commands.peers, None)
    assert (peer.peer.policy, peer.waiting) == ("denied", 0)
    assert (await station.row(station.id("amina"))).following_count == 0
    await station.db.write(peer_commands.allow, None, siege.authority, now=station.clock())
    await station.run_jobs()
    await said_here(station, "After")
    assert [activity["object"]["content"] for activity in await sent(station)] == ["<p>After</p>"]


async def test_following_survives_the_failure_of_each_statement(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.person("amina")
    amina = station.urls.actor("amina")
    post = await said_here(station)
    for activity in (
        siege.about("Follow", bruno.id, amina),
        siege.about("Like", bruno.id, post.uri),
        siege.about("Announce", bruno.id, post.uri, to=[PUBLIC]),
    ):
        assert (await station.take(siege, activity, bruno)).status == 202

    async def check() -> None:
        states = {row.kind: row.state for row in await station.received()}
        now = await post_of(station, post.id)
        followers = (await station.row(station.id("amina"))).followers_count
        assert (followers, now.likes_count, now.boosts_count) == tuple(
            int(states[kind] == "applied") for kind in ("Follow", "Like", "Announce")
        )
        station.clock.pass_by(days=2)

    await every_statement_fails_once(station.db, station.federation.inbox.settle, check)
    await check()
    assert station.clock() > MINUTE
