"""Ready JSON: what is kept is what a fresh reading would give, for each viewer, after each change."""

import json
from typing import Any

import pytest

from server.api.rendered import Rendered, listing
from social import reading
from social.people import accounts, relations
from social.people.accounts import ProfileChange
from social.policy import ANONYMOUS, Viewer
from social.posts import edit, reactions
from social.posts.publish import Draft
from storage.accounts import AccountRow
from storage.engine.database import Database, Tx
from storage.ids import PostId
from storage.visibility import Visibility
from tests.world import World


@pytest.fixture
async def world(db: Database) -> World:
    """The node of the plant with some of its people."""
    made = World(db)
    for name in ("amina", "luc", "marc"):
        await made.person(name)
    return made


@pytest.fixture
def rendered(world: World) -> Rendered:
    """What one process keeps."""
    return Rendered(world.urls)


async def seen(world: World, rendered: Rendered, viewer: Viewer, posts: list[PostId]) -> Any:
    """The list as it comes from what is kept, checked against a fresh reading by another process."""
    kept = await world.db.read(rendered.listed, viewer, posts)
    fresh = Rendered(world.urls).statuses(await world.db.read(reading.posts, viewer, posts))
    assert json.loads(listing(kept)) == json.loads(fresh)
    assert [str(post.id) for post in kept] == [one["id"] for one in json.loads(fresh)]
    return json.loads(fresh)


async def test_what_is_kept_follows_every_change(world: World, rendered: Rendered) -> None:
    amina, luc = world.viewer("amina"), world.viewer("luc")
    root = await world.say("amina", "@luc the first #line3")
    answer = await world.say("luc", "An answer", parent=root)
    boost = await world.boost("marc", root)
    posts = [boost, answer, root]

    async def everybody() -> None:
        for viewer in (amina, luc, world.viewer("marc"), ANONYMOUS):
            await seen(world, rendered, viewer, posts)

    await everybody()
    await everybody()
    await world.like("luc", root)
    await everybody()
    await world.db.write(reactions.bookmark, amina, answer, context=world.context, now=world.clock())
    await world.boost("luc", root)
    await everybody()
    world.clock.pass_by(minutes=1)
    await world.db.write(edit.edit, amina, root, Draft(text="Other words"), context=world.context, now=world.clock())
    await everybody()
    await world.db.write(
        accounts.edit_profile, amina, ProfileChange(display_name="A. B."), urls=world.urls, now=world.clock()
    )
    await everybody()
    await world.db.write(relations.block, amina, world.id("luc"), ids=world.ids, urls=world.urls, now=world.clock())
    await everybody()
    await world.db.write(edit.delete, amina, root, now=world.clock())
    await everybody()
    assert [one["id"] for one in await seen(world, rendered, amina, posts)] == [str(answer)]


async def test_what_is_kept_of_a_hidden_post_is_shown_to_nobody_else(world: World, rendered: Rendered) -> None:
    secret = await world.say("amina", "For my followers", visibility=Visibility.FOLLOWERS)
    assert len(await seen(world, rendered, world.viewer("amina"), [secret])) == 1
    assert await seen(world, rendered, world.viewer("luc"), [secret]) == []
    assert await seen(world, rendered, ANONYMOUS, [secret]) == []


async def test_a_viewers_part_is_nobody_elses(world: World, rendered: Rendered) -> None:
    post = await world.say("amina", "Cake")
    await world.like("luc", post)
    (mine,) = await seen(world, rendered, world.viewer("luc"), [post])
    (other,) = await seen(world, rendered, world.viewer("marc"), [post])
    (nobodys,) = await seen(world, rendered, ANONYMOUS, [post])
    assert (mine["favourited"], other["favourited"], "favourited" in nobodys) == (True, False, False)


async def test_words_that_look_like_json_do_not_move_the_boosted_post(world: World, rendered: Rendered) -> None:
    post = await world.say("amina", 'Read: "reblog":null,"content":"x"} and "reblog":')
    boost = await world.boost("luc", post)
    (shown,) = await seen(world, rendered, world.viewer("marc"), [boost])
    assert shown["reblog"]["id"] == str(post)
    assert shown["reblog"]["content"] == shown["content"]


async def test_a_list_of_kept_posts_costs_one_statement(world: World, rendered: Rendered) -> None:
    posts = [await world.say("amina", f"Number {number}") for number in range(8)]

    def cost(tx: Tx) -> int:
        before = tx.statements
        rendered.listed(tx, world.viewer("luc"), posts)
        return tx.statements - before

    assert await world.db.read(cost) == 4
    assert await world.db.read(cost) == 1
    await world.like("luc", posts[0])
    assert await world.db.read(cost) == 4


async def test_old_entries_make_room(world: World, rendered: Rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = [await world.say("amina", f"Number {number}") for number in range(6)]
    small = Rendered(world.urls)
    monkeypatch.setattr(small._posts, "_most", 2)
    assert len(await seen(world, small, world.viewer("luc"), posts)) == 6
    assert len(small._posts._newer) + len(small._posts._older) <= 4


async def test_an_account_is_rendered_anew_when_it_changed(world: World, rendered: Rendered) -> None:
    def name(row: AccountRow) -> str:
        return str(json.loads(bytes(rendered.account(row)))["display_name"])

    before = await world.row(world.id("amina"))
    assert name(before) == "Amina Benali"
    change = ProfileChange(display_name="A. B.")
    await world.db.write(accounts.edit_profile, world.viewer("amina"), change, urls=world.urls, now=world.clock())
    assert name(await world.row(world.id("amina"))) == "A. B."
