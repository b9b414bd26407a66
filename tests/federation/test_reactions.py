"""Reactions with an emoji, and custom emoji, as other servers send them."""

from itertools import permutations
from typing import Any

import pytest

from social import emojis
from storage import emojis as emoji_rows
from storage import posts as post_rows
from storage import reactions
from storage.ids import PostId
from storage.posts import PostRow
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed, the_post


async def said(station: Station) -> PostRow:
    """A post of amina's."""
    await station.person("amina")
    id = await station.say("amina", "Line 3 stops")
    return await found(station, id)


async def found(station: Station, id: PostId) -> PostRow:
    row = await station.db.read(post_rows.by_id, id)
    assert row is not None
    return row


def react(siege: Neighbour, by: Somebody, post: PostRow, kind: str = "EmojiReact", **said: Any) -> dict[str, Any]:
    return siege.about(kind, by.id, post.uri, **said)


@pytest.mark.parametrize(
    ("kind", "fields", "kept"),
    [
        pytest.param("EmojiReact", {"content": "🎉"}, "🎉", id="EmojiReact"),
        pytest.param("Like", {"content": "👍"}, "👍", id="Like with content"),
        pytest.param("Like", {"_misskey_reaction": "❤"}, "❤", id="Misskey"),
        pytest.param("EmojiReact", {"content": ":unknown:"}, ":unknown:", id="a name without its picture"),
    ],
)
async def test_a_reaction_is_counted_and_told_as_a_like(
    station: Station, siege: Neighbour, bruno: Somebody, kind: str, fields: dict[str, str], kept: str
) -> None:
    post = await said(station)
    activity = react(siege, bruno, post, kind, **fields)
    assert await station.accept(siege, activity, by=bruno) == ["applied"]
    assert (await found(station, post.id)).likes_count == 1
    (row,) = await station.db.read(reactions.reactions_to, post.id, 10)
    assert row.emoji == kept
    undo = siege.about("Undo", bruno.id, activity)
    assert await station.accept(siege, undo, by=bruno) == ["applied"]
    assert (await found(station, post.id)).likes_count == 0
    assert await station.db.read(reactions.reactions_to, post.id, 10) == []


async def test_a_reaction_with_a_custom_emoji_keeps_its_picture(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    post = await said(quick)
    tag = {"type": "Emoji", "name": ":party:", "icon": {"type": "Image", "url": siege.url("/party.png")}}
    await quick.accept(siege, react(siege, bruno, post, content=":party:", tag=[tag]), by=bruno)
    (row,) = await quick.db.read(reactions.reactions_to, post.id, 10)
    (shown,) = emojis.shown(row.emoji)
    assert shown.name == "party" and shown.token


async def test_likes_and_reactions_of_one_account_are_one_like(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    """In whatever order they come and go: it likes the post as long as one of them stands."""
    post = await said(quick)
    for order in permutations(range(3)):
        made = [
            react(siege, bruno, post, "Like"),
            react(siege, bruno, post, content="🎉"),
            react(siege, bruno, post, content="👍"),
        ]
        for activity in made:
            await quick.accept(siege, activity, by=bruno)
        assert (await found(quick, post.id)).likes_count == 1
        for left, which in enumerate(order, 1):
            assert await quick.accept(siege, siege.about("Undo", bruno.id, made[which]), by=bruno) == ["applied"]
            assert (await found(quick, post.id)).likes_count == (0 if left == 3 else 1)


async def test_an_undo_that_overtakes_its_reaction_wins(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    post = await said(quick)
    activity = react(siege, bruno, post, content="🎉")
    await quick.accept(siege, siege.about("Undo", bruno.id, activity), by=bruno)
    assert await quick.accept(siege, activity, by=bruno) == ["gone"]
    assert (await found(quick, post.id)).likes_count == 0


async def test_somebody_elses_reaction_cannot_be_taken_back(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    post = await said(quick)
    eve = siege.person("eve")
    activity = react(siege, bruno, post, content="🎉")
    await quick.accept(siege, activity, by=bruno)
    forged = siege.about("Undo", eve.id, {**activity, "actor": eve.id})
    assert await quick.accept(siege, forged, by=eve) == ["already"]
    assert (await found(quick, post.id)).likes_count == 1


async def test_a_dislike_is_understood_and_ignored(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    post = await said(quick)
    activity = react(siege, bruno, post, "Dislike")
    assert await quick.accept(siege, activity, siege.about("Undo", bruno.id, activity), by=bruno) == ["ignored"] * 2


async def test_emoji_of_a_post_are_kept_beside_it_and_change_with_their_node(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    def tagged(url: str, updated: str) -> dict[str, Any]:
        icon = {"type": "Image", "url": siege.url(url)}
        return {"tag": [{"type": "Emoji", "name": ":ok:", "updated": updated, "icon": icon}]}

    await followed(quick, siege, bruno)
    first = siege.note(bruno, ":ok:", **tagged("/1.png", "2026-11-01T00:00:00Z"))
    await quick.accept(siege, siege.create(first), by=bruno)
    post = await the_post(quick)
    (shown,) = emojis.shown(post.emojis)
    quick.clock.pass_by(hours=2)
    second = siege.note(bruno, ":ok:", **tagged("/2.png", "2026-11-20T00:00:00Z"))
    await quick.accept(siege, siege.create(second), by=bruno)
    (now,) = await quick.db.read(emoji_rows.named, siege.authority, ["ok"])
    assert now.remote_url == siege.url("/2.png") and now.token != shown.token
    third = siege.note(bruno, ":ok:", **tagged("/1.png", "2026-11-01T00:00:00Z"))
    await quick.accept(siege, siege.create(third), by=bruno)
    (still,) = await quick.db.read(emoji_rows.named, siege.authority, ["ok"])
    assert still.token == now.token


async def test_one_node_cannot_fill_the_store_with_emoji(
    quick: Station, siege: Neighbour, bruno: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emojis, "MOST_OF_A_NODE", 3)
    await followed(quick, siege, bruno)
    tags = [
        {"type": "Emoji", "name": f":e{n}:", "icon": {"type": "Image", "url": siege.url(f"/{n}.png")}} for n in range(9)
    ]
    await quick.accept(siege, siege.create(siege.note(bruno, "many", tag=tags)), by=bruno)
    assert await quick.db.read(emoji_rows.count, siege.authority) == 3
    assert len(emojis.shown((await the_post(quick)).emojis)) == 3
