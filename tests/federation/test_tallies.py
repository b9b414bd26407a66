"""The numbers of a post are the same on every node of the group."""

from typing import Any

import pytest

from social.clock import iso
from storage import posts as post_rows
from storage.ids import Millis
from storage.posts import PostRow
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed, the_post
from tests.federation.test_outgoing import bodies
from tests.world import NOON


def numbers(siege: Neighbour, node: Somebody, uri: str, **totals: int) -> dict[str, Any]:
    found = [{"id": f"{uri}/{name}", "type": "Collection", "totalItems": total} for name, total in totals.items()]
    return siege.about("Update", node.id, found)


async def again(station: Station, row: PostRow) -> PostRow:
    found = await station.db.read(post_rows.by_id, row.id)
    assert found is not None
    return found


async def test_the_group_is_told_the_numbers_once_for_many_likes(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    node = siege.node()
    await station.accept(siege, siege.about("Follow", node.id, station.urls.instance_actor), by=node)
    for name in ("amina", "carla", "ines"):
        await station.person(name)
    post = await station.say("amina", "Line 3")
    closed = await station.say("amina", "Closed", visibility="followers")
    await station.settle()
    await station.like("carla", post)
    await station.like("ines", post)
    await station.boost("ines", post)
    await station.like("amina", closed)
    await bodies(station)
    await station.run_jobs()
    assert [body for body in await bodies(station) if body["type"] == "Update"] == []
    station.clock.pass_by(minutes=1)
    await station.run_jobs()
    (told,) = [body for body in await bodies(station) if isinstance(body["object"], list)]
    assert told["actor"] == station.urls.instance_actor
    assert [(one["id"].rpartition("/")[2], one["totalItems"]) for one in told["object"]] == [
        ("likes", 2),
        ("shares", 1),
        ("replies", 0),
    ]


async def test_what_the_authors_node_says_is_shown_when_it_is_more(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    node = siege.node()
    await followed(station, siege, bruno)
    note = siege.note(bruno)
    await station.accept(siege, siege.create(note), by=bruno)
    post = await the_post(station)
    await station.like("amina", post.id)
    told = numbers(siege, node, note["id"], likes=5, shares=3, replies=0)
    assert await station.accept(siege, told, by=node) == ["applied"]
    row = await again(station, post)
    assert (row.likes_count, row.likes_shown, row.boosts_shown, row.replies_shown) == (1, 5, 3, 0)
    fewer = numbers(siege, node, note["id"], likes=1)
    assert await station.accept(siege, fewer, by=node) == ["applied"]
    assert (await again(station, post)).likes_shown == 1
    same = numbers(siege, node, note["id"], likes=1)
    assert await station.accept(siege, same, by=node) == ["already"]


async def test_numbers_that_are_told_again_do_not_put_back_what_was_told_since(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    """They are no statement that others could tell: the node tells them itself, each letter does something once."""
    node = siege.node()
    await followed(quick, siege, bruno)
    note = siege.note(bruno)
    await quick.accept(siege, siege.create(note), by=bruno)
    post = await the_post(quick)
    more, fewer = (numbers(siege, node, note["id"], likes=likes) for likes in (5, 1))
    await quick.accept(siege, more, by=node)
    await quick.accept(siege, fewer, by=node)
    await quick.accept(siege, more, by=node)
    assert (await again(quick, post)).likes_shown == 1


@pytest.mark.parametrize("who", ["a person", "of another origin", "of our own post"])
async def test_nobody_else_says_numbers(quick: Station, siege: Neighbour, bruno: Somebody, who: str) -> None:
    node = siege.node()
    await followed(quick, siege, bruno)
    note = siege.note(bruno)
    await quick.accept(siege, siege.create(note), by=bruno)
    post = await the_post(quick)
    own = await quick.say("amina", "Mine")
    own_row = await quick.db.read(post_rows.by_id, own)
    assert own_row is not None
    by, uri, outcome = {
        "a person": (bruno, note["id"], "unsupported"),
        "of another origin": (node, "https://x.example/posts/1", "refused"),
        "of our own post": (node, own_row.uri, "refused"),
    }[who]
    told = numbers(siege, by, uri, likes=1_000, shares=1_000)
    assert await quick.accept(siege, told, by=by) == [outcome]
    for row in (post, own_row):
        assert (await again(quick, row)).likes_shown == 0


async def test_numbers_beyond_measure_are_cut(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    likes = {"type": "Collection", "totalItems": 2**63 - 1}
    await quick.accept(siege, siege.create(siege.note(bruno, likes=likes)), by=bruno)
    assert (await the_post(quick)).likes_shown == 1_000_000_000


async def test_numbers_that_come_before_their_post_are_shown_with_it(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    """The post went out before it was liked, and was held up; the numbers took another queue."""
    node = siege.node()
    await followed(station, siege, bruno)
    note = siege.note(bruno)
    for likes in (1, 2):
        told = numbers(siege, node, note["id"], likes=likes, shares=1, replies=0)
        assert await station.accept(siege, told, by=node) == ["already"]
    await station.accept(siege, siege.create(note), by=bruno)
    post = await the_post(station)
    assert (post.likes_shown, post.boosts_shown, post.replies_shown) == (2, 1, 0)


async def test_an_edit_that_was_held_up_does_not_put_back_what_was_told_since(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    node = siege.node()
    await followed(station, siege, bruno)
    note = siege.note(bruno, likes={"type": "Collection", "totalItems": 1})
    await station.accept(siege, siege.create(note), by=bruno)
    post = await the_post(station)
    assert post.likes_shown == 1
    edited = note | {"content": "<p>Edited</p>", "updated": iso(Millis(NOON + 1_000))}
    await station.accept(siege, siege.about("Update", bruno.id, edited | {"likes": None}), by=bruno)
    assert (await again(station, post)).likes_shown == 1, "what is not said stays"
    told = numbers(siege, node, note["id"], likes=4, shares=2, replies=3)
    assert await station.accept(siege, told, by=node) == ["applied"]
    later = edited | {"content": "<p>Again</p>", "updated": iso(Millis(NOON + 2_000))}
    await station.accept(siege, siege.about("Update", bruno.id, later), by=bruno)
    row = await again(station, post)
    assert "Again" in row.html
    assert (row.likes_shown, row.boosts_shown, row.replies_shown) == (4, 2, 3)


async def test_answers_are_told_when_they_come_and_when_they_go(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    node = siege.node()
    await station.accept(siege, siege.about("Follow", node.id, station.urls.instance_actor), by=node)
    await station.person("amina")
    post = await station.say("amina", "Line 3")
    row = await station.db.read(post_rows.by_id, post)
    assert row is not None
    answer = siege.note(bruno, inReplyTo=row.uri)
    for activity, expected in ((siege.create(answer), 1), (siege.about("Delete", bruno.id, answer["id"]), 0)):
        await station.accept(siege, activity, by=bruno)
        await station.settle()
        station.clock.pass_by(minutes=1)
        await station.run_jobs()
        told = [body for body in await bodies(station) if isinstance(body["object"], list)]
        assert told[-1]["object"][2]["totalItems"] == expected
